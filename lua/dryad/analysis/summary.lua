-- SPDX-License-Identifier: MIT
--- Summaries: counts and sizes of objects by type.
-- @module dryad.analysis.summary

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local format = require "dryad.text.format"
local object_arguments = require "dryad.heap.object_arguments"
local order = require "dryad.text.order"
local single_table = require "dryad.text.single_table"
local units = require "dryad.text.units"

local M = {}

local SHOWN = 20 -- rows printed by default

local methods, getters = {}, {}
local meta = { __name = "dryad.summary" }
core.summary = { methods = methods, getters = getters, meta = meta }

-- Lists the fields for completion and help; the values are in the table itself.
for _, name in ipairs { "total_count", "total_size" } do
  getters[name] = function(self)
    return rawget(self, name)
  end
end

-- By summary, its hidden state: {heap=, list= (nil: all objects), types=, shown= (rows printed), by_type=}.
local hidden_of = setmetatable({}, { __mode = "k" })

local row_getters = {}

function row_getters.objects(row, hidden)
  local objects = hidden.list and hidden.list:of(row.type_str) or core.list_of_type(hidden.heap, row.type_str)
  return core.in_default_order(objects)
end

function row_getters.max(row, hidden)
  return hidden.heap:get(row.max_address)
end

local function make(rows, count, size, hidden)
  hidden.by_type = {}
  for _, row in ipairs(rows) do
    hidden.by_type[row.type_str] = row
  end
  hidden.types = hidden.types or #rows
  rows.total_count, rows.total_size = count, size
  hidden_of[rows] = hidden
  return setmetatable(rows, meta)
end

--- A summary of some objects, or of all.
-- @tparam heap heap
-- @tparam[opt] list list
-- @treturn summary
-- @usage print(require("dryad.analysis.summary").of(heap, heap "Thread"))
function M.of(heap, list)
  local rows, count, size = core.summary_rows(heap, list)
  local hidden = { heap = heap, list = list, shown = SHOWN }
  local row_meta = { __name = "dryad.summary_row" }
  function row_meta.__index(row, key)
    local getter = row_getters[key]
    return getter and getter(row, hidden)
  end
  function row_meta.__tostring(row)
    return ("%s: %d objects, %d bytes, largest %d"):format(format.short(row.type_str), row.count, row.total_size,
      row.max_size)
  end
  function row_meta.__json_value(row)
    return row, single_table.SUMMARY_FIELDS
  end
  for _, row in ipairs(rows) do
    setmetatable(row, row_meta)
  end
  return make(rows, count, size, hidden)
end

function meta.__index(summary, key)
  return methods[key] or hidden_of[summary].by_type[key]
end

local function copy(summary, count, shown)
  local hidden = hidden_of[summary]
  return make(table.move(summary, 1, count, 1, {}), summary.total_count, summary.total_size,
    { heap = hidden.heap, list = hidden.list, types = hidden.types, shown = shown })
end

--- The same summary with the types of the largest total size first, as initially.
-- @function summary:by_size
-- @treturn summary
-- @usage print(heap:summarize():by_count():by_size())
function methods.by_size(summary)
  check.self(summary, "summary", "by_size")
  local result = copy(summary, #summary, SHOWN)
  table.sort(result, order.largest_first("total_size", "count", "type_str"))
  return result
end

--- The same summary with the most frequent types first.
-- @function summary:by_count
-- @treturn summary
-- @usage print(heap:summarize():by_count())
function methods.by_count(summary)
  check.self(summary, "summary", "by_count")
  local result = copy(summary, #summary, SHOWN)
  table.sort(result, order.largest_first("count", "total_size", "type_str"))
  return result
end

--- The same summary with only its first rows; the totals stay.
-- @function summary:top
-- @tparam[opt=20] integer n
-- @treturn summary prints all of its rows
-- @usage print(heap:summarize():top(50))
function methods.top(summary, n)
  check.self(summary, "summary", "top")
  n = n == nil and SHOWN or n
  check.argument(math.type(n) == "integer" and n >= 0, "top", "n", "a whole number, not negative", n)
  return copy(summary, math.min(n, #summary), n)
end

--- 100 * part / all, truncated; 0 if all is 0.
local function percent(part, all)
  if all == 0 then
    return 0
  elseif part > math.maxinteger // 100 then
    return math.floor(part / all * 100)
  end
  return part * 100 // all
end

local COLUMNS = {
  { "Index", 6 }, { "Count", 8 }, { "%", 4 }, { "Size", 10 }, { "%", 4 }, { "Cum", 4 }, { "Max", 8 },
}

function meta.__json_value(summary)
  return {
    total_count = summary.total_count, total_size = summary.total_size,
    types = table.move(summary, 1, #summary, 1, {}),
  }, { "total_count", "total_size", "types" }
end

function meta.__tostring(summary)
  local hidden = hidden_of[summary]
  local count, size = summary.total_count, summary.total_size
  local rows, widths, cumulated = { {} }, {}, 0
  for c, column in ipairs(COLUMNS) do
    rows[1][c], widths[c] = column[1], column[2]
  end
  for i = 1, math.min(#summary, hidden.shown) do
    local row = summary[i]
    cumulated = units.add(cumulated, row.total_size)
    rows[i + 1] = {
      i, row.count, percent(row.count, count), row.total_size, percent(row.total_size, size), percent(cumulated, size),
      row.max_size,
    }
    for c, number in ipairs(rows[i + 1]) do
      widths[c] = math.max(widths[c], #tostring(number) + 1)
    end
  end
  local lines = {
    ("Total %d objects, %d types, Total size = %s%.1fMiB (%d bytes)"):format(count, hidden.types,
      units.is_bound(size) and "at least " or "", size / 1048576, size),
  }
  for r, row in ipairs(rows) do
    local cells = {}
    for c, cell in ipairs(row) do
      cells[c] = ("%" .. widths[c] .. "s"):format(cell)
    end
    lines[r + 1] = table.concat(cells) .. " " .. (r == 1 and "Kind" or format.short(summary[r - 1].type_str))
  end
  return table.concat(lines, "\n")
end

-- ---- as methods -----------------------------------------------------------------------------------

--- A summary by type of all objects, or of those reachable from some.
-- @function heap:summarize
-- @param[opt] start an object, a list, or an array of objects or addresses; these are included
-- @param[opt] excluding objects at which the walk stops: a list, an array of objects or addresses, a type name, an SQL
--   condition, or an array of those
-- @treturn summary
-- @usage print(heap:summarize(heap("Thread")[1], "module"))
function core.heap.methods.summarize(heap, start, excluding)
  check.self(heap, "heap", "summarize")
  local excluded = object_arguments.excluded(heap, "summarize", excluding)
  if start == nil and not excluded then
    return M.of(heap)
  end
  local starts = start == nil and core.list_of_type(heap) or object_arguments.list(heap, "summarize", "start", start)
  return M.of(heap, core.reach(starts, excluded))
end

--- A summary of everything reachable from it.
-- @function object:summarize
-- @param[opt] excluding as for compute_total_size
-- @treturn summary
-- @usage print(heap("Thread")[1]:summarize("module"))
function core.object.methods.summarize(o, excluding)
  local heap = core.heap_of(check.self(o, "object", "summarize"))
  return core.heap.methods.summarize(heap, o, excluding)
end

--- A summary by type of its members.
-- @function list:summarize
-- @treturn summary
-- @usage print(heap("Thread").c:summarize())
function core.list.methods.summarize(list)
  return M.of(core.heap_of(check.self(list, "list", "summarize")), list)
end

return M
