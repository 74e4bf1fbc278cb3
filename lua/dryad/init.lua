-- SPDX-License-Identifier: MIT
--- Heap dumps of Python processes as an object graph.
--
-- Scripts and recipes can rely on this module, and on
--
-- * @{dryad.text.render}: tables and reports that print themselves
-- * @{dryad.text.top}: the first rows of a table by a field
-- * @{dryad.text.units}: numbers as people read and type them
--
-- All other modules below `dryad.` are internal, and may change in any version.
-- @module dryad
-- @usage
-- local dryad = require "dryad"
-- local heap = dryad.load "app.dump"
-- print(heap:summarize())

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local dict = require "dryad.heap.dict"
local format = require "dryad.text.format"
local json_value = require "dryad.text.json_value"
local load = require "dryad.heap.load"
local pager = require "dryad.text.pager"
local screen = require "dryad.text.screen"

-- These give heaps, objects and lists their methods.
require "dryad.heap.changes"
require "dryad.heap.heap"
require "dryad.heap.json"
require "dryad.heap.list"
require "dryad.heap.list_files"
require "dryad.heap.object"
require "dryad.heap.meliae_names"
require "dryad.heap.process"
require "dryad.heap.stacks"
require "dryad.analysis.classes"
require "dryad.analysis.dominators"
require "dryad.analysis.path"
require "dryad.analysis.retained"
require "dryad.analysis.roots"
require "dryad.analysis.sites"
require "dryad.analysis.stacks"
require "dryad.analysis.summary"
require "dryad.analysis.ways"
require "dryad.analysis.why"

core.progress = require "dryad.text.progress"

local M = {
  load = load.load,
  records = load.records,
  diff = require "dryad.analysis.diff",
  leak_suspects = require("dryad.analysis.suspects").find,
  duplicates = require("dryad.analysis.duplicates").find,
  garbage = require("dryad.analysis.garbage").of,
  waste = require("dryad.analysis.waste").of,
  workspace = require("dryad.workspace.workspace").new,
}

--- Python's None, as a value in a dict or list of the dump.
-- @field None
-- @usage if heap("Thread")[1].d._Thread__target == dryad.None then print "no target" end
M.None = core.None

--- The version of Dryad.
-- @field version
-- @usage print(dryad.version)
M.version = core.version

--- The time of a monotonic clock, in seconds.
-- @function clock
-- @treturn number
-- @usage local started = dryad.clock()
M.clock = core.clock

--- Dumps a running Python process, which needs no preparation and keeps running; one of its threads is stopped for a
-- moment. Only the program `dryad` can dump: in a stock Lua, this raises an error that says so.
-- @tparam integer pid
-- @tparam[opt] table options `path` (compressed according to its extension; %p stands for the process id, %t for the
--   time, %h for the host; `-` is standard output), `force` (replaces an existing file), `values` ("full", "hash",
--   "none"), `max_value` (characters of a value; default 100), `allocation_frames` (lines of code that
--   allocated an object, while tracemalloc traces; 0 to 8, the default), `timeout` (seconds without
--   progress; default 60), `max_size` (bytes of the file; default 9/10 of the free space)
-- @treturn table `pid`, `name` (of the process), `path`, `file_bytes` (its size), `is_direct` (it is a pipe, a device
--   or standard output), `objects`, `heap_bytes` (sum of their sizes), `dump_bytes` (before compression), `resident`
--   (bytes of the process in memory), `held_seconds` (how long a thread was stopped), `seconds` (in all), `attempts`
--   (how many threads were tried), `process` (the facts of the process as in `heap.process`, or nil)
-- @usage local heap = dryad.load(dryad.dump(1234).path)
function M.dump()
  check.fail("dump: dumping a process needs the program: run `dryad dump PID`, or this script with `dryad SCRIPT.lua`")
end

--- Prints a value in full: tables with their contents, lists with all their members.
-- @param x
-- @usage dryad.pp(heap "Thread")
function M.pp(x)
  if rawequal(getmetatable(x), core.list.meta) then
    x:show()
  elseif dict.is(x) then
    pager.show(screen.styled(dict.text, x))
  else
    pager.show(screen.styled(format.pretty, x))
  end
end

--- A value as JSON: objects as `{"address", "type", "size", ...}`, lists, results and reports as arrays of those,
-- `o.d` with its keys.
-- @param x
-- @treturn string
-- @usage print(dryad.json(heap("Thread")[1].d))
function M.json(x)
  return core.json.encode(json_value(x), "indented")
end

--- All recipes.
-- @treturn {recipe,...} prints as a table
-- @usage print(dryad.recipes())
function M.recipes()
  return require("dryad.recipes.recipes").list()
end

--- The recipe with this name, or in the file at this path if it has a slash; call it as `recipe(heap, {...})`. The code
-- of a recipe that is neither Dryad's own nor given by its path runs in a sandbox.
-- @tparam string name
-- @tparam[opt] table options `trust` (true: no sandbox), `memory` (bytes beyond the heap; default 512 MiB) and `time`
--   (seconds of the processor; default 30): the limits of the sandbox
-- @treturn recipe
-- @usage print(dryad.recipe("holders")(heap, { type = "Thread" }))
function M.recipe(name, options)
  check.argument(type(name) == "string", "recipe", "name", "the name of a recipe", name)
  local recipe, message = require("dryad.recipes.recipes").find(name,
    require("dryad.recipes.run_options").check("recipe", options))
  if not recipe then
    check.fail("%s", message)
  end
  return recipe
end

return M
