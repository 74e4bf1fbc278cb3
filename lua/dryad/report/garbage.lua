-- SPDX-License-Identifier: MIT
--- Garbage in a report.
-- @module dryad.report.garbage

local bounded = require "dryad.report.bounded"
local garbage = require "dryad.analysis.garbage"
local object = require "dryad.report.object"

local M = {}

--- The garbage that was found as a suspect, or what there is of it.
local function found_in(suspects)
  for _, suspect in ipairs(suspects) do
    if suspect.kind == "garbage" then
      return suspect
    end
  end
  return not suspects.has_lost and garbage.of(suspects.heap) or nil
end

--- The section.
-- @tparam {suspect,...} suspects of the heap
-- @treturn table|nil `{text =, lines =, collector =, count =, size =, rows = the shapes of its cycles, kinds = what it
--   consists of}`; nil if there is none
-- @treturn string|nil that there is none
-- @usage garbage_section.of(dryad.leak_suspects(heap))
function M.of(suspects)
  local found = found_in(suspects)
  if not found then
    return nil, not suspects.has_lost and garbage.nothing(suspects.heap) or nil
  end
  local rows, kinds = bounded.array(), bounded.array()
  for i, shape in ipairs(found.cycles) do
    rows[i] = {
      text = bounded.text(shape.text, bounded.SENTENCE), cycles = shape.cycles, count = shape.count, size = shape.size,
    }
  end
  for i, kind in ipairs(found.kinds) do
    kinds[i] = {
      text = bounded.text(kind.name, bounded.NAME), count = kind.count, total_count = kind.total_count,
      size = kind.size, address = object.address(kind.objects[1]),
    }
  end
  return {
    text = bounded.text(garbage.sentence(found), bounded.SENTENCE), lines = bounded.lines(garbage.lines(found)),
    collector = found.collector, count = found.total_count, size = found.retained, rows = rows, kinds = kinds,
  }
end

return M
