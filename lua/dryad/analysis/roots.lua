-- SPDX-License-Identifier: MIT
--- Roots: where liveness starts, and which objects no root reaches.
-- @module dryad.analysis.roots

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local object_arguments = require "dryad.heap.object_arguments"

local methods = core.heap.methods

local function self_of(heap, method)
  return check.self(heap, "heap", method)
end

--- Where liveness starts: what the dump says the interpreter and native code hold; if it says nothing of that, modules,
-- objects without a referrer, and one object of each cycle that nothing else refers to; or the objects given to
-- `set_roots`.
-- @function heap:roots
-- @treturn list in address order
-- @usage print(#heap:roots())
function methods.roots(heap)
  return core.roots(self_of(heap, "roots"))
end

--- Why an object is a root; nil for any other. If the dump says what the interpreter holds: `modules`, `builtins`,
-- `thread`, `atexit`, `signal`, `interpreter`, `native` or `uncounted`; else `module`, `frame`, `unreferenced` or
-- `cycle`; or `given`.
-- @function heap:root_reason
-- @tparam object o
-- @treturn string|nil
-- @usage print(heap:root_reason(heap:roots()[1]))
function methods.root_reason(heap, o)
  self_of(heap, "root_reason")
  check.object(o, heap, "root_reason", "o")
  return core.root_reason(o)
end

--- Makes these objects the roots, also after later changes; without an argument, determines the roots again from the
-- heap as it is now.
-- @function heap:set_roots
-- @param[opt] roots a list, an object, an address, a type name, an SQL condition, or an array of those
-- @usage heap:set_roots("module")
function methods.set_roots(heap, roots)
  self_of(heap, "set_roots")
  core.set_roots(heap, roots ~= nil and object_arguments.list(heap, "set_roots", "roots", roots) or nil)
end

--- Garbage: the objects that no root reaches. The process had not collected them yet, or other roots or a change left
-- them behind.
-- @function heap:garbage
-- @treturn list largest first
-- @usage print(heap:garbage():summarize())
function methods.garbage(heap)
  return core.in_default_order(core.unreachable(self_of(heap, "garbage")))
end

--- The same as @{heap:garbage}.
-- @function heap:unreachable
-- @treturn list largest first
-- @usage print(#heap:unreachable())
function methods.unreachable(heap)
  return core.in_default_order(core.unreachable(self_of(heap, "unreachable")))
end
