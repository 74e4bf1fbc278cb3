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

return M
