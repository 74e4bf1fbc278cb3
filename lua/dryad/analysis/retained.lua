-- SPDX-License-Identifier: MIT
--- Retained sizes and dominators: what would be freed if objects went away.
-- @module dryad.analysis.retained

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local object_arguments = require "dryad.heap.object_arguments"
local order = require "dryad.text.order"

local getters = core.object.getters

--- The bytes that would be freed if it went away, itself included; 0 if no root reaches it.
-- @function object.retained_size
-- @usage print(heap("Thread")[1].retained_size)
getters.retained_size = core.retained_size

--- The last object that is on every path from a root to it; nil if there is none.
-- @function object.dominator
-- @usage print(heap("Thread")[1].dominator)
getters.dominator = core.dominator

--- The objects that it immediately dominates, largest retained size first.
-- @function object.dominated
-- @usage print(heap("module")[1].dominated)
function getters.dominated(o)
  return core.dominated(o):sort "retained_size"
end

--- The objects that would be freed if all of these went away together, themselves included.
-- @function heap:retained
-- @param what an object, an address, a list, a type name, an SQL condition, or an array of those
-- @treturn list sorted as by get_all
-- @usage print(heap:retained("Thread"):summarize())
function core.heap.methods.retained(heap, what)
  check.self(heap, "heap", "retained")
  return core.in_default_order((core.retained(heap, object_arguments.list(heap, "retained", "what", what))))
end

--- The bytes that would be freed if all of these went away together.
-- @function heap:retained_size
-- @param what an object, an address, a list, a type name, an SQL condition, or an array of those
-- @treturn integer bytes, each object counted once
-- @usage print(heap:retained_size("Thread"))
function core.heap.methods.retained_size(heap, what)
  check.self(heap, "heap", "retained_size")
  return (select(2, core.retained(heap, object_arguments.list(heap, "retained_size", "what", what))))
end

--- The bytes that would be freed if all members went away together, each counted once.
-- @function list:retained_size
-- @treturn integer
-- @usage print(heap("Thread"):retained_size())
function core.list.methods.retained_size(list)
  return (select(2, core.retained(core.heap_of(check.self(list, "list", "retained_size")), list)))
end

--- The sum of what the members of each type retain. If a member dominates another of its type, the bytes of the other
-- count twice; bytes that only several of them together keep alive are not counted. For one type, `retained_size` is
-- exact.
-- @function list:retained_by_type
-- @treturn {row,...} `{type_str, count, size, retained}`, largest retained first
-- @usage print(heap:get_all():retained_by_type()[1].type_str)
function core.list.methods.retained_by_type(list)
  local rows = core.retained_rows(check.self(list, "list", "retained_by_type"))
  table.sort(rows, order.largest_first("retained", nil, "type_str"))
  return rows
end
