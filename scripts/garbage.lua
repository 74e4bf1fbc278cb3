-- SPDX-License-Identifier: MIT
-- What is dead but not collected yet, what keeps it in a cycle, and does the collector run?
--
--   dryad run garbage DUMP
--
-- A little garbage is normal: the collector runs only now and then.

local units = require "dryad.text.units"

-- A cycle leads through the instances, not through what all of them share.
local SHARED = { module = true, type = true, ["function"] = true }
local CYCLES = 5 -- classes whose cycles are looked for
local MOST = 2000 -- objects to look at for one

local function collector(heap)
  local gc = heap.process and heap.process.gc
  local lines = {}
  if not gc then
    return lines
  end
  if gc.enabled == false then
    lines[1] = "The collector is switched off (gc.disable()): cycles stay until gc.collect() is called."
  elseif gc.thresholds and gc.thresholds[1] == 0 then
    lines[1] = "The collector never runs by itself: its first threshold is 0."
  elseif gc.thresholds and gc.counts then
    lines[1] = ("The collector is on; thresholds %s, counted since the last runs %s."):format(
      table.concat(gc.thresholds, ", "), table.concat(gc.counts, ", "))
  end
  if (gc.garbage or 0) > 0 then
    lines[#lines + 1] = ("gc.garbage keeps %s."):format(units.quantity(gc.garbage, "object"))
  end
  return lines
end

-- The labels on the way back from an object to the start, outermost first.
local function labels_to(came_from, o)
  local labels = {}
  while came_from[o] do
    table.insert(labels, 1, came_from[o].label)
    o = came_from[o].from
  end
  return table.concat(labels, " ")
end

-- The labels on the shortest way from an object back to itself, such as `.document .root`; nil if none is near.
local function cycle(start)
  local queue, came_from, next_one = { start }, {}, 1
  while queue[next_one] and next_one <= MOST do
    local o = queue[next_one]
    for i = 1, #o do
      local child = o[i]
      if child == start then
        return (labels_to(came_from, o) .. " " .. o:label(i)):match "^ ?(.*)"
      elseif child and not came_from[child] and not SHARED[child.type] then
        came_from[child] = { from = o, label = o:label(i) }
        queue[#queue + 1] = child
      end
    end
    next_one = next_one + 1
  end
  return nil
end

return {
  summary = "what is dead but not collected: by class, the cycles that keep it, and the state of the collector",
  args = { { name = "count", type = "integer", default = 20, summary = "lines in the table" } },
  run = function(heap, args)
    local list = heap:garbage()
    local rows = {
      columns = {
        { "class" }, { "count", "count" }, { "size", "bytes" }, { "cycle", nil, "back to itself by" },
        { "example", "object", "the largest" },
      },
      empty = heap.process and "everything is alive"
        or "this dump does not tell garbage from what native code holds: `dryad run unreferenced` lists both",
    }
    for i, row in ipairs(list:classes()) do
      if i > args.count then
        break
      end
      rows[i] = {
        class = row.class or row.type_str, count = row.count, size = row.total_size, example = row.max,
        cycle = i <= CYCLES and cycle(row.max) or nil,
      }
    end
    return {
      title = ("Garbage: %s, %s of %s"):format(units.quantity(#list, "object"), units.bytes(list:sum "size"),
        units.bytes(heap.total_size)),
      text = collector(heap),
      rows = rows,
    }
  end,
}
