-- SPDX-License-Identifier: MIT
--- How long a result would be as text: a table repeats the names and the widths of its columns in each row, so little
-- data can take much.
-- @module dryad.recipes.text_size

local core = require "dryad.core"
local layout = require "dryad.text.columns"
local portrait = require "dryad.text.portrait"
local units = require "dryad.text.units"

local M = {}

local OBJECT, SHOWN = 120, 100 -- bytes of a line about an object; objects of a list that are shown

local LONGEST = 256 << 20 -- bytes of text

local CELLS = 5000000 -- of one table; more take too long

local size_of

--- The bytes of a value on its own.
local function width_of(value)
  local kind = type(value)
  if kind == "string" then
    return #value
  elseif rawequal(getmetatable(value), core.list.meta) then
    return OBJECT * (1 + math.min(#value, SHOWN))
  elseif portrait.is(value) then
    return #tostring(value)
  end
  return kind == "table" and size_of(value) or OBJECT
end

--- The rows that are shown, each as wide as the widest, and the names of the columns in every row, as JSON has them.
local function size_of_rows(rows)
  local total = 0
  if #rows.columns * #rows > CELLS then
    return math.huge
  end
  for _, column in ipairs(rows.columns) do
    local field, _, title = table.unpack(type(column) == "table" and column or { column }, 1, 3)
    local width = 1 + math.max(width_of(field), width_of(title or ""))
    for _, row in ipairs(rows) do
      local cell = row[field]
      width = cell ~= nil and math.max(width, width_of(cell)) or width
    end
    total = total + math.min(width, layout.WIDEST) * (1 + math.min(#rows, layout.MOST_ROWS)) + width_of(field) * #rows
  end
  return total
end

function size_of(value)
  local total = 0
  if type(value.columns) == "table" then
    total = size_of_rows(value)
  end
  for name, item in pairs(value) do
    total = total + width_of(name) + width_of(item)
  end
  return total
end

--- Why a result would be too long as text.
-- @param value a plain value, or one of Dryad's; a table is one that @{dryad.recipes.result_check} has passed
-- @treturn string|nil nil if it is not
-- @usage local problem = text_size.problem(result)
function M.problem(value)
  local rows = portrait.is(value) and portrait.rows(value)
  local size = width_of(value) + (rows and size_of(rows) or 0)
  return size > LONGEST and ("it would take more than %s as text"):format(units.bytes(LONGEST)) or nil
end

return M
