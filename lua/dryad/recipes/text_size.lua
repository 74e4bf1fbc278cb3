-- SPDX-License-Identifier: MIT
--- How long a result would be as text: in a table, one wide cell widens all rows, so little data can take much.
-- @module dryad.recipes.text_size

local core = require "dryad.core"
local portrait = require "dryad.text.portrait"

local M = {}

local OBJECT, SHOWN = 120, 100 -- bytes of a line about an object; objects of a list that are shown

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

--- A row for each of the rows, as wide as the widest, or as the names of the columns, which JSON repeats.
local function size_of_rows(rows)
  local total = 0
  if #rows.columns * #rows > CELLS then
    return math.huge
  end
  for _, column in ipairs(rows.columns) do
    local field, _, title = table.unpack(type(column) == "table" and column or { column }, 1, 3)
    local width = 1 + math.max(width_of(field), width_of(title or ""))
    for _, row in ipairs(rows) do
      local cell
      if type(row) == "table" and field ~= nil then
        cell = row[field]
      end
      width = cell ~= nil and math.max(width, width_of(cell)) or width
    end
    total = total + width * (1 + #rows)
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

--- The bytes of a result as text, at most; infinite for a table of too many cells.
-- @param value a plain value, or one of Dryad's
-- @treturn number
-- @usage if text_size.of(result) > 1 << 28 then error "too long" end
function M.of(value)
  local rows = portrait.is(value) and portrait.rows(value)
  return width_of(value) + (rows and size_of(rows) or 0)
end

return M
