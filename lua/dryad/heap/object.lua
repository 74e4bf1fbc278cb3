-- SPDX-License-Identifier: MIT
--- Objects: one record of the dump each.
-- @module dryad.heap.object

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local dict = require "dryad.heap.dict"
local format = require "dryad.text.format"
local kind_names = require "dryad.heap.kind_names"
local object_arguments = require "dryad.heap.object_arguments"
local repr = require "dryad.text.repr"

local getters, methods, meta = core.object.getters, core.object.methods, core.object.meta

local function self_of(value, method)
  return check.self(value, "object", method)
end

local function excluded_from(o, method, excluding)
  return object_arguments.excluded(core.heap_of(o), method, excluding)
end

--- Its references as a dict: a view, indexed by key, with `pairs`, `#` and printing.
-- @function object.refs_as_dict
-- @usage print(heap("Thread")[1].refs_as_dict)
getters.refs_as_dict = dict.view
--- Short for refs_as_dict.
-- @function object.d
-- @usage print(heap("Thread")[1].d._Thread__name)
getters.d = dict.view
--- Its references as an array, each resolved like the values of refs_as_dict.
-- @function object.l
-- @usage print(heap("list")[1].l[1])
getters.l = dict.values

--- The same as the field `l`.
-- @function object:refs_as_list
-- @treturn table
-- @usage print(heap("list")[1]:refs_as_list())
function methods.refs_as_list(o)
  return dict.values(self_of(o, "refs_as_list"))
end

--- The bytes of everything reachable from it, itself included; the field `total_size` keeps the result.
-- @function object:compute_total_size
-- @param[opt] excluding objects at which the walk stops: a list, an array of objects or addresses, a type name, an SQL
--   condition, or an array of those
-- @treturn integer bytes
-- @usage print(heap("Thread")[1]:compute_total_size("module"))
function methods.compute_total_size(o, excluding)
  return core.compute_total_size(self_of(o, "compute_total_size"), excluded_from(o, "compute_total_size", excluding))
end

--- Iterates over everything reachable from it, itself first.
-- @function object:iter_recursive_refs
-- @param[opt] excluding as for compute_total_size
-- @treturn function iterator
-- @usage for o in heap("Thread")[1]:iter_recursive_refs("module") do print(o) end
function methods.iter_recursive_refs(o, excluding)
  return core.walk(self_of(o, "iter_recursive_refs"), excluded_from(o, "iter_recursive_refs", excluding))
end

--- The objects of a type or class that are reachable from it, sorted as by heap:get_all.
-- @function object:all
-- @tparam string type_str as for heap:get_all
-- @param[opt] excluding as for compute_total_size
-- @treturn list
-- @usage print(heap("Thread")[1]:all("dict", "module"))
function methods.all(o, type_str, excluding)
  self_of(o, "all")
  check.argument(type(type_str) == "string", "all", "type", "the name of a type", type_str)
  local reached = core.reach(core.list_of(core.heap_of(o), { o }), excluded_from(o, "all", excluding))
  return core.in_default_order(kind_names.members(reached, type_str))
end

--- The label of its i-th reference: `.name`, `['key']`, `[3]`, `(class)`, `.__globals__`; `[ref 4]` if it is unknown.
-- @function object:label
-- @tparam integer i from 1; a negative one counts from the end
-- @treturn string
-- @usage print(heap("Thread")[1]:label(2))
function methods.label(o, i)
  local label = core.label(self_of(o, "label"), i)
  check.argument(label, "label", "i", "the number of a reference", i)
  return label
end

local FIELDS = { "address", "type", "size", "len", "value", "name", "refs", "parents" }

--- `refs` and `parents` are counts; `value` is present if it differs from the name.
function meta.__json_value(o)
  local made = {
    address = o.address, type = o.type_str, size = o.size, len = o.len, name = o.name, refs = o.num_refs,
    parents = o.num_parents,
  }
  if o.value ~= o.name then
    made.value = o.value
  end
  return made, FIELDS
end

local UNITS = { "K", "M", "G" }

--- The total size in an object's text: 800 of a unit or more are shown in the next higher one.
local function total_text(size)
  local unit, number = "B", size / 1.0
  for _, next_unit in ipairs(UNITS) do
    if number <= 800 then
      break
    end
    unit, number = next_unit, number / 1024
  end
  return (" %.1f%stot"):format(number, unit)
end

function meta.__tostring(o)
  local address, state, python, type_str = core.object_state(o)
  if state == "missing" then
    return "<missing>(" .. address .. ")"
  elseif state ~= "there" then
    local what = state == "gone" and "is gone" or "of a closed heap"
    return ("%s(%s) %s"):format(format.short(type_str), address, what)
  end
  local refs, parents, total = o.num_refs, o.num_parents, o.total_size
  local value = o.value
  if type_str == "<thread>" then
    value = o.name -- its value is JSON
  end
  return ("%s(%s %dB%s%s%s%s)"):format(format.short(type_str), address, o.size,
    refs > 0 and (" %drefs"):format(refs) or "",
    parents > 0 and (" %dpar"):format(parents) or "",
    value ~= nil and " " .. format.short(repr.value(value, type_str, python)) or "",
    total > 0 and total_text(total) or "")
end

return core.object
