-- SPDX-License-Identifier: MIT
--- The kinds of views by name: each leads to others, and several of them back to it, so none of them requires another.
-- @module dryad.browse.registry

local M = {}

local constructors = {}

--- Makes a kind of view known.
-- @tparam string name
-- @tparam function new takes an array of heaps, and what the view shows
-- @usage registry.add("object", M.new)
function M.add(name, new)
  constructors[name] = new
end

--- Makes a view. @{dryad.browse.menu} loads all of them.
-- @tparam string name
-- @tparam {heap,...} heaps
-- @param ... what it shows
-- @treturn view
-- @usage return registry.open("object", heaps, o)
function M.open(name, heaps, ...)
  return constructors[name](heaps, ...)
end

--- A function that makes a view, for the `open` of a row.
-- @tparam string name
-- @tparam {heap,...} heaps
-- @param ... what it shows
-- @treturn function
-- @usage row.open = registry.opener("object", heaps, o)
function M.opener(name, heaps, ...)
  local what = table.pack(...)
  return function() return M.open(name, heaps, table.unpack(what, 1, what.n)) end
end

return M
