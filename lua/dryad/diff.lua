--- Two heaps of one program compared.
-- @module dryad.diff

local check = require "dryad.check"
local core = require "dryad.core"
local render = require "dryad.render"

local Diff = { __name = "dryad.diff" }
Diff.__index = Diff

local heaps_of = setmetatable({}, { __mode = "k" })

local COLUMNS = {
  { "type_str", "text", "type" },
  { "count_before", "count", "count before" }, { "count_after", "count", "after" },
  { "count_growth", "count", "growth" },
  { "size_before", "bytes", "size before" }, { "size_after", "bytes", "after" }, { "size_growth", "bytes", "growth" },
}

--- What changed from one heap to another, by type, largest growth of bytes first.
-- @tparam heap before
-- @tparam heap after
-- @treturn diff rows `{type_str, count_before, count_after, size_before, size_after, count_growth, size_growth}`,
--   and `:objects("added" | "removed" | "kept")`
-- @usage print(dryad.diff(before, after))
local function diff(before, after)
  check.argument(rawequal(getmetatable(before), core.heap.meta), "diff", "before", "a heap", before)
  check.argument(rawequal(getmetatable(after), core.heap.meta), "diff", "after", "a heap", after)
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
  table.sort(rows, function(a, b)
    if a.size_growth ~= b.size_growth then
      return a.size_growth > b.size_growth
    elseif a.count_growth ~= b.count_growth then
      return a.count_growth > b.count_growth
    end
    return a.type_str < b.type_str
  end)
  rows.columns = COLUMNS
  heaps_of[rows] = { before = before, after = after }
  return setmetatable(rows, Diff)
end

--- The objects that are new, that went away, or that are in both: with the same address, type and value.
-- @function diff:objects
-- @tparam string what "added", "removed" or "kept"; what was kept is given as objects of the later heap
-- @treturn list sorted as heap:get_all does
-- @usage print(dryad.diff(before, after):objects("added"):summarize())
function Diff.objects(rows, what)
  local heaps = heaps_of[rows]
  if not heaps then
    check.wrong_self("diff", "objects")
  end
  check.argument(what == "added" or what == "removed" or what == "kept", "objects", "what",
    '"added", "removed" or "kept"', what)
  if what == "removed" then
    return core.ranked(core.compare(heaps.before, heaps.after, false))
  end
  return core.ranked(core.compare(heaps.after, heaps.before, what == "kept"))
end

function Diff.__tostring(rows)
  return render.text(table.move(rows, 1, #rows, 1, { columns = COLUMNS }))
end

return diff
