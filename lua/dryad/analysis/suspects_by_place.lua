-- SPDX-License-Identifier: MIT
--- Suspects by place: where memory accumulates that no class of the program explains.
-- @module dryad.analysis.suspects_by_place

local by_class = require "dryad.analysis.suspects_by_class"
local by_reach = require "dryad.analysis.suspects_by_reach"
local core = require "dryad.core"
local naming = require "dryad.analysis.naming"
local units = require "dryad.text.units"

local M = {}

local MOST = 100 -- places
local MOST_OF = 0.7 -- what explains that much of a place is told instead of it
local HALF = 0.5
local MOSTLY = 0.8 -- of the objects of another suspect: it lies in this one
local DEEPEST, WIDEST = 4, 64 -- how far to look through containers, and how many at a time
local FEW_MORE = 1.5 -- times the number of members: items of their container that others hold too

-- The program itself: that it is in memory is not a leak, unless a module has far more names than one types.
local TYPED = 10000 -- references
local CLASSES = 200 -- defined once each and kept in one place: more are no registry of a program's
local PART = 1e-4 -- of a place: classes that retain less are not looked at
local CODE = { module = true, type = true, code = true, classobj = true }

--- What functions have in common that were compiled again and again from one text: name, file and size of the code.
-- Nil if that is not known.
local function text_of(f)
  local code = naming.field(f, ".__code__")
  local file = code and naming.field(code, ".co_filename")
  return f.name and file and ("%s\0%s\0%d"):format(f.name, file.value, code.size) or nil
end

