-- SPDX-License-Identifier: MIT
-- instances and bytes for each class; classes defined again and again; those with many subclasses
--
--   dryad run classes DUMP
--   dryad run classes DUMP sort=count
--   dryad run classes DUMP of=program       the program's own classes alone
--
-- A class that a function defines at each call stays as long as one of its objects, and in the list of subclasses of
-- its base.
--
-- :sort string(size|count|average|class_size|versions) = size   largest first by this
-- :of string(all|program|package|library) = all   whose: the program's, of installed packages, the standard library's
-- :count integer = 20   lines in the table

local top = require "dryad.text.top"
local units = require "dryad.text.units"

local ORIGINS = {
  all = { program = true, package = true, library = true },
  program = { program = true }, package = { package = true }, library = { library = true },
}

local function with_instances(heap, origins)
  local rows = {
    columns = {
      { "class" }, { "origin" }, { "count", "count", "instances" }, { "size", "bytes" }, { "average", "bytes", "each" },
      { "largest", "object" }, { "class_size", "bytes", "class itself" }, { "versions", "count" },
    },
    empty = "no object in this dump refers to its class",
  }
  for _, row in ipairs(heap:classes()) do
    if origins[row.origin] and row.versions > 0 then
      rows[#rows + 1] = {
        class = row.class, origin = row.origin, count = row.count, size = row.total_size, average = row.avg,
        largest = row.max, class_size = row.definitions:sum "size", versions = row.versions,
      }
    end
  end
  return rows
end

-- All class objects: those of `type`, and those of metaclasses.
local function class_objects(heap)
  local found = heap:get_all "type" + heap:get_all "classobj"
  for _, row in ipairs(heap:summarize()) do
    if row.max.qualname and row.type_str ~= "type" and row.type_str ~= "classobj" then
      found = found + row.objects
    end
  end
  return found:filter(function(o) return o.qualname ~= nil end)
end

local function defined_again(classes, count)
  local rows = {
    columns = {
      { "class" }, { "versions", "count" }, { "size", "bytes", "they take" }, { "retained", "bytes", "keep alive" },
      { "example", "object" },
    },
    empty = "no name is that of several classes",
  }
  for _, group in ipairs(classes:group_by "qualname") do
    if group.count > 1 then
      rows[#rows + 1] = {
        class = group.key, versions = group.count, size = group.size, objects = group.objects,
        example = group.objects[1],
      }
    end
  end
  for _, row in ipairs(top(rows, "versions", count)) do
    row.retained, row.objects = row.objects:retained_size(), nil
  end
  return rows
end

local function subclasses(class)
  for i = #class, 1, -1 do
    if class:label(i) == ".__subclasses__" then
      return class[i].len
    end
  end
end

local function with_subclasses(classes, count)
  local rows = {
    columns = { { "class" }, { "subclasses", "count" }, { "object", "object" } },
    empty = "this dump does not tell",
  }
  for _, class in ipairs(classes) do
    local number = subclasses(class)
    if number then
      rows[#rows + 1] = { class = class.qualname, subclasses = number, object = class }
    end
  end
  return top(rows, "subclasses", count)
end

return {
  run = function(heap, args)
    local rows, classes = with_instances(heap, ORIGINS[args.of]), class_objects(heap)
    local found = #rows
    return {
      title = ("%s classes with instances"):format(units.count(found)),
      text = ("The dump has %s, built-in ones too, which take %s themselves."):format(
        units.quantity(#classes, "class object"), units.bytes(classes:sum "size")),
      rows = top(rows, args.sort, args.count),
      sections = {
        { title = "Defined more than once", rows = defined_again(classes, args.count) },
        { title = "With the most subclasses", rows = with_subclasses(classes, args.count) },
      },
    }
  end,
}
