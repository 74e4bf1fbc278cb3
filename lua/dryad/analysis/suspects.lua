-- SPDX-License-Identifier: MIT
--- Leak suspects: what retains much, by the program's own classes, and who holds it.
--
-- A suspect is `{kind =, object = or objects =, class =, type =, count =, retained =, fraction =, chain =,
-- accumulation =, path =, holders =, mechanism =, contents =, inside =, duplicates =, allocated =, within =}`. `kind`
-- is "object", "group" or "garbage" (see @{dryad.analysis.garbage}). If `chain` is true, each of the objects keeps the
-- next alive. `retained` is the bytes that would be freed if it, or all of them, went away; of an object, without what
-- other suspects retain. `accumulation` is the object in which they pile up, `path` the way to that from a root,
-- `mechanism` how they are kept (see @{dryad.analysis.mechanism}), `contents` what they retain by class, `inside` a
-- summary of it by type, `duplicates` how many strings in it equal another (if many do), `allocated` the line that
-- allocated most of them (see @{dryad.analysis.sites}), `within` the number of the suspect that retains this one and
-- more, and lies in none itself.
-- @module dryad.analysis.suspects

local by_class = require "dryad.analysis.suspects_by_class"
local by_module = require "dryad.analysis.suspects_by_module"
local by_place = require "dryad.analysis.suspects_by_place"
local by_reach = require "dryad.analysis.suspects_by_reach"
local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local garbage = require "dryad.analysis.garbage"
local holders = require "dryad.analysis.holders"
local mechanism = require "dryad.analysis.mechanism"
local order = require "dryad.text.order"
local path = require "dryad.analysis.path"
local retold = require "dryad.analysis.suspects_retold"
local sites = require "dryad.analysis.sites"
local summary = require "dryad.analysis.summary"
local words = require "dryad.analysis.suspects_text"

local M = {}

M.FRACTION = 0.1

local FLOOR = 200 * 1024 -- bytes: less is no leak of a process unless one asks for it, however small its heap
local MOST = 50 -- suspects; each costs a walk over the heap
local HOLDERS = 5 -- printed for each suspect
local FEW = 10 -- objects of a group in JSON
local HOLDS_MOST = 0.5 -- share of a group: it accumulates in an object that refers to that many members
local PART = 0.01 -- of what a suspect retains: classes that retain less are not listed as its contents

local NEARLY_ALL, FEW_ENDS = 0.9, 0.1 -- members of a chain: that others of it hold, and that something else holds
local MUCH = 0.2 -- of what a suspect retains: equal strings that are worth a word

local Suspects, Suspect = { __name = "dryad.suspects" }, { __name = "dryad.suspect" }

local by_size = order.largest_first("retained", "count", "type")

