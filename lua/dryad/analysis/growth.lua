-- SPDX-License-Identifier: MIT
--- What grew from one heap to another: which objects were added, what holds them, and how large that was before.
--
-- A growth is `{text =, class =, count =, bytes =, way =, object =, holders =, kind =, retained_before =,
-- retained_after =, retained_growth =, counts =, sizes =, steady =, is_chain =, classes =, allocated =, mechanism =,
-- added =}`.
-- `text` says what was added and where. `count` objects of `class` were added; with all that hangs on them, memory grew
-- by `bytes`. `way` leads to what holds them: `object` if it is one, else one of `holders` objects of the class `kind`.
-- That retained `retained_before` bytes. `counts` and `sizes` have a number for each heap: the members of what holds
-- them, and the bytes below it. It is `steady` if both grew from each heap to the next.
-- @module dryad.analysis.growth

local added_classes = require "dryad.analysis.added_classes"
local core = require "dryad.core"
local dict = require "dryad.heap.dict"
local mechanism = require "dryad.analysis.mechanism"
local naming = require "dryad.analysis.naming"
local path = require "dryad.analysis.path"
local sites = require "dryad.analysis.sites"
local units = require "dryad.text.units"
local ways = require "dryad.analysis.ways"

local M = {}

M.FLOOR = 32 << 10 -- bytes; in a dump of a real process, less than that comes and goes by itself
local LIBRARY_FLOOR = 128 << 10 -- bytes; what the interpreter and the standard library keep in any process
-- The same for modules with caches that fill up to a limit, or with the files that a program has.
local CACHE_FLOORS = { linecache = 4 << 20, re = 512 << 10, sre_compile = 512 << 10, tokenize = 512 << 10 }
local MOST = 0.5 -- share of a growth that its class must explain
local PROGRAM, NAMED = 1, 4 -- ranks of the program's classes, and of functions, generators and the like
local PART = 0.25 -- share of a growth in Python's own modules that makes it the program's
local SAMPLE = 50 -- members whose names are compared
local EXPLAINED = 3 -- growths of which is said how their members are kept
local SHOWN = 50 -- growths in all

-- Code that a program loads is not data that it collects.
local CODE = {
  module = true, type = true, ["function"] = true, code = true, builtin_function_or_method = true, property = true,
  classmethod = true, staticmethod = true, wrapper_descriptor = true, method_descriptor = true,
  getset_descriptor = true, member_descriptor = true, ABCMeta = true, ModuleSpec = true, SourceFileLoader = true,
}

-- ---- whose --------------------------------------------------------------------------------------

--- What holds the names of a module. One written in C has more references than that to its dict of names.
local function namespace_of(module)
  local first = #module > 1 and module[1]
  return first and first.type_str == "dict" and first or module
end

--- Whether a module belongs to the interpreter or the standard library. One without a file is the interpreter's unless
-- code made it by hand.
local function is_of_python(module)
  if module.name == "__main__" then
    return false
  end
  local names = namespace_of(module)
  local file = dict.lookup(names, "__file__")
  if type(file) ~= "string" then
    local spec = dict.lookup(names, "__spec__")
    return spec ~= nil and spec ~= core.None
  end
  return not file:find "/%a+%-packages/" and (file:find "/lib%d*/python%d[%d.]*t?/" or file:find "^<frozen") ~= nil
end

--- Whether a growth is Python's own, by where the way to it starts: at a module of Python's, or at an object that is
-- neither a module nor on a stack.
local function is_pythons(growth)
  local start = growth.start
  if start.type_str == "module" then
    return is_of_python(start)
  end
  return growth.holder ~= nil and start.type_str ~= "frame" and start.type_str ~= "<thread>"
end

--- Names the classes of a growth, and adds whose they are.
local function name_classes(heap, growth)
  local examples, origins = {}, {}
  for i, row in ipairs(growth.classes) do
    examples[i] = row.example
  end
  if #examples > 0 then
    for _, row in ipairs(core.summary_by_class(core.list_of(heap, examples))) do
      origins[row.class or row.type_str] = row.origin
    end
  end
  for _, row in ipairs(growth.classes) do
    row.type = row.example.type_str
    row.class = row.example.class or row.type
    row.origin = origins[row.class] or "interpreter"
  end
