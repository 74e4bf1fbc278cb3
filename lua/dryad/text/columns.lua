-- SPDX-License-Identifier: MIT
--- Columns of text: padding, and widths that fit a terminal.
-- @module dryad.text.columns

local format = require "dryad.text.format"
local units = require "dryad.text.units"

local M = {}

--- The gap between two columns.
M.GAP = "  "

--- Columns of the widest text in a cell, so that a single long text does not pad every row.
M.WIDEST = 200

--- Rows of a table that are shown, at most.
M.MOST_ROWS = 10000

--- What is said below a table with texts that were too wide.
M.CUT = ("longer texts are cut at %d characters, but not in CSV and JSON"):format(M.WIDEST)

--- Pads a text with spaces to a width.
-- @tparam string text
-- @tparam integer width
-- @tparam[opt] boolean right whether to align the text to the right
-- @treturn string the text itself if it is wider
-- @usage columns.pad("12", 5, true) --> "   12"
function M.pad(text, width, right)
  local space = (" "):rep(width - format.width(text))
  return right and space .. text or text .. space
end

--- Narrows columns, the widest first, until a line of them fits.
-- @tparam {column,...} columns `{width =, fixed = (never narrowed), least = (its own narrowest width)}`; changes their
--   widths
-- @tparam integer width of the line
-- @tparam integer least characters: the narrowest width of a column that has none of its own
-- @treturn integer the resulting width of the line, larger than `width` if the columns cannot be narrowed enough
-- @usage columns.fit({ { width = 50 }, { width = 10, fixed = true } }, 40, 12)
function M.fit(columns, width, least)
  local total = #M.GAP * (#columns - 1)
  for _, column in ipairs(columns) do
    if not column.fixed then
      column.width = math.min(column.width, math.max(column.least or least, width))
    end
    total = total + column.width
  end
  while total > width do
    local widest
    for _, column in ipairs(columns) do
      local is_wide = not column.fixed and column.width > (column.least or least)
      if is_wide and (not widest or column.width > widest.width) then
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

--- The last lines of a table that does not show all of its rows.
-- @tparam integer count of all rows
-- @tparam integer shown
-- @treturn string
-- @usage columns.rest(10001, 10000) --> "... 1 more\n10,001 rows"
function M.rest(count, shown)
  return ("... %s more\n%s rows"):format(units.count(count - shown), units.count(count))
end

--- A line of cells, without blanks at its end.
-- @tparam {string,...} cells padded to the widths of their columns
-- @tparam string gap between two
-- @treturn string
-- @usage print(columns.line({ "size", "42  " }, columns.GAP))
function M.line(cells, gap)
  return table.concat(cells, gap):match "^.*%S" or ""
end

return M
