-- SPDX-License-Identifier: MIT
--- Columns: one field of all objects of a heap, or of the members of a list, as plain values.
--
-- A loop over a column creates no objects, so it is several times as fast as one over `heap:objects()`. A column takes
-- no memory of its own. It is valid for one version of the heap: using it after a change raises an error that says to
-- ask for it again.
-- @module dryad.heap.column
-- @usage
-- local sizes, types = heap:column "size", heap:column "type"
-- for i = 1, #sizes do
--   if sizes[i] > 1e6 and types[i] == "dict" then print(sizes:object(i)) end
-- end

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local format = require "dryad.text.format"
local repr = require "dryad.text.repr"
local units = require "dryad.text.units"

local SHOWN = 8 -- values of a printed column

local M = {}

--- The fields that have columns.
M.fields = { "address", "type", "size", "len", "num_refs", "num_parents", "retained_size", "value", "name", "class" }

--- The column of a field.
-- @tparam heap heap
-- @tparam string field
-- @tparam[opt] list list its members; default: all objects, in address order
-- @treturn column
-- @usage column.of(heap, "size")
function M.of(heap, field, list)
  check.argument(type(field) == "string", "column", "field", "the name of a field", field)
  local column = core.column_of(heap, field, list)
  if column then
    return column
  elseif not core.object.getters[field] then
    check.unknown_field("object", field)
  end
  check.fail("column: there is no column of '%s': columns are %s", field, table.concat(M.fields, ", "))
end

--- The name of its field.
-- @field column.field
-- @usage print(heap:column("size").field)

--- The object that the i-th value belongs to.
-- @function column:object
-- @tparam integer i from 1; a negative one counts from the end
-- @treturn object|nil nil beyond the ends
-- @usage print(heap:column("size"):object(1))

--- Prints the number of values, and the first ones.
function core.column.meta.__tostring(column)
  local count, values = #column, {}
  for i = 1, math.min(count, SHOWN) do
    local value = column[i]
    values[i] = type(value) == "string" and format.short(repr.text(value)) or tostring(value)
  end
  values[#values + 1] = count > SHOWN and "..." or nil
  return ("%s %s of %s%s%s"):format(units.count(count), count == 1 and "value" or "values", column.field,
    count > 0 and ": " or "", table.concat(values, ", "))
end

return M
