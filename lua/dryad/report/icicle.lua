-- SPDX-License-Identifier: MIT
--- The dominator tree, grouped by class, as a report draws it.
--
-- A node is `[parent, name, count, size, retained, is_rest, address or null, way or -1]`: numbers from 0 of a node, a
-- name and a way. The first node is the heap.
-- @module dryad.report.icicle

local bounded = require "dryad.report.bounded"
local core = require "dryad.core"
local object = require "dryad.report.object"
local retained_tree = require "dryad.analysis.retained_tree"

local M = {}

local MOST, BYTES = 2000, 330000 -- nodes, and bytes of JSON with their names
local NAME = 60 -- columns
local WAYS, BYTES_OF_WAYS = 200, 50000 -- searched for: those of the nodes that retain most

local ROOT, REST = "the heap", "smaller ones"

--- An array of different texts, and a function that returns the number of a text from 0 and the bytes that it adds.
local function pool()
  local texts, numbers = bounded.array(), {}
  return texts, function(text)
    local is_new = not numbers[text]
    if is_new then
      texts[#texts + 1], numbers[text] = text, #texts
    end
    return numbers[text], is_new and bounded.bytes(text) + 1 or 0
  end
end

--- The ways to the single objects among the nodes that retain most, by number of the node.
local function ways_of(nodes)
  local order, ways, left = {}, {}, BYTES_OF_WAYS
  for i, node in ipairs(nodes) do
    order[#order + 1] = node.object and node.count == 1 and i or nil
  end
  table.sort(order, function(a, b)
    if nodes[a].retained ~= nodes[b].retained then
      return nodes[a].retained > nodes[b].retained
    end
    return a < b
  end)
  for i = 1, math.min(WAYS, #order) do
    local way = bounded.whole(nodes[order[i]].object.way)
    left = left - (way and bounded.bytes(way) + 1 or 0)
    if left < 0 then
      break
    end
    ways[order[i]] = way
  end
  return ways
end

--- What a node is, in the words of the texts.
local function name_of(node)
  return node.name and "module " .. node.name or node.class or node.type or REST
end

--- The section.
-- @tparam heap heap
-- @treturn table `{names =, nodes =, ways =}`
-- @usage icicle.of(heap)
function M.of(heap)
  local nodes, objects, bytes = retained_tree.new(heap, { most = MOST }), core.reachable(heap)
  local ways = ways_of(nodes)
  local names, number_of_name = pool()
  local texts, number_of_way = pool()
  local root = bounded.array { -1, number_of_name(ROOT), objects, bytes, bytes, false, core.None, -1 }
  local found = bounded.list(#nodes, MOST, BYTES, function(i)
    local node = nodes[i]
    local name, more = number_of_name(bounded.text(name_of(node), NAME))
    return bounded.array {
      node.parent, name, node.count, node.size or 0, node.retained, node.is_rest or false,
      object.address(node.object) or core.None, ways[i] and number_of_way(ways[i]) or -1,
    }, more
  end)
  table.insert(found, 1, root)
  return { names = names, nodes = found, ways = texts }
end

return M
