-- SPDX-License-Identifier: MIT
--- The progress bar: on standard error, only on a terminal, only for work that takes longer than a second.
-- @module dryad.text.progress

local format = require "dryad.text.format"
local output = require "dryad.text.output"
local screen = require "dryad.text.screen"
local units = require "dryad.text.units"

local M = {}

--- Whether long work shows its progress by default, and loading reports what it loaded. The module does neither by
-- itself: a program that owns the terminal sets this.
M.is_shown = false

local PATIENCE = 1 -- seconds of work before the bar shows
local INTERVAL = 0.1 -- seconds between two updates
local WIDTH = 30

local started, stage_started, stage_now, drawn

local function clock()
  return require("dryad.core").clock()
end

--- The text of the bar.
-- @tparam string stage the name of the work
-- @tparam number done how much of it is done
-- @tparam number total 0 if unknown
-- @tparam number elapsed seconds since this stage began
-- @tparam[opt] number columns how wide the terminal is
-- @treturn string
-- @usage print(require("dryad.text.progress").line("loading", 30, 100, 2.5))
function M.line(stage, done, total, elapsed, columns)
  if total <= 0 then
    return ("%s  %s"):format(stage, units.seconds(math.floor(elapsed)))
  end
  local share = math.min(done / total, 1)
  local width = math.max(math.min(WIDTH, (columns or 80) - format.width(stage) - 24), 0)
  local full = math.floor(share * width + 0.5)
  local bar = ("━"):rep(full) .. screen.style("dim", ("─"):rep(width - full), "stderr")
  local left = ""
  if share > 0.02 and share < 1 then
    left = "  " .. units.seconds(math.ceil(elapsed / share - elapsed)) .. " left"
  end
  return ("%s  %s %3d%%%s"):format(stage, bar, math.floor(share * 100), left)
end

local elsewhere -- a function that shows the progress in place of the bar

--- Calls a function whose work shows its progress elsewhere than in the bar.
-- @tparam function show called with the stage, how much is done, the total (0 if unknown) and perhaps the progress in
--   words; it stops the work when it returns false
-- @tparam function f
-- @param ... its arguments
-- @return what it returns
-- @usage progress.shown_by(function(stage) return not is_escape_pressed() end, suspects.find, heap)
function M.shown_by(show, f, ...)
  local outer, was_sent = elsewhere, M.is_sent
  local _ <close> = setmetatable({}, { __close = function() elsewhere, M.is_sent = outer, was_sent end })
  elsewhere, M.is_sent = show, true
  return f(...)
end

--- Reports the progress of the work; updates the bar at intervals.
-- @tparam string stage
-- @tparam number done
-- @tparam number total 0 if unknown
-- @tparam[opt] string note the progress in words
-- @treturn boolean|nil false: the work must stop
-- @usage dryad.load(path, { progress = require("dryad.text.progress").bar })
function M.bar(stage, done, total, note)
  if elsewhere then
    return elsewhere(stage, done, total, note)
  elseif not screen.is_terminal("stderr") then
    return
  end
  local now = clock()
  started = started or now
  if stage ~= stage_now then
    stage_now, stage_started = stage, now
  end
  if now - started < PATIENCE or (drawn and now - drawn < INTERVAL) then
    return
  end
  drawn = now
  local _, columns = screen.size()
  local name = format.printable(note and stage .. ": " .. note or stage)
  output.redraw(M.line(name, done, total, now - stage_started, columns))
end

--- Ends the work: erases the bar; the next one waits its second again.
-- @usage require("dryad.text.progress").done()
function M.done()
  if drawn then
    output.redraw ""
  end
  started, stage_started, stage_now, drawn = nil, nil, nil, nil
end

return M
