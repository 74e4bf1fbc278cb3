-- What do the instances of a type consist of: which attributes, with which values, of what size?
--
--   dryad run instances DUMP Thread
--   dryad run instances DUMP Thread look=100000     examine more of them

local top = require "dryad.text.top"
local units = require "dryad.text.units"

-- Instances refer to name, value, name, value, ..., class; those with __slots__ only to their values.
local function has_names(o)
  return #o % 2 == 1 and o[1].type == "str"
end

local function attribute(statistics, name)
  local found = statistics[name]
  if not found then
    found = { attribute = name, count = 0, distinct = 0, size = 0, seen = {}, types = {} }
    statistics[name] = found
    statistics[#statistics + 1] = found
  end
  return found
end

local function count_value(found, value)
  found.count = found.count + 1
  found.types[value.type] = (found.types[value.type] or 0) + 1
  if not found.seen[value.address] then
    found.seen[value.address] = true
    found.distinct = found.distinct + 1
    found.size = found.size + value.size
  end
end

local function count_instance(statistics, o)
  if has_names(o) then
    for i = 1, #o - 1, 2 do
      count_value(attribute(statistics, "." .. tostring(o[i].value or o[i])), o[i + 1])
    end
  else
    for i = 1, #o do
      count_value(attribute(statistics, ("[ref %d]"):format(i)), o[i])
    end
  end
end

local function types_in_words(types)
  local names = {}
  for name in pairs(types) do
    names[#names + 1] = name
  end
  table.sort(names, function(a, b)
    if types[a] ~= types[b] then
      return types[a] > types[b]
    end
    return a < b
  end)
  for i, name in ipairs(names) do
    names[i] = units.count(types[name]) .. " " .. name
  end
  return table.concat(names, ", ")
end

return {
  summary = "the attributes of a type's instances: value types, how many are distinct, their bytes",
  args = {
    { name = "type", type = "type", summary = "the type of the instances" },
    { name = "look", type = "integer", default = 10000, summary = "how many instances to examine" },
    { name = "count", type = "integer", default = 40, summary = "lines in the table" },
  },
  run = function(heap, args)
    local all = heap:get_all(args.type)
    local looked_at = all:head(args.look)
    local statistics = {
      columns = {
        { "attribute" }, { "count", "count", "in" }, { "distinct", "count", "distinct values" },
        { "size", "bytes", "they take" }, { "values" },
      },
      empty = "they refer to nothing",
    }
    for _, o in ipairs(looked_at) do
      count_instance(statistics, o)
    end
    for _, row in ipairs(statistics) do
      row.values = types_in_words(row.types)
    end
    local text
    if #looked_at < #all then
      text = ("The figures are those of the largest %s."):format(units.count(#looked_at))
    end
    return {
      title = ("%s %s, %s"):format(units.count(#all), args.type, units.bytes(all:sum "size")),
      text = text,
      rows = top(statistics, "size", args.count),
    }
  end,
}
-- SPDX-License-Identifier: MIT
