-- SPDX-License-Identifier: MIT
--- Garbage as a suspect: which classes it consists of, the cycles that keep it, and why the collector has left it.
--
-- In a dump with the facts of its process, garbage is what no root reaches. In others, cycles that nothing in the dump
-- refers to are roots, since native code may hold them; what only these keep is told as possible garbage.
-- @module dryad.analysis.garbage

local collector = require "dryad.analysis.collector"
local core = require "dryad.core"
local cycles = require "dryad.analysis.cycles"
local dict = require "dryad.heap.dict"
local format = require "dryad.text.format"
local sites = require "dryad.analysis.sites"
local summary = require "dryad.analysis.summary"
local units = require "dryad.text.units"

local M = {}

local MOST_KINDS, MOST_CYCLES = 4, 3
local SHARE = 0.1 -- of the garbage: a kind or a shape of cycles that has less is left out
local EXPLAINS = 0.5 -- of what is left: a kind is named after a class whose objects lead to that much
local NEARLY = 0.95 -- of the most that a class leads to: others that lead to as much compete with it
local CANDIDATES = 12 -- classes looked at for each kind
local MOST_FINALIZERS = 3

-- ---- its kinds ------------------------------------------------------------------------------------

--- Types of the interpreter, after which garbage is named only if no class leads to it.
local BUILTIN = {
  dict = 2, list = 2, tuple = 2, set = 2, frozenset = 2, str = 2, bytes = 2, int = 2, float = 2, cell = 2, type = 2,
  getset_descriptor = 2, member_descriptor = 2, wrapper_descriptor = 2, ["function"] = 1, method = 1,
  builtin_function_or_method = 1, frame = 1, traceback = 1, generator = 1, coroutine = 1, async_generator = 1,
  code = 2, property = 2, staticmethod = 2, classmethod = 2, weakref = 2, ["weakref.ReferenceType"] = 2,
}

local function rank(row)
  return BUILTIN[row.type_str] or 0
end

