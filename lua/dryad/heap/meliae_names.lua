-- SPDX-License-Identifier: MIT
--- Meliae's names for what has another name here.
-- @module dryad.heap.meliae_names

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"

local getters, methods = core.object.getters, core.heap.methods

--- The same as `children`.
-- @function object.ref_list
-- @usage print(#heap("Thread")[1].ref_list)
getters.ref_list = getters.children
--- The same as `parents`.
-- @function object.referrers
-- @usage print(#heap("Thread")[1].referrers)
getters.referrers = getters.parents
--- The same as `num_parents`.
-- @function object.num_referrers
-- @usage print(heap("Thread")[1].num_referrers)
getters.num_referrers = getters.num_parents

--- The bytes of everything reachable from an object; the same as `o:compute_total_size()`.
-- @function heap:compute_total_size
-- @tparam object o
-- @treturn object the same, whose `total_size` is set
-- @usage print(heap:compute_total_size(heap("Thread")[1]).total_size)
function methods.compute_total_size(heap, o)
  check.self(heap, "heap", "compute_total_size")
  check.argument(rawequal(getmetatable(o), core.object.meta), "compute_total_size", "its argument", "an object", o)
  o:compute_total_size()
  return o
end

--- Does nothing: referrers are always there.
-- @function heap:compute_referrers
-- @usage heap:compute_referrers()
methods.compute_referrers = methods.compute_parents

return core.heap
