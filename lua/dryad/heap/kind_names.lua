-- SPDX-License-Identifier: MIT
--- Names of kinds of objects: of a type, as the dump has it, or of a class, with its module: `shop.cache.Entry`.
--
-- A type comes first: `Entry` is all objects of that bare name, whatever their classes. Without a type of that name, it
-- is the objects of the types whose names end in it, such as `_io.StringIO` for `StringIO`. The end of a class's name
-- will do where only one class has it: `cache.Entry`.
-- @module dryad.heap.kind_names

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local did_you_mean = require "dryad.text.did_you_mean"

local M = {}

--- The names of the classes that have objects, in alphabetical order.
-- @tparam heap heap
-- @treturn {string,...}
-- @usage kind_names.classes(heap)
function M.classes(heap)
  local names = {}
  for _, row in ipairs(core.summary_by_class(heap)) do
    names[#names + 1] = row.class
  end
  table.sort(names)
  return names
end

--- The names of the types and classes that have objects, each once.
-- @tparam heap heap
-- @treturn {string,...}
-- @usage kind_names.all(heap)
function M.all(heap)
  local names, known = heap.types, {}
  for _, name in ipairs(names) do
    known[name] = true
  end
  for _, name in ipairs(M.classes(heap)) do
    if not known[name] then
      names[#names + 1] = name
    end
  end
  return names
end

--- The class that a name stands for where no type has that name: its own, or the only one that ends in it. Nil and
-- the problem if several do.
local function find_class(heap, name)
  if not name:find(".", 1, true) then
    return nil
  end
  local found, tail = {}, "." .. name
  for _, class in ipairs(M.classes(heap)) do
    if class == name then
      return class
    elseif class:sub(-#tail) == tail then
      found[#found + 1] = class
    end
  end
  if #found > 1 then
    return nil, ("stands for several classes: %s"):format(table.concat(found, ", "))
  end
  return found[1]
end

--- The objects of the types whose last component is this name.
local function find_types(heap, name)
  local list, tail = core.list_of(heap, {}), "." .. name
  for _, type_str in ipairs(name:find(".", 1, true) and {} or heap.types) do
    if type_str:sub(-#tail) == tail then
      list = list + core.list_of_type(heap, type_str)
    end
  end
  return list
end

--- The objects of a kind, in address order.
-- @tparam heap heap
-- @tparam string name
-- @treturn list empty if there are none
-- @treturn string|nil why there are none, if the name stands for several classes
-- @usage kind_names.find(heap, "shop.cache.Entry")
function M.find(heap, name)
  local list = core.list_of_type(heap, name)
  list = #list > 0 and list or find_types(heap, name)
  if #list > 0 then
    return list
  end
  local class, problem = find_class(heap, name)
  return class and core.list_of_class(heap, class) or list, problem
end

--- The same, but raises if the name stands for several classes.
-- @tparam heap heap
-- @tparam string name
-- @treturn list
-- @usage kind_names.objects(heap, "shop.cache.Entry")
function M.objects(heap, name)
  local list, problem = M.find(heap, name)
  if problem then
    check.fail("'%s' %s", name, problem)
  end
  return list
end

--- The members of a list that are of a kind, in its order.
-- @tparam list list
-- @tparam string name
-- @treturn list
-- @usage kind_names.members(heap:get_all(), "shop.cache.Entry")
function M.members(list, name)
  local heap = core.heap_of(list)
  if #core.list_of_type(heap, name) > 0 then
    return list:of(name)
  end
  return list & M.objects(heap, name)
end

--- Raises that no object is of a kind, with the nearest names.
-- @tparam heap heap
-- @tparam string name
-- @usage kind_names.fail(heap, "Thred")
function M.fail(heap, name)
  local variable = "__main__." .. name
  local hint = heap:at(variable) and ("; did you mean %s?"):format(variable) or did_you_mean.hint(name, M.all(heap))
  check.fail("no object is of type '%s'%s", name, hint)
end

return M
