-- SPDX-License-Identifier: MIT
--- What a heap lacks: whatever was lost on the way from the process to it.
-- @module dryad.heap.defects

local units = require "dryad.text.units"

local M = {}

-- Lines that an answer cannot do without, by their count in a report.
local LINES = {
  { "bad_lines", "that cannot be used" }, { "lossy_lines", "whose size or references were lost" },
  { "conflicts", "at odds with an earlier one of the same address" },
}

--- Why a heap is not whole; nil if it is, as far as is known.
-- @tparam heap heap
-- @treturn string|nil a clause that the name of its dump may precede
-- @usage print(heap.file, require("dryad.heap.defects").of(heap))
function M.of(heap)
  local report = heap.report
  if report.complete == false then
    return "is incomplete: " .. report.incomplete
  end
  for _, kind in ipairs(LINES) do
    local count = report[kind[1]]
    if count > 0 then
      return ("has %s %s"):format(units.quantity(count, "line"), kind[2])
    end
  end
end

--- Whether a dump is whole; nil if nothing tells.
-- @tparam heap heap
-- @treturn boolean|nil
-- @usage print(require("dryad.heap.defects").is_complete(heap))
function M.is_complete(heap)
  local report = heap.report
  if report.lossy_lines > 0 or report.conflicts > 0 then
    return false
  end
  return report.complete
end

return M
