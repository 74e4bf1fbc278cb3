-- SPDX-License-Identifier: MIT
--- The best ways to a sample of many objects, with the labels of their steps.
-- @module dryad.analysis.trails

local core = require "dryad.core"

local M = {}

local MOST = 200 -- members looked at
local LONGEST = 5000 -- steps: members that are farther away are not looked at
local ENDS = 20 -- objects kept of a long way, at each end

local Trail = {}
Trail.__index = Trail

--- The label of the reference from its i-th object to the next; "" where steps were left out.
-- @function trail:label
-- @tparam integer i
-- @treturn string
function Trail:label(i)
  local label = self.labels[i]
  if not label then
    label = self.positions[i] and self[i]:label(self.positions[i]) or ""
    self.labels[i] = label
  end
  return label
end

--- Members of a list, evenly spread.
-- @tparam list list
-- @tparam integer most
-- @treturn {object,...}
-- @usage trails.sample(heap "Session", 200)
function M.sample(list, most)
  local found, count = {}, #list
  most = math.min(most, count)
  for i = 1, most do
    found[i] = list[1 + (i - 1) * count // most]
  end
  return found
end

--- The best ways to members of a list, evenly spread. A way is an array of objects with their `types`, the `labels` of
-- the steps (see @{trail:label}) and the `reason` why the first is a root; of a long way, both ends.
-- @tparam list list
-- @treturn {{object = member, trail = its way, nil if no root leads to it},...}
-- @usage trails.of(heap "Session")[1].trail:label(1)
function M.of(list)
  local heap, sample, found = core.heap_of(list), M.sample(list, MOST), {}
  for i, trail in ipairs(core.trails(core.list_of(heap, sample), ENDS, LONGEST)) do
    if trail ~= true then
      found[#found + 1] = { object = sample[i], trail = trail and setmetatable(trail, Trail) or nil }
    end
    if type(trail) == "table" then
      trail.labels, trail.types, trail.reason = {}, {}, core.root_reason(trail[1])
      for k, o in ipairs(trail) do
        trail.types[k] = o.type_str
      end
    end
  end
  return found
end

return M
