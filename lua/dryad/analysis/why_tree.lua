-- SPDX-License-Identifier: MIT
--- The tree of ways to many objects, in words.
-- @module dryad.analysis.why_tree

local core = require "dryad.core"
local naming = require "dryad.analysis.naming"
local path = require "dryad.analysis.path"
local screen = require "dryad.text.screen"
local units = require "dryad.text.units"
local ways = require "dryad.analysis.ways"

local M = {}

local SHOWN = 8 -- branches printed below one
local LONGEST = 16 -- labels on one line
local PASSED = 0.9 -- of a branch's members: if those below lead to fewer, it has a line of its own
local DEPTH = 10 -- nested lines
local FARTHEST = 10000 -- objects followed to the end of a chain

-- ---- samples --------------------------------------------------------------------------------------

--- Whether a reference belongs to a branch, which may stand for several keys or indexes.
local function is_of(branch, o, label)
  if branch.objects == 1 then
    return branch.object == o
  end
  return branch.type == o.type_str and (branch.label == label or branch.label == "[...]" and label:find "^%[" ~= nil
    or branch.label == "" and label:find "^%[ref" ~= nil)
end

--- The branch that leads on from a branch to an object: below it, or the branch itself or one above it, where steps
-- repeat.
local function next_branch(branch, o, label)
  for _, below in ipairs(branch.branches) do
    if is_of(below, o, label) then
      return below
    end
  end
  while branch and branch.label do
    if branch.repeats and is_of(branch, o, label) then
      return branch
    end
    branch = branch.above
  end
end

