-- SPDX-License-Identifier: MIT
--- What is wrong with a dump.
-- @module dryad.report.problems

local bounded = require "dryad.report.bounded"
local load = require "dryad.heap.load"
local process = require "dryad.heap.process"
local units = require "dryad.text.units"

local M = {}

local LISTED = 20 -- problems of single lines

--- The section.
-- @tparam heap heap
-- @treturn table an array of sentences
-- @usage problems.of(heap)
function M.of(heap)
  local report, found = heap.report, bounded.array()
  local function add(text)
    found[#found + 1] = text and text ~= "" and bounded.text(text, bounded.SENTENCE) or nil
  end
  add(process.damage(report))
  add(load.faults(report))
  for i = 1, math.min(LISTED, #report.problems) do
    add(("line %d: %s"):format(report.problems[i].line, report.problems[i].reason))
  end
  add(#report.problems > LISTED and ("and %s more"):format(units.count(#report.problems - LISTED)) or nil)
  add(load.cut_texts(heap))
  add(report.dangling_refs > 0 and ("References to addresses that the dump does not hold: %s"):format(
    units.count(report.dangling_refs)) or nil)
  return found
end

return M
