-- the attributes of a type's instances: value types, how many are distinct, their bytes
--
--   dryad run instances DUMP Thread
--   dryad run instances DUMP shop.cache.Entry       a class, where several have that bare name
--   dryad run instances DUMP Thread look=100000     examine more of them
--
-- :type type              the type of the instances
-- :look integer = 10000   how many instances to examine
-- :count integer = 40     lines in the table

local top = require "dryad.text.top"
local units = require "dryad.text.units"

-- Instances refer to name, value, name, value, ..., class; those with __slots__ only to their values, then class.
local function has_names(o)
  return #o % 2 == 1 and #o > 1 and o:label(2):sub(1, 1) == "."
end

local function attribute(statistics, name)
  local found = statistics[name]
  if not found then
    found = { attribute = name, count = 0, distinct = 0, size = 0, seen = {}, values = {}, types = {} }
    statistics[name] = found
    statistics[#statistics + 1] = found
  end
  return found
end

-- Values of these types are told apart by the value: equal text in two objects is one value.
local PLAIN = { str = true, unicode = true, bytes = true, int = true, long = true, float = true, bool = true }

-- What tells a value from others. A dump cuts long text, whose length tells more.
local function identity(o)
  local value = PLAIN[o.type] and o.value
  if value == nil or value == false then
    return o.address
  end
  return ("%s %s %s"):format(o.type, o.len or "", tostring(value))
end

local function count_value(found, value)
  local key = identity(value)
  found.count = found.count + 1
  found.types[value.type] = (found.types[value.type] or 0) + 1
  if not found.values[key] then
    found.values[key] = true
    found.distinct = found.distinct + 1
  end
  if not found.seen[value.address] then
    found.seen[value.address] = true
    found.size = units.add(found.size, value.size)
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
