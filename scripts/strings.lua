-- Where do the bytes of text go: which strings are large, which repeat?
--
--   dryad run strings DUMP
--
-- A dump keeps the first 100 characters of a value; longer ones count as equal when those and their lengths are.

local top = require "dryad.top"

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

-- What one copy of each would save.
local function repeated(all, count)
  local groups = {}
  for _, o in ipairs(all) do
    local value, kind, len, size = o.value, o.type, o.len, o.size
    local key = kind .. " " .. (len or "") .. " " .. tostring(value)
    local group = groups[key]
    if group then
      group.count, group.size, group.wasted = group.count + 1, group.size + size, group.wasted + size
    else
      group = { value = value, type = kind, len = len, count = 1, size = size, wasted = 0 }
      groups[key], groups[#groups + 1] = group, group
    end
  end
  top(groups, "wasted", count)
  local rows = {
    columns = {
      { "value", "object" }, { "type" }, { "len", "count", "length" }, { "count", "count" }, { "size", "bytes" },
      { "wasted", "bytes" },
    },
    empty = "no string occurs twice",
  }
  for i, group in ipairs(groups) do
    rows[i] = group.count > 1 and group or nil
  end
  return rows
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
  name = "strings",
  summary = "text and bytes: by type, the largest, and values that are there many times over",
  args = { { name = "count", type = "integer", default = 10, summary = "lines in each table" } },
  run = function(heap, args)
    local types, all = by_type(heap)
    return {
      title = "Strings",
      sections = {
        { title = "By type", rows = types },
        { title = "The largest", rows = largest(all, args.count) },
        {
          title = "Most wasted by repetition",
          text = "Wasted: what all but one copy take. Values are known up to 100 characters.",
          rows = repeated(all, args.count),
        },
      },
    }
  end,
}
