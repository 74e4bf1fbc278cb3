-- SPDX-License-Identifier: MIT
--- Opens the full-screen browser, for the command and the prompt.
-- @module dryad.browse.browse

local app = require "dryad.browse.app"
local menu = require "dryad.browse.menu"

local M = {}

local has_curses, curses = pcall(require, "dryad.curses")

--- Raises an error unless there is a terminal that can be filled.
-- @usage browse.check()
function M.check()
  local obstacle = "only the program dryad can fill a terminal"
  if has_curses then
    obstacle = curses.obstacle()
  end
  if obstacle then
    error(("browse: %s; `dryad leaks` and `dryad report` need no terminal"):format(obstacle), 0)
  end
end

--- Fills the terminal until the user quits. Raises an error if there is none that can be filled.
-- @tparam {heap,...} heaps the last is the one that is looked at
-- @tparam[opt] function first makes the first view; default: the first of the menu
-- @usage browse.open({ heap })
function M.open(heaps, first)
  M.check()
  local screen <close> = curses.open()
  app.new(screen, heaps, menu):run(first and first())
end

return M
