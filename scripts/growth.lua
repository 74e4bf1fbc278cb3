-- What grew between two dumps of the same program?
--
--   dryad run growth BEFORE AFTER
--   dryad run growth BEFORE AFTER least=1M

local dryad = require "dryad"
local units = require "dryad.units"

return {
  name = "growth",
  summary = "what grew between two dumps of one program, by type",
  args = {
    { name = "after", type = "heap", summary = "the later dump" },
    { name = "least", type = "size", default = 1, summary = "leave out types that grew by less" },
  },
  run = function(before, args)
    local after = args.after
    local rows = {
      columns = {
        { "type_str", "text", "type" }, { "count_before", "count", "count before" },
        { "count_after", "count", "after" }, { "count_growth", "count", "growth" },
        { "size_before", "bytes", "size before" }, { "size_after", "bytes", "after" },
        { "size_growth", "bytes", "growth" },
      },
      empty = "no type grew by that much",
    }
    for _, row in ipairs(dryad.diff(before, after)) do
      if row.size_growth >= args.least then
        rows[#rows + 1] = row
      end
    end
    local growth = after.total_size - before.total_size
    return {
      title = "Growth",
      text = ("%s objects, %s before; %s objects, %s after: %s by %s."):format(
        units.count(#before), units.bytes(before.total_size), units.count(#after), units.bytes(after.total_size),
        growth < 0 and "shrunk" or "grown", units.bytes(math.abs(growth))),
      rows = rows,
    }
  end,
}
