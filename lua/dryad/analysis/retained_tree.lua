-- SPDX-License-Identifier: MIT
--- The dominator tree by class: what keeps what alive, in as many pieces as a picture shows.
-- @module dryad.analysis.retained_tree

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"

local M = {}

local LEAST, NODES = 0.001, 2000

--- The dominator tree with the objects below a group grouped by class; each module is a group of its own. Objects that
-- one of their own class dominates belong to its group, so a linked list is one group. What is more than 64 groups deep
-- is left out.
-- @tparam heap heap
-- @tparam[opt] table options `least`: the share of the reachable bytes that a group retains at least (0.001); `most`:
--   the number of nodes, of which those that retain most are given (2000)
-- @treturn {node,...} each before those below it, which come largest first: `{parent = its position, or 0 at the top,
--   class = with its module, type =, object = the largest, name = of a module, count =, size =, retained =}`, or
--   `{parent =, is_rest = true, count =, size =, retained =}` for all smaller groups below a parent, without what lies
--   below these. Nodes never retain more together than their parent.
-- @usage print(#require("dryad.analysis.retained_tree").new(heap, { most = 100 }))
function M.new(heap, options)
  local least, most = options and options.least or LEAST, options and options.most or NODES
  check.argument(type(least) == "number" and least >= 0 and least <= 1, "retained_tree", "least",
    "a share of the heap, such as 0.001", least)
  local _, total = core.reachable(heap)
  return core.retained_tree(heap, math.ceil(least * total), most)
end

return M