--- Notes with each branch some of its objects, along the ways to some members.
-- @tparam {branch,...} branches
-- @tparam table sampled from @{dryad.analysis.trails}
-- @usage why_tree.add_samples(tree.branches, trails.of(list))
function M.add_samples(branches, sampled)
  for _, sample in ipairs(sampled) do
    local trail, branch = sample.trail or {}, nil
    for i, o in ipairs(trail) do
      if i == 1 then
        for _, start in ipairs(branches) do
          local is_start = start.object == o or start.objects > 1 and start.type == o.type_str
          branch = branch or is_start and start or nil
        end
      else
        branch = next_branch(branch, o, trail:label(i - 1))
      end
      if not branch then
        break
      end
      branch.samples = branch.samples or {}
      branch.samples[#branch.samples + 1] = o
    end
  end
end

-- ---- names ----------------------------------------------------------------------------------------

local function samples_of(branch)
  return branch.samples or { branch.object }
end

--- The end of a chain: the last object to which a label leads; nil if it is too far, or comes back.
local function chain_end(o, label)
  local seen = {}
  for _ = 1, FARTHEST do
    local after = not seen[o] and naming.field(o, label)
    if not after or after.type_str ~= o.type_str then
      return not seen[o] and o or nil
    end
    seen[o] = true
    o = after
  end
end

--- What is at a branch; of a chain, its length and its end.
local function what_is_there(branch)
  if branch.objects == 1 then
    return naming.of(branch.object)
  end
  local text = naming.several(branch.objects, branch.type, samples_of(branch))
  local is_chain = branch.repeats and #branch.branches == 0 and branch.label:find "^[%.%[][^%.]" ~= nil
    and branch.label ~= "[...]"
  if not is_chain or branch.above.objects > 1 then
    return text
  end
  local last = chain_end(branch.object, branch.label)
  return ("a chain of %s%s"):format(text, last and ", which ends at " .. tostring(last) or "")
end

-- Why the interpreter itself holds objects, where it has a name for their table.
local TABLES = { atexit = "<atexit> ", signal = "<signal> " }

--- A branch's name at the start of a line.
local function start_name(branch)
  if branch.objects == 1 then
    return path.start_text(branch.object)
  end
  return (TABLES[core.root_reason(branch.object)] or "") .. ("<%s>"):format(what_is_there(branch))
end

local NAMED = {
  frame = true, generator = true, coroutine = true, async_generator = true, ["function"] = true, method = true,
}

--- Whether the line of a branch ends there, so that its name is told.
local function is_worth_a_line(branch)
  return NAMED[branch.type] and not branch.label:find "^%.<frame " and #branch.branches > 0
end

local function label_of(branch)
  local label = path.label_text(branch.label ~= "" and branch.label or "[ref ...]")
  return branch.repeats and label .. "..." or label
end

--- Whether a branch only passes on: it is one object, and those below lead to most of its members.
local function passes_on(branch)
  local count = 0
  for _, below in ipairs(branch.branches) do
    count = count + below.count
  end
  return branch.here == 0 and count >= PASSED * branch.count
    and (branch.objects == 1 or #branch.branches == 1) and not (branch.label and is_worth_a_line(branch))
end

--- The branches of which lines are made, with the text of the way to each: instead of one that only passes on, those
-- below it. Those that lead to most members come first.
local function lines_of(branches, text_of)
  local found = {}
  local function add(branch, text, steps)
    if steps == LONGEST or not passes_on(branch) then
      found[#found + 1] = { branch = branch, text = text }
      return
    end
    for _, below in ipairs(branch.branches) do
      add(below, ways.followed(text, label_of(below)), steps + 1)
    end
  end
  for _, branch in ipairs(branches) do
    add(branch, text_of(branch), 0)
  end
  table.sort(found, function(a, b)
    if a.branch.count ~= b.branch.count then
      return a.branch.count > b.branch.count
    end
    return a.text < b.text
  end)
  return found
end

-- ---- what is told ---------------------------------------------------------------------------------

--- The nodes made of branches that together lead to `count` members.
local function nodes_of(branches, count, depth, text_of)
  local nodes = { others = count }
  if depth == DEPTH and #branches > 0 then
    nodes.is_cut, nodes.others = true, 0
    return nodes
  end
  for i, line in ipairs(lines_of(branches, text_of)) do
    if i > SHOWN then
      break
    end
    local branch = line.branch
    nodes.others = nodes.others - branch.count
    nodes[i] = {
      way = line.text, what = what_is_there(branch), branch = branch, count = branch.count, size = branch.size,
      nodes = nodes_of(branch.branches, branch.count - branch.here, depth + 1, label_of),
    }
  end
  return nodes
end

--- The tree as it is told: branches that only pass on are joined with those below them, and small ones are left out.
-- @tparam why_tree tree
-- @treturn {node,...} `{way = the labels of its steps, what = what is there in words, branch =, count =, size =,
--   nodes = those below it}`, most members first; `others` is the number of members that are reached in other ways;
--   `is_cut` if there are nodes that lie too deep
-- @usage print(why_tree.nodes(heap "Thread":why())[1].way)
function M.nodes(tree)
  return nodes_of(tree.branches, tree.count - tree.unreached, 0, start_name)
end

-- ---- lines ----------------------------------------------------------------------------------------

local function draw(lines, tree, nodes, depth)
  local indent = ("  "):rep(depth)
  if nodes.is_cut then
    lines[#lines + 1] = ("%30s%s... and deeper"):format("", indent)
  end
  for _, node in ipairs(nodes) do
    lines[#lines + 1] = ("%10s %5.1f%% %9s   %s%s  %s"):format(units.count(node.count),
      100 * node.count / math.max(1, tree.count), units.bytes(node.size), indent, screen.style("green", node.way),
      node.what)
    draw(lines, tree, node.nodes, depth + 1)
  end
  if nodes.others > 0 then
    lines[#lines + 1] = ("%10s%20s%s... by other ways"):format(units.count(nodes.others), "", indent)
  end
end

--- Appends the lines of a tree.
-- @tparam {string,...} lines
-- @tparam why_tree tree
-- @usage why_tree.add_lines(lines, heap "Thread":why())
function M.add_lines(lines, tree)
  draw(lines, tree, M.nodes(tree), 0)
end

return M
