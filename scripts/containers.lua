-- Which containers are large, and what do the empty and nearly empty ones cost?
--
--   dryad run containers DUMP
--   dryad run containers DUMP few=1

local top = require "dryad.top"

local TEXT_AND_NUMBERS = { str = true, unicode = true, bytes = true, bytearray = true, int = true, long = true }

-- A sorted list is searched, not walked through: those with at most so many items. Objects without a
-- length come last.
local function at_most(ascending, len)
  local low, high = 0, #ascending
  while low < high do
    local middle = (low + high + 1) // 2
    if (ascending[middle].len or math.huge) <= len then
      low = middle
    else
      high = middle - 1
    end
  end
  return ascending:head(low)
end

return {
  name = "containers",
  summary = "dicts, lists, sets and others: the longest, and what empty and nearly empty ones take",
  args = {
    { name = "few", type = "integer", default = 3, summary = "up to how many items are nearly empty" },
    { name = "count", type = "integer", default = 10, summary = "lines in each table" },
  },
  run = function(heap, args)
    local nearly = ("1-%d items"):format(args.few)
    local kinds = {
      columns = {
        { "type" }, { "count", "count" }, { "size", "bytes" },
        { "empty", "count" }, { "empty_size", "bytes", "they take" },
        { "few", "count", nearly }, { "few_size", "bytes", "they take" },
      },
      empty = "no object in this dump has a length",
    }
    local longest
    for _, row in ipairs(heap:summarize()) do
      if row.max.len and not TEXT_AND_NUMBERS[row.type_str] then
        local ascending = row.objects:sort("len", "asc")
        local empty, few = at_most(ascending, 0), at_most(ascending, args.few)
        kinds[#kinds + 1] = {
          type = row.type_str, count = row.count, size = row.total_size, empty = #empty, empty_size = empty:sum "size",
          few = #few - #empty, few_size = few:sum "size" - empty:sum "size",
        }
        local head = row.objects:sort("len"):head(args.count)
        longest = (longest and longest + head or head):sort("len"):head(args.count)
      end
    end
    local rows = {
      columns = {
        { "object", "object" }, { "len", "count", "items" }, { "size", "bytes" }, { "held_by", "object", "held by" },
      },
      empty = "no object in this dump has a length",
    }
    for i, o in ipairs(longest or {}) do
      rows[i] = { object = o, len = o.len, size = o.size, held_by = o.p[1] }
    end
    return {
      title = "Containers",
      sections = {
        { title = "By type", rows = top(kinds, "size", args.count) },
        { title = "The longest", rows = rows },
      },
    }
  end,
}