--- What the objects of each of the largest classes lead to, within `left`.
local function candidates_of(heap, left)
  local rows, found = summary.of(heap, left), {}
  table.sort(rows, function(a, b)
    if rank(a) ~= rank(b) then
      return rank(a) < rank(b)
    elseif a.total_size ~= b.total_size then
      return a.total_size > b.total_size
    end
    return a.type_str < b.type_str
  end)
  for i = 1, math.min(#rows, CANDIDATES) do
    local objects = left:of(rows[i].type_str)
    local reached = core.reach_within(objects, left)
    found[i] = {
      type = rows[i].type_str, rank = rank(rows[i]), objects = objects, count = #objects, reached = reached,
      size = reached:sum "size",
    }
  end
  return found
end

--- The best name for what is left: of the classes that lead to nearly as much as any other of their rank, and to enough,
-- the one with the fewest objects, but rather several than one.
local function best(found, size)
  local most = {}
  for _, candidate in ipairs(found) do
    most[candidate.rank] = math.max(most[candidate.rank] or 0, candidate.size)
  end
  local function is_better(a, b)
    if (a.count > 1) ~= (b.count > 1) then
      return a.count > 1
    elseif a.count ~= b.count then
      return a.count < b.count
    end
    return a.type < b.type
  end
  local chosen, largest
  for _, candidate in ipairs(found) do
    if not chosen or candidate.rank == chosen.rank then
      local is_enough = candidate.size >= EXPLAINS * size and candidate.size >= NEARLY * most[candidate.rank]
      chosen = is_enough and (not chosen or is_better(candidate, chosen)) and candidate or chosen
    end
    largest = (not largest or candidate.size > largest.size) and candidate or largest
  end
  return chosen or largest
end

--- Names the garbage: `{class and numbers, and what hangs on them}`, the largest first.
local function kinds_of(heap, all, size)
  local kinds, left, bytes = {}, all, size
  while #kinds < MOST_KINDS and #left > 0 and bytes >= SHARE * size do
    local kind = best(candidates_of(heap, left), bytes)
    kinds[#kinds + 1] = {
      type = kind.type, count = kind.count, objects = kind.objects, total_count = #kind.reached, size = kind.size,
    }
    left, bytes = left - kind.reached, bytes - kind.size
  end
  return kinds
end

-- ---- finalizers -----------------------------------------------------------------------------------

local function class_of(o)
  for i = #o, 1, -1 do
    if o:label(i) == "(class)" then
      return o[i]
    end
  end
end

local function has_finalizer(class)
  local mro = dict.lookup(class, "__mro__")
  for _, base in ipairs(mro and mro.c or { class }) do
    local attributes = dict.lookup(base, "__dict__")
    if attributes and dict.lookup(attributes, "__del__") ~= nil then
      return true
    end
  end
  return false
end

--- The types among the garbage whose class has a method `__del__`.
local function finalizers_of(rows)
  local found = {}
  for _, row in ipairs(rows) do
    local class = rank(row) == 0 and #found < MOST_FINALIZERS and class_of(row.max)
    if class and has_finalizer(class) then
      found[#found + 1] = { type = row.type_str, count = row.count }
    end
  end
  return found
end

-- ---- as a suspect ---------------------------------------------------------------------------------

--- What is garbage, or may be.
local function garbage_of(heap, least)
  if not heap.process then
    return core.unreachable(heap, true)
  end
  local _, reached = core.reachable(heap)
  return heap.total_size - reached >= least and core.unreachable(heap) or nil
end

--- The garbage of a heap as a suspect.
-- @tparam heap heap
-- @tparam[opt=1] integer least bytes
-- @treturn suspect|nil `{kind = "garbage", type =, count =, objects =, retained =, fraction =, all =, total_count =,
--   kinds =, cycles =, finalizers =, collector =, inside =, allocated =}`; nil if there is less. `retained` is the bytes
--   of all of it, a list of `total_count` objects in `all`. `objects` are the `count` objects of the class that it is
--   named after, the first of `kinds`: `{type =, count =, objects =, total_count =, size =}`, with what hangs on them.
--   `cycles` are shapes (see @{dryad.analysis.cycles}), `finalizers` types whose class has a method `__del__`
-- @usage print(garbage.sentence(garbage.of(heap)))
function M.of(heap, least)
  least = least or 1
  local all = garbage_of(heap, least)
  local size = all and all:sum "size" or 0
  if size < least then
    return nil
  end
  local kinds, inside = kinds_of(heap, all, size), summary.of(heap, all)
  return {
    kind = "garbage", type = kinds[1].type, count = kinds[1].count, objects = kinds[1].objects, retained = size,
    fraction = size / math.max(1, heap.total_size), all = all, total_count = #all, kinds = kinds,
    cycles = cycles.among(all, MOST_CYCLES), finalizers = finalizers_of(inside), is_certain = heap.process ~= nil,
    collector = collector.sentence(heap.process), inside = inside, allocated = sites.main(kinds[1].objects),
  }
end

-- ---- in words -------------------------------------------------------------------------------------

local function percent(fraction)
  return ("%.1f%%"):format(100 * fraction)
end

local function named(kind)
  return ("%s %s"):format(units.count(kind.count), format.printable(kind.type))
end

--- Names garbage in a sentence.
-- @tparam suspect suspect as from @{of}
-- @treturn string
-- @usage print(garbage.sentence(garbage.of(heap)))
function M.sentence(suspect)
  local is_one = suspect.count == 1
  return ("%s %s garbage%s, with what hangs on %s %s objects of %s, %s of the heap."):format(named(suspect),
    suspect.is_certain and (is_one and "is" or "are") or "may be", suspect.is_certain and ""
      or is_one and ": nothing in the dump refers to its cycle" or ": nothing in the dump refers to their cycles",
    is_one and "it" or "them", units.count(suspect.total_count), units.bytes(suspect.retained),
    percent(suspect.fraction))
end

local function cycles_text(suspect)
  local texts = {}
  for i, shape in ipairs(suspect.cycles) do
    if i == 1 or shape.size >= SHARE * suspect.retained then
      texts[#texts + 1] = ("%s x %s"):format(units.count(shape.cycles), shape.text)
    end
  end
  return #texts > 0 and "Kept by cycles: " .. table.concat(texts, ", ") or nil
end

local function other_kinds_text(suspect)
  local texts = {}
  for i = 2, #suspect.kinds do
    local kind = suspect.kinds[i]
    texts[#texts + 1] = ("%s (%s)"):format(named(kind), units.bytes(kind.size))
  end
  return #texts > 0 and ("Of these bytes, %s hang on the %s; others on %s"):format(
    units.bytes(suspect.kinds[1].size), format.printable(suspect.type), table.concat(texts, ", ")) or nil
end

local function finalizers_text(suspect)
  local texts = {}
  for i, finalizer in ipairs(suspect.finalizers) do
    texts[i] = named(finalizer)
  end
  return #texts > 0 and "Their collection calls __del__ of " .. table.concat(texts, ", ") or nil
end

--- What the answer says below that sentence: why it has not been collected, and by which cycles it is kept.
-- @tparam suspect suspect
-- @treturn {string,...}
-- @usage print(table.concat(garbage.lines(garbage.of(heap)), "\n"))
function M.lines(suspect)
  local lines = {}
  lines[#lines + 1] = suspect.collector or not suspect.is_certain and "Native code may hold them; if not, they wait "
    .. "for the collector." or nil
  for _, describe in ipairs { cycles_text, other_kinds_text, finalizers_text } do
    lines[#lines + 1] = describe(suspect)
  end
  return lines
end

return M
