-- SPDX-License-Identifier: MIT
-- bytes that could be saved: empty containers, instances without __slots__, equal strings
--
--   dryad run waste DUMP
--   dryad run waste DUMP few=5
--
-- Empty and nearly empty containers, instances with a `__dict__` that `__slots__` would avoid, strings that occur many
-- times over.
--
-- :few integer = 2      the most items in a nearly empty container
-- :count integer = 10   lines in each table

local dryad = require "dryad"
local top = require "dryad.text.top"
local units = require "dryad.text.units"

-- Types that have a length and no spare capacity.
local TIGHT = { str = true, unicode = true, bytes = true, int = true, long = true, tuple = true, frozenset = true }

local HEADER, COLLECTED, SLOT = 16, 16, 8 -- bytes of an instance with __slots__
local LEAST = 1 / 5000 -- of the heap: classes whose instances take less are not worth a line

-- By type, how many small containers there are of each size: {type=, count=, empty= {[size] = n}, few= {[size] = n}}.
local function small_containers(heap, few)
  local types, sizes, found = heap:column "type", heap:column "size", {}
  for i, len in pairs(heap:column "len") do
    local type_str = len and len <= few and types[i]
    if type_str and not TIGHT[type_str] then
      local small = found[type_str]
      if not small then
        small = { type = type_str, empty = {}, few = {} }
        found[type_str], found[#found + 1] = small, small
      end
      local counts = len == 0 and small.empty or small.few
      counts[sizes[i]] = (counts[sizes[i]] or 0) + 1
    end
  end
  return found
end

-- How many there are of more than `least` bytes, their bytes, and the smallest size.
local function add_up(counts, least)
  local count, bytes, smallest = 0, 0, nil
  for size, n in pairs(counts) do
    if size > least then
      local all = size > math.maxinteger // n and math.maxinteger or n * size
      count, bytes = count + n, units.add(bytes, all)
    end
    smallest = math.min(smallest or size, size)
  end
  return count, bytes, smallest or 0
end

local function containers(heap, few)
  local rows, total = {
    columns = {
      { "type" }, { "count", "count" }, { "empty", "count" }, { "empty_size", "bytes", "they take" },
      { "few", "count", ("1-%d items"):format(few) }, { "few_size", "bytes", "they take" },
    },
    empty = "none",
  }, 0
  for _, small in ipairs(small_containers(heap, few)) do
    local empty, empty_size, least = add_up(small.empty, -1)
    local few_larger, few_size = add_up(small.few, least)
    rows[#rows + 1] = {
      type = small.type, empty = empty, empty_size = empty_size, few = few_larger, few_size = few_size,
    }
    total = units.add(total, empty_size)
  end
  return rows, total
end

local function labelled(o, label)
  for i = 1, #o do
    if o:label(i) == label then
      return o[i]
    end
  end
end

local function has_key(dict, key)
  for i = 1, dict and #dict or 0, 2 do
    if dict[i].value == key then
      return true
    end
  end
  return false
end

-- Whether instances of a class have a `__dict__`: a class that adds it to those of its bases has a descriptor for it.
-- Nil if the dump does not show the class from within.
local function has_dict(class)
  local mro = labelled(class, ".__mro__")
  if class.type == "classobj" then
    return true
  elseif not mro then
    return nil
  end
  for _, base in ipairs(mro.c) do
    if has_key(labelled(base, ".__dict__"), "__dict__") then
      return true
    end
  end
  return false
end

-- The most attributes that an instance of a class has, and the bytes of all instances with their dicts. A collapsed
-- instance contains its dict, others refer to it. Returns nil if there is no dict.
local function attributes_of(row)
  local class, o = row.definitions[1], row.max
  local told = class and not o.len and has_dict(class)
  if not class or o.len or told == false then
    return nil
  elseif #o == 2 and o[1].type == "dict" then
    local dicts = row.objects.c:of "dict"
    return dicts:sort("len")[1].len, units.add(row.total_size, dicts:sum "size")
  elseif #o > 1 and #o % 2 == 1 and o:label(2):sub(1, 1) == "." then
    return row.objects:sort("num_refs")[1].num_refs // 2, row.total_size
  end
end

local function instances(heap)
  local rows, total = {
    columns = {
      { "class" }, { "count", "count" }, { "attributes", "count" }, { "each", "bytes", "each now" },
      { "slots", "bytes", "with __slots__" }, { "saved", "bytes", "saves" },
    },
    empty = "none",
  }, 0
  for _, row in ipairs(heap:classes()) do
    local attributes, bytes
    if row.origin == "program" and row.total_size >= LEAST * heap.total_size then
      attributes, bytes = attributes_of(row)
    end
    local slots = attributes and HEADER + COLLECTED + SLOT * attributes
    if slots and bytes > slots * row.count then
      rows[#rows + 1] = {
        class = row.class or row.type_str, count = row.count, attributes = attributes, each = bytes / row.count,
        slots = slots, saved = bytes - slots * row.count,
      }
      total = units.add(total, rows[#rows].saved)
    end
  end
  return rows, total
end

return {
  run = function(heap, args)
    local kinds, empty = containers(heap, args.few)
    for _, row in ipairs(top(kinds, "empty_size", args.count)) do
      row.count = #heap:get_all(row.type)
    end
    local classes, saved = instances(heap)
    local strings, wasted = dryad.duplicates(heap):total()
    return {
      title = ("About %s of %s could be saved"):format(units.bytes(units.add(units.add(empty, saved), wasted)),
        units.bytes(heap.total_size)),
      sections = {
        {
          title = ("Containers: empty ones take %s"):format(units.bytes(empty)),
          text = "None would do until there is an item to add. A nearly empty one counts only if it takes more than an"
            .. " empty one.",
          rows = kinds,
        },
        {
          title = ("Instances with a __dict__: __slots__ would save %s"):format(units.bytes(saved)),
          text = ("The program's own classes. An estimate: a header of %d bytes, %d for the garbage collector, and %d"
            .. " an attribute, as many as the instance with the most of them has. Old-style classes would have to"
            .. " become new ones."):format(HEADER, COLLECTED, SLOT),
          rows = top(classes, "saved", args.count),
        },
        {
          title = ("Equal strings: one of each would save %s"):format(units.bytes(wasted)),
          text = ("%s are redundant; `dryad run duplicates` lists them."):format(units.count(strings)),
        },
      },
    }
  end,
}
