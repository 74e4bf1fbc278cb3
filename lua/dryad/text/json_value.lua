-- SPDX-License-Identifier: MIT
--- Findings as plain Lua tables, ready for JSON.
--
-- A finding is converted when it is written, one level at a time, so that memory does not grow with its rows: the
-- metatable of the table has `__jsonitem`, the function that converts each item. `__jsontype` is "array" or "object",
-- which distinguishes an empty array from an empty object, and `__jsonorder` the names in the order of writing. Rows
-- have all columns, null where there is nothing. Sizes are bytes, percentages numbers.
--
-- Other types have one of two metamethods: `__json_value(value)`, which returns a table and the names of its fields in
-- order (none for an array, or a plain table); or `__json_items(value)`, which returns the number of items, and a
-- function that returns each by its number. `dryad.None` is kept, and becomes null. Strings are kept:
-- `core.json.encode` makes them UTF-8.
-- @module dryad.text.json_value

local core = require "dryad.core"
local single_table = require "dryad.text.single_table"

local json_value

-- By the array of the names: the metatable of objects with these fields.
local metas = setmetatable({}, { __mode = "k" })

local function meta_of(names)
  metas[names] = metas[names] or { __jsontype = "object", __jsonorder = names, __jsonitem = json_value }
  return metas[names]
end

local function fields(value, names)
  local result = setmetatable({}, meta_of(names))
  for _, name in ipairs(names) do
    result[name] = value[name]
  end
  return result
end

--- An array of `count` items that are made when they are asked for.
local function array(count, item, convert)
  return setmetatable({}, {
    __jsontype = "array",
    __jsonitem = convert,
    __len = function()
      return count
    end,
    __index = function(_, i)
      return item(i)
    end,
  })
end

local function rows_of(rows)
  local names, seen = {}, {}
  for _, name in ipairs(single_table.names(rows)) do
    if not seen[name] then -- a field that two columns show is one of the object's
      seen[name], names[#names + 1] = true, name
    end
  end
  return array(#rows, function(i)
    return rows[i]
  end, function(row)
    local item = fields(row, names)
    for _, name in ipairs(names) do
      if item[name] == nil then
        item[name] = core.None
      end
    end
    return item
  end)
end

local REPORT = { "title", "text", "rows", "data", "sections" }

local function of_table(value)
  if value.columns then
    return rows_of(value)
  elseif value.title ~= nil or value.text ~= nil or value.rows ~= nil or value.sections ~= nil then
    return fields(value, REPORT)
  elseif #value > 0 or next(value) == nil then
    return array(#value, function(i)
      return value[i]
    end, json_value)
  end
  local result = setmetatable({}, { __jsontype = "object", __jsonitem = json_value })
  for name, item in pairs(value) do
    result[tostring(name)] = item
  end
  return result
end

--- Converts a finding to a plain table (or string, number, boolean, nil), whose items are converted when it is written.
-- @param value rows, a report, a list, a summary, an object, or any table of those
-- @usage local text = core.json.encode(json_value(dryad.recipe("holders")(heap, { "Thread" })))
function json_value(value)
  local kind = type(value)
  local meta = getmetatable(value)
  meta = type(meta) == "table" and meta or {}
  if meta.__jsontype then
    return value
  elseif meta.__json_items then
    local count, item = meta.__json_items(value)
    return array(count, item, json_value)
  elseif meta.__json_value then
    local made, names = meta.__json_value(value)
    return names and fields(made, names) or json_value(made)
  elseif kind == "table" then
    return of_table(value)
  elseif value == nil or kind == "number" or kind == "string" or kind == "boolean" or rawequal(value, core.None) then
    return value
  end
  return tostring(value)
end

return json_value
