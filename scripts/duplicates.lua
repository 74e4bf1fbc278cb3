-- strings that occur many times over, and what one copy of each would save
--
--   dryad run duplicates DUMP
--   dryad run duplicates DUMP count=50 least=100K
--
-- :count integer = 20   the most values to list
-- :least size = 1       leave out values that waste less

local dryad = require "dryad"
local units = require "dryad.text.units"

-- How to share one copy where the strings are made. Only str can be interned.
local INTERN = { [2] = "s = intern(s)", [3] = "s = sys.intern(s)" }
local SHARE = "a dict of your own: s = known.setdefault(s, s)"

local CUT = 100 -- characters of a value that a dump keeps

local function by_type(groups, python)
  local rows, found = {
    columns = { { "type" }, { "count", "count", "redundant" }, { "wasted", "bytes", "saves" }, { "remedy" } },
    empty = "no two strings are equal",
  }, {}
  for _, group in ipairs(groups) do
    local row = found[group.type]
    if not row then
      row = { type = group.type, count = 0, wasted = 0 }
      row.remedy = group.type == "str" and INTERN[python] or SHARE
      found[group.type], rows[#rows + 1] = row, row
    end
    row.count, row.wasted = row.count + group.count - 1, units.add(row.wasted, group.wasted)
  end
  return rows
end

-- The strings that are equal as far as the dump shows, and their bytes.
local function unsure(groups)
  local count, wasted = 0, 0
  for _, group in ipairs(groups) do
    if group.len and group.len > CUT then
      count, wasted = count + 1, units.add(wasted, group.wasted)
    end
  end
  return count, wasted
end

local function largest(heap, groups, args)
  local rows = {
    columns = {
      { "wasted", "bytes", "saves" }, { "count", "count" }, { "type" }, { "len", "count", "length" },
      { "value", "value" }, { "way", "object", "one of them" },
    },
    empty = "no value wastes that much",
  }
  for _, group in ipairs(groups) do
    if #rows < args.count and group.wasted >= args.least then
      local way = heap:why(group.address, 1)[1]
      rows[#rows + 1] = {
        wasted = group.wasted, count = group.count, type = group.type, len = group.len, value = group.value,
        way = way and way:expression(),
      }
    end
  end
  return rows
end

return {
  run = function(heap, args)
    local groups = dryad.duplicates(heap)
    local count, wasted = groups:total()
    local cut, cut_bytes = unsure(groups)
    return {
      title = ("%s redundant strings, %s"):format(units.count(count), units.bytes(wasted)),
      text = cut > 0 and ("A dump keeps %d characters of a value: %s of these values are longer, and may differ after "
        .. "that (%s of the bytes)."):format(CUT, units.count(cut), units.bytes(cut_bytes)) or nil,
      sections = {
        { title = "By type", rows = by_type(groups, heap.report.python) },
        { title = "The most wasteful values", rows = largest(heap, groups, args) },
      },
    }
  end,
}
-- SPDX-License-Identifier: MIT
