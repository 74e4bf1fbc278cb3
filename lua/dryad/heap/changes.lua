-- SPDX-License-Identifier: MIT
--- Changes of heaps. Each makes a new version of its heap, which `heap:undo()` reverses; it can be saved as bytes and
-- repeated on a heap that was loaded from the same dump.
--
-- A change is `{kind =, serial =, bytes =}`; a serial is never reused, even after undo.
-- @module dryad.heap.changes

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local object_arguments = require "dryad.heap.object_arguments"

local M = {}

--- The changes made to a heap, oldest first.
-- @function of
-- @tparam heap heap
-- @tparam[opt=true] boolean with_bytes whether each is encoded
-- @treturn {change,...}
-- @usage print(#changes.of(heap, false))
M.of = core.changes

--- The last change, without its bytes.
-- @tparam heap heap
-- @treturn change|nil
-- @usage print(changes.last(heap).kind)
function M.last(heap)
  local changes = core.changes(heap, false)
  return changes[#changes]
end

--- Repeats a change; raises an error if it does not apply to the heap.
-- @function make
-- @tparam heap heap
-- @tparam string bytes
-- @usage changes.make(heap, changes.of(other)[1].bytes)
M.make = core.apply

local IN_WORDS = {
  collapse = "the folding of dicts into their instances",
  remove_expensive = "the removal of expensive references",
  cut = "the removal of references",
  edit = "the edit of objects and references",
  pin = "the pinning of objects",
  mark = "the marking of objects",
  gc = "the garbage collection",
}

--- Describes a change in words.
-- @tparam change change
-- @treturn string
-- @usage print(changes.in_words(changes.last(heap))) --> the garbage collection
function M.in_words(change)
  return IN_WORDS[change.kind]
end

--- Drops every reference from any of some objects to any of others; roots stay. `heap:undo()` restores the references.
-- @function heap:remove_references
-- @param from an object, an address, a list, a type name, an SQL condition, or an array of those
-- @param to likewise
-- @treturn integer how many objects lost a reference
-- @usage print(heap:remove_references("module", "Thread"), #heap:unreachable())
function core.heap.methods.remove_references(heap, from, to)
  check.self(heap, "heap", "remove_references")
  return core.remove_references(heap, object_arguments.list(heap, "remove_references", "from", from),
    object_arguments.list(heap, "remove_references", "to", to))
end

return M
