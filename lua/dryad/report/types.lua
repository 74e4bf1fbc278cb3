-- SPDX-License-Identifier: MIT
--- The classes of a heap, with what their objects retain.
-- @module dryad.report.types

local bounded = require "dryad.report.bounded"
local class_table = require "dryad.analysis.class_table"
local object = require "dryad.report.object"
local units = require "dryad.text.units"

local M = {}

local MOST, BYTES = 500, 130000 -- classes, and bytes of JSON

--- The section.
-- @tparam heap heap
-- @treturn table an array of `{class =, origin =, count =, size =, retained =, address = of the object that retains
--   most}`
-- @treturn table `{count = of classes, objects =, bytes =}` of those left out
-- @usage types.of(heap)
function M.of(heap)
  local rows = class_table.of(heap, { most = MOST })
  local objects, bytes = rows.count, rows.size
  local found = bounded.list(#rows, MOST, BYTES, function(i)
    local row = rows[i]
    objects, bytes = objects - row.count, units.is_bound(bytes) and bytes or bytes - row.size
    return {
      class = bounded.text(row.class or row.type_str, bounded.NAME), origin = row.origin, count = row.count,
      size = row.size, retained = row.retained, address = object.address(heap:get(row.address)),
    }
  end)
  return found, { count = rows.classes - #found, objects = objects, bytes = bytes }
end

return M
