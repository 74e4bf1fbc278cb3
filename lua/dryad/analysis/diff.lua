-- SPDX-License-Identifier: MIT
--- Compares two or more heaps.
--
-- Heaps of one process are compared by address: an object is the same if its address, type and value are. Those of
-- different processes, such as a healthy and a sick one, have no object in common. They are compared by class and way:
-- where one has more members of a class in a place than the other, those that come last are added.
-- @module dryad.analysis.diff

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local diff_report = require "dryad.analysis.diff_report"
local garbage_growth = require "dryad.analysis.garbage_growth"
local growth = require "dryad.analysis.growth"
local growth_text = require "dryad.analysis.growth_text"
local render = require "dryad.text.render"
local same_process = require "dryad.analysis.same_process"
local top = require "dryad.text.top"
local units = require "dryad.text.units"

local methods = {}
local Diff = { __name = "dryad.diff", methods = methods }

local heaps_of = setmetatable({}, { __mode = "k" })
local types_of = setmetatable({}, { __mode = "k" }) -- by diff: {count =, row =}

--- Makes rows when they are looked at: a program that defines classes all the time has a million types.
function Diff.__index(self, key)
  local types = types_of[self]
  if math.type(key) ~= "integer" then
    return methods[key]
  elseif types and key >= 1 and key <= types.count then
    local row = types.row(key)
    rawset(self, key, row)
    return row
  end
end

function Diff.__len(self)
  return types_of[self].count
end

local COLUMNS = {
  { "type_str", "text", "type" },
  { "count_before", "count", "count before", is_detail = true }, { "count_after", "count", "after" },
  { "count_growth", "count", "growth" },
  { "size_before", "bytes", "size before", is_detail = true }, { "size_after", "bytes", "after" },
  { "size_growth", "bytes", "growth" },
}

local function check_heap(heap, name)
  check.argument(rawequal(getmetatable(heap), core.heap.meta), "diff", name, "a heap", heap)
end

--- What changed from the first heap to the last, by type, largest growth in bytes first.
-- @tparam heap before
-- @tparam heap after
-- @param[opt] ... later heaps
-- @treturn diff rows `{type_str, count_before, count_after, size_before, size_after, count_growth, size_growth, counts,
--   sizes, steady}`: `counts` and `sizes` have a number for each heap, and `steady` types grew from each heap to the
--   next. It has `same_process`, `notes` (what to know before reading it), `:objects("added" | "removed" | "kept")`,
--   `:growth()` and `:report()`
-- @usage print(dryad.diff(before, after))
local function diff(before, after, ...)
  local heaps = { before, after, ... }
  check_heap(before, "before")
  check_heap(after, "after")
  local rows = { same_process = true }
  for i, heap in ipairs(heaps) do
    check_heap(heap, "heap " .. i)
    rows.same_process = rows.same_process and (i == 1 or same_process.is(heaps[i - 1], heap))
  end
  local count, row = core.type_growth(heaps)
  types_of[rows] = { count = count, row = row }
  rows.columns, rows.notes = COLUMNS, same_process.notes(heaps, rows.same_process)
  heaps_of[rows] = heaps
  return setmetatable(rows, Diff)
end

local function heaps_of_self(self, method)
  return heaps_of[self] or check.wrong_self("diff", method)
end

--- The objects of one heap that the other lacks or, with `has`, has too.
local function compared(self, heap, other, has)
  if self.same_process then
    return core.compare(heap, other, has)
  end
  return core.surplus(heap, other, not has)
end

--- The objects that were added, removed or kept. In one process, an object is kept if address, type and value are the
-- same. In different processes, what the other heap has as many of, in the same place and of the same class, is kept.
-- @function diff:objects
-- @tparam string what "added", "removed" or "kept", from the first heap to the last; with more heaps also "suspect": in
--   all heaps but the first
-- @treturn list objects of the last heap ("removed": of the first), sorted as by heap:get_all
-- @usage print(dryad.diff(before, after):objects("added"):summarize())
function methods:objects(what)
  local heaps = heaps_of_self(self, "objects")
  local first, last = heaps[1], heaps[#heaps]
  local expected = '"added", "removed" or "kept"' .. (#heaps > 2 and ', or "suspect"' or "")
  check.argument(what == "added" or what == "removed" or what == "kept" or what == "suspect" and #heaps > 2, "objects",
    "what", expected, what)
  if what == "removed" then
    return core.in_default_order(compared(self, first, last, false))
  end
  local found = compared(self, last, first, what == "kept")
  if what == "suspect" then
    for i = 2, #heaps - 1 do
      found = found & compared(self, last, heaps[i], true)
    end
  end
  return core.in_default_order(found)
end

local GROWTH_COLUMNS = {
  { "object", "object" }, { "retained_before", "bytes", "retained before" }, { "retained_after", "bytes", "after" },
  { "retained_growth", "bytes", "growth" },
}

local Growths = { __name = "dryad.growths", __tostring = growth_text.list }

local FIELDS = {
  "text", "class", "name", "type", "count", "bytes", "way", "kind", "holders", "object", "is_new", "is_chain",
  "is_garbage", "counts", "sizes", "steady", "retained_before", "retained_after", "retained_growth", "classes",
  "allocated",
}
local CLASS = { "class", "type", "origin", "count", "size" }

local Growth = { __name = "dryad.growth" }
Growth.__index = Growth

function Growth.__tostring(self)
  return table.concat(growth_text.lines(self, 1, self.bytes), "\n")
end

function Growth.__json_value(self)
  local made = {}
  for _, name in ipairs(FIELDS) do
    made[name] = self[name]
  end
  made.classes = {}
  for i, row in ipairs(self.classes) do
    made.classes[i] = setmetatable({}, { __json_value = function() return row, CLASS end })
  end
  return made, FIELDS
end

function Growths.__json_value(growths)
  return table.move(growths, 1, #growths, 1, {})
end

--- What grew and what holds it, the largest growth first: objects that were added in number, with the object that holds
-- them in both heaps; objects that became larger; and garbage. Leaves out imported modules, and what the caches of the
-- standard library grow by in any process.
-- @function diff:growth
-- @tparam[opt] integer least bytes of growth; default: 32 KiB in dumps that describe their process. A fiftieth of all
--   growth is always needed.
-- @treturn {growth,...} see @{dryad.analysis.growth}; prints as text. `total` is the bytes of all growth, `imported`
--   `{names =, bytes =}` for what was imported
-- @usage print(dryad.diff(before, after):growth())
function methods:growth(least)
  local heaps = heaps_of_self(self, "growth")
  local found, total, imported = growth.find(heaps, self.same_process, least)
  found[#found + 1] = garbage_growth.find(heaps, least or growth.FLOOR)
  top(found, "bytes")
  for _, row in ipairs(found) do
    row.what = growth_text.what(row)
    row.text = row.what .. growth_text.where(row)
    setmetatable(row, Growth)
    total = units.add(total, row.is_garbage and row.bytes or 0)
  end
  found.columns, found.total, found.imported = GROWTH_COLUMNS, total, imported
  return setmetatable(found, Growths)
end

--- The comparison as `dryad diff` prints it: how much grew, what was added and what holds it, and the types.
-- @function diff:report
-- @tparam[opt] integer least as for @{diff:growth}; it applies to types too
-- @treturn report prints itself
-- @usage print(dryad.diff(before, after):report())
function methods:report(least)
  return render.present(diff_report.of(self, heaps_of_self(self, "report"), least))
end

function Diff:__tostring()
  return render.printed(table.move(self, 1, #self, 1, { columns = COLUMNS }))
end

return diff
