-- SPDX-License-Identifier: MIT
--- A view on the screen: its heading, the rows that fit, the selected one, and how many more there are.
-- @module dryad.browse.table_pane

local column_widths = require "dryad.browse.column_widths"
local folding = require "dryad.browse.folding"
local format = require "dryad.text.format"
local interruption = require "dryad.text.interruption"
local palette = require "dryad.browse.palette"
local units = require "dryad.text.units"

local M = {}

local Pane = {}
Pane.__index = Pane

local MOST_ROWS = 1000 -- that are kept
local STYLES, CELLS = palette.STYLES, palette.CELLS

--- A pane at the first row of a view.
-- @tparam view view
-- @treturn table with `view` and `selected`
-- @usage local pane = table_pane.new(view)
function M.new(view)
  return setmetatable({ view = view, selected = 1, top = 1, height = 1, rows = {}, cells = {}, kept = 0 }, Pane)
end

-- ---- rows -----------------------------------------------------------------------------------------

--- Forgets the rows, after the view was sorted.
-- @usage pane:forget_rows()
function Pane:forget_rows()
  self.rows, self.cells, self.kept = {}, {}, 0
end

--- A row of the view; one that cannot be made says why.
-- @tparam integer i
-- @treturn table
-- @usage local row = pane:row(pane.selected)
function Pane:row(i)
  local row = self.rows[i]
  if row then
    return row
  elseif self.kept >= MOST_ROWS then
    self:forget_rows()
  end
  local good, made = interruption.attempt(self.view.row, self.view, i)
  if not good then
    made = { style = "warn" }
    for _, column in ipairs(self.view.columns) do
      made[column[1]] = column_widths.is_name(column) and "cannot be shown" or nil
    end
  end
  self.rows[i], self.kept = made, self.kept + 1
  return made
end

--- The selected row, or nil if the view has none.
-- @treturn table|nil
-- @usage local row = pane:current()
function Pane:current()
  return self.selected <= self.view:count() and self:row(self.selected) or nil
end

-- ---- moving ---------------------------------------------------------------------------------------

--- Selects a row; the nearest if it does not exist.
-- @tparam integer i
-- @usage pane:select(1)
function Pane:select(i)
  self.selected = math.max(1, math.min(i, self.view:count()))
end

--- Selects a row that was searched for; text scrolls there.
-- @tparam integer i
-- @usage pane:go_to(12)
function Pane:go_to(i)
  self:select(i)
  if self.view.fit then
    self.top, self.found = self.selected, self.selected
  end
end

--- The top row when the end shows, with the line below the last row.
local function last_top_of(pane)
  return math.max(1, pane.view:count() + (pane.more and 1 or 0) - pane.height + 1)
end

local function scroll_to_selection(pane)
  pane:select(pane.selected)
  local last_top = last_top_of(pane)
  if pane.selected < pane.top then
    pane.top = pane.selected
  elseif pane.selected >= pane.top + pane.height then
    pane.top = pane.selected - pane.height + 1
  end
  if pane.selected == pane.view:count() then
    pane.top = math.max(pane.top, math.min(pane.selected, last_top)) -- with the line below the last row
  end
  pane.top = math.max(1, math.min(pane.top, last_top))
end

--- Scrolls without leaving the selection behind.
-- @tparam integer rows
-- @usage pane:scroll(3)
function Pane:scroll(rows)
  self.top = math.max(1, math.min(self.top + rows, last_top_of(self)))
  self:select(math.max(self.top, math.min(self.selected, self.top + self.height - 1)))
end

-- Where each key leads from a row.
local MOVES = {
  up = function(_, from) return from - 1 end,
  down = function(_, from) return from + 1 end,
  page_up = function(pane, from) return from - math.max(1, pane.height - 1) end,
  page_down = function(pane, from) return from + math.max(1, pane.height - 1) end,
  first = function() return 1 end,
  last = function(pane) return pane.view:count() end,
}

local PAGES = { page_up = true, page_down = true }

--- Moves the selection; text that scrolls has none.
-- @tparam string action the name of a key
-- @treturn boolean whether it moves anything
-- @usage pane:move "page_down"
function Pane:move(action)
  local move = MOVES[action]
  if not move then
    return false
  elseif self.view.fit then
    self:scroll(move(self, self.top) - self.top)
  else
    local before = self.selected
    self:select(move(self, before))
    if PAGES[action] then
      self.top = self.top + self.selected - before -- it stays where it is on the screen
    end
  end
  return true
end

--- The row that is shown at a row of the screen, or nil.
-- @tparam integer screen_row
-- @treturn integer|nil
-- @usage pane:select(pane:at(row) or pane.selected)
function Pane:at(screen_row)
  local i = screen_row - (self.first_row or math.huge) + self.top
  return i >= self.top and i < self.top + self.height and i <= self.view:count() and i or nil
end

-- ---- showing --------------------------------------------------------------------------------------

local TEXT = {
  count = units.count,
  bytes = units.bytes,
  percent = function(value) return units.percent(value / 100) end,
}

local function text_of(column, value)
  if value == nil then
    return ""
  elseif column[2] == "bar" then
    return " " -- drawn by its value
  end
  return (TEXT[column[2]] or format.short)(value)
end

