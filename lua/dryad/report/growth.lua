-- SPDX-License-Identifier: MIT
--- What grew over several dumps, in a report.
-- @module dryad.report.growth

local bounded = require "dryad.report.bounded"
local core = require "dryad.core"
local diff_report = require "dryad.analysis.diff_report"
local growth_text = require "dryad.analysis.growth_text"
local object = require "dryad.report.object"
local same_process = require "dryad.analysis.same_process"

local M = {}

local ROWS, BYTES = 30, 35000 -- growths or holders, and bytes of their JSON
local CLASSES, BYTES_OF_CLASSES = 20, 30000 -- curves
local DUMPS = 100 -- of more, some in the middle are left out

--- The points that are shown: all, or as many at even distances with the first and the last.
local function chosen(points)
  local found = {}
  local count = math.min(#points, DUMPS)
  for i = 1, count do
    found[i] = points[count == 1 and 1 or 1 + (i - 1) * (#points - 1) // (count - 1)]
  end
  return found
end

--- A value for each point; null where there is none.
local function each(points, value_of)
  local found = bounded.array()
  for i, point in ipairs(points) do
    local value = value_of(point)
    found[i] = value == nil and core.None or value
  end
  return found
end

--- The classes that grew from the first point to the last, those that grew most first.
local function curves_of(points)
  local names, growth, first = {}, {}, points[1].classes
  for name, known in pairs(points[#points].classes) do
    growth[name] = known.size - (first[name] and first[name].size or 0)
    names[#names + 1] = growth[name] > 0 and name or nil
  end
  table.sort(names, function(a, b)
    if growth[a] ~= growth[b] then
      return growth[a] > growth[b]
    end
    return a < b
  end)
  return (bounded.list(#names, CLASSES, BYTES_OF_CLASSES, function(i)
    local name = names[i]
    local function values(field)
      return each(points, function(point)
        local known = point.classes[name]
        return known and known[field] or not point.is_cut and 0 or nil
      end)
    end
    return { class = bounded.text(name, bounded.NAME), counts = values "count", sizes = values "size" }
  end))
end

--- Whether a class has more objects at each of several points than at the one before.
local function is_steady(points, class)
  for i = 2, #points do
    local before, after = points[i - 1].classes[class], points[i].classes[class]
    if not after or before and before.count >= after.count then
      return false
    end
  end
  return true
end

--- Whether a growth, or else its class, became more at each point; nil of two points only.
local function steady_of(growth, points)
  if #points == 2 then
    return nil
  elseif #growth.counts == #points then
    return growth.steady
  end
  return growth.class and is_steady(points, growth.class)
end

local function row_of(growth, number, total, points)
  local lines = growth_text.lines(growth, number, total)
  lines[1] = lines[1]:gsub("^%d+%. ", "")
  return {
    text = bounded.text(growth.text, bounded.SENTENCE), lines = bounded.lines(lines), way = bounded.whole(growth.way),
    counts = bounded.array(growth.counts), sizes = bounded.array(growth.sizes), bytes = growth.bytes,
    steady = steady_of(growth, points), is_new = growth.is_new, object = object.of(growth.object),
  }
end

local function holders_of(growths)
  local held = {}
  for _, growth in ipairs(growths) do
    held[#held + 1] = growth.object and growth or nil
  end
  return (bounded.list(#held, ROWS, BYTES, function(i)
    local growth = held[i]
    return {
      way = bounded.whole(growth.way), object = object.of(growth.object), before = growth.retained_before,
      after = growth.retained_after, is_new = growth.is_new,
    }
  end))
end

local function notes_of(first, last, points)
  local notes = bounded.array()
  for _, note in ipairs(same_process.notes({ first, last }, same_process.is(first, last))) do
    notes[#notes + 1] = bounded.text(note, bounded.SENTENCE)
  end
  for i = 2, #points - 1 do
    notes[#notes + 1] = points[i].is_other and #notes < ROWS
      and points[i].label .. " is of another process than the first." or nil
  end
  return notes
end

--- The section.
-- @tparam heap first
-- @tparam heap last
-- @tparam {point,...} points from the first to the last (see @{dryad.report.series})
-- @tparam {growth,...} growths from the first to the last, whose `counts`, `sizes` and `steady` tell of all points
--   (@{dryad.analysis.series})
-- @treturn table `{text =, notes =, labels =, times =, totals =, classes =, rows =, more =, holders =}`
-- @usage growth_section.of(before, after, told.points, told.growths)
function M.of(first, last, points, growths)
  local section = {
    text = bounded.lines(diff_report.sentences({ first, last }, growths)), notes = notes_of(first, last, points),
    holders = holders_of(growths),
  }
  local shown = chosen(points)
  section.labels = each(shown, function(point) return point.label end)
  section.times = each(shown, function(point) return point.time end)
  section.totals = each(shown, function(point) return point.total end)
  section.classes = curves_of(shown)
  section.rows, section.more = bounded.list(#growths, ROWS, BYTES, function(i)
    return row_of(growths[i], i, growths.total, points)
  end)
  return section
end

return M
