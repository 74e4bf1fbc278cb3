-- SPDX-License-Identifier: MIT
--- Makes a table as wide as the terminal: with bars where there is room for them; else without the figures of objects,
-- with shorter texts, and at last without some columns.
-- @module dryad.text.table_width

local bar = require "dryad.text.bar"
local format = require "dryad.text.format"
local layout = require "dryad.text.columns"
local notation = require "dryad.text.notation"

local M = {}

local LEAST = 12 -- characters: the narrowest column
local NAMES = 0.2 -- of the terminal: the least for the first column
local FEWEST = 2 -- columns that stay, however narrow the terminal
local BAR = 12 -- columns of a full bar

--- The kinds of columns that are never narrowed.
M.FIXED = { count = true, bytes = true, percent = true, number = true, bar = true }

--- A percentage with a bar.
-- @tparam number value
-- @treturn string
-- @usage print(table_width.bar_text(50.0))
function M.bar_text(value)
  return value == value and ("%5.1f%% %s"):format(value, bar(value / 100, BAR)) or ""
end

local function width_of_line(columns)
  local width = #layout.GAP * (#columns - 1)
  for _, column in ipairs(columns) do
    width = width + column.width
  end
  return width
end

--- Gives a column other cells.
local function replace(column, i, cells, kind, cell_of)
  column.kind, column.width = kind, format.width(column.title)
  for r, of_row in ipairs(cells) do
    of_row[i] = cell_of(r, of_row[i])
    column.width = math.max(column.width, format.width(of_row[i]))
  end
end

--- Draws bars beside percentages, as far as there is room for them.
-- @tparam {column,...} columns `{kind =, field =, title =, width =}`, changed
-- @tparam {table,...} cells the texts of each row, changed
-- @tparam table rows their values
-- @tparam integer width of the terminal
-- @tparam[opt] string which a field of the columns that may have bars; default: all may
-- @usage table_width.draw_bars(columns, cells, rows, 80)
function M.draw_bars(columns, cells, rows, width, which)
  for i, column in ipairs(columns) do
    local most = math.max(column.width, format.width(M.bar_text(100.0)))
    local has_room = width_of_line(columns) + most - column.width <= width
    if column.kind == "percent" and has_room and (not which or column[which]) then
      replace(column, i, cells, "bar", function(r, text)
        local value = rows[r][column.field]
        return type(value) == "number" and M.bar_text(value) or text
      end)
    end
  end
end

--- Takes the bars from the percentages of a table; returns whether it had any.
local function erase_bars(columns, cells)
  local any = false
  for i, column in ipairs(columns) do
    if column.kind == "bar" then
      any, column.had_bar = true, true
      replace(column, i, cells, "percent", function(_, text) return text:match "^ *([%d.]+%%) " or text end)
    end
  end
  return any
end

--- The narrowest width of a column: that of its longest class, if it is one of objects.
local function least_of(column, i, cells, width)
  local least = math.max(LEAST, i == 1 and math.floor(NAMES * width) or 0)
  if column.kind == "object" then
    least = 1
    for _, of_row in ipairs(cells) do
      least = math.max(least, notation.least(of_row[i]))
    end
  end
  return math.min(column.width, least)
end

--- Narrows columns until a line fits, those of objects first. Returns whether that succeeds.
local function narrow(columns, width)
  for _, column in ipairs(columns) do
    column.width, column.fixed = column.natural, column.kind ~= "object"
  end
  layout.fit(columns, width, LEAST)
  for _, column in ipairs(columns) do
    column.fixed = M.FIXED[column.kind]
  end
  return layout.fit(columns, width, LEAST) <= width
end

--- Makes a column of objects as narrow as what is left of their texts.
local function tighten(column, i, cells)
  if column.kind == "object" and column.width < column.natural then
    local widest = math.min(format.width(column.title), column.width)
    for _, of_row in ipairs(cells) do
      widest = math.max(widest, format.width(notation.cut(of_row[i], column.width)))
    end
    column.width = widest
  end
end

--- Drops the last column of details, or the last one; returns its title.
local function drop(columns, cells)
  local detail
  for i, column in ipairs(columns) do
    detail = column.is_detail and i or detail
  end
  local i = detail or #columns
  for _, of_row in ipairs(cells) do
    table.remove(of_row, i)
  end
  return table.remove(columns, i).title
end

--- Fits columns to a width: narrows them; if that is not enough, erases bars, then drops columns, details first.
-- @tparam {column,...} columns as for @{draw_bars}
-- @tparam {table,...} cells
-- @tparam table rows
-- @tparam integer width of the terminal
-- @treturn {string,...} titles of the columns that were dropped
-- @usage local dropped = table_width.fit(columns, cells, rows, 80)
function M.fit(columns, cells, rows, width)
  local dropped, has_bars = {}, true
  for i, column in ipairs(columns) do
    column.natural, column.least = column.width, least_of(column, i, cells, width)
  end
  while not narrow(columns, width) and #columns > FEWEST do
    if has_bars and erase_bars(columns, cells) then
      for _, column in ipairs(columns) do
        column.natural = column.kind == "percent" and column.width or column.natural
      end
    else
      table.insert(dropped, 1, drop(columns, cells))
    end
    has_bars = false
  end
  for i, column in ipairs(columns) do
    tighten(column, i, cells)
  end
  M.draw_bars(columns, cells, rows, width, "had_bar")
  return dropped
end

return M
