-- SPDX-License-Identifier: MIT
--- Garbage as a suspect: which classes it consists of, the cycles that keep it, and why the collector has left it.
--
-- In a dump with the facts of its process, garbage is what no root reaches. In others, cycles that nothing in the dump
-- refers to are roots, since native code may hold them; what only these keep is told as possible garbage.
-- @module dryad.analysis.garbage

local answers = require "dryad.analysis.answers"
local collector = require "dryad.analysis.collector"
local core = require "dryad.core"
local cycles = require "dryad.analysis.cycles"
local dict = require "dryad.heap.dict"
local format = require "dryad.text.format"
local naming = require "dryad.analysis.naming"
local order = require "dryad.text.order"
local sites = require "dryad.analysis.sites"
local units = require "dryad.text.units"

local M = {}

local Garbage = { __name = "dryad.garbage" }

local MOST_KINDS, MOST_CYCLES = 4, 3
local SHARE = 0.1 -- of the garbage: a kind or a shape of cycles that has less is left out
local EXPLAINS = 0.5 -- of what is left: a kind is named after a class whose objects lead to that much
local NEARLY = 0.95 -- of the most that a class leads to: others that lead to as much compete with it
local CANDIDATES = 12 -- classes looked at for each kind
local SAMPLE = 100 -- objects whose names are compared
local MOST_FINALIZERS = 3
local MOST_CLASSES = 1000 -- looked at: those of most bytes

-- ---- its kinds ------------------------------------------------------------------------------------

--- The objects of a row's class among those of a list.
local function members_of(heap, list, row)
  return row.class and core.list_of_class(heap, row.class) & list or list:of(row.type_str)
end

