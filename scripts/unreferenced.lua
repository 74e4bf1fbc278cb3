-- Which objects does nothing in the dump refer to?
--
-- They were nevertheless alive: C code, a thread's stack or a weak container holds them; or they were garbage not yet
-- collected, such as a cycle that nothing else refers to. Many of one type are worth a look.
--
--   dryad run unreferenced DUMP

local top = require "dryad.text.top"
local units = require "dryad.text.units"

local WHY = { unreferenced = "nothing refers to it", cycle = "only its own cycle does" }

return {
  summary = "objects that nothing in the dump refers to except their own cycle, and what they keep",
  args = { { name = "count", type = "integer", default = 20, summary = "lines in the table" } },
  run = function(heap, args)
    local rows, count, size = {
      columns = {
        { "type" }, { "why" }, { "count", "count" }, { "size", "bytes" }, { "retained", "bytes", "keep alive" },
        { "example", "object", "the largest" },
      },
      empty = "everything in this dump has a referrer",
    }, 0, 0
    for _, reason in ipairs(heap:roots():group_by(function(o) return heap:root_reason(o) end)) do
      for _, group in ipairs(WHY[reason.key] and reason.objects:summarize() or {}) do
        rows[#rows + 1] = {
          type = group.type_str, why = WHY[reason.key], count = group.count, size = group.total_size,
          retained = group.objects:retained_size(), example = group.max,
        }
        count, size = count + group.count, size + group.total_size
      end
    end
    return {
      title = ("%s objects that nothing else refers to, %s"):format(units.count(count), units.bytes(size)),
      rows = top(rows, "retained", args.count),
    }
  end,
}
-- SPDX-License-Identifier: MIT
