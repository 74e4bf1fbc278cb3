-- SPDX-License-Identifier: MIT
--- Why objects are alive: paths from roots, and for many objects the tree that these merge into.
-- @module dryad.analysis.why

local check = require "dryad.text.argument_errors"
local command_line = require "dryad.text.command_line"
local core = require "dryad.core"
local format = require "dryad.text.format"
local holders = require "dryad.analysis.holders"
local object_arguments = require "dryad.heap.object_arguments"
local path = require "dryad.analysis.path"
local screen = require "dryad.text.screen"
local units = require "dryad.text.units"
local ways = require "dryad.analysis.ways"

local M = {}

local PATHS = 3
local STEPS = 16 -- steps printed of each path
local LEAST = 0.01 -- share of the members: smaller branches are merged
local SHOWN = 8 -- branches printed below one
local LONGEST = 8 -- labels on one line
local DEPTH = 10 -- nested lines

-- ---- of one object --------------------------------------------------------------------------------

local Why = { __name = "dryad.why" }
Why.__index = Why

--- Why an object is alive: an array of different short paths from roots, the shortest first.
-- @tparam object o
-- @tparam[opt=3] integer n the most paths to return
-- @treturn why `{object =, retained =, root = the reason if it is a root, path, ...}`
-- @usage print(require("dryad.analysis.why").object(heap("Thread")[1]))
function M.object(o, n)
  n = n == nil and PATHS or n
  check.argument(math.type(n) == "integer" and n >= 1, "why", "n", "a number of paths, from 1", n)
  local why = { object = o, retained = o.retained_size, root = core.root_reason(o) }
  for i, list in ipairs(core.paths_from_roots(o, n)) do
    why[i] = path.new(list)
  end
  return setmetatable(why, Why)
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

function Why.__json_value(why)
  local made = { object = why.object, retained = why.retained, root = why.root, paths = {} }
  table.move(why, 1, #why, 1, made.paths)
  return made, { "object", "retained", "root", "paths" }
end

function Why.__tostring(why)
  local o = why.object
  local lines = { ("%s retains %s"):format(tostring(o), units.bytes(why.retained)) }
  if why.root then
    lines[2] = ROOTS[why.root]
    return table.concat(lines, "\n")
  elseif #why == 0 then
    lines[2] = "No root leads to it: it is garbage."
  elseif o.dominator then
    lines[1] = lines[1] .. "; it is freed when " .. tostring(o.dominator) .. " is freed"
  end
  for i, p in ipairs(why) do
    lines[#lines + 1] = ""
    lines[#lines + 1] = ("%d. %s"):format(i, screen.style("bold", path.shortened(p:expression())))
    for _, line in ipairs(path.lines(p, STEPS)) do
      lines[#lines + 1] = "   " .. line
    end
  end
  return table.concat(lines, "\n")
end

-- ---- of many --------------------------------------------------------------------------------------

local Tree, Branch = { __name = "dryad.why_tree" }, { __name = "dryad.branch" }
Tree.__index = Tree

--- Why many objects are alive: the shortest path from a root to each, merged into a tree.
-- @tparam list list
-- @treturn why_tree `{count =, size =, retained =, unreached =, branches = {branch, ...}, holders = {...}}`; a branch
--   is `{object =, type =, objects =, label =, count =, here =, size =, branches =}`: `count` members are among its
--   `objects` or are reached from them; `here` are among them
-- @usage print(require("dryad.analysis.why").list(heap "Thread"))
function M.list(list)
  local all = {}
  local least = math.max(1, math.floor(LEAST * #list))
  local found, numbers, count, size, unreached = ways.tree(list, least)
  local tree = { count = count, size = size, unreached = unreached, branches = {}, holders = holders.of(list) }
  tree.retained = list:retained_size()
  for number = 1, numbers do
    local branch = found[number]
    if branch then
      all[number], branch.branches = setmetatable(branch, Branch), {}
      local above = branch.above and all[branch.above] or tree
      branch.above = nil
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
  return setmetatable(tree, Tree)
end

--- A branch's name at the start of a line.
local function start_name(branch)
  if branch.objects > 1 then
    return ("%s %s"):format(units.count(branch.objects), format.printable(branch.type))
  end
  return path.start_text(branch.object)
end

--- Follows a branch as long as it has only one branch below: their labels in one text, and the last branch.
local function join(branch)
  local labels, steps = {}, 0
  local last = branch
  while #last.branches == 1 and last.here == 0 and last.branches[1].count == last.count and steps < LONGEST do
    last = last.branches[1]
    labels[#labels + 1] = path.label_text(last.label ~= "" and last.label or "[ref]")
    steps = steps + 1
  end
  return table.concat(labels), last
end

local BRANCH = { "label", "type", "objects", "object", "count", "here", "size", "branches" }

function Branch.__json_value(branch)
  return branch, BRANCH
end

function Tree.__json_value(tree)
  return tree, { "count", "size", "retained", "unreached", "branches", "holders" }
end

local function what_is_there(branch)
  if branch.objects > 1 then
    return ("%s %s"):format(units.count(branch.objects), format.printable(branch.type))
  end
  return tostring(branch.object)
end

--- Appends the count of members that the branches drawn do not lead to.
local function add_rest(lines, count, branches, indent)
  for _, below in ipairs(branches) do
    count = count - below.count
  end
  if count > 0 then
    lines[#lines + 1] = ("%10s%20s%s... by other ways"):format(units.count(count), "", indent)
  end
end

local function draw(lines, tree, branches, depth, prefix_of)
  local indent = ("  "):rep(depth)
  if depth == DEPTH and #branches > 0 then
    lines[#lines + 1] = ("%30s%s... and deeper"):format("", indent)
    return
  end
  for i, branch in ipairs(branches) do
    if i > SHOWN then
      lines[#lines + 1] = ("%31s%s... and %d more branches"):format("", indent, #branches - SHOWN)
      break
    end
    local labels, last = join(branch)
    lines[#lines + 1] = ("%10s %5.1f%% %9s   %s%s  %s"):format(units.count(branch.count),
      100 * branch.count / math.max(1, tree.count), units.bytes(branch.size), indent,
      screen.style("bold", prefix_of(branch) .. labels), what_is_there(last))
    draw(lines, tree, last.branches, depth + 1, function(below)
      return below.label == "(class)" and path.label_text(below.label) or below.label ~= "" and below.label or "[ref]"
    end)
    add_rest(lines, last.count - last.here, last.branches, indent .. "  ")
  end
end

function Tree.__tostring(tree)
  local lines = { (tree.count == 1 and "%s object, %s, retains %s" or "%s objects, %s, retain %s together"):format(
    units.count(tree.count), units.bytes(tree.size), units.bytes(tree.retained)) }
  if tree.count == 0 then
    return lines[1]
  end
  if tree.unreached > 0 then
    local is_one = tree.unreached == 1
    lines[#lines + 1] = ("%s garbage: no root leads to %s"):format(tree.count == 1 and "It is"
      or units.count(tree.unreached) .. (is_one and " of them is" or " of them are"), is_one and "it" or "them")
  end
  if #tree.branches > 0 then
    lines[#lines + 1] = "\n" .. screen.style("bold", "The shortest way to each")
    draw(lines, tree, tree.branches, 0, start_name)
    add_rest(lines, tree.count - tree.unreached, tree.branches, "")
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
  return what or text, math.tointeger(tonumber(n))
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
