-- What grew between two dumps of the same program, and where? With a third dump: what appeared and stayed?
--
--   dryad run growth BEFORE AFTER
--   dryad run growth BEFORE AFTER LATER         also what both later dumps have and the first has not
--   dryad run growth BEFORE AFTER least=1M      leave out what grew by less

local dryad = require "dryad"
local units = require "dryad.text.units"

local function by_type(diff, least)
  local rows = {
    columns = diff.columns,
    empty = "no type grew by that much",
  }
  for _, row in ipairs(diff) do
    if row.size_growth >= (least or 1) then
      rows[#rows + 1] = row
    end
  end
  return rows
end

local function by_object(diff, heap, least)
  local rows = {
    columns = {
      { "retained_before", "bytes", "retained before" }, { "retained_after", "bytes", "after" },
      { "retained_growth", "bytes", "growth" }, { "way", "object" }, { "object", "object" },
    },
    empty = "no object retains that much more than before",
  }
  for i, row in ipairs(diff:growth(least)) do
    local way = heap:why(row.object, 1)[1]
    rows[i] = {
      retained_before = row.retained_before, retained_after = row.retained_after,
      retained_growth = row.retained_growth, way = way and way:expression(), object = row.object,
    }
  end
  return rows
end

local function suspects(diff)
  local rows = {
    columns = { { "type" }, { "count", "count" }, { "size", "bytes" }, { "example", "object", "the largest" } },
    empty = "nothing",
  }
  for i, row in ipairs(diff:objects("suspect"):summarize():top()) do
    rows[i] = { type = row.type_str, count = row.count, size = row.total_size, example = row.max }
  end
  return rows
end

return {
  summary = "what grew between two dumps of one program, by type and by object; with a third, what stayed",
  args = {
    { name = "after", type = "heap", summary = "the later dump" },
    { name = "later", type = "heap", optional = true, summary = "one later still" },
    { name = "least", type = "size", optional = true, summary = "leave out what grew by less" },
  },
  run = function(before, args)
    local last = args.later or args.after
    local diff = args.later and dryad.diff(before, args.after, last) or dryad.diff(before, last)
    local growth = last.total_size - before.total_size
    return {
      title = "Growth",
      text = ("%s objects, %s before; %s objects, %s after: %s by %s."):format(
        units.count(#before), units.bytes(before.total_size), units.count(#last), units.bytes(last.total_size),
        growth < 0 and "shrunk" or "grown", units.bytes(math.abs(growth))),
      sections = {
        { title = "Types that grew", rows = by_type(diff, args.least) },
        { title = "Objects that keep more alive than before", rows = by_object(diff, last, args.least) },
        args.later and { title = "Appeared between the first two dumps, and is still there", rows = suspects(diff) },
      },
    }
  end,
}
-- SPDX-License-Identifier: MIT
