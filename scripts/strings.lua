-- Where do the bytes of text go, and which strings are large? For repeated ones see the recipe `duplicates`.
--
--   dryad run strings DUMP

local TYPES = { "str", "unicode", "bytes", "bytearray" }

local function by_type(heap)
  local rows = {
    columns = {
      { "type" }, { "count", "count" }, { "size", "bytes" }, { "percent", "percent" }, { "average", "bytes" },
    },
    empty = "this dump has no strings",
  }
  local all = heap:get_all "str"
  for _, name in ipairs(TYPES) do
    local list = heap:get_all(name)
    all = all + list
    if #list > 0 then
      local size = list:sum "size"
      rows[#rows + 1] = {
        type = name, count = #list, size = size, percent = 100.0 * size / heap.total_size, average = size / #list,
      }
    end
  end
  return rows, all
end

local function largest(all, count)
  local rows = {
    columns = {
      { "size", "bytes" }, { "len", "count", "length" }, { "object", "object" }, { "held_by", "object", "held by" },
    },
    empty = "this dump has no strings",
  }
  for i, o in ipairs(all:sort("size"):head(count)) do
    rows[i] = { object = o, size = o.size, len = o.len, held_by = o.p[1] }
  end
  return rows
end

return {
  summary = "text and bytes: by type, and the largest",
  args = { { name = "count", type = "integer", default = 20, summary = "how many of the largest" } },
  run = function(heap, args)
    local types, all = by_type(heap)
    return {
      title = "Strings",
      sections = {
        { title = "By type", rows = types },
        { title = "The largest", rows = largest(all, args.count) },
      },
    }
  end,
}
-- SPDX-License-Identifier: MIT
