-- SPDX-License-Identifier: MIT
--- One growth: what was added, what holds it, and how that changed.
-- @module dryad.browse.views.growth_finding

local core = require "dryad.core"
local growth_text = require "dryad.analysis.growth_text"
local object_words = require "dryad.browse.object_words"
local registry = require "dryad.browse.registry"
local view = require "dryad.browse.view"

local M = {}

local Finding = view.class()

Finding.columns = {
  { "what", "text", "", weight = 2 }, { "count", "count", "objects" }, { "bytes", "bytes", "size" },
  { "name", "way", "way or class", weight = math.huge }, { "who", "object", "object", weight = 0.7 },
}

local function add_holder(rows, heaps, growth)
  local o = growth.object
  if o then
    rows[1] = {
      what = "held by", bytes = o.retained_size, name = growth.way, who = object_words.of(o), object = o,
      way = function() return o.way end, open = registry.opener("object", heaps, o),
    }
  end
  if growth.added and #growth.added > 0 then
    rows[#rows + 1] = {
      what = "added", count = #growth.added, bytes = growth.added:sum "size", name = "all that was added",
      objects = growth.added,
      open = registry.opener("list", heaps, growth.added, "added: " .. growth.what, "retained_size"),
    }
  end
end

local function add_classes(rows, heaps, growth)
  for _, row in ipairs(growth.classes) do
    local function objects()
      local all = row.example and core.list_of_same_class(row.example)
        or core.list_of_class(view.heap_of(heaps), row.class)
      return growth.added and growth.added & all or all
    end
    rows[#rows + 1] = {
      what = "inside", count = row.count, bytes = row.size, name = row.class, class = row.class, objects = objects,
      open = function() return registry.open("list", heaps, objects(), row.class, "retained_size") end,
    }
  end
end

--- A view of a growth.
-- @tparam {heap,...} heaps
-- @tparam growth growth
-- @tparam integer total the bytes of all growth
-- @treturn view
-- @usage local view = require("dryad.browse.views.growth_finding").new(heaps, found[1], found.total)
function M.new(heaps, growth, total)
  local rows = {}
  add_holder(rows, heaps, growth)
  add_classes(rows, heaps, growth)
  local head = {}
  for i, line in ipairs(view.plainly(growth_text.lines, growth, 1, total)) do
    head[i] = i == 1 and { line:gsub("^1%. ", ""), "bold" } or line:gsub("^ +", "")
  end
  return setmetatable({
    heaps = heaps, title = growth.what, rows = rows, head = head, object = growth.object, objects = growth.added,
    sorts = {}, empty = "nothing else is known of it",
  }, Finding)
end

registry.add("growth_finding", M.new)

return M
