-- SPDX-License-Identifier: MIT
--- What the process of a report was, and how much of its memory the heap explains.
-- @module dryad.report.process

local bounded = require "dryad.report.bounded"
local process = require "dryad.heap.process"
local units = require "dryad.text.units"

local M = {}

local REST = { key = "rest", label = "what else is resident" }

--- The parts of the resident memory, and what they do not account for.
local function bar_of(heap)
  local parts, found, sum = process.parts(heap), bounded.array(), 0
  if not parts then
    return nil
  end
  for i, part in ipairs(parts) do
    found[i] = { key = part.kind, label = part.text, bytes = part.bytes }
    sum = units.add(sum, part.bytes)
  end
  local resident = heap.process.rss
  if sum < resident then
    found[#found + 1] = { key = REST.key, label = REST.label, bytes = resident - sum }
  end
  return { label = "resident " .. units.bytes(resident), total = math.max(resident, sum), parts = found }
end

--- The section.
-- @tparam heap heap
-- @treturn table `{lines =, bar =}`
-- @usage process_section.of(heap)
function M.of(heap)
  local lines = bounded.array()
  for line in heap:describe():gmatch "[^\n]+" do
    lines[#lines + 1] = bounded.text(line, bounded.SENTENCE)
  end
  return { lines = lines, bar = bar_of(heap) }
end

return M
