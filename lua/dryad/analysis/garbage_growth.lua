-- SPDX-License-Identifier: MIT
--- Garbage that became more from one heap to another. It is no leak by itself, and nothing holds it.
-- @module dryad.analysis.garbage_growth

local class_order = require "dryad.analysis.class_order"
local core = require "dryad.core"

local M = {}

local MOST_CLASSES = 50

--- Rows by class, or by type where classes are not known, and whose they are.
local function summary_of(list)
  local rows = core.summary_by_class(list)
  local by_class = {}
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
  for _, row in ipairs((summary_of(after))) do
    local was = old[row.class]
    local count, size = row.count - (was and was.count or 0), row.total_size - (was and was.total_size or 0)
    if count > 0 and size > 0 and #classes < MOST_CLASSES then
      classes[#classes + 1] = {
        class = row.class, type = row.type_str, origin = row.origin, count = count, size = size,
      }
    end
  end
  return class_order.sort(classes)
end

--- By how much garbage grew.
-- @tparam {heap,...} heaps whose dumps tell what is garbage
-- @tparam integer least bytes
-- @treturn growth|nil with `is_garbage`; nil if it grew by less
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
  local classes = classes_of(lists[1], lists[#lists])
  local most = classes[1]
  return {
    is_garbage = true, bytes = bytes, counts = counts, sizes = sizes, classes = classes, steady = false,
    class = most and most.class, type = most and most.type, count = most and most.count or 0,
    retained_before = sizes[1], retained_after = sizes[#sizes], retained_growth = bytes, added = lists[#lists],
  }
end

return M
