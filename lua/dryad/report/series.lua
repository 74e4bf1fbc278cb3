-- SPDX-License-Identifier: MIT
--- What a report tells of each of several dumps, so that their heaps need not be in memory together.
-- @module dryad.report.series

local bounded = require "dryad.report.bounded"
local diff = require "dryad.analysis.diff"
local digest = require "dryad.analysis.digest"
local problems = require "dryad.report.problems"
local same_process = require "dryad.analysis.same_process"
local sources = require "dryad.report.sources"
local steps = require "dryad.analysis.series"

local M = {}

local Series = {}
Series.__index = Series

--- A series without dumps: its `points`, `first` heap, and `growths` from the first to the last. A point is `{label =,
-- time = nil if the dump does not tell, total = bytes, objects =, classes = {[name] = {count =, size =}} of several
-- dumps, is_cut = true if there may be more classes, source =, problems =, is_other = of another process than the
-- first}`.
-- @treturn series
-- @usage local told = series.new()
function M.new()
  return setmetatable({ points = {}, steps = steps.new() }, Series)
end

--- Keeps the figures of a heap by class.
local function follow(self, number, heap, growths)
  local kept = digest.of(heap)
  local point = self.points[number]
  kept.number, point.classes, point.is_cut = number, kept.classes, kept.is_cut
  self.steps:add(kept, growths)
end

--- Adds the next dump, and compares it with the first, whose heap must still be open.
-- @tparam heap heap
-- @usage told:add(heap)
function Series:add(heap)
  local time, source = (heap.process or {}).time, sources.of(heap)
  self.points[#self.points + 1] = {
    label = source.name or "?", time = type(time) == "string" and bounded.text(time, bounded.NAME) or nil,
    total = heap.total_size, objects = #heap, source = source, problems = problems.of(heap),
    is_other = self.first and not same_process.is(self.first, heap) or nil,
  }
  if not self.first then
    self.first = heap
    return
  elseif #self.points == 2 then
    follow(self, 1, self.first)
  end
  self.growths = diff(self.first, heap):growth()
  follow(self, #self.points, heap, self.growths)
end

return M
