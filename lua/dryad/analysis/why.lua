-- SPDX-License-Identifier: MIT
--- Why objects are alive: paths from roots, and for many objects the tree that these merge into.
-- @module dryad.analysis.why

local answers = require "dryad.analysis.answers"
local check = require "dryad.text.argument_errors"
local command_line = require "dryad.text.command_line"
local core = require "dryad.core"
local format = require "dryad.text.format"
local garbage = require "dryad.analysis.garbage"
local holders = require "dryad.analysis.holders"
local mechanism = require "dryad.analysis.mechanism"
local naming = require "dryad.analysis.naming"
local object_arguments = require "dryad.heap.object_arguments"
local path = require "dryad.analysis.path"
local screen = require "dryad.text.screen"
local trails = require "dryad.analysis.trails"
local units = require "dryad.text.units"
local ways = require "dryad.analysis.ways"
local why_tree = require "dryad.analysis.why_tree"

local M = {}

local PATHS = 3
local STEPS = 16 -- steps printed of each path
local MOSTLY = 0.5 -- share of the members: if so many are garbage, the answer is why that is still there
local LEAST = 0.01 -- share of the members: smaller branches are merged

-- ---- of one object --------------------------------------------------------------------------------

local Why = { __name = "dryad.why" }
Why.__index = Why

--- Why an object is alive: an array of different short paths from roots, the shortest first.
-- @tparam object o
-- @tparam[opt=3] integer n the most paths to return
-- @treturn why `{object =, retained =, root = the reason if it is a root, mechanism = how it is kept, path, ...}`
-- @usage print(require("dryad.analysis.why").object(heap("Thread")[1]))
function M.object(o, n)
  n = n == nil and PATHS or n
  check.argument(math.type(n) == "integer" and n >= 1, "why", "n", "a number of paths, from 1", n)
  local heap = core.heap_of(o)
  return answers.once(heap, ("%d %d"):format(o.address, n), function()
    local why = { object = o, retained = o.retained_size, root = core.root_reason(o) }
    why.mechanism = mechanism.of(heap, core.list_of(heap, { o }))
    for i, list in ipairs(core.paths_from_roots(o, n)) do
      why[i] = path.new(list)
    end
    why.reasons = #why == 0 and garbage.reasons(o) or {}
    return setmetatable(why, Why)
  end)
end

local ROOTS = {
  module = "It is a module, where liveness starts.",
  frame = "It is a frame, where liveness starts.",
  unreferenced = "It is held by nothing in the dump: garbage, or native code holds it.",
  cycle = "Its cycle is held by nothing in the dump: garbage, or native code holds it.",
  given = "It was given as a root.",
  modules = "The interpreter holds it: it belongs to the table of modules.",
  builtins = "The interpreter holds it: it belongs to the built-in functions.",
  thread = "A thread holds it, where liveness starts.",
  atexit = "The interpreter holds it: it is registered with atexit.",
  signal = "The interpreter holds it: it handles a signal.",
  interpreter = "The interpreter holds it.",
  native = "Native code holds it: its reference count is higher than the number of references in the dump.",
  uncounted = "No root leads to it, but without a reference count that does not prove it garbage.",
}

--- Why a root is one, as a sentence.
-- @tparam string reason as from `heap:root_reason(o)`
-- @treturn string
-- @usage print(why.root_sentence "module")
function M.root_sentence(reason)
  return ROOTS[reason]
end

