-- deques and queues with their lengths, the longest first
--
--   dryad run queues DUMP
--
-- A queue that only grows is the usual backlog.
--
-- :count integer = 20   lines in the table

local top = require "dryad.text.top"

-- Containers that a queue keeps its items in.
local CONTAINERS = { deque = true, list = true, dict = true, ["collections.deque"] = true }

local function is_queue(name)
  return name:lower():find "queue" or name:find "deque"
end

-- The longest container that a queue refers to; a deque is its own.
local function items_of(o)
  local longest = o
  for _, child in ipairs(o.c) do
    if CONTAINERS[child.type] and (longest == o or child.num_refs > longest.num_refs) then
      longest = child
    end
  end
  return CONTAINERS[o.type] and o or longest
end

return {
  run = function(heap, args)
    local rows = {
      columns = {
        { "queue", "object" }, { "items", "count" }, { "size", "bytes", "items take" },
        { "held_by", "object", "held by" },
      },
      empty = "no type in this dump has a name like queue or deque",
    }
    for _, name in ipairs(heap.types) do
      for _, o in ipairs(is_queue(name) and heap:get_all(name) or {}) do
        local items = items_of(o)
        local distinct = items.c & items.c
        rows[#rows + 1] = {
          queue = o, items = items.len or items.num_refs, size = distinct:sum "size", held_by = o.p[1],
        }
      end
    end
    return top(rows, "items", args.count)
  end,
}
-- SPDX-License-Identifier: MIT
