-- SPDX-License-Identifier: MIT
--- The top of the screen: which dump this is, what is missing from it, and where in it one is.
-- @module dryad.browse.header

local defects = require "dryad.heap.defects"
local format = require "dryad.text.format"
local palette = require "dryad.browse.palette"
local units = require "dryad.text.units"

local M = {}

local STYLES = palette.STYLES
local ROWS_FOR_TABS = 20 -- of a terminal

--- The name of a dump without its folder.
local function name_of(heap)
  local file = heap.file or "a heap"
  return format.printable(file:match "[^/]+$" or file)
end

local function facts_of(heaps)
  local heap = heaps[#heaps]
  local facts = { ("%s in %s objects"):format(units.bytes(heap.total_size), units.count(#heap)) }
  if #heaps > 1 then
    facts[#facts + 1] = ("the last of %d dumps"):format(#heaps)
  end
  return facts
end

--- Puts texts one after the other; returns the column after them.
local function put_all(area, row, column, parts)
  for _, part in ipairs(parts) do
    column = column + area.screen:put(row, column, area.width - column + 1, part[1], part[2])
  end
  return column
end

--- The titles of the places, without the first ones where the line is too narrow for all.
local function trail_of(titles, area, width)
  local parts, taken = {}, 0
  for i = #titles, 1, -1 do
    local text = format.printable(titles[i])
    taken = taken + format.width(text) + format.width(area.signs.trail)
    if taken > width and #parts > 0 then
      table.insert(parts, 1, { "..." .. area.signs.trail, STYLES.trail })
      break
    end
    if #parts > 0 then
      table.insert(parts, 1, { area.signs.trail, STYLES.trail })
    end
    table.insert(parts, 1, { text, i == #titles and STYLES.place or STYLES.trail })
  end
  return parts
end

-- ---- the views ------------------------------------------------------------------------------------

local function tabs_of(app)
  local tabs, width = {}, 0
  for i, entry in ipairs(app.menu) do
    local is_here, why_not = entry == app.entry, entry.why_not(app.heaps)
    tabs[i] = {
      ("%s %s"):format(entry.key, entry.title), is_here and STYLES.tab or why_not and STYLES.dim or "", entry = entry,
    }
    width = width + format.width(tabs[i][1]) + 2
  end
  return tabs, width
end

--- Shows the keys and names of the views at the right of the first row, or in a row of their own; `tabs` of the app
-- says where, or is nil if there was no room. Returns the rows that it took.
local function draw_tabs(app, area, taken)
  local tabs, width = tabs_of(app)
  local row, column = area.row, area.width - width + 1
  if column < taken + 2 then
    row, column = area.row + 1, 2
  end
  app.tabs = nil
  if row > area.row and (area.height < ROWS_FOR_TABS or width > area.width) then
    return 0
  end
  for _, tab in ipairs(tabs) do
    tab.row, tab.first, tab.last = row, column, column + format.width(tab[1]) - 1
    column = column + area.screen:put(row, column, format.width(tab[1]), tab[1], tab[2]) + 2
  end
  app.tabs = tabs
  return row - area.row
end

-- ---- where one is ---------------------------------------------------------------------------------

local function sorted_by(view)
  for _, sort in ipairs(view.sorts or {}) do
    if sort[1] == view.sorted then
      return "by " .. sort[2]
    end
  end
end

local function draw_trail(area, titles, view)
  local right = sorted_by(view) or ""
  local room = area.width - 2 - #right
  put_all(area, area.row, 2, trail_of(titles, area, room - 2))
  if right ~= "" and room > area.width // 2 then
    area.screen:put(area.row, area.width - #right, #right, right, STYLES.trail)
  end
end

--- Draws the header and moves the area below it.
-- @tparam table app with `heaps`, `menu`, the `entry` of the menu that one is in, and the `panes`
-- @tparam table area `{screen =, signs =, row =, height =, width =}`
-- @usage header.draw(app, area)
function M.draw(app, area)
  local heap = app.heaps[#app.heaps]
  local name = format.cut_object(name_of(heap), math.max(1, area.width // 2))
  local parts = { { "Dryad", STYLES.program }, { "  " }, { name, STYLES.name }, { "  " } }
  parts[#parts + 1] = { table.concat(facts_of(app.heaps), area.signs.gap), STYLES.fact }
  local rows = 1 + draw_tabs(app, area, put_all(area, area.row, 2, parts))
  local why = defects.of(heap)
  if why then
    area.screen:put(area.row + rows, 2, area.width - 2, ("This dump %s (i: more)"):format(why), STYLES.note)
    rows = rows + 1
  end
  area.row, area.height = area.row + rows, area.height - rows
  local titles = {}
  for i, pane in ipairs(app.panes) do
    titles[i] = pane.view.title
  end
  draw_trail(area, titles, app.panes[#app.panes].view)
  area.row, area.height = area.row + 1, area.height - 1
end

return M
