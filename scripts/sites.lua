-- SPDX-License-Identifier: MIT
-- bytes and objects by the line that allocated them, if tracemalloc was tracing
--
--   dryad run sites DUMP                 all objects
--   dryad run sites DUMP dict            the objects of a type
--   dryad run sites DUMP frames=3        with the lines that called these lines
--
-- Only tracemalloc knows the lines, so it must be tracing in the process before the objects are made.
--
-- :type type optional   only objects of this type
-- :frames integer = 1   lines of a site: more than one adds its callers
-- :count integer = 20   rows in the table

local top = require "dryad.text.top"
local units = require "dryad.text.units"

local ADVICE = {
  "This dump does not say where objects were allocated. tracemalloc must be tracing in the process:",
  "  start it with `python -X tracemalloc=8`, or with PYTHONTRACEMALLOC=8 in its environment;",
  "  or call `tracemalloc.start(8)` in it, which sees what is allocated from then on.",
  "Then dump it again.",
}

local NOT_ASKED = {
  "tracemalloc was tracing in the process, but this dump was made without allocation sites.",
  "Dump it again, without `--allocation-frames 0`.",
}

local function was_tracing(heap)
  return heap.process ~= nil and type(heap.process.tracemalloc) == "table"
end

return {
  run = function(heap, args)
    local all = heap:get_all(args.type)
    local found, count, size = all:sites(args.frames), 0, 0
    if #found == 0 and (not args.type or #heap:get_all():sites() == 0) then
      return { title = "Allocation sites", text = was_tracing(heap) and NOT_ASKED or ADVICE }
    end
    local bytes = all:sum "size"
    local rows = {
      columns = {
        { "site" }, { "count", "count" }, { "size", "bytes" },
        { "percent", "bar", args.type and "of their bytes" or "of the heap" },
      },
      empty = "the dump does not say where these objects were allocated",
    }
    for i, row in ipairs(found) do
      rows[i] = { site = row.site, count = row.count, size = row.size, percent = 100.0 * row.size / math.max(1, bytes) }
      count, size = count + row.count, units.add(size, row.size)
    end
    return {
      title = args.type and ("Where the objects of type %s were allocated"):format(args.type)
        or "Where the objects were allocated",
      text = ("Known for %s of %s objects, %s of %s."):format(units.count(count), units.count(#all), units.bytes(size),
        units.bytes(bytes)),
      rows = top(rows, "size", args.count),
    }
  end,
}