end

-- ---- what ---------------------------------------------------------------------------------------

--- The outermost class for which `is_wanted` holds and which explains most of the growth.
local function outermost(growth, is_wanted)
  for _, row in ipairs(growth.classes) do
    if row.count > 0 and row.within >= MOST * growth.bytes and is_wanted(row) then
      return row
    end
  end
end

--- Whether each member is a thread.
local function is_of_threads(growth)
  return growth.member and growth.member.type_str == "<thread>"
end

--- The class that tells what was added: the program's before an installed package's, before the library's, before
-- functions and the like, before that of the members, before any that explains most.
local function headline(growth)
  if is_of_threads(growth) then
    return outermost(growth, function(row) return added_classes.rank(row) == PROGRAM end)
      or outermost(growth, function(row) return row.type == "<thread>" end)
  end
  for rank = PROGRAM, NAMED do
    local found = outermost(growth, function(row)
      return added_classes.rank(row) == rank and (rank == NAMED or not CODE[row.type])
    end)
    if found then
      return found
    end
  end
  local member = growth.member and (growth.member.class or growth.member.type_str)
  return outermost(growth, function(row) return row.class == member end)
    or member and outermost(growth, function() return true end)
end

--- Whether what was added is code in the place where code belongs.
local function is_code(growth)
  local holder = growth.holder and growth.holder.type_str
  if holder ~= "module" and holder ~= "type" and not (growth.holder and core.root_reason(growth.holder)) then
    return false
  end
  local code = 0
  for _, row in ipairs(growth.classes) do
    code = code + (CODE[row.type] and row.size or 0)
  end
  return growth.class and CODE[growth.class.type] or code >= MOST * growth.bytes
end

-- ---- who ----------------------------------------------------------------------------------------

--- The way to what holds a growth: to one object, or the one by which most of the objects lead to the members, with
-- keys and indexes joined.
local function way_to(growth, members)
  local merged = growth.holders > 1 and #members > 0 and ways.merged(members, 1)[1]
  return merged and merged.way or growth.holder.way or path.start_text(growth.holder)
end

--- The objects of the headline among those added.
local function members_of(growth)
  if not growth.class then
    return growth.added
  end
  return growth.added:of(growth.class.type)
end

