-- Which single objects are the largest, and which lead to the most bytes?
--
--   dryad run biggest DUMP
--   dryad run biggest DUMP dict count=5       only among dicts

local top = require "dryad.top"

-- From nearly every object a class, and through it a module, can be reached. Walks stop there.
local BEYOND = { "module", "type", "frame" }

local function by_size(list)
  local rows = {
    columns = { { "object", "object" }, { "size", "bytes" }, { "held_by", "object", "held by" } },
    empty = "no such object",
  }
  for i, o in ipairs(list) do
    rows[i] = { object = o, size = o.size, held_by = o.p[1] }
  end
  return rows
end

local function by_total(heap, candidates, count)
  local rows = {
    columns = {
      { "object", "object" }, { "total", "bytes" }, { "size", "bytes" }, { "held_by", "object", "held by" },
    },
    empty = "no such object",
  }
  for _, o in ipairs(candidates) do
    local total = heap:summarize(o, BEYOND).total_size
    if total > 0 then
      rows[#rows + 1] = { object = o, total = total, size = o.size, held_by = o.p[1] }
    end
  end
  return top(rows, "total", count)
end

return {
  name = "biggest",
  summary = "the largest single objects, and those that lead to the most bytes",
  args = {
    { name = "type", type = "type", optional = true, summary = "only objects of this type" },
    { name = "count", type = "integer", default = 10, summary = "lines in each table" },
  },
  run = function(heap, args)
    local all = heap:get_all(args.type)
    local largest, longest = all:head(args.count), all:sort("num_refs"):head(args.count)
    return {
      title = "Biggest objects",
      sections = {
        { title = "By their own size", rows = by_size(largest) },
        {
          title = "By what they lead to",
          text = "Total: bytes that can be reached without passing modules, classes and frames; what is shared counts"
            .. " at each. Looked at: the largest objects and those with the most references.",
          rows = by_total(heap, largest + longest, args.count),
        },
      },
    }
  end,
}
