-- SPDX-License-Identifier: MIT
--- A view of text: lines that scroll, folded to the width of the terminal.
-- @module dryad.browse.text_view

local format = require "dryad.text.format"
local folding = require "dryad.browse.folding"

local M = {}

local Text = {}
Text.__index = Text

local COLUMNS = { { "text", "text", "", weight = math.huge } }
local TAB = (" "):rep(4)

--- A text without Dryad's styles, and without line ends at its end.
local function plain(text)
  text = text:gsub("\27%[%d*m", ""):gsub("\t", TAB)
  return (format.printable_lines(text):gsub("%s+$", ""))
end

--- A view of a text of several lines, whose styles are left out.
-- @tparam string text
-- @tparam string title
-- @treturn view
-- @usage local view = text_view.new(tostring(heap:why "Session"), "why Session")
function M.new(text, title)
  local view = setmetatable({ title = title, columns = COLUMNS, lines = {} }, Text)
  for line in (plain(text) .. "\n"):gmatch "(.-)\n" do
    view.lines[#view.lines + 1] = line
  end
  view.shown = view.lines
  return view
end

--- Folds the lines.
-- @tparam integer width
-- @usage view:fit(80)
function Text:fit(width)
  if self.width ~= width then
    self.width, self.shown = width, folding.lines(self.lines, width)
  end
end

--- @treturn integer
function Text:count()
  return #self.shown
end

--- @tparam integer i
-- @treturn table
function Text:row(i)
  return { text = self.shown[i] }
end

return M
