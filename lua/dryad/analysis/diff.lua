-- SPDX-License-Identifier: MIT
--- Compares two or more heaps of one program.
-- @module dryad.analysis.diff

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local order = require "dryad.text.order"
local render = require "dryad.text.render"
local top = require "dryad.text.top"

local Diff = { __name = "dryad.diff" }
Diff.__index = Diff

local heaps_of = setmetatable({}, { __mode = "k" })

local COLUMNS = {
  { "type_str", "text", "type" },
  { "count_before", "count", "count before" }, { "count_after", "count", "after" },
  { "count_growth", "count", "growth" },
  { "size_before", "bytes", "size before" }, { "size_after", "bytes", "after" }, { "size_growth", "bytes", "growth" },
}

local GROWTH_COLUMNS = {
  { "object", "object" }, { "retained_before", "bytes", "retained before" }, { "retained_after", "bytes", "after" },
  { "retained_growth", "bytes", "growth" },
}

local function check_heap(heap, name)
  check.argument(rawequal(getmetatable(heap), core.heap.meta), "diff", name, "a heap", heap)
end

--- What changed from one heap to another, by type, largest growth in bytes first.
-- @tparam heap before
-- @tparam heap after
-- @param[opt] ... later heaps: the rows compare the first with the last
-- @treturn diff rows `{type_str, count_before, count_after, size_before, size_after, count_growth, size_growth}`,
--   `:objects("added" | "removed" | "kept")`, and `:growth()`
-- @usage print(dryad.diff(before, after))
local function diff(before, after, ...)
  local heaps = { before, after, ... }
  check_heap(before, "before")
  check_heap(after, "after")
  for i = 3, #heaps do
    check_heap(heaps[i], "heap " .. i)
  end
  after = heaps[#heaps]
  local rows, old, new = {}, before:summarize(), after:summarize()
  local function add(type_str)
    local was, is = old[type_str], new[type_str]
    local row = {
      type_str = type_str,
      count_before = was and was.count or 0, count_after = is and is.count or 0,
      size_before = was and was.total_size or 0, size_after = is and is.total_size or 0,
    }
    row.count_growth = row.count_after - row.count_before
    row.size_growth = row.size_after - row.size_before
    rows[#rows + 1] = row
  end
  for _, row in ipairs(new) do
    add(row.type_str)
  end
  for _, row in ipairs(old) do
    if not new[row.type_str] then
      add(row.type_str)
    end
  end
  table.sort(rows, order.largest_first("size_growth", "count_growth", "type_str"))
  rows.columns = COLUMNS
  heaps_of[rows] = heaps
  return setmetatable(rows, Diff)
end

local function heaps_of_self(self, method)
  return heaps_of[self] or check.wrong_self("diff", method)
end

--- The objects that were added, removed or kept; an object is kept if address, type and value are the same.
-- @function diff:objects
-- @tparam string what "added", "removed" or "kept", from the first heap to the last; with three heaps also "suspect":
--   in the second and the third but not in the first
-- @treturn list objects of the last heap ("removed": of the first), sorted as by heap:get_all
-- @usage print(dryad.diff(before, after):objects("added"):summarize())
function Diff:objects(what)
  local heaps = heaps_of_self(self, "objects")
  local first, last = heaps[1], heaps[#heaps]
  local expected = '"added", "removed" or "kept"' .. (#heaps > 2 and ', or "suspect"' or "")
  check.argument(what == "added" or what == "removed" or what == "kept" or what == "suspect" and #heaps > 2, "objects",
    "what", expected, what)
  if what == "removed" then
    return core.in_default_order(core.compare(first, last, false))
  end
  local found = core.compare(last, first, what == "kept")
  if what == "suspect" then
    for i = 2, #heaps - 1 do
      found = found & core.compare(last, heaps[i], true)
    end
  end
  return core.in_default_order(found)
end

local GROWN = 0.01 -- share of the later heap: smaller growth is left out
local EXPLAINED = 0.9 -- share of an object's growth: if a dominated object grew by that much, only that one is listed
local MOST = 10000 -- objects examined

--- Objects that retain much more than before, by their growth, including objects that only the later heap has.
-- @function diff:growth
-- @tparam[opt] integer least bytes of growth; default: 1 % of the later heap
-- @treturn rows `{object, retained_before, retained_after, retained_growth}`, largest growth first; if an object owes
--   most of its growth to one that it dominates, only the dominated one
-- @usage print(dryad.diff(before, after):growth())
function Diff:growth(least)
  local heaps = heaps_of_self(self, "growth")
  local first, last = heaps[1], heaps[#heaps]
  least = least or math.max(1, math.floor(GROWN * last.total_size))
  local found, looked = { columns = GROWTH_COLUMNS, empty = "no object retains that much more than before" }, 0
  local stack = { last:dominators().objects }
  local parents = {}
  while #stack > 0 do
    local list = table.remove(stack)
    for i = 1, #list do
      local o = list[i]
      local after = o.retained_size
      looked = looked + 1
      if after < least or looked > MOST then
        break
      end
      local old = first[o.address]
      local before = old and old.type_str == o.type_str and old.retained_size or 0
      local growth = after - before
      if growth >= least then
        local row = { object = o, retained_before = before, retained_after = after, retained_growth = growth }
        found[#found + 1] = row
        parents[o] = row
        local above = o.dominator and parents[o.dominator]
        if above and growth >= EXPLAINED * above.retained_growth then
          above.is_explained = true
        end
      end
      stack[#stack + 1] = o.dominated
    end
  end
  for i = #found, 1, -1 do
    if found[i].is_explained then
      table.remove(found, i)
    end
  end
  return render.present(top(found, "retained_growth"))
end

function Diff:__tostring()
  return render.text(table.move(self, 1, #self, 1, { columns = COLUMNS }))
end

return diff
