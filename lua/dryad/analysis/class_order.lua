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

--- Sorts rows by whose their classes are, the program's first, then by bytes, then by name.
-- @tparam {table,...} rows `{class =, origin =, size =}`; changed in place
-- @treturn {table,...} the same rows
-- @usage class_order.sort(rows)
function M.sort(rows)
  table.sort(rows, function(a, b)
    local of_a, of_b = M.rank(a.origin), M.rank(b.origin)
    if of_a ~= of_b then
      return of_a < of_b
    elseif a.size ~= b.size then
      return a.size > b.size
    end
    return a.class < b.class
  end)
  return rows
end

return M
