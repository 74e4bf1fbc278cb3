-- SPDX-License-Identifier: MIT
--- The full-screen browser: a stack of views, and the loop that reads keys.
-- @module dryad.browse.app

local actions = require "dryad.browse.actions"
local footer = require "dryad.browse.footer"
local format = require "dryad.text.format"
local header = require "dryad.browse.header"
local index = require "dryad.heap.index_beside_dump"
local interruption = require "dryad.text.interruption"
local keys = require "dryad.browse.keys"
local palette = require "dryad.browse.palette"
local registry = require "dryad.browse.registry"
local table_pane = require "dryad.browse.table_pane"
local traceback = require "dryad.recipes.traceback"
local work = require "dryad.browse.work"

local M = {}

local App = {}
App.__index = App

local LEAST_ROWS, LEAST_COLUMNS = 8, 30
local TOO_SMALL = "The terminal is too small."

local has_signals, signals = pcall(require, "dryad.signals")
local guard = has_signals and signals.guard or xpcall

--- A browser on a screen.
-- @tparam screen screen as of `dryad.curses`
-- @tparam {heap,...} heaps the last is the one that is looked at
-- @tparam {table,...} menu the views, see @{dryad.browse.menu}
-- @treturn table
-- @usage app.new(screen, { heap }, menu):run()
function M.new(screen, heaps, menu)
  return setmetatable({
    screen = screen, heaps = heaps, menu = menu, signs = palette.signs(screen:is_ascii()), panes = {}, roots = {},
    waiting = {}, histories = {},
  }, App)
end

-- ---- views ----------------------------------------------------------------------------------------

