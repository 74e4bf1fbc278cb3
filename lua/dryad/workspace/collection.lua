-- SPDX-License-Identifier: MIT
--- Garbage collection as in memsee: marks by depth from the roots and pinned objects, then drops the rest.
-- @module dryad.workspace.collection

local core = require "dryad.core"
local render = require "dryad.text.render"
local reports = require "dryad.workspace.report"
local top = require "dryad.text.top"
local units = require "dryad.text.units"

local public = {}

local TOLD = 20 -- depths reported on a line of their own
local TYPES = 20 -- of what was deleted

local function tally(heap)
  return ("%s, %s, %d total bytes"):format(units.quantity(#heap, "object"), units.quantity(heap.num_refs, "reference"),
    heap.total_size)
end

--- The numbers of objects and references, and their bytes.
-- @treturn string
-- @usage print(ws:stats())
function public:stats()
  return tally(self:need_heap())
end

--- The objects dropped, by type, most bytes first.
local function gone(before, after)
  local rows = {
    columns = { { "type" }, { "count", "number", "deleted" }, { "size", "number", "bytes" } },
  }
  for i = 1, #before do
    local was = before[i]
    local is = after[was.type_str]
    local count, size = was.count - (is and is.count or 0), was.total_size - (is and is.total_size or 0)
    if count > 0 then
      rows[#rows + 1] = { type = was.type_str, count = count, size = size }
    end
  end
  return top(rows, "size", TYPES)
end

--- Reports each depth when it is done.
local function teller(report)
  local first, last, marked = nil, nil, 0
  local function depth_done(depth, count)
    if depth == 1 then
      report:say(("Marked %s"):format(units.quantity(count, "top level object")))
    elseif count > 0 and depth - 1 <= TOLD then
      report:say(("Marked %s at depth %d"):format(units.quantity(count, "object"), depth - 1))
    elseif count > 0 then
      first, last, marked = first or depth - 1, depth - 1, marked + count
    end
  end
  return depth_done, function()
    if first then
      report:say(("Marked %s at depth %d to %d"):format(units.quantity(marked, "object"), first, last))
    end
  end
end

local function collect(self, restart)
  local heap, report = self:need_heap(), reports.new(self.tell)
  report.before = tally(heap)
  report:say(report.before)
  local before = heap:summarize()
  local depth_done, rest = teller(report)
  local done = core.gc(heap, restart, depth_done)
  rest()
  report.complete, report.depth, report.deleted = done.complete, done.depth, done.objects_gone
  if not done.complete then
    report:say(("Interrupted; continue_gc continues at depth %d"):format(done.depth))
    return report
  end
  report:say "Marking complete"
  report:say(("Deleted %s%s"):format(units.quantity(done.objects_gone, "object"),
    done.objects_gone > 0 and "; undo brings them back" or ""))
  if done.objects_gone > 0 then
    report.types = gone(before, heap:summarize())
    report:add(render.printed(report.types))
  end
  report.after = tally(heap)
  report:add(report.after)
  return report
end

--- Drops what neither roots nor pinned objects reach.
-- @treturn table `deleted`, `types` (what was dropped), `before`, `after`, `complete`
-- @usage print(ws:gc())
function public:gc()
  return collect(self, true)
end

--- Continues a garbage collection that was interrupted.
-- @treturn table as from `gc`
-- @usage print(ws:continue_gc())
function public:continue_gc()
  return collect(self, false)
end

return { public = public, internal = {} }
