-- SPDX-License-Identifier: MIT
--- The memory that a heap takes in this process, array by array.
-- @module dryad.heap.memory

local core = require "dryad.core"
local order = require "dryad.text.order"
local render = require "dryad.text.render"
local units = require "dryad.text.units"

local M = {}

local COLUMNS = { { "array" }, { "bytes", "count" }, { "each", "number", "an object" }, { "share", "bar" } }

local Memory = {}
Memory.__index = Memory

--- The sum of all bytes.
-- @treturn integer
-- @usage print(heap:memory():total())
function Memory.total(memory)
  local total = 0
  for _, bytes in pairs(memory) do
    total = total + bytes
  end
  return total
end

local counts = setmetatable({}, { __mode = "k" })

function Memory.__tostring(memory)
  local total, objects, rows = memory:total(), math.max(counts[memory], 1), { columns = COLUMNS }
  for name, bytes in pairs(memory) do
    if bytes > 0 then
      table.insert(rows, {
        array = name, bytes = bytes, each = ("%.1f"):format(bytes / objects), share = 100 * bytes / total,
      })
    end
  end
  table.sort(rows, order.largest_first("bytes", nil, "array"))
  return ("%s for %s objects, %.1f bytes each\n%s"):format(units.bytes(total), units.count(counts[memory]),
    total / objects, render.printed(rows))
end

--- The bytes of each array, by its name; prints as a table.
-- @tparam heap heap
-- @treturn table
-- @usage memory.of(heap)
function M.of(heap)
  local memory = setmetatable(core.memory(heap), Memory)
  counts[memory] = #heap
  return memory
end

return M
