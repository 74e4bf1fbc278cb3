-- SPDX-License-Identifier: MIT
--- All that some objects retain, however deep, by class: what a chain or a tree of them consists of.
-- @module dryad.browse.views.contents

local core = require "dryad.core"
local object_words = require "dryad.browse.object_words"
local registry = require "dryad.browse.registry"
local view = require "dryad.browse.view"
local words = require "dryad.analysis.suspects_text"

local M = {}

local LEAST = 0.001 -- of what is retained: classes that retain less are left out

local Contents = view.class()

Contents.columns = {
  { "size", "bytes", "size" }, { "share", "percent", "of heap", weight = 0.95 },
  { "share", "bar", "", weight = 0.8 }, { "count", "count", "objects" },
  { "name", "class", "class", weight = math.huge }, { "retained", "bytes", "retained", weight = 0.6 },
}
Contents.sorts = { { "size", "size" }, { "count", "objects" }, { "retained", "retained" }, { "name", "class" } }

local function row_of(heaps, heads, row, percent)
  local name = words.kind(row, row.all, true)
  local function objects()
    return core.members(core.kinds(view.heap_of(heaps)), heads, row.kind, false)
  end
  return {
    size = row.size, share = percent(row.size), count = row.all, name = name, retained = row.retained,
    class = row.class, objects = objects,
    open = function() return registry.open("list", heaps, objects(), name, "retained_size") end,
  }
end

--- A view of what a group retains.
-- @tparam {heap,...} heaps
-- @tparam table group a row of @{dryad.analysis.retained_groups}
-- @treturn view
-- @usage local view = require("dryad.browse.views.contents").new({ heap }, group)
function M.new(heaps, group)
  local heap, rows = view.heap_of(heaps), {}
  local percent = view.share_of(heap)
  for i, row in ipairs(core.contents(core.kinds(heap), group.objects, math.ceil(LEAST * group.retained))) do
    rows[i] = row_of(heaps, group.objects, row, percent)
  end
  local contents = setmetatable({
    heaps = heaps, objects = group.objects, rows = rows, empty = "It retains nothing.",
    title = "inside " .. object_words.group(group.count, group.class, group.object),
  }, Contents)
  contents:sort "size"
  return contents
end

registry.add("contents", M.new)

return M
