-- SPDX-License-Identifier: MIT
--- What a dump says of Python's garbage collector.
-- @module dryad.analysis.collector

local units = require "dryad.text.units"

local M = {}

local HIGH = 10000 -- a threshold that no Python has by itself

local function number_at(list, i)
  return type(list) == "table" and math.type(list[i]) == "integer" and list[i] or nil
end

--- Why the collector has left garbage behind.
-- @tparam table|nil facts of the process, as in a dump
-- @treturn string|nil a sentence; nil if the dump says nothing of the collector
-- @usage print(collector.sentence(heap.process))
function M.sentence(facts)
  local gc = facts and type(facts.gc) == "table" and facts.gc
  if not gc or type(gc.enabled) ~= "boolean" then
    return nil
  end
  local threshold, waiting = number_at(gc.thresholds, 1), number_at(gc.counts, 1)
  if not gc.enabled then
    return "The collector is off (gc.disable): such cycles stay until gc.collect() runs."
  elseif threshold == 0 then
    return "The collector is off (its threshold is 0): such cycles stay until gc.collect() runs."
  elseif threshold and waiting and threshold >= HIGH then
    return ("The collector runs rarely: %s allocations wait for it, and it starts at %s."):format(units.count(waiting),
      units.count(threshold))
  end
  return "The collector is on, but has not come to them: they wait for a full collection, or gc.freeze() exempts them."
end

return M
