--- Heap dumps of Python processes as an object graph.
-- @module dryad
-- @usage
-- local dryad = require "dryad"
-- local heap = dryad.load "app.dump"
-- print(heap:summarize())

local core = require "dryad.core"
local check = require "dryad.check"
local format = require "dryad.format"
local load = require "dryad.load"
local pager = require "dryad.pager"
require "dryad.heap"
require "dryad.object"
require "dryad.list"
require "dryad.json"

core.progress = require "dryad.progress"

local M = {
  load = load.load,
  records = load.records,
  diff = require "dryad.diff",
  leak_suspects = require("dryad.suspects").find,
  duplicates = require("dryad.duplicates").find,
  workspace = require("dryad.workspace").new,
}

--- Python's None where a dict or list of the dump has it.
M.None = core.None

--- The version of Dryad.
M.version = core.version

--- Seconds of a clock that only goes forward.
-- @function clock
-- @treturn number
-- @usage local started = dryad.clock()
M.clock = core.clock

--- Prints a value in full: tables with their contents, lists with all their members.
-- @param x
-- @usage dryad.pp(heap "Thread")
function M.pp(x)
  if rawequal(getmetatable(x), core.list.meta) then
    x:show()
  else
    pager.show(format.pretty(x))
  end
end

--- All recipes.
-- @treturn {recipe,...} prints as a table
-- @usage print(dryad.recipes())
function M.recipes()
  return require("dryad.recipes").list()
end

--- The recipe of a name, to be called as `recipe(heap, {...})`.
-- @tparam string name
-- @treturn recipe
-- @usage print(dryad.recipe("holders")(heap, { type = "Thread" }))
function M.recipe(name)
  check.argument(type(name) == "string", "recipe", "name", "the name of a recipe", name)
  local recipe, message = require("dryad.recipes").find(name)
  if not recipe then
    check.fail("%s", message)
  end
  return recipe
end

return M