--- The texts of a row, by the place of their columns.
local function cells_of(pane, i)
  local row, cells = pane:row(i), pane.cells[i]
  if not cells then
    cells = {}
    for c, column in ipairs(pane.view.columns) do
      cells[c] = text_of(column, row[column[1]])
    end
    pane.cells[i] = cells
  end
  return cells
end

--- The texts of the rows that fit, and the widest of each column so far: 0 as long as all of its cells were empty.
local function measure(pane)
  local view, texts = pane.view, {}
  if pane.columns ~= view.columns then
    pane.columns, pane.natural = view.columns, {}
    for i = 1, #view.columns do
      pane.natural[i] = 0
    end
  end
  for i = pane.top, math.min(view:count(), pane.top + pane.height - 1) do
    texts[i] = cells_of(pane, i)
    for c, text in ipairs(texts[i]) do
      if text ~= "" then
        pane.natural[c] = math.max(pane.natural[c], format.width(view.columns[c][3] or ""), format.width(text))
      end
    end
  end
  return texts
end

local function aligned(column, text, width)
  return column_widths.is_number(column) and (" "):rep(width - format.width(text)) .. text or text
end

local function draw_heading(pane, area, shown)
  area.screen:put(area.row, 1, area.width, "", STYLES.heading)
  for _, place in ipairs(shown) do
    local column = place.column
    local style = pane.view.sorted == column[1] and STYLES.sorted or STYLES.heading
    area.screen:put(area.row, 2 + place.at, place.width, aligned(column, column[3] or "", place.width), style)
  end
end

local function draw_row(pane, area, shown, i, cells)
  local row, screen_row = pane:row(i), pane.first_row + i - pane.top
  local selected = i == (pane.view.fit and pane.found or not pane.view.fit and pane.selected)
  area.screen:put(screen_row, 1, area.width, "", selected and STYLES.selected or "")
  for _, place in ipairs(shown) do
    local column, value = place.column, row[place.column[1]]
    local text = aligned(column, cells[place.index], place.width)
    if column[2] == "bar" and value then
      text = area.signs.bar(value / 100, place.width)
    elseif column[2] == "object" then
      text = format.cut_object(text, place.width)
    end
    local style = row.style and STYLES[row.style] or CELLS[column[2]] or ""
    text = text:gsub("…", area.signs.cut)
    area.screen:put(screen_row, 2 + place.at, place.width, text, selected and STYLES.selected or style)
  end
end

local function has_heading(view)
  for _, column in ipairs(view.columns) do
    if column[3] and column[3] ~= "" then
      return true
    end
  end
  return false
end

--- Draws the lines above the table, no more than half of the room.
local function draw_head(pane, area)
  local lines = {}
  for _, line in ipairs(pane.view.head or {}) do
    local text, style = line, nil
    if type(line) == "table" then
      text, style = line[1], line[2]
    end
    for _, part in ipairs(folding.line(format.printable(text), area.width - 2)) do
      lines[#lines + 1] = { part, style }
    end
  end
  local most = math.max(1, area.height // 2)
  pane.is_head_cut = #lines > most
  for i = 1, math.min(#lines, pane.is_head_cut and most - 1 or most) do
    area.screen:put(area.row, 2, area.width - 2, lines[i][1], STYLES[lines[i][2]] or "")
    area.row, area.height = area.row + 1, area.height - 1
  end
  if pane.is_head_cut then
    area.screen:put(area.row, 2, area.width - 2, ("... %d more lines: t shows them"):format(#lines - most + 1),
      STYLES.rest)
    area.row, area.height = area.row + 1, area.height - 1
  end
  if #lines > 0 then
    area.row, area.height = area.row + 1, area.height - 1
  end
end

local function draw_empty(pane, area)
  for _, line in ipairs(folding.line(format.printable(pane.view.empty or "nothing here"), area.width - 2)) do
    if area.height > 0 then
      area.screen:put(area.row, 2, area.width - 2, line, STYLES.rest)
      area.row, area.height = area.row + 1, area.height - 1
    end
  end
end

--- Draws the view.
-- @tparam table area `{screen =, signs =, row = the first, height =, width =}`
-- @usage pane:draw { screen = screen, signs = signs, row = 3, height = 20, width = 80 }
function Pane:draw(area)
  local view = self.view
  if view.fit then
    view:fit(area.width - 2)
  end
  draw_head(self, area)
  local count = view:count()
  self.more = view.more and view:more() or nil
  if count == 0 then
    self.first_row = nil
    draw_empty(self, area)
    return
  end
  local heading = has_heading(view) and 1 or 0
  self.height, self.first_row = math.max(1, area.height - heading), area.row + heading
  if view.fit then
    self:scroll(0)
  else
    scroll_to_selection(self)
  end
  local texts = measure(self)
  local shown = column_widths.fit(view.columns, self.natural, area.width - 2)
  if heading == 1 then
    draw_heading(self, area, shown)
  end
  local last = math.min(count, self.top + self.height - 1)
  for i = self.top, last do
    draw_row(self, area, shown, i, texts[i])
  end
  if self.more and last == count and last - self.top + 1 < self.height then
    area.screen:put(self.first_row + last - self.top + 1, 2, area.width - 2, "and " .. self.more, STYLES.rest)
  end
end

return M
