-- SPDX-License-Identifier: MIT
--- The merged tree of the ways to many objects, as a report has it.
-- @module dryad.report.tree

local bounded = require "dryad.report.bounded"
local object = require "dryad.report.object"
local why = require "dryad.analysis.why"
local why_tree = require "dryad.analysis.why_tree"

local M = {}

local MOST, BYTES = 200, 40000 -- nodes, and bytes of their JSON

local OTHERS, DEEPER = "... by other ways", "... and deeper"

--- Takes room for a node; nil if there is none left.
local function node_in(room, node)
  room.nodes, room.bytes = room.nodes - 1, room.bytes - bounded.bytes(node) - #',"children":[]'
  return room.nodes >= 0 and room.bytes >= 0 and node or nil
end

--- The nodes below one; those that lead to most members have the first claim to the room.
local function children_of(nodes, room)
  local children, left = bounded.array(), nodes.others
  for i, node in ipairs(nodes) do
    local branch = node.branch
    children[i] = node_in(room, {
      label = bounded.text(node.way, bounded.WAY), class = bounded.text(node.what, bounded.NAME), count = node.count,
      bytes = node.size, objects = branch.objects,
      address = branch.objects == 1 and object.address(branch.object) or nil,
    })
    left = left + (children[i] and 0 or node.count)
  end
  for i, child in ipairs(children) do
    child.children = children_of(nodes[i].nodes, room)
  end
  if nodes.is_cut then
    children[#children + 1] = node_in(room, { label = DEEPER })
  elseif left > 0 then
    children[#children + 1] = node_in(room, { label = OTHERS, count = left })
  end
  return children
end

--- The tree of the shortest ways to the members of a list.
-- @tparam list list
-- @tparam string label what they are, in words
-- @treturn table `{label =, class =, count =, bytes =, objects =, address =, children = {the same, ...}}`
-- @usage tree.of(heap "Thread", "threads")
function M.of(list, label)
  local found = why.branches(list)
  return {
    label = bounded.text(label, bounded.NAME), count = found.count, bytes = found.size,
    children = children_of(why_tree.nodes(found), { nodes = MOST, bytes = BYTES }),
  }
end

return M
