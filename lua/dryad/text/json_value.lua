-- SPDX-License-Identifier: MIT
--- Findings as plain Lua tables, ready for JSON.
--
-- Arrays have a metatable with `__jsontype = "array"`, which distinguishes an empty one from an empty object; objects
-- have one with `__jsonorder`, the names in the order of writing; those of rows have all columns, null where there is
-- nothing. Sizes are bytes, percentages numbers. Other types have the metamethod `__json_value(value)`, which returns a
-- table and the names of its fields in order (none for an array, or for a table that is plain already). `dryad.None` is
-- kept, and becomes null. Strings are kept: `core.json.encode` converts them to UTF-8.
-- @module dryad.text.json_value

local core = require "dryad.core"

local json_value

local ARRAY = { __jsontype = "array" }

local function array()
  return setmetatable({}, ARRAY)
end

local function object(order)
  return setmetatable({}, { __jsontype = "object", __jsonorder = order })
end

local function fields(value, names)
  local result = object(names)
  for _, name in ipairs(names) do
    result[name] = json_value(value[name])
  end
  return result
end

local function rows_of(rows)
  local names = {}
  for i, column in ipairs(rows.columns) do
    names[i] = type(column) == "table" and column[1] or column
  end
  local result = array()
  for i, row in ipairs(rows) do
    local item = fields(row, names)
    for _, name in ipairs(names) do
      if item[name] == nil then
        item[name] = core.None
      end
    end
    result[i] = item
  end
  return result
end

local function items_of(list)
  local result = array()
  for i, item in ipairs(list) do
    result[i] = json_value(item)
  end
  return result
end

local REPORT = { "title", "text", "rows", "data", "sections" }

local function of_table(value)
  if value.columns then
    return rows_of(value)
  elseif value.title ~= nil or value.text ~= nil or value.rows ~= nil or value.sections ~= nil then
    return fields(value, REPORT)
  elseif #value > 0 or next(value) == nil then
    return items_of(value)
  end
  local result = object()
  for name, item in pairs(value) do
    result[tostring(name)] = json_value(item)
  end
  return result
end

--- Converts a finding to a plain table (or string, number, boolean, nil).
-- @param value rows, a report, a list, a summary, an object, or any table of those
-- @usage local text = core.json.encode(json_value(dryad.recipe("holders")(heap, { "Thread" })))
function json_value(value)
  local kind = type(value)
  local meta = getmetatable(value)
  if type(meta) == "table" and meta.__json_value then
    local made, names = meta.__json_value(value)
    return names and fields(made, names) or json_value(made)
  elseif type(meta) == "table" and meta.__jsontype then
    return value
  elseif kind == "table" then
    return of_table(value)
  elseif value == nil or kind == "number" or kind == "string" or kind == "boolean" or rawequal(value, core.None) then
    return value
  end
  return tostring(value)
end

return json_value
