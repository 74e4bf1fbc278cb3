-- SPDX-License-Identifier: MIT
--- Completion at the prompt with the Tab key.
-- @module dryad.prompt.complete

local commands = require "dryad.prompt.commands"
local complete_command = require "dryad.prompt.complete_command"
local complete_lua = require "dryad.prompt.complete_lua"
local screen = require "dryad.text.screen"

local M = {}

local MOST = 200 -- candidates shown

local function with_prefix(prefix, names)
  local found, seen = {}, {}
  for _, name in ipairs(names) do
    if name:sub(1, #prefix) == prefix and not seen[name] then
      seen[name] = true
      found[#found + 1] = name
    end
  end
  table.sort(found)
  return found
end

--- The typed part at the cursor, its candidates, and whether Tab closes a quote after it.
local function candidates(before, session)
  local typed, names, in_quotes = complete_command.candidates(before, session)
  if typed then
    return typed, names, in_quotes
  end
  typed, names, in_quotes = complete_lua.candidates(before, session)
  if before:find("^%s*[%a_][%w_]*$") then
    table.move(commands.names(), 1, #commands.names(), #names + 1, names)
  end
  return typed, names, in_quotes
end

local function common_prefix(names)
  local common = names[1]
  for i = 2, #names do
    while names[i]:sub(1, #common) ~= common do
      common = common:sub(1, utf8.offset(common, -1) - 1)
    end
  end
  return common
end

--- Lays out names in columns, read downwards, as wide as the terminal.
-- @tparam {string,...} names
-- @tparam integer columns of the terminal
-- @treturn string
-- @usage print(require("dryad.prompt.complete").listing({ "a", "b" }, 80))
function M.listing(names, columns)
  local shown = math.min(#names, MOST)
  local width = 0
  for i = 1, shown do
    width = math.max(width, utf8.len(names[i]) or #names[i])
  end
  width = width + 2
  local across = math.max(columns // width, 1)
  local rows = (shown + across - 1) // across
  local lines = {}
  for row = 1, rows do
    local line = {}
    for i = row, shown, rows do
      line[#line + 1] = names[i] .. (" "):rep(width - (utf8.len(names[i]) or #names[i]))
    end
    lines[row] = (table.concat(line):gsub("%s+$", ""))
  end
  if #names > shown then
    lines[#lines + 1] = ("and %d more"):format(#names - shown)
  end
  return table.concat(lines, "\n")
end

--- Completes a line when the user presses Tab.
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
  local typed, names, in_quotes = candidates(before, session)
  local found = with_prefix(typed, names)
  if #found == 0 then
    return nil
  end
  local common = common_prefix(found)
  local rest = common:sub(#typed + 1)
  if #found == 1 then
    local quote = in_quotes and not common:find("/$") and after == "" and before:match([[.*(["'])]]) or ""
    return rest .. quote
  elseif rest ~= "" then
    return rest
  end
  local _, columns = screen.size()
  return nil, M.listing(found, columns or 80)
end

return M
