-- SPDX-License-Identifier: MIT
--- The types that grew from the first dump to the last. There may be a million: a row is made when it is looked at.
-- @module dryad.browse.views.type_growth

local core = require "dryad.core"
local registry = require "dryad.browse.registry"
local view = require "dryad.browse.view"

local M = {}

local Types = view.class()

Types.columns = {
  { "size_growth", "bytes", "grew by" }, { "size_before", "bytes", "before", weight = 0.6 },
  { "size_after", "bytes", "after", weight = 0.8 }, { "count_growth", "count", "objects" },
  { "count_after", "count", "now", weight = 0.5 }, { "name", "class", "type", weight = math.huge },
  { "steady", "text", "steady", weight = 0.4 },
}

--- The number of the rows, largest growth first, that grew: O(log rows).
local function number_of(changes)
  local low, high = 0, #changes
  while low < high do
    local middle = (low + high + 1) // 2
    if changes[middle].size_growth > 0 then
      low = middle
    else
      high = middle - 1
    end
  end
  return low
end

--- A view of the types that grew.
-- @tparam {heap,...} heaps
-- @tparam diff changes of these heaps
-- @treturn view
-- @usage local view = require("dryad.browse.views.type_growth").new(heaps, dryad.diff(table.unpack(heaps)))
function M.new(heaps, changes)
  return setmetatable({
    heaps = heaps, changes = changes, number = number_of(changes), title = "types that grew", sorts = {},
    empty = "No type grew.",
  }, Types)
end

function Types:count()
  return self.number
end

function Types:row(i)
  local row = self.changes[i]
  local heap = view.heap_of(self.heaps)
  return {
    size_growth = row.size_growth, size_before = row.size_before, size_after = row.size_after,
    count_growth = math.max(0, row.count_growth), count_after = row.count_after, name = row.type_str,
    class = row.type_str, steady = #self.heaps > 2 and (row.steady and "at every step" or "not at every step") or nil,
    objects = function() return core.list_of_type(heap, row.type_str) end,
  }
end

function Types:enter(i)
  local type_str = self.changes[i].type_str
  return registry.open("list", self.heaps, core.list_of_type(view.heap_of(self.heaps), type_str), type_str,
    "retained_size")
end

registry.add("type_growth", M.new)

return M
