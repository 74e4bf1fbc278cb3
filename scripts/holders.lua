-- who refers to the instances of a type, grouped by the referrers' type
--
--   dryad run holders DUMP Thread
--
-- :type type   the type of the instances

local top = require "dryad.text.top"
local units = require "dryad.text.units"

return {
  run = function(heap, args)
    local instances = heap:get_all(args.type)
    local rows = {
      columns = {
        { "type", "text", "held by" }, { "count", "count" }, { "holds", "count" }, { "percent", "percent" },
        { "size", "bytes" }, { "example", "object" },
      },
      empty = "nothing in the dump refers to them",
    }
    for _, group in ipairs(instances.p:summarize()) do
      local held = #(group.objects.c & instances)
      rows[#rows + 1] = {
        type = group.type_str, count = group.count, holds = held, percent = 100.0 * held / #instances,
        size = group.total_size, example = group.max,
      }
    end
    local held = instances & instances.p.c
    return {
      title = ("%s %s, %s"):format(units.count(#instances), args.type, units.bytes(instances:sum "size")),
      text = ("%s of them have a referrer. One with several is counted for each type."):format(units.count(#held)),
      rows = top(rows, "holds"),
    }
  end,
}
-- SPDX-License-Identifier: MIT
