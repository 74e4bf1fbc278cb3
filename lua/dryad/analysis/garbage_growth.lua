-- SPDX-License-Identifier: MIT
--- Garbage that became more from one heap to another. It is no leak by itself, and nothing holds it.
-- @module dryad.analysis.garbage_growth

local added_classes = require "dryad.analysis.added_classes"
local core = require "dryad.core"
local garbage = require "dryad.analysis.garbage"

local M = {}

local MOST_CLASSES = 1000 -- compared: those of most bytes

--- Rows by class, and by name of the class.
local function summary_of(list)
  local rows, by_class = core.summary_by_class(list, MOST_CLASSES), {}
  for _, row in ipairs(rows) do
    row.class = row.class or row.type_str
    by_class[row.class] = row
  end
  return rows, by_class
end

--- What became more from one list to the other, by class.
local function classes_of(before, after)
  local _, old = summary_of(before)
  local classes = {}
  for i, row in ipairs((summary_of(after))) do
    local was = old[row.class]
    classes[i] = {
      class = row.class, type = row.type_str, origin = row.origin, count = row.count - (was and was.count or 0),
      size = row.total_size - (was and was.total_size or 0),
    }
  end
  return added_classes.sorted(classes)
end

--- By how much garbage grew.
-- @tparam {heap,...} heaps whose dumps tell what is garbage
-- @tparam integer least bytes
-- @treturn growth|nil with `is_garbage` and `lines`, what @{dryad.analysis.garbage} says of it; nil if it grew by less
-- @usage print(require("dryad.analysis.garbage_growth").find({ before, after }, 1))
function M.find(heaps, least)
  local lists, counts, sizes = {}, {}, {}
  for i, heap in ipairs(heaps) do
    if not heap.process then
      return nil
    end
    lists[i] = core.unreachable(heap)
    counts[i], sizes[i] = #lists[i], lists[i]:sum "size"
  end
  local bytes = sizes[#sizes] - sizes[1]
  if bytes < math.max(1, least) then
    return nil
  end
  local classes, suspect = classes_of(lists[1], lists[#lists]), garbage.of(heaps[#heaps])
  local headline = classes[1]
  for _, row in ipairs(classes) do
    headline = row.class == suspect.class and row or headline
  end
  return {
    is_garbage = true, bytes = bytes, counts = counts, sizes = sizes, classes = classes, steady = false,
    class = headline and headline.class, type = headline and headline.type, count = headline and headline.count or 0,
    retained_before = sizes[1], retained_after = sizes[#sizes], retained_growth = bytes, added = lists[#lists],
    lines = garbage.lines(suspect),
  }
end

return M
