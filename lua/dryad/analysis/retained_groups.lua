-- SPDX-License-Identifier: MIT
--- What objects keep alive, as groups of one class: one level of the dominator tree.
-- @module dryad.analysis.retained_groups

local core = require "dryad.core"

local M = {}

local MOST = 10000 -- rows: a heap may have a million types

--- The objects that an object, or any member of a list, immediately dominates, by class; each module is a group of its
-- own. Members that another one dominates are left out.
-- @tparam heap heap
-- @tparam[opt] object|list what nil: the objects that no single object dominates
-- @tparam[opt=10000] integer most rows, besides the last
-- @treturn {row,...} `{class = with its module, type = of the largest, count =, size =, retained =, objects = list,
--   object = the largest, name = of a module}`, largest retained first; where there are more groups, the last row is
--   `{is_rest = true, classes = how many, count =, size =, retained =}`
-- @usage for _, group in ipairs(require("dryad.analysis.retained_groups").of(heap)) do print(group.class) end
function M.of(heap, what, most)
  local is_object = what ~= nil and rawequal(getmetatable(what), core.object.meta)
  return core.retained_groups(heap, is_object and core.list_of(heap, { what }) or what, most or MOST)
end

return M