--- Of some objects, the functions compiled from one text that retain most, if those explain most of these bytes. They
-- have no definition in common.
local function same_functions(list, bytes)
  local by_text, best = {}, nil
  for _, f in ipairs(list:of "function") do
    local text = text_of(f)
    if text then
      local found = by_text[text] or { retained = 0 }
      by_text[text] = found
      found[#found + 1], found.retained = f, units.add(found.retained, f.retained_size)
      best = (not best or found.retained > best.retained) and found or best
    end
  end
  if best and #best >= by_class.MANY and best.retained >= MOST_OF * bytes then
    return { type = "function", class = best[1].class, origin = "program", defined = best[1] },
      core.list_of(core.heap_of(list), best)
  end
end

--- What is there in number right below some objects and explains most of these bytes, or below those, and so
-- on as long as there are few; nil if nothing does.
local function look_through(kinds, list, bytes)
  local heap = core.heap_of(list)
  for _ = 1, DEEPEST do
    local below, rows = core.list_of(heap, {}), {}
    for _, o in ipairs(list) do
      below = below + o.dominated
    end
    for _, row in ipairs(core.contents(kinds, below, math.ceil(MOST_OF * bytes))) do
      if by_class.is_many(row) and row.count >= by_class.MANY then
        rows[#rows + 1] = row
      end
    end
    local row = by_class.best(rows)
    local functions, objects
    if not row or by_class.rank(row) > by_class.PROGRAM then
      functions, objects = same_functions(below, bytes)
    end
    if functions then
      return functions, objects
    elseif row then
      return row, core.members(kinds, below, row.kind, true)
    elseif #below > WIDEST then
      return nil
    end
    list = below
  end
  return nil
end

--- With the other items of their container that are alike: those that something else holds, too.
local function with_shared_items(candidate)
  local alike = candidate.accumulation.c:of(candidate.type)
  local all = candidate.objects + alike
  return #all <= FEW_MORE * #candidate.objects and all or candidate.objects
end

--- Of a dict's keys and values of one type: those that retain more. The number of all of them is no number of entries.
local function without_keys(objects, least)
  local heap, keys = core.heap_of(objects), core.keys_among(objects)
  if #keys == 0 or #keys == #objects then
    return objects
  end
  local values = objects - keys
  local _, by_values = core.retained(heap, values)
  local _, by_keys = core.retained(heap, keys)
  if math.max(by_values, by_keys) < least then
    return objects
  end
  return by_values >= by_keys and values or keys
end

local function take(suspect, row, objects)
  for _, name in ipairs { "kind", "type", "class", "origin", "common", "defined" } do
    suspect[name] = row[name]
  end
  suspect.objects, suspect.object = objects, nil
end

local function chain(kinds, suspect)
  local heads = core.list_of(core.heap_of(suspect.objects), { suspect.object })
  for _, row in ipairs(core.contents(kinds, heads, 0)) do
    if row.kind == suspect.kind then
      suspect.depth, suspect.all = row.depth, row.all
    end
  end
  suspect.heads, suspect.objects, suspect.object = heads, core.members(kinds, heads, suspect.kind, false), nil
  return suspect
end

local function group(kinds, suspect)
  local row, objects
  local place = suspect.common and suspect.accumulation
  local shared = place and not CODE[place.type] and by_reach.of_place(core.heap_of(place), place)
  if shared then
    return shared
  elseif #suspect.objects < by_class.MANY then
    row, objects = look_through(kinds, suspect.objects, suspect.retained)
  end
  if row then
    take(suspect, row, objects)
  elseif place then
    suspect.objects = with_shared_items(suspect)
  end
  return suspect
end

--- Whether most of a place are classes, each defined once.
local function is_registry(kinds, place, bytes)
  local count, retained = 0, 0
  for _, row in ipairs(core.contents(kinds, place.dominated, math.ceil(PART * bytes))) do
    if row.defines and row.all == 1 then
      count, retained = count + 1, units.add(retained, row.retained)
    end
  end
  return count <= CLASSES and retained >= HALF * bytes
end

--- What a single object contains in number, or the object: the topmost one of the program's that leads to the place
-- where memory accumulates, else that place.
local function object(kinds, heap, suspect)
  local place = suspect.accumulation
  if CODE[place.type] and #place < TYPED or is_registry(kinds, place, suspect.retained) then
    return nil
  end
  local row, objects = look_through(kinds, core.list_of(heap, { place }), suspect.retained)
  local shared = not row and by_reach.of_place(heap, place)
  if shared then
    return shared
  elseif row then
    take(suspect, row, objects)
  elseif suspect.common or suspect.defined then
    suspect.object, suspect.type, suspect.class, suspect.defined = place, place.type, place.class, nil
  end
  return suspect
end

--- Whether other suspects explain most of what a group retains.
local function is_explained(suspect, others)
  local bytes = 0
  for _, other in ipairs(others) do
    bytes = bytes + (#(other.heads & suspect.freed) >= MOSTLY * #other.heads and other.retained or 0)
  end
  return bytes >= HALF * suspect.retained
end

--- The suspects besides others, those that retain most first.
-- @tparam userdata kinds from core.kinds
-- @tparam heap heap
-- @tparam {suspect,...} others what these retain is left out
-- @tparam integer least bytes that a suspect retains
-- @treturn {suspect,...} as from @{dryad.analysis.suspects_by_class.find}, or with one `object`
-- @usage print(#by_place.find(core.kinds(heap), heap, {}, 1000000))
function M.find(kinds, heap, others, least)
  local _, alive = core.reachable(heap)
  local found, explained = {}, core.list_of(heap, {})
  if alive - by_class.explained(others) < least then
    return found
  end
  for _, other in ipairs(others) do
    explained = explained + other.heads
  end
  for _, candidate in ipairs(core.suspects(kinds, explained, least, MOST)) do
    local suspect
    if candidate.form == "chain" then
      suspect = chain(kinds, candidate)
    elseif candidate.form == "group" then
      suspect = group(kinds, candidate)
    else
      suspect = object(kinds, heap, candidate)
    end
    if suspect and suspect.objects and not suspect.freed then
      if suspect.common and suspect.form ~= "chain" then
        suspect.objects = without_keys(suspect.objects, least)
      end
      suspect.heads = suspect.heads or suspect.objects
      suspect.freed, suspect.retained = core.retained(heap, suspect.heads)
    end
    if suspect and suspect.retained >= least and not (suspect.freed and is_explained(suspect, others)) then
      found[#found + 1] = suspect
    end
  end
  return found
end

return M
