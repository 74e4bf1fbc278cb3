-- SPDX-License-Identifier: MIT
--- The tree of what is retained: what roots, an object or all objects of a group keep alive, grouped by class.
-- @module dryad.browse.views.tree

local core = require "dryad.core"
local object_words = require "dryad.browse.object_words"
local path = require "dryad.analysis.path"
local registry = require "dryad.browse.registry"
local retained_groups = require "dryad.analysis.retained_groups"
local units = require "dryad.text.units"
local view = require "dryad.browse.view"

local M = {}

local MOST_OF_IT = 0.5 -- of what a group retains: if one object of it retains that much, it is named
local MOST_KNOWN = 1000 -- groups kept: each has a list of its objects

local Tree = view.class()

Tree.columns = {
  { "retained", "bytes", "retained" }, { "share", "percent", "of heap", weight = 0.95 },
  { "share", "bar", "", weight = 0.9 },
  { "name", "class", "what is retained", weight = math.huge }, { "place", "way", "where", weight = 0.7 },
  { "size", "bytes", "size", weight = 0.5 }, { "address", "text", "address", weight = 0.3 },
}
Tree.sorts = { { "retained", "retained" }, { "count", "objects" }, { "size", "size" }, { "class", "class" } }

--- What is alive, and what is not.
local function head_of_heap(heap)
  local count, bytes = core.reachable(heap)
  local dead = #heap - count
  local text = count == 0 and "Nothing is alive" or ("%s, %s, %s alive"):format(view.several(count, "object"),
    units.bytes(bytes), count == 1 and "is" or "are")
  return dead > 0 and ("%s; %s %s garbage"):format(text, view.several(dead, "other"),
    dead == 1 and "is" or "are") or text
end

--- What an object or a group retains, and where that is.
local function head_of_group(group, percent)
  local lines = { ("%s retained%s: %s in the %s, the rest in what %s alive"):format(units.bytes(group.retained),
    view.of_the_heap(percent(group.retained)), units.bytes(group.size),
    group.count == 1 and "object itself" or ("%s objects themselves"):format(units.count(group.count)),
    group.count == 1 and "it keeps" or "they keep") }
  local way = group.count == 1 and group.object.way
  lines[2] = way and "It is " .. path.shortened(way) or nil
  return lines
end

--- A view of what roots, an object, or the objects of a group retain.
-- @tparam {heap,...} heaps
-- @tparam[opt] table group a row of @{dryad.analysis.retained_groups}; nil: all roots
-- @treturn view
-- @usage local view = require("dryad.browse.views.tree").new({ heap })
function M.new(heaps, group)
  local heap = view.heap_of(heaps)
  local percent = view.share_of(heap)
  local is_one = group and group.count == 1
  local groups = retained_groups.of(heap, is_one and group.object or group and group.objects)
  local is_more = #groups > 0 and groups[#groups].is_rest
  return setmetatable({
    heaps = heaps, percent = percent, above = group, sorted = "retained",
    title = group and object_words.group(group.count, group.class, group.object) or "retained",
    head = group and head_of_group(group, percent) or { head_of_heap(heap) },
    object = is_one and group.object or nil, objects = group and group.objects or nil,
    groups = groups, rows = groups, known = {}, number = #groups - (is_more and 1 or 0),
    others = is_more and groups[#groups] or nil,
    empty = group and "It retains nothing but itself." or "No root keeps anything alive.",
  }, Tree)
end

function Tree:count()
  return self.number
end

--- The name of a group: of one object, with that of the reference to it where the object above has one.
local function name_of(tree, group)
  local name, above = object_words.group(group.count, group.class, group.object), tree.above
  local is_named = group.count == 1 and above and above.count == 1
  local label = is_named and object_words.label(above.object, group.object) or ""
  return label ~= "" and ("%s  %s"):format(label, name) or name
end

--- Where a single object is, or the one that has most of what a group retains. What roots lead to says enough by its
-- name, and so the first screen need not wait until ways are known.
local function place_of(tree, group)
  local o, is_one = group.object, group.count == 1
  if not is_one and o.retained_size <= MOST_OF_IT * group.retained then
    return nil
  end
  local where = tree.above and o.way or not is_one and object_words.of(o)
  return where and path.shortened(is_one and where or "mostly in " .. where) or nil
end

--- Whether a group continues that above it, as the links of a chain or the branches of a tree do.
local function continues(tree, group)
  return tree.above ~= nil and group.class == tree.above.class and group.retained > group.size
end

--- The i-th group.
local function group_at(tree, i)
  if #tree.known > MOST_KNOWN then
    tree.known = {}
  end
  tree.known[i] = tree.known[i] or tree.rows[i]
  return tree.known[i]
end

function Tree:row(i)
  local group = group_at(self, i)
  local is_one = group.count == 1
  return {
    retained = group.retained, share = self.percent(group.retained), size = group.size,
    name = name_of(self, group) .. (continues(self, group) and " and those below" or ""),
    place = place_of(self, group), object = is_one and group.object or nil, objects = group.objects,
    class = group.class, way = function() return group.object.way end,
    address = is_one and object_words.address(group.object) or nil,
  }
end

--- Sorts the groups.
function Tree:sort(key)
  self.rows, self.known, self.sorted = self.groups, {}, key
  if key ~= "retained" then
    self.rows = {}
    for i = 1, self.number do
      self.rows[i] = self.groups[i]
    end
    view.methods.sort(self, key)
  end
end

function Tree:more()
  local others = self.others
  return others and view.more(others.classes, "classes", others.retained)
end

--- What the group retains: of links of a chain, what all of them consist of; the objects themselves if that is nothing
-- else.
function Tree:enter(i)
  local group = group_at(self, i)
  if continues(self, group) then
    return registry.open("contents", self.heaps, group)
  elseif group.retained > group.size then
    return M.new(self.heaps, group)
  elseif group.count == 1 then
    return registry.open("object", self.heaps, group.object)
  end
  return registry.open("list", self.heaps, group.objects, group.class, "retained_size")
end

registry.add("tree", M.new)

return M
