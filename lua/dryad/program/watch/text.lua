-- SPDX-License-Identifier: MIT
--- The steps of `dryad watch` in words.
-- @module dryad.program.watch.text

local columns = require "dryad.text.columns"
local screen = require "dryad.text.screen"
local top = require "dryad.text.top"
local units = require "dryad.text.units"

local M = {}

local MOST, SHOWN = 3, 5 -- rows that grew most since the last step and since the first; and both together
local LINE = "%-7s %s  resident %7s  heap %7s  %9s objects"
local WIDTH = 10 -- columns of a change
local LEAST_SECONDS = 60 -- of which the growth in an hour is told

local function signed(n, show)
  return (n < 0 and "-" or "+") .. show(math.abs(n))
end

--- How a step differs from the one before.
local function change(step, before)
  if units.is_bound(step.bytes) or units.is_bound(before.bytes) then
    return ""
  end
  return ("  %s"):format(signed(step.bytes - before.bytes, units.bytes))
end

--- A step in a line: its time, the resident memory of the process, its heap, and how that changed.
-- @tparam table step
-- @tparam[opt] table before the step before
-- @treturn string
-- @usage print(text.line(steps[2], steps[1]))
function M.line(step, before)
  local line = LINE:format("step " .. step.number, os.date("%H:%M:%S", step.time),
    step.resident and units.bytes(step.resident) or "?", units.bytes(step.bytes), units.count(step.objects))
  return line .. (before and change(step, before) or "")
end

--- The rows that grew most since the step before, those new to the list by all of their bytes, and since the first.
local function chosen(rows)
  local entries, is_chosen, found = {}, {}, {}
  for i, row in ipairs(rows) do
    entries[i] = { row = row, bytes = row.bytes, recent = row.more or row.bytes }
  end
  for _, field in ipairs { "recent", "bytes" } do
    for _, entry in ipairs(top(table.move(entries, 1, #entries, 1, {}), field, MOST)) do
      if not is_chosen[entry] and #found < SHOWN and entry[field] > 0 then
        is_chosen[entry], found[#found + 1] = true, entry
      end
    end
  end
  return top(found, "bytes")
end

--- Changes in columns: since the step before, if that is not the first, and since the first.
local function in_columns(recent, whole)
  return "  " .. (recent and columns.pad(recent, WIDTH, true) .. "  " or "") .. columns.pad(whole, WIDTH, true)
end

--- The rows of a step that grew most, a line each, with a line of titles.
-- @tparam table step
-- @tparam table before the step before
-- @tparam table first
-- @treturn {string,...} empty if nothing that can be named grew
-- @usage print(table.concat(text.rows(steps[3], steps[2], steps[1]), "\n"))
function M.rows(step, before, first)
  local is_later, lines = before ~= first, {}
  for i, entry in ipairs(chosen(step.rows)) do
    local row = entry.row
    local recent = is_later and (row.more and signed(row.more, units.bytes) or "new")
    lines[i] = ("%s  %s%s"):format(in_columns(recent, signed(row.bytes, units.bytes)),
      row.steady and screen.style("yellow", "at every step: ") or "", row.text)
  end
  if #lines > 0 then
    table.insert(lines, 1, screen.style("dim", in_columns(is_later and "since " .. before.number,
      "since " .. first.number)))
  end
  return lines
end

--- How much it is in an hour, if it took long enough to tell.
local function rate(bytes, seconds)
  return seconds >= LEAST_SECONDS and (" in %s, %s an hour"):format(units.seconds(seconds),
    units.bytes(bytes * 3600 / seconds)) or ""
end

--- What a series of steps says of growth at every step, a line each.
-- @tparam {table,...} steps
-- @tparam[opt] {growth,...} growths from the first to the latest; nil if the latest heap could not be loaded
-- @treturn {string,...}
-- @usage print(table.concat(text.verdict(steps, growths), "\n"))
function M.verdict(steps, growths)
  if not growths then
    return { "The last dump could not be loaded, so that there is nothing to compare." }
  elseif #steps < 2 then
    return { "One dump does not tell what grows." }
  elseif #steps == 2 then
    return { "Two dumps do not tell what keeps growing from what a program does once: take three or more." }
  end
  local lines, seconds = {}, steps[#steps].clock - steps[1].clock
  for _, row in ipairs(growths) do
    lines[#lines + 1] = row.steady and ("Grew at every step, in all by %s%s: %s."):format(units.bytes(row.bytes),
      rate(row.bytes, seconds), row.text) or nil
  end
  return #lines > 0 and lines or { "Nothing that can be named grew at every step." }
end

return M
