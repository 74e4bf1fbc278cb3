-- SPDX-License-Identifier: MIT
--- Leak suspects: single objects and groups that retain much, where it accumulates, and who holds them.
--
-- A suspect is `{kind =, object = or objects =, type =, count =, retained =, fraction =, accumulation =, path =,
-- inside =, holders =, allocated =}`. `kind` is "object", or "group": objects of one type under one dominator or, if
-- `chain` is true, each dominating the next. `retained` is the bytes that would be freed if it, or all of them, went
-- away. `accumulation` is the object in which they pile up, `path` the way to that from a root, `inside` a summary by
-- type of the objects retained, `allocated` the line that allocated most of them (see @{dryad.analysis.sites}).
-- @module dryad.analysis.suspects

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local format = require "dryad.text.format"
local holders = require "dryad.analysis.holders"
local path = require "dryad.analysis.path"
local process = require "dryad.heap.process"
local sites = require "dryad.analysis.sites"
local screen = require "dryad.text.screen"
local summary = require "dryad.analysis.summary"
local units = require "dryad.text.units"

local M = {}

M.FRACTION = 0.1

local MOST = 50 -- suspects; each costs a walk over the heap
local MOST_CANDIDATES = 100
local TYPES, HOLDERS = 4, 5 -- printed for each suspect
local WIDTH = 90 -- columns for the types inside, at most
local FEW = 10 -- objects of a group in JSON
local HOLDS_MOST = 0.5 -- share of a group: it accumulates in an object that refers to that many members

local Suspects, Suspect = { __name = "dryad.suspects" }, { __name = "dryad.suspect" }

-- A program's own code: that it is in memory is not a leak.
local CODE = { module = true, type = true, ["function"] = true, code = true, frame = true }

local function largest_first(a, b)
  if a.retained ~= b.retained then
    return a.retained > b.retained
  elseif a.type ~= b.type then
    return a.type < b.type
  end
  return a.count > b.count
end

