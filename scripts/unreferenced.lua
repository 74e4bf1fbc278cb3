-- Which objects does nothing in the dump refer to?
--
-- They are alive all the same: C code, a thread's stack or a weak container holds them; or they were
-- garbage at that moment. Many of one type are worth a look.
--
--   dryad run unreferenced DUMP

local top = require "dryad.top"
local units = require "dryad.units"

return {
  name = "unreferenced",
  summary = "objects that nothing in the dump refers to, by type",
  args = { { name = "count", type = "integer", default = 20, summary = "lines in the table" } },
  run = function(heap, args)
    local found = heap:where(function(o)
      return o.num_parents == 0
    end)
    local rows = {
      columns = {
        { "type" }, { "count", "count" }, { "size", "bytes" }, { "total", "bytes", "lead to" },
        { "example", "object", "the largest" },
      },
      empty = "everything in this dump has a referrer",
    }
    for i, group in ipairs(found:summarize()) do
      rows[i] = {
        type = group.type_str, count = group.count, size = group.total_size,
        total = heap:summarize(group.objects, { "module", "type", "frame" }).total_size, example = group.max,
      }
    end
    return {
      title = ("%s objects without a referrer, %s"):format(units.count(#found), units.bytes(found:sum "size")),
      rows = top(rows, "size", args.count),
    }
  end,
}
