-- SPDX-License-Identifier: MIT
--- Orders in which people read tables.
-- @module dryad.text.order

local M = {}

--- A comparison for `table.sort`: rows with a larger value of the first field come first; where it is equal, those with
-- a larger value of the second; where both are equal, those with the smaller value of the last.
-- @tparam string first
-- @tparam string|nil second nil: the last field decides at once
-- @tparam string last
-- @treturn function
-- @usage table.sort(rows, order.largest_first("size", "count", "name"))
function M.largest_first(first, second, last)
  second = second or first
  return function(a, b)
    local one, other = a[first], b[first]
    if one ~= other then
      return one > other
    end
    one, other = a[second], b[second]
    if one ~= other then
      return one > other
    end
    return a[last] < b[last]
  end
end

return M
