-- SPDX-License-Identifier: MIT
--- The ways from roots to a sample of many objects, with the labels of their steps.
-- @module dryad.analysis.trails

local core = require "dryad.core"

local M = {}

local MOST = 200 -- members looked at
local MOST_STEPS = 50000 -- of all ways together: fewer members are looked at where ways are long
local ENDS = 20 -- steps kept of a long way, at each end

local Trail = {}
Trail.__index = Trail

--- The label of the reference from its i-th object to the next; "" where steps were left out.
-- @function trail:label
-- @tparam integer i
-- @treturn string
function Trail:label(i)
  local label = self.labels[i]
  if not label then
    label = self[i + 1] and i ~= self.gap and core.label_between(self[i], self[i + 1]) or ""
    self.labels[i] = label
  end
  return label
end

--- The way to an object as a trail: an array of objects, a root first, the object last; of a long way, both ends. Nil
-- if no root leads to it.
local function trail_to(o)
  local way = core.paths_from_roots(o, 1)[1]
  if not way then
    return nil, 0
  end
  local trail, count = setmetatable({ labels = {}, types = {}, reason = core.root_reason(way[1]) }, Trail), #way
  for i = 1, math.min(count, ENDS) do
    trail[i] = way[i]
  end
  trail.gap = count > 2 * ENDS and ENDS or nil
  for i = math.max(ENDS, count - ENDS) + 1, count do
    trail[#trail + 1] = way[i]
  end
  for i, step in ipairs(trail) do
    trail.types[i] = step.type_str
  end
  return trail, count
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

--- Ways to members of a list, evenly spread.
-- @tparam list list
-- @treturn {{object = member, trail = an array of objects or nil},...}
-- @usage trails.of(heap "Session")[1].trail:label(1)
function M.of(list)
  local found = {}
  if #list == 0 then
    return found
  end
  local _, steps = trail_to(list[1])
  for i, o in ipairs(M.sample(list, math.max(1, math.min(MOST, MOST_STEPS // math.max(1, steps))))) do
    found[i] = { object = o, trail = trail_to(o) }
  end
  return found
end

return M
