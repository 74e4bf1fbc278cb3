-- SPDX-License-Identifier: MIT
--- Whose the reachable bytes are, by module and class.
-- @module dryad.report.shares

local bounded = require "dryad.report.bounded"
local class_shares = require "dryad.analysis.class_shares"
local units = require "dryad.text.units"

local M = {}

local MOST, BYTES = 400, 60000 -- classes, and bytes of JSON

--- The section.
-- @tparam heap heap
-- @treturn table an array of `{module =, class =, origin =, count =, bytes =}`
-- @treturn table `{count = of classes left out, bytes = their share}`
-- @usage shares.of(heap)
function M.of(heap)
  local rows = class_shares.of(heap, MOST)
  local found = bounded.list(#rows, MOST, BYTES, function(i)
    local row = rows[i]
    return {
      module = bounded.text(row.module, bounded.NAME), class = bounded.text(row.class, bounded.NAME),
      origin = row.origin, count = row.count, bytes = row.bytes,
    }
  end)
  local beyond = rows.more or { count = 0, bytes = 0 }
  local more = { count = #rows - #found + beyond.count, bytes = beyond.bytes }
  for i = #found + 1, #rows do
    more.bytes = units.add(more.bytes, rows[i].bytes)
  end
  return found, more
end

return M
