-- SPDX-License-Identifier: MIT
--- Heaps: one loaded dump each.
-- @module dryad.heap.heap

local check = require "dryad.text.argument_errors"
local column = require "dryad.heap.column"
local core = require "dryad.core"
local format = require "dryad.text.format"
local kind_names = require "dryad.heap.kind_names"
local object_arguments = require "dryad.heap.object_arguments"
local memory = require "dryad.heap.memory"
local query = require "dryad.sql.query"
local units = require "dryad.text.units"

local getters, methods, meta = core.heap.getters, core.heap.methods, core.heap.meta

local function self_of(heap, method)
  return check.self(heap, "heap", method)
end

--- The names of the types that have objects, in alphabetical order.
-- @function heap.types
-- @usage print(#heap.types, heap.types[1])
function getters.types(heap)
  local names = core.type_names(heap)
  table.sort(names)
  return names
end

--- Iterates over objects in address order. Loops over columns are several times as fast, see @{heap:column}.
-- @function heap:objects
-- @tparam[opt] string type_str only objects of this type
-- @treturn function iterator
-- @usage for o in heap:objects "dict" do if o.len > 1000 then print(o) end end
function methods.objects(heap, type_str)
  self_of(heap, "objects")
  check.argument(type_str == nil or type(type_str) == "string", "objects", "type", "the name of a type", type_str)
  return core.objects(heap, type_str)
end

--- One field of all objects, in address order, as plain numbers or texts: `c[i]`, `#c`, `pairs(c)`, and `c:object(i)`
-- for the object itself.
-- @function heap:column
-- @tparam string field address, type, size, len, num_refs, num_parents, retained_size, value, name or class
-- @treturn column of the heap as it is now
-- @usage
-- local sizes, types, largest = heap:column "size", heap:column "type", 0
-- for i = 1, #sizes do
--   if types[i] == "dict" and sizes[i] > largest then largest = sizes[i] end
-- end
function methods.column(heap, field)
  return column.of(self_of(heap, "column"), field)
end

--- The objects of a type or class, or all: sorted by size, then number of references, then of referrers, largest first.
-- @function heap:get_all
-- @tparam[opt] string type_str a type, or a class with its module: `shop.cache.Entry`, or `cache.Entry` where that is
--   the end of one class's name only
-- @treturn list empty if there are none
-- @usage print(heap:get_all "Thread")
function methods.get_all(heap, type_str)
  self_of(heap, "get_all")
  check.argument(type_str == nil or type(type_str) == "string", "get_all", "type", "the name of a type", type_str)
  return core.in_default_order(type_str and kind_names.objects(heap, type_str) or core.list_of_type(heap))
end

--- The objects that satisfy a condition, sorted as by get_all.
-- @function heap:where
-- @tparam string|function condition SQL over `obj`, with shorthands such as `1234&`, or a function of each object
-- @treturn list
-- @usage print(heap:where "type = 'dict' and len > 1000")
function methods.where(heap, condition)
  self_of(heap, "where")
  if type(condition) == "string" then
    return core.in_default_order(query.where(heap, condition, "where"))
  end
  check.argument(type(condition) == "function", "where", "condition", "SQL or a function", condition)
  local found = {}
  for o in core.objects(heap) do
    if condition(o) then
      found[#found + 1] = o.address
    end
  end
  return core.in_default_order(core.list_of(heap, found))
end

--- Runs any SQLite query over the tables `obj` and `ref` of the heap.
-- @function heap:sql
-- @tparam string text may contain `1234&` (children of), `1234^` (parents of) and `0&` (objects without a referrer)
-- @param ... the values of its `?`, or one table of named values such as `:size`; a list fits `address in list(?)`
-- @treturn result|integer the rows, or the number of rows changed by a statement that returns none
-- @usage print(heap:sql("select type, count(*) n from obj where size > ? group by type order by n desc", 1000))
function methods.sql(heap, text, ...)
  self_of(heap, "sql")
  check.argument(type(text) == "string", "sql", "query", "a text", text)
  return query.run(heap, text, ...)
end

--- The memory that the heap takes in this process: the bytes of each array by name, of `history` (what undo needs) and
-- of `rest` (the structures around them).
-- @function heap:memory
-- @treturn table `m.children`, `m:total()`; prints as a table, largest first
-- @usage print(heap:memory())
function methods.memory(heap)
  return memory.of(self_of(heap, "memory"))
end

--- Kept for Meliae's scripts, and without effect: parents are always there.
-- @function heap:compute_parents
-- @usage heap:compute_parents()
function methods.compute_parents(heap)
  self_of(heap, "compute_parents")
end

--- The short way in: an address or a way returns the object (or nil), the name of a type or class its objects, a
-- function or any other text (an SQL condition) the objects that satisfy it.
-- @function heap:__call
-- @usage threads = heap "Thread"
function meta.__call(heap, x)
  if type(x) == "function" then
    return methods.where(heap, x)
  elseif type(x) == "number" then
    return heap:get(x)
  elseif rawequal(getmetatable(x), core.object.meta) then
    return heap:get(x.address)
  end
  check.argument(type(x) == "string", "heap", "its argument",
    "an address, a way, the name of a type, an SQL condition or a function", x)
  if x:find "^%d+$" or x:find "^0[xX]%x+$" then
    return heap:get(x)
  elseif x:find "^%-%d+$" then -- as an integer of Lua or JSON writes an address from 2^63 on
    local address = math.tointeger(tonumber(x))
    return address and heap:get(address)
  end
  local list = kind_names.objects(heap, x)
  local at, why_not
  if #list == 0 then
    at, why_not = object_arguments.at_way(heap, x)
  end
  if at then
    return at
  elseif why_not and heap:at(x:match "^[^.]*") then
    check.fail("no object is of type '%s', and as a way it leads nowhere: %s", x, why_not)
  elseif #list == 0 and x:find "^[%w_.]*[*%%][%w_.*%%]*$" then -- no condition has this form
    return methods.where(heap, ("type glob '%s'"):format((x:gsub("%%", "*"))))
  elseif #list == 0 and object_arguments.is_name(x) then
    kind_names.fail(heap, x)
  end
  return #list > 0 and core.in_default_order(list) or methods.where(heap, x)
end

function meta.__tostring(heap)
  if not heap:is_open() then
    return "heap (closed)"
  end
  return ("heap %s: %s objects, %s references, %s"):format(format.printable(heap.file), units.count(#heap),
    units.count(heap.num_refs), units.bytes(heap.total_size))
end

return core.heap
