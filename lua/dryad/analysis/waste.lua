-- SPDX-License-Identifier: MIT
--- Bytes that could be saved: empty containers, instances without `__slots__`, equal strings.
-- @module dryad.analysis.waste

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local render = require "dryad.text.render"
local top = require "dryad.text.top"
local units = require "dryad.text.units"

local M = {}

local FEW, COUNT = 2, 10 -- items of a nearly empty container, and lines in each table

-- Types that have a length and no spare capacity.
local TIGHT = { str = true, unicode = true, bytes = true, int = true, long = true, tuple = true, frozenset = true }

local HEADER, COLLECTED, SLOT = 16, 16, 8 -- bytes of an instance with __slots__
local LEAST = 1 / 5000 -- of the heap: classes whose instances take less are not worth a line

local function containers(heap, few)
  local rows, total = {
    columns = {
      { "type" }, { "count", "count" }, { "empty", "count" }, { "empty_size", "bytes", "they take" },
      { "few", "count", ("1-%d items"):format(few) }, { "few_size", "bytes", "they take" },
    },
    empty = "none",
  }, 0
  for _, row in ipairs(core.small_containers(heap, few)) do
    if not TIGHT[row.type] then
      rows[#rows + 1] = row
      total = units.add(total, row.empty_size)
    end
  end
  return rows, total
end

local function labelled(o, label)
  for i = 1, #o do
    if o:label(i) == label then
      return o[i]
    end
  end
end

local function has_key(dict, key)
  for i = 1, dict and #dict or 0, 2 do
    if dict[i].value == key then
      return true
    end
  end
  return false
end

--- Whether instances of a class have a `__dict__`: a class that adds it to those of its bases has a descriptor for it.
-- Nil if the dump does not show the class from within.
local function has_dict(class)
  local mro = labelled(class, ".__mro__")
  if class.type == "classobj" then
    return true
  elseif not mro then
    return nil
  end
  for _, base in ipairs(mro.c) do
    if has_key(labelled(base, ".__dict__"), "__dict__") then
      return true
    end
  end
  return false
end

--- The most attributes that an instance of a class has, and the bytes of all instances with their dicts. A collapsed
-- instance contains its dict, others refer to it. Returns nil if there is no dict.
local function attributes_of(row)
  local class, o = row.definitions[1], row.max
  local told = class and not o.len and has_dict(class)
  if not class or o.len or told == false then
    return nil
  elseif #o == 2 and o[1].type == "dict" then
    local dicts = row.objects.c:of "dict"
    return dicts:sort("len")[1].len, units.add(row.total_size, dicts:sum "size")
  elseif #o > 1 and #o % 2 == 1 and o:label(2):sub(1, 1) == "." then
    return row.objects:sort("num_refs")[1].num_refs // 2, row.total_size
  end
end

local function instances(heap)
  local rows, total = {
    columns = {
      { "class" }, { "count", "count" }, { "attributes", "count" }, { "each", "bytes", "each now" },
      { "slots", "bytes", "with __slots__" }, { "saved", "bytes", "saves" },
    },
    empty = "none",
  }, 0
  for _, row in ipairs(heap:classes()) do
    local attributes, bytes
    if row.origin == "program" and row.total_size >= LEAST * heap.total_size then
      attributes, bytes = attributes_of(row)
    end
    local slots = attributes and HEADER + COLLECTED + SLOT * attributes
    if slots and bytes > slots * row.count then
      rows[#rows + 1] = {
        class = row.class or row.type_str, count = row.count, attributes = attributes, each = bytes / row.count,
        slots = slots, saved = bytes - slots * row.count,
      }
      total = units.add(total, rows[#rows].saved)
    end
  end
  return rows, total
end

local function check_count(options, name, default)
  local count = options[name] == nil and default or options[name]
  check.argument(math.type(count) == "integer" and count >= 0, "waste", name, "a whole number, not negative", count)
  return count
end

--- Bytes that could be saved: by containers that are empty or nearly so, by instances with a `__dict__` that
-- `__slots__` would avoid, and by strings that occur many times over.
-- @tparam heap heap
-- @tparam[opt] table options `few` (the most items in a nearly empty container; default 2) and `count` (rows in each
--   table; default 10)
-- @treturn report `{title =, saved = the bytes in all, sections = {{title =, text =, rows =}, ...}}`: containers,
--   instances, strings; prints itself
-- @usage print(dryad.waste(heap))
function M.of(heap, options)
  check.argument(rawequal(getmetatable(heap), core.heap.meta), "waste", "heap", "a heap", heap)
  check.argument(options == nil or type(options) == "table", "waste", "options", "a table such as { few = 2 }", options)
  options = options or {}
  local few, count = check_count(options, "few", FEW), check_count(options, "count", COUNT)
  local kinds, empty = containers(heap, few)
  local classes, saved = instances(heap)
  local _, strings, wasted = core.duplicates(heap, 0)
  local all = units.add(units.add(empty, saved), wasted)
  return render.present {
    title = ("About %s of %s could be saved"):format(units.bytes(all), units.bytes(heap.total_size)),
    saved = all,
    sections = {
      {
        title = ("Containers: empty ones take %s"):format(units.bytes(empty)),
        text = "None would do until there is an item to add. A nearly empty one counts only if it takes more than an"
          .. " empty one.",
        rows = top(kinds, "empty_size", count),
      },
      {
        title = ("Instances with a __dict__: __slots__ would save %s"):format(units.bytes(saved)),
        text = ("The program's own classes. An estimate: a header of %d bytes, %d for the garbage collector, and %d"
          .. " an attribute, as many as the instance with the most of them has. Old-style classes would have to"
          .. " become new ones."):format(HEADER, COLLECTED, SLOT),
        rows = top(classes, "saved", count),
      },
      {
        title = ("Equal strings: one of each would save %s"):format(units.bytes(wasted)),
        text = ("%s are redundant; `dryad run duplicates` lists them. Of longer ones, a dump has only the "
          .. "first 100 characters to compare."):format(units.count(strings)),
      },
    },
  }
end

return M