--- What the members have in common: `function on_retry`, `shop.Ticket`.
local function kind_of(growth, members)
  local kind = #members > 0 and naming.kind(members[1]) or nil
  for i = 2, math.min(SAMPLE, #members) do
    kind = naming.kind(members[i]) == kind and kind or nil
  end
  return kind or growth.class and growth.class.class
end

local function retained(o)
  return o and o.retained_size or 0
end

--- Adds what holds a growth, and what that retained.
local function add_holder(growth, members)
  local object = growth.holders == 1 and growth.holder or nil
  growth.object = object
  if growth.holder then
    growth.kind = growth.holder.class or growth.holder.type_str
    growth.way = way_to(growth, members)
  elseif growth.member then
    growth.kind, growth.root = growth.member.class or growth.member.type_str, core.root_reason(growth.member)
  end
  if object and (growth.holder_before or growth.is_new) then
    growth.retained_before, growth.retained_after = retained(growth.holder_before), retained(object)
  else
    growth.retained_before, growth.retained_after = growth.sizes[1], growth.sizes[#growth.sizes]
  end
  growth.retained_growth = growth.retained_after - growth.retained_before
end

--- Whether numbers grow from each to the next by at least `least`.
local function grows(numbers, least)
  for i = 2, #numbers do
    if numbers[i] - numbers[i - 1] < least then
      return false
    end
  end
  return true
end

--- Whether objects of the program's own classes, with what they hold, are a good part of a growth.
local function is_of_program(growth)
  for _, row in ipairs(growth.classes) do
    if added_classes.rank(row) == PROGRAM and row.count > 0 and row.within >= PART * growth.bytes then
      return true
    end
  end
  return false
end

--- Whether it is something that Python's own caches grow by in any process.
local function is_innocent(growth)
  return growth.is_pythons and not is_of_program(growth)
    and growth.bytes < (CACHE_FLOORS[growth.start.name] or LIBRARY_FLOOR)
end

--- Whether it is part of a module that was imported in between.
local function is_import(growth)
  return growth.is_start_new and growth.start.type_str == "module"
    and (growth.is_pythons or growth.is_code or #growth.added < 2)
end

-- Containers whose references are their items.
local ITEMS = { list = true, tuple = true, set = true, frozenset = true, ["collections.deque"] = true }

--- The number of items of a container; nil for anything else, such as a text.
local function length(o)
  if not o or not ITEMS[o.type_str] and o.num_refs == 0 then
    return nil
  end
  return o.len or ITEMS[o.type_str] and o.num_refs or nil
end

--- How many objects of its class were added. Where they are the items of one object, its length tells better than a
-- count by places: an item that an attribute refers to, too, is in another place.
local function count_of(growth)
  local count = growth.class and growth.class.count or 0
  local more = growth.is_chain and growth.counts[#growth.counts] - growth.counts[1]
  local before, after = growth.items_before, growth.items_after
  if not growth.class then
    return after and math.max(0, after - (before or 0)) or 0
  elseif after and (growth.is_new or before) then
    more = after - (before or 0)
  end
  return more and math.abs(more - count) <= math.max(2, count // 100) and more > 0 and more or count
end

--- Adds to a growth what holds it and what it consists of.
local function complete(heap, growth, number, floor)
  local members = members_of(growth)
  add_holder(growth, members)
  growth.items_before, growth.items_after = length(growth.holder_before), length(growth.object)
  growth.is_garbage, growth.count = false, count_of(growth)
  growth.allocated = #members > 0 and sites.main(members) or nil
  growth.steady = (not growth.member or grows(growth.counts, 1)) and grows(growth.sizes, floor)
  growth.classes = added_classes.sorted(growth.classes)
  growth.name = kind_of(growth, growth.class and members or {})
  growth.mechanism = growth.class and number <= EXPLAINED and mechanism.of(heap, members) or nil
  growth.type = growth.class and growth.class.type
  growth.class = growth.class and growth.class.class
  return growth
end

--- The names of modules that only the last heap has.
local function new_modules(first, last)
  local known, names = {}, {}
  for o in first:objects "module" do
    known[o.name or ""] = true
  end
  for o in last:objects "module" do
    if not known[o.name or ""] then
      names[#names + 1] = o.name
    end
  end
  table.sort(names)
  return names
end

--- The growths of the last heap, largest first, and what else grew.
-- @tparam {heap,...} heaps
-- @tparam boolean is_same whether they are of one process
-- @tparam[opt] integer least bytes: leaves out what grew by less; default: 32 KiB where the dumps describe their
--   process, and more for the caches of the standard library. What explains less than a fiftieth of all growth is
--   always left out.
-- @treturn {growth,...}
-- @treturn integer the bytes of all growth
-- @treturn table `{names =, bytes =}`: imported modules, and by how much they and other code grew
-- @usage local found, total = growth.find({ before, after }, true)
function M.find(heaps, is_same, least)
  local last = heaps[#heaps]
  local floor = least or last.process and M.FLOOR or 1
  local found, total = core.growth(heaps, is_same, floor)
  local kept, imported = {}, { names = new_modules(heaps[1], last), bytes = 0 }
  for _, growth in ipairs(found) do
    name_classes(last, growth)
    growth.class = headline(growth)
    growth.is_pythons = is_pythons(growth)
    growth.is_code = is_code(growth)
    if is_import(growth) or growth.is_code then
      imported.bytes = units.add(imported.bytes, growth.bytes)
    elseif (least or not is_innocent(growth)) and #kept < SHOWN then
      kept[#kept + 1] = growth
    end
  end
  for i, growth in ipairs(kept) do
    complete(last, growth, i, floor)
  end
  return kept, total, imported
end

return M
