-- SPDX-License-Identifier: MIT
-- what is dead but not collected: by class, the cycles that keep it, and the state of the collector
--
--   dryad run garbage DUMP
--
-- A little garbage is normal: the collector runs only now and then.
--
-- :count integer = 20   lines in the table

local dryad = require "dryad"
local units = require "dryad.text.units"

local function by_class(heap, list, count)
  local facts = heap.process
  local rows = {
    columns = { { "class" }, { "count", "count" }, { "size", "bytes" }, { "example", "object", "the largest" } },
    empty = facts and facts.implementation ~= "PyPy" and "everything is alive"
      or "this dump does not tell garbage from what native code holds: `dryad run unreferenced` lists both",
  }
  for i, row in ipairs(list:classes()) do
    if i > count then
      break
    end
    rows[i] = {
      class = row.class or row.type_str, count = row.count, size = row.total_size, example = row.max,
    }
  end
  return rows
end

return {
  run = function(heap, args)
    local found = dryad.garbage(heap)
    local list = found and found.all or heap:garbage()
    return {
      title = ("Garbage: %s, %s of %s"):format(units.quantity(#list, "object"), units.bytes(list:sum "size"),
        units.bytes(heap.total_size)),
      text = found and tostring(found) or nil,
      rows = by_class(heap, list, args.count),
    }
  end,
}
