-- SPDX-License-Identifier: MIT
--- A line of the prompt, typed in the browser: its result becomes a view.
-- @module dryad.browse.prompt_line

local core = require "dryad.core"
local interruption = require "dryad.text.interruption"
local output = require "dryad.text.output"
local pager = require "dryad.text.pager"
local registry = require "dryad.browse.registry"
local repl = require "dryad.prompt.repl"
local screen = require "dryad.text.screen"
local sql_result = require "dryad.sql.result"
local text_view = require "dryad.browse.text_view"

local M = {}

local prompt -- made for the first line; it keeps the locals of all lines

local function is(value, kind)
  return rawequal(getmetatable(value), core[kind].meta)
end

--- The objects of a result of SQL that has their addresses, or nil.
local function objects_of(result)
  local has_addresses = is(result, "result") and sql_result.column_index(result, "address")
  return has_addresses and result:objects() or nil
end

--- The view of a value that is not only text, or nil.
local function view_of(value, heaps, title)
  if is(value, "object") then
    return registry.open("object", heaps, value)
  end
  local list = is(value, "list") and value or objects_of(value)
  return list and registry.open("list", heaps, list, title) or nil
end

--- Runs a line.
-- @tparam string text
-- @tparam {heap,...} heaps
-- @tparam function written returns what was written to the standard streams
-- @treturn view|nil nil if there is nothing to show
-- @treturn string|nil a message: the problem
-- @treturn boolean whether the line was `quit`
-- @usage local view, problem = prompt_line.run("heap 'dict'", { heap }, function() return screen:written() end)
function M.run(text, heaps, written)
  prompt = prompt or repl.new()
  local was_paged = pager.enabled
  pager.enabled = false
  local printed, values, shown = output.capture(screen.plainly, prompt.evaluate, prompt, text)
  pager.enabled = was_paged
  printed = printed .. written()
  local has_finished = prompt.finished or false
  prompt.finished = false
  if not values and interruption.is(shown) then
    error(interruption.MESSAGE, 0)
  elseif not values then
    return nil, printed .. shown, has_finished
  end
  local view = view_of(values[1], heaps, text)
  local all = printed .. (shown or "")
  return view or all:find "%S" and text_view.new(all, text) or nil, nil, has_finished
end

--- Completes a line as the prompt does.
-- @tparam table line of @{dryad.browse.line_editor}
-- @treturn string|nil what could follow, if it is not clear
-- @usage local choices = prompt_line.complete(line)
function M.complete(line)
  prompt = prompt or repl.new()
  local insert, choices = require("dryad.prompt.complete").complete(line.before, line.after, prompt.session)
  line:insert(insert or "")
  return choices
end

return M
