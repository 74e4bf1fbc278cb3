-- SPDX-License-Identifier: MIT
--- Rows by class of what was added: `{class =, type =, origin =, count =, size =}`.
-- @module dryad.analysis.added_classes

local cycles = require "dryad.analysis.cycles"

local M = {}

--- How far a class is from what the program calls its own.
-- @tparam table row
-- @treturn integer as from @{dryad.analysis.cycles.rank}
-- @usage added_classes.rank { type = "dict", origin = "interpreter" }
function M.rank(row)
  return cycles.rank { type_str = row.type, origin = row.origin }
end

--- The rows whose objects became more, the program's own classes first, then those of most bytes.
-- @tparam {table,...} rows
-- @treturn {table,...}
-- @usage added_classes.sorted(rows)
function M.sorted(rows)
  local found = {}
  for _, row in ipairs(rows) do
    found[#found + 1] = row.count > 0 and row.size > 0 and row or nil
  end
  table.sort(found, function(a, b)
    local rank_a, rank_b = M.rank(a), M.rank(b)
    if rank_a ~= rank_b then
      return rank_a < rank_b
    elseif a.size ~= b.size then
      return a.size > b.size
    end
    return a.class < b.class
  end)
  return found
end

return M
