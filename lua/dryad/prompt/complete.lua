-- SPDX-License-Identifier: MIT
--- Completion at the prompt with the Tab key.
-- @module dryad.prompt.complete

local commands = require "dryad.prompt.commands"
local complete_command = require "dryad.prompt.complete_command"
local complete_lua = require "dryad.prompt.complete_lua"
local format = require "dryad.text.format"
local layout = require "dryad.text.columns"
local places = require "dryad.prompt.places"
local screen = require "dryad.text.screen"

local M = {}

local MOST = 200 -- candidates shown

--- The names that begin with what is typed and can stand at a place, sorted.
local function fitting(typed, names, place)
  local found, seen = {}, {}
  for _, name in ipairs(names) do
    if name:sub(1, #typed) == typed and not seen[name] and places.takes(place, name) then
      seen[name] = true
      found[#found + 1] = name
    end
  end
  table.sort(found)
  return found
end

--- The text typed at the cursor, its candidates, and the place where it stands.
local function candidates(before, session)
  local typed, names, place = complete_command.candidates(before, session)
  if typed then
    return typed, names, place
  end
  typed, names, place = complete_lua.candidates(before, session)
  if before:find("^%s*[%a_][%w_]*$") then
    table.move(commands.names(), 1, #commands.names(), #names + 1, names)
  end
  return typed, names, place
end

local function common_length(a, b)
  local length = 0
  while length < #a and a:byte(length + 1) == b:byte(length + 1) do
    length = length + 1
  end
  return length
end

--- The longest common beginning of names that ends between two characters.
local function common_prefix(names)
  local common = names[1]
  for i = 2, #names do
    local length = common_length(common, names[i])
    local is_split = common:find("^[\x80-\xbf]", length + 1) or names[i]:find("^[\x80-\xbf]", length + 1)
    common = common:sub(1, length):gsub(is_split and "[\xc2-\xf4][\x80-\xbf]*$" or "^$", "")
  end
  return common
end

--- Lays out names in columns, read downwards, as wide as the terminal.
-- @tparam {string,...} names
-- @tparam integer columns of the terminal
-- @treturn string
-- @usage print(require("dryad.prompt.complete").listing({ "a", "b" }, 80))
function M.listing(names, columns)
  local shown, texts, width = math.min(#names, MOST), {}, 0
  for i = 1, shown do
    texts[i] = format.cut(format.printable(names[i]), columns)
    width = math.max(width, format.width(texts[i]))
  end
  width = width + #layout.GAP
  local across = math.max(columns // width, 1)
  local rows = (shown + across - 1) // across
  local lines = {}
  for row = 1, rows do
    local line = {}
    for i = row, shown, rows do
      line[#line + 1] = layout.pad(texts[i], width)
    end
    lines[row] = layout.line(line, "")
  end
  if #names > shown then
    lines[#lines + 1] = ("and %d more"):format(#names - shown)
  end
  return table.concat(lines, "\n")
end

--- Completes a line when the user presses Tab. Offers only what can be quoted at the cursor.
-- @tparam string before the text before the cursor
-- @tparam string after the text after it
-- @tparam table session @{dryad.prompt.session}
-- @treturn string|nil what to insert at the cursor
-- @treturn string|nil what to show below
-- @usage complete.complete('heap:get_all("Thr', "", session) --> 'ead"'
function M.complete(before, after, session)
  if not before:find("%S") then
    return "  "
  end
  local typed, names, place = candidates(before, session)
  local found = fitting(typed, names, place)
  if #found == 0 then
    return nil
  end
  local common = common_prefix(found)
  local rest = place.write(common:sub(#typed + 1))
  if #found == 1 and rest then
    local closes = place.close and not common:find("/$") and after == ""
    return closes and rest .. place.close or rest
  elseif rest ~= "" then
    return rest
  end
  local _, columns = screen.size()
  return nil, M.listing(found, columns or 80)
end

return M