function Why.__json_value(why)
  local made = {
    object = why.object, retained = why.retained, root = why.root, mechanism = why.mechanism, paths = {},
  }
  table.move(why, 1, #why, 1, made.paths)
  return made, { "object", "retained", "root", "mechanism", "paths" }
end

--- What is to be said of an object before its paths.
-- @function why:sentences
-- @treturn {string,...}
-- @usage print(heap("Thread")[1]:why():sentences()[1])
function Why.sentences(why)
  local o = why.object
  local lines = { ("%s retains %s"):format(tostring(o), units.bytes(why.retained)) }
  if why.root then
    lines[2] = M.root_sentence(why.root)
    return lines
  elseif #why == 0 then
    lines[2] = "No root leads to it: it is garbage."
    table.move(why.reasons, 1, #why.reasons, 3, lines)
  elseif o.dominator and o.dominator.type_str ~= "module" then -- a module stays
    lines[1] = lines[1] .. "; it is freed when " .. tostring(o.dominator) .. " is freed"
  end
  lines[#lines + 1] = why.mechanism and tostring(why.mechanism) or nil
  return lines
end

function Why.__tostring(why)
  local lines = why:sentences()
  for i, p in ipairs(why.root and {} or why) do
    lines[#lines + 1] = ""
    lines[#lines + 1] = ("%d. %s"):format(i, screen.style("green", path.shortened(format.printable(p:expression()))))
    for _, line in ipairs(path.lines(p, STEPS)) do
      lines[#lines + 1] = "   " .. line
    end
  end
  return table.concat(lines, "\n")
end

-- ---- of many --------------------------------------------------------------------------------------

local Tree, Branch = { __name = "dryad.why_tree" }, { __name = "dryad.branch" }
Tree.__index = Tree

--- The class of all members, or nil.
local function class_of(list)
  local rows = core.summary_by_class(list)
  local class = #rows == 1 and rows[1].class
  return class and format.short(class) or nil
end

--- Why most of some objects are garbage still: what is known of all garbage if it is named after their class, else
-- what is known of one of them.
local function reasons_of(heap, class, sampled)
  local found = garbage.of(heap)
  if found and found.class == class then
    return garbage.lines(found)
  end
  for _, sample in ipairs(sampled) do
    if not sample.trail then
      return { "One of them: " .. table.concat(garbage.reasons(sample.object), " ") }
    end
  end
end

--- What refers to most of the tasks at which ways start, in words, if that is one object.
local function holder_of_tasks(heap, branches)
  local tasks, seen = {}, {}
  for _, branch in ipairs(branches) do
    for _, o in ipairs(branch.samples or {}) do
      if not seen[o] and naming.is_task(o) then
        seen[o], tasks[#tasks + 1] = true, o
      end
    end
  end
  local found = #tasks > 1 and holders.of(core.list_of(heap, tasks)) or {}
  local first = found[1]
  local is_named = first and first.expression and first.held >= MOSTLY * #tasks
  return is_named and ("%s, %s"):format(first.expression, tostring(first.object)) or nil
end

--- The shortest ways to the members of a list, merged into a tree.
-- @tparam list list
-- @tparam[opt] table sampled the ways to members, if they are known (see @{dryad.analysis.trails})
-- @treturn table `{count =, size =, unreached =, branches =}` as in a why_tree
-- @usage print(#why.branches(heap "Thread").branches)
function M.branches(list, sampled)
  local all, least = {}, math.max(1, math.floor(LEAST * #list))
  local found, numbers, count, size, unreached = ways.tree(list, least)
  local tree = { count = count, size = size, unreached = unreached, branches = {} }
  for number = 1, numbers do
    local branch = found[number]
    if branch then
      all[number], branch.branches = setmetatable(branch, Branch), {}
      local above = branch.above and all[branch.above] or tree
      branch.above = all[branch.above]
      table.insert(above.branches, branch)
    end
  end
  local function by_count(a, b)
    if a.count ~= b.count then
      return a.count > b.count
    end
    return math.ult(a.object.address, b.object.address)
  end
  table.sort(tree.branches, by_count)
  for _, branch in pairs(all) do
    table.sort(branch.branches, by_count)
  end
  why_tree.add_samples(tree.branches, sampled or trails.of(list))
  return tree
end

local function explain(list)
  local heap, sampled = core.heap_of(list), trails.of(list)
  local tree = M.branches(list, sampled)
  local count, unreached = tree.count, tree.unreached
  tree.holders, tree.retained = holders.of(list), list:retained_size()
  tree.mechanism = count > unreached and mechanism.of(heap, list, sampled) or nil
  tree.class = class_of(list)
  tree.reasons = unreached > 0 and unreached >= MOSTLY * count and reasons_of(heap, tree.class, sampled) or {}
  tree.tasks_holder = holder_of_tasks(heap, tree.branches)
  return setmetatable(tree, Tree)
end

--- Why many objects are alive: the shortest path from a root to each, merged into a tree.
-- @tparam list list
-- @treturn why_tree `{class = if all have the same, count =, size =, retained =, unreached =, mechanism = how they are
--   kept, branches = {branch, ...}, holders = {...}}`; a branch is `{object =, type =, objects =, label =, count =,
--   here =, size =, branches =}`: `count` members are among its `objects` or are reached from them; `here` are among
--   them
-- @usage print(require("dryad.analysis.why").list(heap "Thread"))
function M.list(list)
  return answers.once(core.heap_of(list), list, function() return explain(list) end)
end

local BRANCH = { "label", "type", "objects", "object", "count", "here", "size", "branches" }

function Branch.__json_value(branch)
  return branch, BRANCH
end

function Tree.__json_value(tree)
  return tree, { "class", "count", "size", "retained", "unreached", "mechanism", "branches", "holders" }
end

--- What the members are, in words. A class without a module may read as a word of English: `20 bytes`.
local function what_of(tree)
  local objects = tree.count == 1 and "object" or "objects"
  return not tree.class and objects or tree.class:find(".", 1, true) and tree.class or tree.class .. " " .. objects
end

local function unreached_text(tree)
  local who = tree.count == 1 and "It is" or tree.unreached == tree.count and "All of them are"
    or units.count(tree.unreached) .. (tree.unreached == 1 and " of them is" or " of them are")
  return ("%s garbage: no root leads to %s"):format(who, tree.unreached == 1 and "it" or "them")
end

--- What is to be said of many objects before the ways to them.
-- @function why_tree:sentences
-- @treturn {string,...}
-- @usage print(heap("Thread"):why():sentences()[1])
function Tree.sentences(tree)
  local is_one = tree.count == 1
  local lines = { (is_one and "%s %s, %s, retains %s" or "%s %s, %s, retain %s together"):format(
    units.count(tree.count), what_of(tree), units.bytes(tree.size), units.bytes(tree.retained)) }
  if tree.unreached > 0 then
    lines[#lines + 1] = unreached_text(tree)
    table.move(tree.reasons, 1, #tree.reasons, #lines + 1, lines)
  end
  lines[#lines + 1] = tree.mechanism and tostring(tree.mechanism) or nil
  return lines
end

function Tree.__tostring(tree)
  local lines = tree:sentences()
  if tree.count == 0 then
    return lines[1]
  end
  if #tree.branches > 0 then
    lines[#lines + 1] = "\n" .. screen.style("bold", "The shortest way to each")
    why_tree.add_lines(lines, tree)
  end
  if tree.tasks_holder then
    lines[#lines + 1] = "The tasks are in " .. tree.tasks_holder
  end
  lines[#lines + 1] = "\n" .. screen.style("bold", "Who refers to them")
  for _, line in ipairs(holders.lines(tree.holders, tree.count)) do
    lines[#lines + 1] = line
  end
  return table.concat(lines, "\n")
end

-- ---- as methods -----------------------------------------------------------------------------------

--- Parses `WHAT [N]`: an address, a shorthand or the name of a type, and the most paths to a single object. A text
-- without such a number at its end, such as an SQL condition, is a WHAT as a whole.
-- @tparam string text may have quotes around it
-- @treturn string
-- @treturn integer|nil
-- @usage why.parse "140203053926864 2" --> "140203053926864", 2
function M.parse(text)
  text = command_line.unquoted(text)
  local what, n = text:match "^([#$]?[%w_.:]+[&^]*)%s+(%d+)$"
  local way, paths = text:match "^(.-)%s+(%d+)$"
  if not what and way and ways.has_form(way) then
    what, n = way, paths
  end
  return what or text, what and math.tointeger(tonumber(n)) or nil
end

--- Why something is alive: for an object, up to n different short paths from roots; for many, the shortest paths to
-- all of them, merged into one tree with counts and bytes.
-- @function heap:why
-- @param x an object or address, a list, an array of objects or addresses, or a text: an address, an address with the
--   number of paths, a type name or an SQL condition
-- @tparam[opt=3] integer n paths to an object
-- @treturn why
-- @usage print(heap:why("Thread"))
function core.heap.methods.why(heap, x, n)
  check.self(heap, "heap", "why")
  if type(x) == "string" then
    local what, wanted = M.parse(x)
    x, n = heap(what), n or wanted -- which suggests the nearest types
    if x == nil then
      check.fail("no object has the address %s", what)
    end
  end
  local found = object_arguments.list(heap, "why", "x", x)
  local is_one = rawequal(getmetatable(x), core.object.meta) or math.type(x) == "integer"
  return is_one and M.object(found[1], n) or M.list(found)
end

--- Why it is alive: up to n different short paths from roots.
-- @function object:why
-- @tparam[opt=3] integer n
-- @treturn why an array of paths; prints them as Python would write them
-- @usage print(heap("Thread")[1]:why())
function core.object.methods.why(o, n)
  return M.object(check.self(o, "object", "why"), n)
end

--- Why the members are alive: the shortest paths from roots to all of them, merged into one tree with counts and
-- bytes.
-- @function list:why
-- @treturn why
-- @usage print(heap("Thread"):why())
function core.list.methods.why(list)
  return M.list(check.self(list, "list", "why"))
end

return M
