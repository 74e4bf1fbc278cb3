-- SPDX-License-Identifier: MIT
--- The first rows of a table by a field.
-- @module dryad.text.top

--- Sorts an array of tables by a field, largest first (equal ones stay in their order), and drops all
-- but the first `count`.
-- @function top
-- @tparam table rows changed in place
-- @tparam string field a number in each row
-- @int[opt] count how many to keep; default: all
-- @treturn table the same rows
-- @usage return require("dryad.text.top")(rows, "size", 10)
local function top(rows, field, count)
  local place = {}
  for i, row in ipairs(rows) do
    place[row] = i
  end
  table.sort(rows, function(a, b)
    if a[field] ~= b[field] then
      return a[field] > b[field]
    end
    return place[a] < place[b]
  end)
  for i = #rows, (count or #rows) + 1, -1 do
    rows[i] = nil
  end
  return rows
end

return top
