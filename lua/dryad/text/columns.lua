-- SPDX-License-Identifier: MIT
--- Columns of text: padding, and widths that fit a terminal.
-- @module dryad.text.columns

local format = require "dryad.text.format"

local M = {}

--- What stands between two columns.
M.GAP = "  "

--- A text with spaces to a width.
-- @tparam string text
-- @tparam integer width
-- @tparam[opt] boolean right whether the text is put to the right
-- @treturn string the text itself when it is wider
-- @usage columns.pad("12", 5, true) --> "   12"
function M.pad(text, width, right)
  local space = (" "):rep(width - format.width(text))
  return right and space .. text or text .. space
end

--- Narrows columns, the widest first, until a line of them fits.
-- @tparam {column,...} columns `{width =, fixed = (it stays as it is)}`, whose widths are set
-- @tparam integer width of the line
-- @tparam integer least characters that a column is not narrowed below
-- @treturn integer the width that the line then has, which is more where the columns cannot be narrowed so far
-- @usage columns.fit({ { width = 50 }, { width = 10, fixed = true } }, 40, 12)
function M.fit(columns, width, least)
  local total = #M.GAP * (#columns - 1)
  for _, column in ipairs(columns) do
    if not column.fixed then
      column.width = math.min(column.width, math.max(least, width))
    end
    total = total + column.width
  end
  while total > width do
    local widest
    for _, column in ipairs(columns) do
      if not column.fixed and column.width > least and (not widest or column.width > widest.width) then
        widest = column
      end
    end
    if not widest then
      break
    end
    widest.width, total = widest.width - 1, total - 1
  end
  return total
end

return M
