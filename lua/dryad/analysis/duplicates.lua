-- SPDX-License-Identifier: MIT
--- Equal strings: str, unicode and bytes with equal value and len.
-- @module dryad.analysis.duplicates

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local render = require "dryad.text.render"
local repr = require "dryad.text.repr"
local units = require "dryad.text.units"

local M = {}

local SHOWN = 20 -- rows printed

local Duplicates = { __name = "dryad.duplicates" }
Duplicates.__index = Duplicates

local COLUMNS = {
  { "count", "count" }, { "wasted", "bytes" }, { "len", "number" }, { "type" }, { "value" },
}

-- By result: the heap.
local heap_of = setmetatable({}, { __mode = "k" })

--- Strings that the heap holds more than once, the most wasteful first.
-- @tparam heap heap
-- @treturn {group,...} `{type, value, len, count, size, wasted, address}`: `size` is the bytes of all of them, `wasted`
--   of all but one, `address` that of the first. The dump cuts values at 100 characters, so longer strings of equal len
--   may differ after the cut
-- @usage print(dryad.duplicates(heap))
function M.find(heap)
  check.argument(rawequal(getmetatable(heap), core.heap.meta), "duplicates", "heap", "a heap", heap)
  local groups = setmetatable((core.duplicates(heap)), Duplicates)
  heap_of[groups] = heap
  return groups
end

--- How many strings are redundant, and their bytes.
-- @function duplicates:total
-- @treturn integer strings
-- @treturn integer bytes
-- @usage print(dryad.duplicates(heap):total())
function Duplicates.total(groups)
  local count, wasted = 0, 0
  for _, group in ipairs(groups) do
    count, wasted = count + group.count - 1, units.add(wasted, group.wasted)
  end
  return count, wasted
end

function Duplicates.__json_value(groups)
  local made = { columns = { "type", "value", "len", "count", "size", "wasted", "address" } }
  return table.move(groups, 1, #groups, 1, made)
end

function Duplicates.__tostring(groups)
  local count, wasted = groups:total()
  local python = heap_of[groups].report.python
  local rows = { columns = COLUMNS, empty = "no two strings are equal" }
  for i = 1, math.min(#groups, SHOWN) do
    local group = groups[i]
    rows[i] = {
      type = group.type, value = repr.value(group.value, group.type, python), len = group.len, count = group.count,
      wasted = group.wasted,
    }
  end
  if #groups == 0 then
    return rows.empty
  end
  local lines = {
    ("%s redundant strings, %s: %s different ones occur more than once"):format(units.count(count),
      units.bytes(wasted), units.count(#groups)),
    render.printed(rows),
  }
  if #groups > SHOWN then
    lines[#lines + 1] = ("and %s more"):format(units.count(#groups - SHOWN))
  end
  return table.concat(lines, "\n")
end

return M
