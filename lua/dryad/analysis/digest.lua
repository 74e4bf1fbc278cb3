-- SPDX-License-Identifier: MIT
--- What is kept of a heap when the heap itself is not: its totals, and its counts and sizes by class.
--
-- A digest is `{objects =, bytes =, resident =, incomplete =, classes = {[class] = {count =, size =}}, is_cut =}`. It
-- takes some 100 KB at most, whatever the heap: of its classes, only the largest are kept. `is_cut` is true if there
-- may be more.
-- @module dryad.analysis.digest

local core = require "dryad.core"
local defects = require "dryad.heap.defects"
local format = require "dryad.text.format"

local M = {}

local MOST_CLASSES = 500
local LONGEST = 120 -- columns of a name

--- Counts and sizes of the largest classes. Long names that begin and end alike count as one.
local function classes_of(heap)
  local classes, rows = {}, core.summary_by_class(heap, MOST_CLASSES)
  for _, row in ipairs(rows) do
    local name = format.cut_object(format.printable(row.class or row.type_str), LONGEST)
    local known = classes[name] or { count = 0, size = 0 }
    known.count, known.size = known.count + row.count, known.size + row.total_size
    classes[name] = known
  end
  return classes, #rows == MOST_CLASSES or nil
end

--- The digest of a heap.
-- @tparam heap heap
-- @treturn table `resident` (bytes of the process) and `incomplete` (why) are nil if they are not known
-- @usage local kept = require("dryad.analysis.digest").of(heap)
function M.of(heap)
  local resident, classes, is_cut = (heap.process or {}).rss, classes_of(heap)
  return {
    objects = #heap,
    bytes = heap.total_size,
    resident = math.type(resident) == "integer" and resident or nil,
    incomplete = defects.of(heap),
    classes = classes,
    is_cut = is_cut,
  }
end

return M