--- The core's candidates with their exact retained sizes, largest first, without small ones. `freed` lists the objects
-- that a group retains.
local function measured(heap, least)
  local found = {}
  for _, candidate in ipairs(core.suspects(heap, least, MOST_CANDIDATES)) do
    candidate.chain = candidate.kind == "chain" or nil
    candidate.count = candidate.objects and #candidate.objects or 1
    if candidate.kind ~= "group" then
      found[#found + 1] = candidate
    elseif candidate.accumulation or not CODE[candidate.type] then
      candidate.freed, candidate.retained = core.retained(heap, candidate.objects)
      found[#found + 1] = candidate.retained >= least and candidate or nil
    end
  end
  table.sort(found, largest_first)
  return found
end

local function objects_of(heap, suspect)
  return suspect.objects or core.list_of(heap, { suspect.object })
end

--- Whether an earlier group already retains it. A candidate that only an object or a chain retains is kept: those are
-- suspects for what else they retain.
local function is_within(heap, suspect, earlier)
  local objects = objects_of(heap, suspect)
  for _, other in ipairs(earlier) do
    if other.freed and #(objects - other.freed) == 0 then
      return true
    end
  end
  return false
end

--- The objects whose allocation explains a suspect: the members of a group, or what piles up in an object.
local function piled_up(heap, suspect)
  if suspect.objects then
    return suspect.objects
  end
  local place = suspect.accumulation or suspect.object
  return #place.dominated > 0 and place.dominated or core.list_of(heap, { place })
end

local function complete(heap, suspect)
  suspect.kind = suspect.kind == "object" and "object" or "group"
  suspect.fraction = suspect.retained / math.max(1, heap.total_size)
  suspect.holders = holders.of(objects_of(heap, suspect), HOLDERS)
  local most = suspect.holders[1]
  if suspect.kind == "group" then
    suspect.object = nil
    if not suspect.chain and most and most.objects == 1 and most.held >= HOLDS_MOST * suspect.count then
      suspect.accumulation = most.object
    end
  end
  local target = suspect.accumulation or objects_of(heap, suspect)[1]
  local way = core.paths_from_roots(target, 1)[1]
  suspect.path = way and path.new(way) or nil
  suspect.allocated = sites.main(piled_up(heap, suspect))
  suspect.inside = summary.of(heap, suspect.freed or core.retained(heap, objects_of(heap, suspect)))
  suspect.freed = nil
  return setmetatable(suspect, Suspect)
end

--- Leak suspects: single objects, and groups of one type under one dominator, that retain much of the heap.
-- @tparam heap heap
-- @tparam[opt=0.1] number fraction the least share of the heap that a suspect retains
-- @treturn {suspect,...} largest first, at most 50; prints as a report
-- @usage print(dryad.leak_suspects(heap))
function M.find(heap, fraction)
  fraction = fraction == nil and M.FRACTION or fraction
  check.argument(rawequal(getmetatable(heap), core.heap.meta), "leak_suspects", "heap", "a heap", heap)
  check.argument(type(fraction) == "number" and fraction > 0 and fraction <= 1, "leak_suspects", "fraction",
    "a share of the heap, such as 0.1", fraction)
  local suspects = { heap = heap, asked = fraction }
  for _, suspect in ipairs(measured(heap, math.max(1, math.ceil(fraction * heap.total_size)))) do
    if #suspects == MOST then
      suspects.is_cut = true
      break
    elseif not is_within(heap, suspect, suspects) then
      suspects[#suspects + 1] = suspect
    end
  end
  for _, suspect in ipairs(suspects) do
    complete(heap, suspect)
  end
  local garbage = heap.process and core.unreachable(heap)
  suspects.garbage = garbage and { count = #garbage, size = garbage:sum "size" } or nil
  return setmetatable(suspects, Suspects)
end

local FIELDS = {
  "kind", "chain", "type", "count", "retained", "fraction", "object", "objects", "accumulation", "path", "holders",
  "inside", "allocated",
}

--- Only the first objects of a group: there may be millions.
function Suspect.__json_value(suspect)
  local made = {}
  for _, name in ipairs(FIELDS) do
    made[name] = suspect[name]
  end
  made.objects = suspect.objects and suspect.objects:head(FEW)
  return made, FIELDS
end

function Suspects.__json_value(suspects)
  return table.move(suspects, 1, #suspects, 1, {})
end

-- ---- in words -------------------------------------------------------------------------------------

local function percent(fraction)
  return ("%.1f%%"):format(100 * fraction)
end

--- Describes a suspect in a sentence.
-- @tparam suspect suspect
-- @treturn string
-- @usage print(suspects.sentence(dryad.leak_suspects(heap)[1]))
function M.sentence(suspect)
  local type_str, retained = format.printable(suspect.type), units.bytes(suspect.retained)
  if suspect.kind == "object" then
    return ("One %s retains %s, %s of the heap."):format(type_str, retained, percent(suspect.fraction))
  elseif suspect.chain then
    return ("A chain of %s %s, each keeping the next alive, retains %s, %s of the heap."):format(
      units.count(suspect.count), type_str, retained, percent(suspect.fraction))
  end
  return ("%s %s retain %s, %s of the heap (%s each)."):format(units.count(suspect.count), type_str, retained,
    percent(suspect.fraction), units.bytes(suspect.retained / suspect.count))
end

local function inside_text(suspect)
  local text = "Inside: "
  for i = 1, math.min(TYPES, #suspect.inside) do
    local row = suspect.inside[i]
    local type_text = ("%s %s (%s)"):format(units.count(row.count), format.printable(row.type_str),
      units.bytes(row.total_size))
    if i > 1 and #text + #type_text > WIDTH then
      break
    end
    text = text .. (i > 1 and ", " or "") .. type_text
  end
  return text
end

local function suspect_lines(suspect, number)
  local lines = { ("%d. %s"):format(number, screen.style("bold", M.sentence(suspect))) }
  local function add(text)
    lines[#lines + 1] = "   " .. text
  end
  if suspect.kind == "object" then
    if suspect.path then
      add(("It is %s"):format(screen.style("bold", suspect.path:expression())))
    end
    add(("It piles up in %s"):format(tostring(suspect.accumulation)))
  else
    add("Held by")
    for _, line in ipairs(holders.lines(suspect.holders, suspect.count)) do
      add(line)
    end
  end
  add(inside_text(suspect))
  if suspect.allocated then
    local who = suspect.kind == "group" and "They were "
      or suspect.allocated.of > 1 and "What piles up was " or "It was "
    add(who .. screen.style("bold", sites.sentence(suspect.allocated)))
  end
  return lines
end

function Suspect.__tostring(suspect)
  return table.concat(suspect_lines(suspect, 1), "\n")
end

--- Adds a sentence on garbage if it is as large as a suspect: nothing retains it, so no suspect accounts for it.
local function add_garbage(lines, suspects)
  local heap, garbage = suspects.heap, suspects.garbage
  if not garbage or garbage.count == 0 or garbage.size < suspects.asked * heap.total_size then
    return
  end
  local gc = heap.process.gc
  lines[#lines + 1] = ("%sGarbage: %s objects that nothing alive refers to take %s, %s of the heap%s. "
    .. "See heap:garbage()."):format(#suspects > 0 and "\n" or "", units.count(garbage.count),
    units.bytes(garbage.size), percent(garbage.size / heap.total_size),
    type(gc) == "table" and gc.enabled == false and ", and the collector is disabled" or "")
end

function Suspects.__tostring(suspects)
  local heap, least, lines = suspects.heap, percent(suspects.asked), {}
  if #suspects == 0 then
    lines[1] = ("No leak suspects: nothing retains %s or more of %s. Ask for less with a smaller fraction, or look at "
      .. "heap:dominators()."):format(least, units.bytes(heap.total_size))
  end
  for i, suspect in ipairs(suspects) do
    if i > 1 then
      lines[#lines + 1] = ""
    end
    for _, line in ipairs(suspect_lines(suspect, i)) do
      lines[#lines + 1] = line
    end
  end
  if suspects.is_cut then
    lines[#lines + 1] = "\nand more that retain less"
  end
  add_garbage(lines, suspects)
  return process.introduced(heap, table.concat(lines, "\n"))
end

return M
