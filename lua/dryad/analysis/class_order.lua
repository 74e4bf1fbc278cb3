-- SPDX-License-Identifier: MIT
--- The order in which classes matter to the reader: the program's own first.
-- @module dryad.analysis.class_order

local M = {}

M.PYTHON = 3 -- the rank of Python's own classes

local RANKS = { program = 1, library = M.PYTHON, interpreter = M.PYTHON }
local INSTALLED = 2

--- How far a class is from the program's code.
-- @tparam string origin as in rows of `core.summary_by_class`
-- @treturn integer 1: the program's, 2: an installed package's, 3: Python's own
-- @usage class_order.rank "program" --> 1
function M.rank(origin)
  return RANKS[origin] or INSTALLED
end

return M
