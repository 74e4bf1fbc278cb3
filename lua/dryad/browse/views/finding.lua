-- SPDX-License-Identifier: MIT
--- One leak suspect: who holds it, how, and what is inside.
-- @module dryad.browse.views.finding

local core = require "dryad.core"
local object_words = require "dryad.browse.object_words"
local path = require "dryad.analysis.path"
local registry = require "dryad.browse.registry"
local view = require "dryad.browse.view"
local words = require "dryad.analysis.suspects_text"

local M = {}

local Finding = view.class()

Finding.columns = {
  { "what", "text", "", weight = 2 }, { "count", "count", "objects" }, { "bytes", "bytes", "bytes" },
  { "share", "percent", "of heap", weight = 0.6 }, { "share", "bar", "", weight = 0.4 },
  { "name", "way", "way or class", weight = math.huge }, { "who", "object", "object", weight = 0.7 },
}

-- ---- rows -----------------------------------------------------------------------------------------

--- The objects themselves, and the tree of what they retain.
local function add_objects(rows, heaps, suspect)
  local heads, kind = suspect.heads, words.kind(suspect, suspect.count)
  local objects = suspect.objects or heads
  rows[1] = {
    what = "objects", count = #objects, bytes = suspect.retained, name = kind, object = suspect.object,
    objects = suspect.objects, class = suspect.class,
    open = suspect.object and registry.opener("object", heaps, suspect.object)
      or registry.opener("list", heaps, objects, kind, "retained_size"),
  }
  rows[2] = {
    what = "retains", bytes = suspect.retained, name = "the tree of what they keep alive", objects = heads,
    open = registry.opener("tree", heaps, {
      count = #heads, class = suspect.class or suspect.type, size = heads:sum "size", retained = suspect.retained,
      objects = heads, object = suspect.object or heads[1],
    }),
  }
end

local function add_place(rows, heaps, suspect)
  local o = suspect.accumulation
  if o then
    rows[#rows + 1] = {
      what = "piles up", name = suspect.path and path.shortened(suspect.path:expression()) or object_words.address(o),
      who = object_words.of(o), object = o, way = function() return o.way end,
      open = registry.opener("object", heaps, o),
    }
  end
end

local function add_holders(rows, heaps, suspect)
  for _, holder in ipairs(suspect.holders) do
    local o = holder.objects == 1 and holder.object or nil
    rows[#rows + 1] = {
      what = "held by", count = holder.held, name = tostring(holder), who = o and object_words.of(o) or nil,
      object = o, way = o and function() return o.way end or nil,
      open = o and registry.opener("object", heaps, o) or registry.opener("referrers", heaps, suspect.heads),
    }
  end
end

--- The objects of a row of the contents.
local function objects_inside(suspect, row)
  local heap = core.heap_of(suspect.heads)
  if row.kind then
    return core.members(core.kinds(heap), suspect.heads, row.kind, false)
  end
  return core.list_of_same_class(heap:get(row.max_address)) & suspect.freed
end

local function add_contents(rows, heaps, suspect)
  for _, row in ipairs(words.contents(suspect)) do
    local function objects()
      return objects_inside(suspect, row.of)
    end
    rows[#rows + 1] = {
      what = "inside", count = row.count, bytes = row.bytes, name = row.text, objects = objects,
      open = function() return registry.open("list", heaps, objects(), row.text, "retained_size") end,
    }
  end
end

-- ---- the view -------------------------------------------------------------------------------------

--- A view of a suspect.
-- @tparam {heap,...} heaps
-- @tparam suspect suspect
-- @tparam integer number among all suspects
-- @treturn view
-- @usage local view = require("dryad.browse.views.finding").new({ heap }, dryad.leak_suspects(heap)[1], 1)
function M.new(heaps, suspect, number)
  if suspect.kind == "garbage" then
    return registry.open("garbage", heaps, suspect)
  end
  local head, rows = { { view.plainly(words.sentence, suspect), "bold" } }, {}
  head[#head + 1] = suspect.mechanism and "Kept by " .. suspect.mechanism.text or nil
  for _, line in ipairs(view.plainly(words.remarks, suspect)) do
    head[#head + 1] = line
  end
  head[#head + 1] = view.plainly(words.allocation, suspect)
  for _, add in ipairs { add_objects, add_place, add_holders, add_contents } do
    add(rows, heaps, suspect)
  end
  local percent = view.share_of(view.heap_of(heaps))
  for _, row in ipairs(rows) do
    row.share = row.bytes and percent(row.bytes)
  end
  return setmetatable({
    heaps = heaps, title = ("suspect %d: %s"):format(number, words.kind(suspect, suspect.count)), head = head,
    rows = rows, object = suspect.object, objects = suspect.objects, sorts = {}, empty = "",
  }, Finding)
end

registry.add("finding", M.new)

return M
