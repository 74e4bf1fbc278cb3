-- Where are bytes wasted? Empty and nearly empty containers, instances with a `__dict__` that `__slots__` would avoid,
-- strings that occur many times over.
--
--   dryad run waste DUMP
--   dryad run waste DUMP few=5

local dryad = require "dryad"
local top = require "dryad.text.top"
local units = require "dryad.text.units"

-- Types that have a length and no spare capacity.
local TIGHT = { str = true, unicode = true, bytes = true, int = true, long = true, tuple = true, frozenset = true }

local HEADER, COLLECTED, SLOT = 16, 16, 8 -- bytes of an instance with __slots__

local function containers(summary, few)
  local rows, total = {
    columns = {
      { "type" }, { "count", "count" }, { "empty", "count" }, { "empty_size", "bytes", "they take" },
      { "few", "count", ("1-%d items"):format(few) }, { "few_size", "bytes", "they take" },
    },
    empty = "none",
  }, 0
  for _, row in ipairs(summary) do
    if row.max.len and not TIGHT[row.type_str] then
      local small = row.objects:filter(function(o) return o.len and o.len <= few end)
      local empty = small:filter(function(o) return o.len == 0 end)
      local least = #empty > 0 and empty:sort("size")[-1].size or 0
      local larger = (small - empty):filter(function(o) return o.size > least end)
      rows[#rows + 1] = #small > 0 and {
        type = row.type_str, count = row.count, empty = #empty, empty_size = empty:sum "size",
        few = #larger, few_size = larger:sum "size",
      } or nil
      total = total + empty:sum "size"
    end
  end
  return rows, total
end

-- The most attributes that an instance of a type has, and the bytes of all instances with their dicts. A collapsed
-- instance contains its dict, others refer to it. Returns nil if there is no dict.
local function attributes_of(row)
  local o, objects = row.max, row.objects
  local class = #o > 1 and o[-1]
  if not class or class.name ~= row.type_str or o.len then
    return nil
  elseif #o == 2 and o[1].type == "dict" then
    local dicts = objects.c:of "dict"
    return dicts:sort("len")[1].len, row.total_size + dicts:sum "size"
  elseif #o % 2 == 1 and o:label(2):sub(1, 1) == "." then
    return objects:sort("num_refs")[1].num_refs // 2, row.total_size
  end
end

local function instances(summary)
  local rows, total = {
    columns = {
      { "class" }, { "count", "count" }, { "attributes", "count" }, { "each", "bytes", "each now" },
      { "slots", "bytes", "with __slots__" }, { "saved", "bytes", "saves" },
    },
    empty = "none",
  }, 0
  for _, row in ipairs(summary) do
    local attributes, bytes = attributes_of(row)
    local slots = attributes and HEADER + COLLECTED + SLOT * attributes
    if slots and bytes > slots * row.count then
      rows[#rows + 1] = {
        class = row.type_str, count = row.count, attributes = attributes, each = bytes / row.count, slots = slots,
        saved = bytes - slots * row.count,
      }
      total = total + rows[#rows].saved
    end
  end
  return rows, total
end

return {
  summary = "bytes that could be saved: empty containers, instances without __slots__, equal strings",
  args = {
    { name = "few", type = "integer", default = 2, summary = "the most items in a nearly empty container" },
    { name = "count", type = "integer", default = 10, summary = "lines in each table" },
  },
  run = function(heap, args)
    local summary = heap:summarize()
    local kinds, empty = containers(summary, args.few)
    local classes, saved = instances(summary)
    local strings, wasted = dryad.duplicates(heap):total()
    return {
      title = ("About %s of %s could be saved"):format(units.bytes(empty + saved + wasted),
        units.bytes(heap.total_size)),
      sections = {
        {
          title = ("Containers: empty ones take %s"):format(units.bytes(empty)),
          text = "None would do until there is an item to add. A nearly empty one counts only if it takes more than an"
            .. " empty one.",
          rows = top(kinds, "empty_size", args.count),
        },
        {
          title = ("Instances with a __dict__: __slots__ would save %s"):format(units.bytes(saved)),
          text = ("An estimate: a header of %d bytes, %d for the garbage collector, and %d an attribute, as many as the"
            .. " instance with the most of them has. Old-style classes would have to become new ones."):format(
            HEADER, COLLECTED, SLOT),
          rows = top(classes, "saved", args.count),
        },
        {
          title = ("Equal strings: one of each would save %s"):format(units.bytes(wasted)),
          text = ("%s are redundant; `dryad run duplicates` lists them."):format(units.count(strings)),
        },
      },
    }
  end,
}
-- SPDX-License-Identifier: MIT
