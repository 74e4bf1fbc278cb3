-- text and bytes: by type, the largest, and equal ones
--
--   dryad run strings DUMP
--
-- The recipe `duplicates` says more of equal strings.
--
-- :count integer = 20   lines in the tables of strings

local dryad = require "dryad"
local units = require "dryad.text.units"

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

local function equal(groups, count)
  local rows = {
    columns = {
      { "wasted", "bytes", "one would save" }, { "count", "count" }, { "type" }, { "len", "count", "length" },
      { "value", "value" },
    },
    empty = "no two strings are equal",
  }
  for i = 1, math.min(count, #groups) do
    local group = groups[i]
    rows[i] = {
      wasted = group.wasted, count = group.count, type = group.type, len = group.len, value = group.value,
    }
  end
  return rows
end

return {
  run = function(heap, args)
    local types, all = by_type(heap)
    local groups = dryad.duplicates(heap)
    local redundant, wasted = groups:total()
    return {
      title = "Strings",
      sections = {
        { title = "By type", rows = types },
        { title = "The largest", rows = largest(all, args.count) },
        {
          title = ("Equal: %s of %s are redundant, %s"):format(units.count(redundant), units.count(#all),
            units.bytes(wasted)),
          rows = equal(groups, args.count),
        },
      },
    }
  end,
}
-- SPDX-License-Identifier: MIT