--- What the objects of each of the largest classes lead to, within `left`.
local function candidates_of(heap, left)
  local rows, found = core.summary_by_class(left, MOST_CLASSES), {}
  table.sort(rows, function(a, b)
    local rank_a, rank_b = cycles.rank(a), cycles.rank(b)
    if rank_a ~= rank_b then
      return rank_a < rank_b
    elseif a.total_size ~= b.total_size then
      return a.total_size > b.total_size
    end
    return (a.class or a.type_str) < (b.class or b.type_str)
  end)
  for i = 1, math.min(#rows, CANDIDATES) do
    local objects = members_of(heap, left, rows[i])
    local reached = core.reach_within(objects, left)
    found[i] = {
      type = rows[i].type_str, class = rows[i].class or rows[i].type_str, rank = cycles.rank(rows[i]),
      objects = objects, count = #objects, reached = reached, size = reached:sum "size",
    }
  end
  return found
end

--- Of the candidates of the best rank that has one which leads to enough: those that lead to nearly as much as any.
local function foremost(found, size)
  local chosen, most, best_rank = {}, 0, math.huge
  for _, candidate in ipairs(found) do
    if candidate.size >= EXPLAINS * size and candidate.rank <= best_rank then
      best_rank, most = candidate.rank, math.max(most, candidate.size)
    end
  end
  for _, candidate in ipairs(found) do
    local is_one = candidate.rank == best_rank and candidate.size >= NEARLY * most
    chosen[#chosen + 1] = is_one and candidate or nil
  end
  return chosen
end

--- The bytes that a candidate leads to without passing any of the others, which cycles lead back from.
local function own_size(candidate, others, left)
  for _, other in ipairs(others) do
    left = other ~= candidate and left - other.objects or left
  end
  return core.reach_within(candidate.objects, left):sum "size"
end

--- The best name for what is left: a class that leads to most of it and has few objects, but rather several than one.
-- Another that leads to as much, with as many objects, becomes its partner.
local function best(found, left, size)
  local chosen = foremost(found, size)
  if #chosen == 0 then
    table.sort(found, order.largest_first("size", "count", "class"))
    return found[1]
  end
  for _, candidate in ipairs(chosen) do
    candidate.own = own_size(candidate, chosen, left)
  end
  table.sort(chosen, function(a, b)
    if (a.count > 1) ~= (b.count > 1) then
      return a.count > 1
    elseif a.count ~= b.count then
      return a.count < b.count
    elseif a.own ~= b.own then
      return a.own > b.own
    end
    return a.class < b.class
  end)
  local first, second = chosen[1], chosen[2]
  first.partner = second and second.count == first.count and second or nil
  return first
end

--- What objects of one class have in common, as far as a sample tells: `function visit`, `classes Row`, or the class.
local function shared_name(kind)
  local function name_of(o)
    local name = o.type == "type" and naming.name(o)
    return name and ("%s %s"):format(kind.count == 1 and "class" or "classes", name) or naming.kind(o)
  end
  local name, looked_at = name_of(kind.objects[1]), math.min(SAMPLE, kind.count)
  for i = 2, looked_at do
    if name_of(kind.objects[(i - 1) * (kind.count - 1) // (looked_at - 1) + 1]) ~= name then
      return kind.type == "type" and "classes" or format.short(kind.class)
    end
  end
  return name
end

--- Names the garbage by classes, each with what hangs on it, the largest first.
local function kinds_of(heap, all, size)
  local kinds, left, bytes = {}, all, size
  while #kinds < MOST_KINDS and #left > 0 and bytes >= SHARE * size do
    local kind = best(candidates_of(heap, left), left, bytes)
    if #kinds > 0 and kind.size < SHARE * size then
      break
    end
    kinds[#kinds + 1] = {
      type = kind.type, class = kind.class, name = shared_name(kind), count = kind.count, objects = kind.objects,
      total_count = #kind.reached, size = kind.size, partner = kind.partner and kind.partner.class,
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

--- The classes of the program among the garbage, of at least so many objects, that have a method `__del__`.
local function finalizers_of(heap, rows, least)
  local found = {}
  for _, row in ipairs(rows) do
    local class = row.origin == "program" and #found < MOST_FINALIZERS and row.count >= least
      and class_of(heap[row.max_address])
    if class and has_finalizer(class) then
      found[#found + 1] = { class = row.class or row.type_str, count = row.count }
    end
  end
  return found
end

-- ---- as a suspect ---------------------------------------------------------------------------------

--- What may be garbage in a heap that does not tell: cycles that nothing refers to, with what they keep.
local function possible_garbage(heap)
  return answers.once(heap, "possible garbage", function()
    local left = core.unreachable(heap, true)
    return #left > 0 and left - core.unreachable(heap)
  end) or nil
end

--- Whether the dump tells garbage from what native code holds: by reference counts, which PyPy has not.
local function is_certain(heap)
  local facts = heap.process
  return facts ~= nil and facts.implementation ~= "PyPy"
end

--- What is garbage, or may be.
local function garbage_of(heap, least)
  if not is_certain(heap) then
    return possible_garbage(heap)
  end
  local _, reached = core.reachable(heap)
  return heap.total_size - reached >= least and core.unreachable(heap) or nil
end

--- The garbage of a heap as a suspect.
-- @tparam heap heap
-- @tparam[opt=1] integer least bytes
-- @treturn suspect|nil `{kind = "garbage", type =, class =, name =, count =, objects =, retained =, fraction =, all =,
--   total_count =, kinds =, cycles =, finalizers =, collector =, inside =, allocated =}`; nil if there is less.
--   `retained` is the bytes of all of it, a list of `total_count` objects in `all`. `objects` are the `count` objects
--   of the class that it is named after, the first of `kinds`: `{type =, name =, count =, objects =, total_count =,
--   size =, partner =}`, with what hangs on them. `name` is what they have in common, such as `function visit` or the
--   class, and `partner` a class of as many objects in the same cycles. `cycles` are shapes (see
--   @{dryad.analysis.cycles}), `finalizers` classes that have a method `__del__`
-- @usage print(garbage.sentence(garbage.of(heap)))
function M.of(heap, least)
  least = least or 1
  local all = garbage_of(heap, least)
  local size = all and all:sum "size" or 0
  if size < least then
    return nil
  end
  local kinds, inside = kinds_of(heap, all, size), core.summary_by_class(all, MOST_CLASSES)
  local first = kinds[1]
  return setmetatable({
    kind = "garbage", type = first.type, class = first.class, name = first.name, count = first.count,
    objects = first.objects, retained = size, fraction = size / math.max(1, heap.total_size), all = all,
    total_count = #all, kinds = kinds,
    cycles = cycles.among(all, MOST_CYCLES), finalizers = finalizers_of(heap, inside, SHARE * first.count),
    collector = collector.sentence(heap.process), inside = inside, allocated = sites.main(first.objects),
    is_certain = is_certain(heap),
  }, Garbage)
end

-- ---- in words -------------------------------------------------------------------------------------

local function named(kind)
  return ("%s %s"):format(units.count(kind.count), kind.name)
end

--- Names garbage in a sentence.
-- @tparam suspect suspect as from @{of}
-- @treturn string
-- @usage print(garbage.sentence(garbage.of(heap)))
function M.sentence(suspect)
  local partner, is_one = suspect.kinds[1].partner, suspect.total_count == 1
  local what = suspect.is_certain and (is_one and "is garbage" or "are garbage")
    or "may be garbage, since nothing else in the dump refers to " .. (is_one and "it" or "them")
  local others = suspect.total_count - (partner and 2 or 1) * suspect.count
  local names = named(suspect)
  if partner then
    names = ("%s%s %s %s"):format(names, others > 0 and "," or " and", units.count(suspect.count),
      format.short(partner))
  end
  if others > 0 then
    names = ("%s and %s other object%s"):format(names, units.count(others), others == 1 and "" or "s")
  end
  return ("%s %s: %s, %s of the heap."):format(names, what,
    units.bytes(suspect.retained), units.percent(suspect.fraction))
end

local function cycles_text(suspect)
  local texts = {}
  for i, shape in ipairs(suspect.cycles) do
    if i == 1 or shape.size >= SHARE * suspect.retained then
      texts[#texts + 1] = (shape.cycles > 1 and units.count(shape.cycles) .. " x " or "") .. shape.text
    end
  end
  return #texts > 0 and "In cycles: " .. table.concat(texts, ", ") or nil
end

local function other_kinds_text(suspect)
  local texts = {}
  for i, kind in ipairs(suspect.kinds) do
    texts[i] = ("%s %s"):format(units.bytes(kind.size), i == 1 and "hang on " .. named(kind) or "on " .. named(kind))
  end
  return #texts > 1 and table.concat(texts, ", ") or nil
end

local function finalizers_text(suspect)
  local texts = {}
  for i, finalizer in ipairs(suspect.finalizers) do
    texts[i] = ("%s %s"):format(units.count(finalizer.count), format.short(finalizer.class))
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

--- Why an object is still there that no root leads to: the cycle that keeps it, and why the collector has not come.
-- @tparam object o
-- @treturn {string,...} sentences
-- @usage print(table.concat(garbage.reasons(heap:garbage()[1]), " "))
function M.reasons(o)
  local cycle = cycles.holding(o)
  return { cycle and ("A cycle keeps it: %s."):format(cycle) or "Nothing refers to it.",
    collector.sentence(core.heap_of(o).process) }
end

--- That there is no garbage, or that the dump does not tell.
-- @tparam heap heap
-- @treturn string
-- @usage print(garbage.nothing(heap))
function M.nothing(heap)
  return is_certain(heap) and "Everything is alive: there are no cycles that the collector has not seen."
    or "This dump does not tell garbage from what native code holds: `dryad run unreferenced` lists both."
end

function Garbage.__tostring(found)
  return table.concat({ M.sentence(found), table.unpack(M.lines(found)) }, "\n")
end

return M