--- The pane that is shown.
-- @treturn table|nil
-- @usage local row = app:pane():current()
function App:pane()
  return self.panes[#self.panes]
end

--- Goes into a view.
-- @tparam view|nil view nothing happens without one
-- @usage app:push(view)
function App:push(view)
  if view then
    self.panes[#self.panes + 1] = table_pane.new(view)
  end
end

--- Goes back to the view before; the first one stays.
-- @usage app:pop()
function App:pop()
  if #self.panes > 1 then
    self.panes[#self.panes] = nil
  end
end

--- Shows a view of the menu, where it was left.
-- @tparam table entry of the menu
-- @usage app:visit(menu[1])
function App:visit(entry)
  local why_not = entry.why_not(self.heaps)
  if why_not then
    self:say(why_not)
    return
  elseif not self.roots[entry] then
    work.announce(self, "looking at " .. entry.title)
    self.roots[entry] = table_pane.new(registry.open(entry.name, self.heaps))
  end
  self.panes, self.entry = { self.roots[entry] }, entry
end

--- Looks at a heap from now on: after the others, if there are any.
-- @tparam heap heap
-- @usage app:look_at(dryad.load "app.dump")
function App:look_at(heap)
  local heaps = {}
  for _, other in ipairs(self.heaps) do
    heaps[#heaps + 1] = other ~= heap and other or nil
  end
  heaps[#heaps + 1] = heap
  self.heaps = heaps
  self:renew()
end

--- Makes the views anew, which a change of the heap has outdated, and shows the one of the menu.
-- @usage app:renew()
function App:renew()
  self.roots = {}
  self:visit(self.entry or self.menu[1])
end

--- Shows a message until the next key.
-- @tparam string text
-- @tparam[opt="message"] string style the name of one
-- @usage app:say "nothing found"
function App:say(text, style)
  self.message = { text = text, style = style or "message" }
end

-- ---- drawing --------------------------------------------------------------------------------------

local function draw_bottom(self, area)
  if self.input then
    footer.draw_input(area, self.input)
  end
  if self.message then
    footer.draw_message(area, self.message)
  elseif not self.input and self:pane() then
    local menu = self.menu
    footer.draw_hints(area, actions.useful(self), not self.tabs and menu[1].key .. "-" .. menu[#menu].key or nil)
  end
end

local function draw_all(self, area)
  local pane = self:pane()
  if pane then
    header.draw(self, area)
  end
  draw_bottom(self, area)
  if pane then
    area.row, area.height = area.row + 1, area.height - 1
    pane:draw(area)
  end
end

--- Shows why nothing else can be shown, as when a line has closed the heap.
local function draw_problem(self, area, problem)
  self.screen:erase()
  footer.draw_message(area, { text = format.printable_lines(tostring(problem)), style = "problem" })
  footer.draw_hints(area, {})
end

--- Draws all of the screen.
-- @usage app:draw()
function App:draw()
  local screen = self.screen
  local rows, columns = screen:size()
  local area = { screen = screen, signs = self.signs, row = 1, height = rows, width = columns }
  screen:erase()
  screen:cursor()
  if rows < LEAST_ROWS or columns < LEAST_COLUMNS then
    screen:put(1, 1, columns, TOO_SMALL)
  else
    local good, problem = interruption.attempt(draw_all, self, area)
    if not good then
      area.row, area.height = 1, rows
      draw_problem(self, area, problem)
    end
  end
  screen:refresh()
end

-- ---- the loop -------------------------------------------------------------------------------------

local function next_key(self)
  if #self.waiting > 0 then
    return { table.remove(self.waiting, 1) }
  end
  local key, row, column = self.screen:key()
  if not key and row == "end" then
    error("the terminal is gone", 0)
  end
  return { key, row, column }
end

local function click(self, row, column)
  for _, tab in ipairs(self.tabs or {}) do
    if tab.row == row and tab.first <= column and column <= tab.last then
      self:visit(tab.entry)
      return
    end
  end
  local pane = self:pane()
  local i = pane:at(row)
  if i and i == pane.selected and not pane.view.fit then
    actions.run(self, "enter")
  elseif i then
    pane:select(i)
  end
end

local WHEEL = 3 -- rows

local function press(self, pressed)
  local key = pressed[1]
  if self.input then
    actions.type(self, key)
  elseif key == "wheel_up" or key == "wheel_down" then
    self:pane():scroll(key == "wheel_up" and -WHEEL or WHEEL)
  elseif key == "click" then
    click(self, pressed[2], pressed[3])
  elseif keys.action(key) then
    actions.run(self, keys.action(key))
  else
    for _, entry in ipairs(self.menu) do
      if entry.key == key then
        self:visit(entry)
      end
    end
  end
end

local function step(self)
  self:draw()
  local pressed = next_key(self)
  if pressed[1] then
    actions.forget_message(self, pressed[1])
    self.is_working = true
    work.watched(self, press, self, pressed)
  end
  self.is_working = false
end

--- Shows an error of a key; an interruption only stopped what it was doing.
local function tell(self, problem)
  if interruption.is(problem.message) then
    self:say "stopped"
    return
  end
  local lines = { format.printable_lines(problem.message) }
  for _, sentence in ipairs(index.recover()) do
    lines[#lines + 1] = sentence
  end
  self:say(table.concat(lines, "\n"), "problem")
end

local function guarded(self, f, ...)
  local good, problem = guard(f, traceback.handler, ...)
  if not good then
    problem = type(problem) == "table" and problem or { message = tostring(problem), frames = {} }
    if not interruption.is(problem.message) or self.is_working then
      tell(self, problem)
    elseif self.input then
      self.input = nil
    else
      error(interruption.MESSAGE, 0)
    end
    self.is_working = false
  end
end

--- Reads keys until the user quits. Ctrl-C stops work, or leaves the line that is typed; else it ends the browser, with
-- an interruption.
-- @tparam[opt] view view the first one; default: the first of the menu
-- @usage app:run()
function App:run(view)
  self:draw()
  if view then
    self:push(view)
  else
    guarded(self, work.watched, self, self.visit, self, self.menu[1])
  end
  if not self:pane() then
    error(self.message.text, 0)
  end
  while not self.finished do
    guarded(self, step, self)
  end
end

return M
