-- SPDX-License-Identifier: MIT
--- The answer of `dryad diff`: how much grew, what was added and what holds it, and at last the types.
-- @module dryad.analysis.diff_report

local defects = require "dryad.heap.defects"
local units = require "dryad.text.units"

local M = {}

local TYPES = 20 -- printed of those that grew
local MOST = 0.5 -- share of a growth
local NAMED = 4 -- imported modules
local OUTSIDE = 8 << 20 -- bytes by which memory that is not Python's must grow to be mentioned

local function by_type(diff, least)
  local rows = {
    columns = diff.columns,
    empty = "no type grew by that much",
    shown = TYPES,
  }
  for i, row in ipairs(diff) do
    if row.size_growth < (least or 1) then
      break
    end
    rows[i] = row
  end
  return rows
end

local function by_object(growth)
  local rows = {
    columns = {
      { "retained_before", "bytes", "retained before" }, { "retained_after", "bytes", "after" },
      { "retained_growth", "bytes", "growth" }, { "way", "object" }, { "object", "object" },
    },
    empty = "no object retains that much more than before",
  }
  for _, row in ipairs(growth) do
    rows[#rows + 1] = row.object and row or nil
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

--- How much the heap grew, and what most of that is.
local function totals(first, last, growth)
  local text = ("%s objects, %s before; %s objects, %s after"):format(units.count(#first),
    units.bytes(first.total_size), units.count(#last), units.bytes(last.total_size))
  if units.is_bound(first.total_size) or units.is_bound(last.total_size) then
    return text .. "."
  end
  local bytes = last.total_size - first.total_size
  text = ("%s: %s by %s"):format(text, bytes < 0 and "shrunk" or "grown", units.bytes(math.abs(bytes)))
  local first_growth = growth[1]
  if bytes <= 0 or not first_growth then
    return text .. "."
  end
  return ("%s, %s of it %s."):format(text, first_growth.bytes >= MOST * bytes and "most" or "part", first_growth.what)
end

local function imported(found)
  local names = found.names
  if #names == 0 then
    return nil
  end
  local rest = #names - NAMED
  local named = table.concat(names, ", ", 1, math.min(NAMED, #names))
  return ("Imported in between: %s%s, %s with other code."):format(named,
    rest > 0 and (" and %d more"):format(rest) or "", units.bytes(found.bytes))
end

--- A sentence on memory that is not Python's, if that grew.
local function outside(first, last)
  local a, b = (first.process or {}).rss, (last.process or {}).rss
  local is_unknown = units.is_bound(first.total_size) or units.is_bound(last.total_size)
    or defects.of(first) or defects.of(last)
  if not math.type(a) or not math.type(b) or is_unknown then
    return nil
  end
  local more = b - a - (last.total_size - first.total_size)
  return more >= OUTSIDE and ("The process grew by %s more than its Python objects: see what `dryad leaks` says of its "
    .. "memory."):format(units.bytes(more)) or nil
end

--- How much the heap grew, how much memory that is not Python's grew, and what was imported: a sentence each.
-- @tparam {heap,...} heaps
-- @tparam {growth,...} growth from `diff:growth()`
-- @treturn {string,...}
-- @usage print(table.concat(diff_report.sentences({ before, after }, dryad.diff(before, after):growth()), "\n"))
function M.sentences(heaps, growth)
  local first, last = heaps[1], heaps[#heaps]
  local found = { totals(first, last, growth) }
  found[#found + 1] = outside(first, last)
  found[#found + 1] = imported(growth.imported)
  return found
end

--- What a comparison begins with: the processes, what to know of them, and how much grew.
local function head(diff, growth, heaps)
  local first, last, lines = heaps[1], heaps[#heaps], {}
  local function add(text)
    lines[#lines + 1] = text ~= "" and text or nil
  end
  add(diff.same_process and "" or first:describe())
  add(last:describe())
  for _, note in ipairs(diff.notes) do
    add(note)
  end
  for _, sentence in ipairs(M.sentences(heaps, growth)) do
    add(sentence)
  end
  return table.concat(lines, "\n")
end

--- The report on a comparison.
-- @tparam diff diff
-- @tparam {heap,...} heaps that it compares
-- @tparam[opt] integer least bytes: leaves out what grew by less
-- @tparam[opt] {growth,...} growth what `diff:growth(least)` returned, if it was called already
-- @treturn report
-- @usage print(require("dryad.text.render").text(diff_report.of(diff, { before, after })))
function M.of(diff, heaps, least, growth)
  growth = growth or diff:growth(least)
  return {
    title = "Growth",
    text = head(diff, growth, heaps),
    rows = growth,
    data = { same_process = diff.same_process, notes = diff.notes, imported = growth.imported },
    sections = {
      { title = "Types that grew", rows = by_type(diff, least) },
      { title = "Objects that keep more alive than before", rows = by_object(growth) },
      #heaps > 2 and {
        title = "Appeared between the first two dumps, and is still there", rows = suspects(diff),
      } or nil,
    },
  }
end

return M