--- Whether an earlier suspect already accounts for it.
local function is_within(suspect, earlier)
  local objects = suspect.objects
  for _, other in ipairs(earlier) do
    if other.freed and (objects and #(objects - other.freed) == 0 or #(suspect.heads - other.objects) == 0) then
      return true
    end
  end
  return false
end

--- Those that are suspects when they are told by what the program knows them as.
local function told(kinds, heap, candidates, least)
  local kept = {}
  for _, suspect in ipairs(candidates) do
    if retold.tell(kinds, heap, suspect, least) then
      kept[#kept + 1] = suspect
    end
  end
  return kept
end

--- Whether references were taken out of the heap: what they led to is no garbage of the process.
local function lost_references(heap)
  for _, change in ipairs(core.changes(heap, false)) do
    if change.kind == "remove_expensive" or change.kind == "cut" or change.kind == "edit" then
      return true
    end
  end
  return false
end

--- The suspects that are left when each accounts for what lies in it, largest first.
local function found_in(kinds, heap, least)
  local candidates = by_class.find(kinds, heap, least)
  for _, suspect in ipairs(by_place.find(kinds, heap, table.move(candidates, 1, #candidates, 1, {}), least)) do
    suspect.heads = suspect.heads or core.list_of(heap, { suspect.object })
    candidates[#candidates + 1] = suspect
  end
  for _, others in ipairs { by_module.find(heap, least), by_reach.of_native(heap, least) } do
    table.move(others, 1, #others, #candidates + 1, candidates)
  end
  candidates = told(kinds, heap, candidates, least)
  table.sort(candidates, by_size)
  local dead, found = not lost_references(heap) and garbage.of(heap, least), {}
  if dead then
    dead.heads, dead.freed = dead.objects, dead.all
    table.insert(candidates, 1, dead)
  end
  for _, suspect in ipairs(candidates) do
    if #found == MOST then
      found.is_cut = true
      break
    elseif not is_within(suspect, found) then
      found[#found + 1] = suspect
    end
  end
  table.sort(found, by_size)
  return found
end

--- For each suspect the number of the outermost object or chain that retains it and more besides; nil where none does.
local function outermost(suspects)
  local outer = {}
  local function in_the_end(number)
    return outer[number] and in_the_end(outer[number]) or number
  end
  for number, suspect in ipairs(suspects) do
    for i, other in ipairs(suspects) do
      if (other.object or other.chain) and #(suspect.heads - other.freed) == 0 and in_the_end(i) ~= number then
        outer[number] = i
        break
      end
    end
  end
  for number in ipairs(suspects) do
    outer[number] = outer[number] and in_the_end(outer[number])
  end
  return outer
end

--- How many of the strings in a suspect equal another one; nil if these are not worth a word.
local function duplicates(heap, suspect)
  local size = 0
  for _, type_str in ipairs { "str", "unicode", "bytes" } do
    size = size + (suspect.inside[type_str] and suspect.inside[type_str].total_size or 0)
  end
  local strings = size >= MUCH * suspect.retained and core.redundancy(heap, suspect.freed)
  return strings and strings.wasted >= MUCH * suspect.retained and strings or nil
end

--- The names of the references by which nearly every member is held by another one, and by nothing else: of a list that
-- is linked in both directions, or whose ends are both held. Nil if something else holds members, too.
local function links(suspect)
  local found = {}
  for _, holder in ipairs(suspect.holders) do
    if not holder.expression and holder.type == suspect.type and holder.held >= NEARLY_ALL * suspect.count then
      found[#found + 1] = holder.label
    elseif not (holder.expression and (holder.expression:find "%.%.%.$" or holder.held < FEW_ENDS * suspect.count)) then
      return nil
    end
  end
  table.sort(found)
  return #found > 0 and found or nil
end

--- What is told of garbage: nothing holds it.
local function complete_garbage(heap, suspect)
  suspect.contents, suspect.inside = suspect.inside, summary.of(heap, suspect.all)
  return setmetatable(suspect, Suspect)
end

local function complete(kinds, heap, suspect)
  local heads = suspect.heads
  if suspect.kind == "garbage" then
    return complete_garbage(heap, suspect)
  end
  suspect.kind = suspect.object and "object" or "group"
  suspect.fraction = suspect.retained / math.max(1, heap.total_size)
  suspect.shape = suspect.objects and words.shape(suspect) or nil
  suspect.chain = suspect.shape == "chain" or nil
  suspect.holders = holders.with_ways(heads, HOLDERS)
  suspect.links = suspect.kind == "group" and not suspect.chain and links(suspect) or nil
  suspect.chain = suspect.chain or suspect.links and true
  local most = suspect.holders[1]
  if suspect.around and not (most and most.expression and most.expression:find "^[^<]") then
    suspect.around.holder = holders.main(suspect.around.objects)
  end
  if suspect.kind == "group" and most and most.objects == 1 and most.held >= HOLDS_MOST * #heads then
    suspect.accumulation = suspect.shape == "chain" and heads[1] or most.object
  end
  local target = suspect.accumulation or heads[1]
  local way = core.paths_from_roots(target, 1)[1]
  suspect.path = way and path.new(way) or nil
  suspect.mechanism = mechanism.of(heap, heads)
  suspect.allocated = sites.main(suspect.objects or #target.dominated > 0 and target.dominated or heads)
  suspect.freed = suspect.freed or core.retained(heap, heads)
  suspect.inside = summary.of(heap, suspect.freed)
  suspect.duplicates = duplicates(heap, suspect)
  suspect.contents = suspect.keeps_with_others and core.summary_by_class(suspect.freed)
    or core.contents(kinds, heads, math.ceil(PART * suspect.retained))
  return setmetatable(suspect, Suspect)
end

--- Leak suspects: single objects, and groups of one type under one dominator, that retain much of the heap.
-- @tparam heap heap
-- @tparam[opt] number fraction the least share of the heap that a suspect retains; a tenth, and of a process at least
--   200 KiB, if it is left out
-- @treturn {suspect,...} largest first, at most 50; prints as a report
-- @usage print(dryad.leak_suspects(heap))
function M.find(heap, fraction)
  local is_default = fraction == nil
  fraction = is_default and M.FRACTION or fraction
  check.argument(rawequal(getmetatable(heap), core.heap.meta), "leak_suspects", "heap", "a heap", heap)
  check.argument(type(fraction) == "number" and fraction > 0 and fraction <= 1, "leak_suspects", "fraction",
    "a share of the heap, such as 0.1", fraction)
  local least = math.max(1, math.ceil(fraction * heap.total_size), is_default and heap.process and FLOOR or 0)
  local kinds = core.kinds(heap)
  local suspects = found_in(kinds, heap, least)
  suspects.heap, suspects.asked, suspects.has_lost = heap, fraction, lost_references(heap)
  for _, suspect in ipairs(suspects) do
    complete(kinds, heap, suspect)
  end
  local outer = outermost(suspects)
  for i, suspect in ipairs(suspects) do
    suspect.within = outer[i]
  end
  return setmetatable(suspects, Suspects)
end

--- Whether a value is what @{find} returns.
-- @param value
-- @treturn boolean
-- @usage print(suspects.is(dryad.leak_suspects(heap)))
function M.is(value)
  return rawequal(getmetatable(value), Suspects)
end

local FIELDS = {
  "kind", "class", "type", "count", "retained", "fraction", "chain", "object", "objects", "accumulation", "path",
  "holders", "mechanism", "contents", "inside", "duplicates", "allocated", "within", "total_count", "cycles",
  "collector", "finalizers",
}

local CONTENT = { "class", "type", "count", "retained", "size" }

--- Rows of core.contents, or of a summary by class, as others know them.
local function contents_in_json(rows)
  local made = {}
  for i, row in ipairs(rows) do
    made[i] = setmetatable({
      class = row.class, type = row.type or row.type_str, count = row.all or row.count, retained = row.retained,
      size = row.size or row.total_size,
    }, { __json_value = function(content)
      return content, CONTENT
    end })
  end
  return made
end

--- Only the first objects of a group: there may be millions.
function Suspect.__json_value(suspect)
  local made = {}
  for _, name in ipairs(FIELDS) do
    made[name] = suspect[name]
  end
  made.objects = suspect.objects and suspect.objects:head(FEW)
  made.contents = contents_in_json(suspect.contents)
  made.mechanism = suspect.mechanism and suspect.mechanism.text
  return made, FIELDS
end

function Suspects.__json_value(suspects)
  return table.move(suspects, 1, #suspects, 1, {})
end

function Suspect.__tostring(suspect)
  return table.concat(words.lines(suspect, 1), "\n")
end

function Suspects.__tostring(suspects)
  return words.report(suspects)
end

return M
