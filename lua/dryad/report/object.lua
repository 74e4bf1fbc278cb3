-- SPDX-License-Identifier: MIT
--- One object in a report.
-- @module dryad.report.object

local bounded = require "dryad.report.bounded"
local core = require "dryad.core"
local naming = require "dryad.analysis.naming"
local repr = require "dryad.text.repr"

local M = {}

--- The address of an object as text, since JavaScript's numbers do not hold all.
-- @tparam object|nil o
-- @treturn string|nil
-- @usage object.address(heap("Thread")[1])
function M.address(o)
  return o and (core.object_state(o)) or nil
end

--- An object with the way to it, which takes a search.
-- @tparam object|nil o
-- @treturn table|nil
-- @usage object.of(heap("Thread")[1])
function M.of(o)
  if not o then
    return nil
  end
  local value = o.type_str ~= "<thread>" and o.value or o.name -- a thread's value is JSON
  return {
    type = bounded.text(o.type_str, bounded.NAME), class = bounded.text(naming.class(o), bounded.NAME),
    address = M.address(o), size = o.size, refs = o.num_refs, parents = o.num_parents,
    value = value ~= nil and bounded.text(repr.value(value, o.type_str, core.heap_of(o).report.python), bounded.NAME)
      or nil,
    way = bounded.whole(o.way),
  }
end

return M
