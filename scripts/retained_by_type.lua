-- what the objects of each type keep alive together: bytes that would be freed without them
--
--   dryad run retained_by_type DUMP
--   dryad run retained_by_type DUMP count=50
--
-- The objects of a type retain together what would be freed if all of them went away: themselves, and everything
-- reachable only through them.
--
-- :count integer = 20   lines in the table

local top = require "dryad.text.top"
local units = require "dryad.text.units"

-- Everything is reachable from the modules.
local LEFT_OUT = { module = true }

local MOST = 1000 -- types to estimate, those whose objects retain most one by one
local EXACT = 150 -- types to measure besides those of the table

-- For each type, the sum of what its objects retain, plus that of the objects that they refer to. Both count some bytes
-- many times, so what the objects retain together is rarely more.
local function estimates(heap)
  local found = {}
  for i, row in ipairs(top(heap:get_all():retained_by_type(), "retained", MOST)) do
    local list, below = heap:get_all(row.type_str), 0
    for _, child in ipairs(list.c:retained_by_type()) do
      below = units.add(below, child.retained)
    end
    found[i] = { type = row.type_str, list = list, size = row.size, estimate = units.add(row.retained, below) }
  end
  return top(found, "estimate")
end

return {
  run = function(heap, args)
    local rows = {
      columns = {
        { "type" }, { "count", "count" }, { "size", "bytes", "own size" }, { "retained", "bytes" },
        { "percent", "bar", "of the heap" },
      },
    }
    for i, candidate in ipairs(estimates(heap)) do
      local least = rows[args.count]
      if least and (candidate.estimate < least.retained or i > args.count + EXACT) then
        break
      elseif not LEFT_OUT[candidate.type] then
        local retained = candidate.list:retained_size()
        rows[#rows + 1] = {
          type = candidate.type, count = #candidate.list, size = candidate.size, retained = retained,
          percent = 100.0 * retained / heap.total_size,
        }
        top(rows, "retained", args.count)
      end
    end
    return {
      title = ("What each type keeps alive of %s"):format(units.bytes(heap.total_size)),
      text = "Types overlap: what a dict retains, a list in it may retain too. Modules are left out.",
      rows = rows,
    }
  end,
}
-- SPDX-License-Identifier: MIT
