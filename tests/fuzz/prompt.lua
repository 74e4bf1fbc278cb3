-- SPDX-License-Identifier: MIT
--- Any text as a line of the prompt. It is classified, compiled and completed, as when somebody types it and presses
-- Tab; it does not run, so no function that it can name is called.

local complete = require "dryad.prompt.complete"
local core = require "dryad.core"
local dryad = require "dryad"
local globals = require "dryad.prompt.globals"
local repl = require "dryad.prompt.repl"
local ways = require "dryad.analysis.ways"

local DUMP = [[
{"address": 4294967312, "type": "module", "size": 100, "name": "shop", "refs": [4294967328]}
{"address": 4294967328, "type": "dict", "size": 300, "len": 2, "refs": [4294967344, 4294967360, 4294967376, 7]}
{"address": 4294967344, "type": "str", "size": 60, "len": 5, "value": "CACHE", "refs": []}
{"address": 4294967360, "type": "Session\"] os.exit() --", "size": 70, "refs": [4294967328]}
{"address": 4294967376, "type": "str", "size": 60, "len": 1, "value": "\u001b]52;\u202e'\\", "refs": []}
]]

local called
local function trap(name)
  return function()
    called = name
    return nil
  end
end

-- What a line could call. Dryad's own modules have globals of their own.
for name, library in pairs { os = os, io = io } do
  local traps = {}
  for key in pairs(library) do
    traps[key] = trap(name .. "." .. key)
  end
  _G[name] = traps
end
for _, name in ipairs { "print", "dofile", "load", "loadfile", "require", "pcall", "error", "assert", "select" } do
  _G[name] = trap(name)
end

-- Neither folders nor recipes of this machine: an input means the same everywhere.
function core.directory()
  return { "a.dump", "b c.dump", "folder" }
end

globals.set(dryad.workspace())
globals.workspace():adopt(dryad.load(coroutine.wrap(function()
  coroutine.yield(DUMP)
end)))
globals.follow()

return function(text)
  local prompt = repl.new()
  called = nil
  local piece, message, incomplete = prompt:piece(text)
  if not piece and type(message) ~= "string" then
    error "a line that is refused without a message"
  elseif incomplete and text:find "\n%s*$" then
    return
  end
  local insertion, listing = complete.complete(text, "", prompt.session)
  if insertion and listing then
    error "both an insertion and a list"
  elseif insertion and core.printable(insertion) ~= insertion then
    error "what Tab inserts would act as keys"
  elseif insertion then
    complete.complete(text .. insertion, "", prompt.session)
  end
  ways.has_form(text)
  if called then
    error("a line that only was read has called " .. called)
  end
end
