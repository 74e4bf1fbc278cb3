-- SPDX-License-Identifier: MIT
--- The one table of a finding, which can be written in rows.
-- @module dryad.text.single_table

local core = require "dryad.core"
local portrait = require "dryad.text.portrait"

local M = {}

--- The columns of a list, unless others are asked for.
M.LIST_FIELDS = { "address", "type", "size", "len", "value", "name", "num_refs", "num_parents" }

--- The columns of a summary.
M.SUMMARY_FIELDS = { "type_str", "count", "total_size", "max_size", "max_address", "avg", "stddev" }

--- An array of objects or tables as rows with these columns.
local function with_columns(columns, items)
  return setmetatable({ columns = columns }, { __index = items, __len = function() return #items end })
end

--- The rows of a list or summary, of a report that has no sections, of a portrait of one, or rows themselves.
-- @param value
-- @treturn table|nil rows (@{dryad.text.render}); nil if the value is not a single table
-- @usage local rows = single_table.of(dryad.recipe("holders")(heap, { "Thread" }))
function M.of(value)
  local meta = getmetatable(value)
  if rawequal(meta, core.list.meta) then
    return with_columns(M.LIST_FIELDS, value)
  elseif core.summary and rawequal(meta, core.summary.meta) then
    return with_columns(M.SUMMARY_FIELDS, value)
  elseif portrait.is(value) then
    return portrait.rows(value)
  elseif type(value) == "table" and not rawget(value, "sections") then
    local rows = rawget(value, "rows")
    return rawget(value, "columns") and value or type(rows) == "table" and rawget(rows, "columns") and rows or nil
  end
end

--- The names of the fields that the columns of rows show.
-- @tparam table rows
-- @treturn {string,...}
-- @usage print(table.concat(single_table.names(dryad.diff(before, after)), ", "))
function M.names(rows)
  local names = {}
  for c, column in ipairs(rows.columns) do
    names[c] = type(column) == "table" and column[1] or column
  end
  return names
end

return M
