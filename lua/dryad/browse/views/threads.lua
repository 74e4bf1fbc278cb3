-- SPDX-License-Identifier: MIT
--- Threads and tasks, those with the same stack together.
-- @module dryad.browse.views.threads

local core = require "dryad.core"
local naming = require "dryad.analysis.naming"
local registry = require "dryad.browse.registry"
local stacks = require "dryad.analysis.stacks"
local stacks_text = require "dryad.analysis.stacks_text"
local view = require "dryad.browse.view"

local M = {}

local MOST = 1000 -- threads, and as many tasks, that are looked at

local Threads = view.class()

Threads.columns = {
  { "retained", "bytes", "retained" }, { "share", "percent", "of heap", weight = 0.65 },
  { "share", "bar", "", weight = 0.5 },
  { "name", "text", "thread or task", weight = math.huge }, { "place", "text", "innermost frame", weight = 2 },
}
Threads.sorts = { { "retained", "retained" }, { "name", "name" }, { "place", "innermost frame" } }

local function row_of(heaps, stack, percent)
  local inner = stack.frames[1]
  local objects = core.list_of(view.heap_of(heaps), stack.objects)
  return {
    retained = stack.retained, share = percent(stack.retained), name = stacks_text.who(stack),
    place = inner and naming.place(inner.object) or "it does not run Python code",
    objects = objects, object = stack.count == 1 and stack.objects[1] or nil,
    way = function() return objects[1].way end,
    open = registry.opener("stack", heaps, stack),
  }
end

--- A view of the threads and tasks of the process.
-- @tparam {heap,...} heaps
-- @treturn view
-- @usage local view = require("dryad.browse.views.threads").new({ heap })
function M.new(heaps)
  local heap, rows = view.heap_of(heaps), {}
  local found, percent = stacks.of(heap, MOST), view.share_of(heap)
  for i, stack in ipairs(found) do
    rows[i] = row_of(heaps, stack, percent)
  end
  return setmetatable({
    heaps = heaps, title = "threads", rows = rows, rest = view.more(found.more, "threads and tasks that retain less"),
    head = #rows > 0 and {
      ("%s, %s"):format(view.several(found.threads, "thread"), view.several(found.tasks, "task")),
    } or nil,
    empty = stacks_text.nothing(heap),
  }, Threads)
end

registry.add("threads", M.new)

return M
