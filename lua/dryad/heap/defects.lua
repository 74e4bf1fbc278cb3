-- SPDX-License-Identifier: MIT
--- What a heap lacks: whatever was lost on the way from the process to it.
-- @module dryad.heap.defects

local units = require "dryad.text.units"

local M = {}

--- Why a heap is not whole; nil if it is, as far as is known.
-- @tparam heap heap
-- @treturn string|nil a clause that the name of its dump may precede
-- @usage print(heap.file, require("dryad.heap.defects").of(heap))
function M.of(heap)
  local report = heap.report
  if report.complete == false then
    return "is incomplete: " .. report.incomplete
  elseif report.bad_lines > 0 then
    return ("has %s that cannot be used"):format(units.quantity(report.bad_lines, "line"))
  end
end

return M
