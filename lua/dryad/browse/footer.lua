-- SPDX-License-Identifier: MIT
--- The bottom of the screen: what the keys do here, a message, or the line that is being typed.
-- @module dryad.browse.footer

local core = require "dryad.core"
local format = require "dryad.text.format"
local keys = require "dryad.browse.keys"
local palette = require "dryad.browse.palette"

local M = {}

local STYLES = palette.STYLES
local GAP = 2
local LAST = { "help", "quit" } -- they stay however narrow the terminal is

local function hint(shown, short)
  return { shown, short, width = #shown + 1 + #short }
end

local function hint_of(name)
  local key = keys.get(name)
  return hint(key.shown:match "^[^,]+", key.short)
end

local function width_of(hints)
  local width = 0
  for _, own in ipairs(hints) do
    width = width + own.width + GAP
  end
  return width
end

--- Draws the keys that do something here, as many as fit.
-- @tparam table area
-- @tparam {string,...} names of the keys, the most useful first
-- @tparam[opt] string views the keys of the views, unless they show elsewhere
-- @usage footer.draw_hints(area, { "enter", "sort" }, "1-6")
function M.draw_hints(area, names, views)
  local row, column, hints = area.row + area.height - 1, 2, {}
  local last = { hint_of(LAST[1]), hint_of(LAST[2]) }
  if views then
    table.insert(last, 1, hint(views, "views"))
  end
  for _, name in ipairs(names) do
    local next_one = hint_of(name)
    if width_of(hints) + next_one.width + GAP + width_of(last) <= area.width then
      hints[#hints + 1] = next_one
    end
  end
  for _, shown in ipairs(table.move(last, 1, #last, #hints + 1, hints)) do
    area.screen:put(row, column, #shown[1], shown[1], STYLES.key)
    area.screen:put(row, column + #shown[1] + 1, #shown[2], shown[2], STYLES.hint)
    column = column + shown.width + GAP
  end
  area.height = area.height - 1
end

--- Cuts a text into pieces of the width of the screen, so that one can select it whole by hand.
local function pieces_of(text, width, most)
  local pieces = {}
  while text ~= "" and #pieces < most do
    local bytes = math.max(1, (core.text_beginning(text, width)))
    pieces[#pieces + 1] = text:sub(1, bytes)
    text = text:sub(bytes + 1)
  end
  return pieces
end

--- Draws a message, on several lines if it needs them.
-- @tparam table area
-- @tparam table message `{text =, style = the name of a style}`
-- @usage footer.draw_message(area, { text = "nothing found", style = "message" })
function M.draw_message(area, message)
  local lines = {}
  for line in (message.text .. "\n"):gmatch "(.-)\n" do
    for _, piece in ipairs(pieces_of(format.printable(line), area.width, math.max(1, area.height // 2 - #lines))) do
      lines[#lines + 1] = piece
    end
  end
  local first = area.row + area.height - #lines
  for i, line in ipairs(lines) do
    area.screen:put(first + i - 1, 1, area.width, line, STYLES[message.style])
  end
  area.height = area.height - #lines
end

--- Draws the line that is being typed, and puts the cursor there.
-- @tparam table area
-- @tparam table input `{sign = what is before it, line = the line}`
-- @usage footer.draw_input(area, { sign = "/", line = line })
function M.draw_input(area, input)
  local row, width = area.row + area.height - 1, area.width - #input.sign
  local before, after = format.printable(input.line.before), format.printable(input.line.after)
  local hidden = math.max(0, format.width(before) - width + 2)
  before = before:sub((core.text_beginning(before, hidden)) + 1)
  area.screen:put(row, 1, #input.sign, input.sign, STYLES.prompt)
  area.screen:put(row, 1 + #input.sign, width, before .. after)
  area.screen:cursor(row, math.min(area.width, 1 + #input.sign + format.width(before)))
  area.height = area.height - 1
end

return M
