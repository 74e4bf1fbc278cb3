-- SPDX-License-Identifier: MIT
--- Work that may take long: its progress on the bottom line, and Esc to stop it.
-- @module dryad.browse.work

local core = require "dryad.core"
local palette = require "dryad.browse.palette"
local progress = require "dryad.text.progress"

local M = {}

local PATIENCE = 0.15 -- seconds before anything is shown
local INTERVAL = 0.05 -- seconds between two looks at the keyboard
local BAR = 20

local function line_of(signs, stage, done, total)
  if total <= 0 then
    return stage .. "  (Esc stops)"
  end
  local share = math.max(0, math.min(1, done / total))
  local full = math.floor(share * BAR + 0.5)
  return ("%s  %s%s %3d%%  (Esc stops)"):format(stage, signs.full:rep(full), signs.empty:rep(BAR - full),
    math.floor(share * 100))
end

--- Calls a function; shows what the core reports of its work, and stops it with an interruption when Esc is pressed.
-- Other keys are kept.
-- @tparam table app with `screen`, `signs` and `waiting`, the keys not used yet
-- @tparam function f
-- @param ... its arguments
-- @return what it returns
-- @usage local view = work.watched(app, views.new, heaps)
function M.watched(app, f, ...)
  local started, looked = core.clock(), 0
  return progress.shown_by(function(stage, done, total, note)
    local now = core.clock()
    if now - looked < INTERVAL then
      return true
    end
    looked = now
    if now - started > PATIENCE then
      local rows, columns = app.screen:size()
      app.screen:put(rows, 1, columns, line_of(app.signs, note or stage, done, total), palette.STYLES.key)
      app.screen:refresh()
    end
    local key = app.screen:key(0)
    if key == "escape" then
      app.waiting = {}
      return false
    end
    app.waiting[#app.waiting + 1] = key
    return true
  end, f, ...)
end

--- Says that work begins which may report no progress.
-- @tparam table app
-- @tparam string text
-- @usage work.announce(app, "searching")
function M.announce(app, text)
  local rows, columns = app.screen:size()
  app.screen:put(rows, 1, columns, text .. "  (Ctrl-C stops)", palette.STYLES.key)
  app.screen:refresh()
end

return M
