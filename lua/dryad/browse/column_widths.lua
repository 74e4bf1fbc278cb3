-- SPDX-License-Identifier: MIT
--- Which columns of a view a terminal has room for, and how wide they are.
-- @module dryad.browse.column_widths

local M = {}

local GAP = 2
local LEAST = 8 -- columns of a text
local READABLE, READABLE_NAME = 20, 30 -- columns of a text before another column is left out for it
local SHARE_OF_NAME = 0.45 -- of a narrow terminal
local MOST = 60 -- of a text that is not the name
local BAR = { least = 8, most = 30, share = 0.15 }
local NUMBERS = { count = true, bytes = true, percent = true }

--- Whether a column is the one with the name of a row.
-- @tparam table column
-- @treturn boolean
-- @usage column_widths.is_name { "class", "class", "class", weight = math.huge } --> true
function M.is_name(column)
  return column.weight == math.huge
end

--- Whether a column has numbers, which are never cut and stand at its right.
-- @tparam table column
-- @treturn boolean
-- @usage column_widths.is_number { "size", "bytes", "size" } --> true
function M.is_number(column)
  return NUMBERS[column[2]] or false
end

local function weight_of(column)
  return column.weight or 1
end

--- The width that a column asks for, that with which it can be read, and the least that it can do with.
local function wanted(column, natural, width)
  local kind = column[2]
  if kind == "bar" then
    local own = math.max(BAR.least, math.min(BAR.most, math.floor(width * BAR.share)))
    return own, own, own
  elseif M.is_number(column) then
    return natural, natural, natural
  elseif M.is_name(column) then
    local readable = math.max(LEAST, math.min(READABLE_NAME, math.floor(width * SHARE_OF_NAME)))
    return natural, math.min(natural, readable), math.min(natural, LEAST)
  end
  return math.min(natural, MOST), math.min(natural, READABLE), math.min(natural, LEAST)
end

--- The place in the array of the column that goes first.
local function lightest(columns)
  local found
  for i, column in ipairs(columns) do
    if not M.is_name(column.column) and (not found or weight_of(column.column) <= weight_of(columns[found].column)) then
      found = i
    end
  end
  return found
end

local function total_of(columns, field)
  local total = GAP * (#columns - 1)
  for _, column in ipairs(columns) do
    total = total + column[field]
  end
  return total
end

--- Widens columns up to what `field` says, the name first, as long as there is room.
local function widen(columns, field, width)
  local room = width - total_of(columns, "width")
  for _, is_turn_of_name in ipairs { true, false } do
    for _, column in ipairs(columns) do
      if M.is_name(column.column) == is_turn_of_name then
        local more = math.max(0, math.min(column[field] - column.width, room))
        column.width, room = column.width + more, room - more
      end
    end
  end
end

--- Lays out the columns of a view.
-- @tparam {column,...} columns of the view, `{key, kind, title, weight =}`
-- @tparam {integer,...} natural the width of the widest text in each; 0: nothing to show
-- @tparam integer width of the table
-- @treturn {table,...} `{column =, index = in the view, at = from 0, width =}` of those that are shown
-- @usage local shown = column_widths.fit(view.columns, { 10, 30 }, 80)
function M.fit(columns, natural, width)
  local shown = {}
  for i, column in ipairs(columns) do
    if natural[i] > 0 or M.is_name(column) then
      local own, readable, least = wanted(column, math.max(1, natural[i]), width)
      shown[#shown + 1] = { column = column, index = i, width = least, readable = readable, natural = own }
    end
  end
  while #shown > 1 and total_of(shown, "readable") > width do
    table.remove(shown, lightest(shown))
  end
  widen(shown, "readable", width)
  widen(shown, "natural", width)
  local last = shown[#shown]
  if M.is_name(last.column) then
    last.width = math.max(1, last.width + width - total_of(shown, "width"))
  end
  local at = 0
  for _, column in ipairs(shown) do
    column.at = at
    at = at + column.width + GAP
  end
  return shown
end

return M
