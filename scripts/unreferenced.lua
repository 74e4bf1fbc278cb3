-- objects that nothing in the dump holds: what they keep, and garbage
--
--   dryad run unreferenced DUMP
--
-- They were alive nevertheless: C code, a thread's stack or a weak container holds them; or they were garbage not yet
-- collected, such as a cycle that nothing else refers to. Dumps of Dryad's own scanner tell these apart. Many of one
-- type are worth a look.
--
-- :count integer = 20   lines in the table

local top = require "dryad.text.top"
local units = require "dryad.text.units"

local WHY = {
  unreferenced = "nothing refers to it", cycle = "only its own cycle does", native = "native code holds it",
}

local EXACT = 150 -- rows to measure besides those of the table, those whose objects retain most one by one

-- What objects retain one by one, by their types.
local function estimates(list)
  local found = {}
  for _, row in ipairs(list:retained_by_type()) do
    found[row.type_str] = row.retained
  end
  return found
end

-- What the process had not collected yet; nil if there is none.
local function garbage(heap, count)
  local list = heap:garbage()
  local rows = {
    columns = { { "type" }, { "count", "count" }, { "size", "bytes" }, { "example", "object", "the largest" } },
  }
  for _, group in ipairs(list:summarize():top(count)) do
    rows[#rows + 1] = { type = group.type_str, count = group.count, size = group.total_size, example = group.max }
  end
  return #list > 0 and {
    title = ("Garbage: %s objects that nothing alive refers to, %s"):format(units.count(#list),
      units.bytes(list:sum "size")),
    rows = rows,
  } or nil
end

return {
  run = function(heap, args)
    local rows, count, size = {
      columns = {
        { "type" }, { "why" }, { "count", "count" }, { "size", "bytes" }, { "retained", "bytes", "keep alive" },
        { "example", "object", "the largest" },
      },
      empty = "everything in this dump is held by something in it",
    }, 0, 0
    for _, reason in ipairs(heap:roots():group_by(function(o) return heap:root_reason(o) end)) do
      local estimate = WHY[reason.key] and estimates(reason.objects)
      for _, group in ipairs(estimate and reason.objects:summarize() or {}) do
        rows[#rows + 1] = {
          type = group.type_str, why = WHY[reason.key], count = group.count, size = group.total_size,
          estimate = estimate[group.type_str], group = group,
        }
        count, size = count + group.count, units.add(size, group.total_size)
      end
    end
    for _, row in ipairs(top(rows, "estimate", args.count + EXACT)) do
      row.retained, row.example = row.group.objects:retained_size(), row.group.max
      row.estimate, row.group = nil, nil
    end
    return {
      title = ("%s objects that nothing else in the dump holds, %s"):format(units.count(count), units.bytes(size)),
      rows = top(rows, "retained", args.count),
      sections = { garbage(heap, args.count) },
    }
  end,
}
-- SPDX-License-Identifier: MIT
