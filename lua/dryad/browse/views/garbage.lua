-- SPDX-License-Identifier: MIT
--- What is dead but not collected: what it hangs on, the cycles that keep it, and its classes.
-- @module dryad.browse.views.garbage

local core = require "dryad.core"
local format = require "dryad.text.format"
local garbage = require "dryad.analysis.garbage"
local registry = require "dryad.browse.registry"
local view = require "dryad.browse.view"

local M = {}

local Garbage = view.class()

Garbage.columns = {
  { "what", "text", "", weight = 2 }, { "size", "bytes", "size" }, { "share", "percent", "share", weight = 0.95 },
  { "share", "bar", "", weight = 0.8 },
  { "count", "count", "objects", weight = 0.9 }, { "name", "class", "class or cycle", weight = math.huge },
}

local function opens(heaps, objects, title)
  return function()
    local list = type(objects) == "function" and objects() or objects
    return registry.open("list", heaps, list, title, "size")
  end
end

local function add_kinds(rows, heaps, found)
  rows[1] = {
    what = "all", size = found.retained, count = found.total_count, name = "all of it", objects = found.all,
    open = opens(heaps, found.all, "garbage"),
  }
  for _, kind in ipairs(found.kinds) do
    rows[#rows + 1] = {
      what = "hangs on", size = kind.size, count = kind.count, name = kind.name, class = kind.class,
      objects = kind.objects, style = "bold", open = opens(heaps, kind.objects, kind.name),
    }
  end
end

local function add_cycles(rows, _, found)
  for _, shape in ipairs(found.cycles) do
    rows[#rows + 1] = { what = "cycle", size = shape.size, count = shape.count, name = shape.text }
  end
end

local function add_classes(rows, heaps, found)
  for _, row in ipairs(found.contents or found.inside) do -- a suspect has by type what is inside
    local name = format.short(row.class or row.type_str)
    local function objects()
      return core.list_of_same_class(view.heap_of(heaps):get(row.max_address)) & found.all
    end
    rows[#rows + 1] = {
      what = "class", size = row.total_size, count = row.count, name = name, class = row.class, objects = objects,
      open = opens(heaps, objects, name),
    }
  end
end

--- A view of garbage.
-- @tparam {heap,...} heaps
-- @tparam[opt] suspect found from @{dryad.analysis.garbage}; default: all garbage of the heap
-- @treturn view
-- @usage local view = require("dryad.browse.views.garbage").new({ heap })
function M.new(heaps, found)
  local heap = view.heap_of(heaps)
  found = found or garbage.of(heap)
  local rows, head = {}, nil
  if found then
    head = { { view.plainly(garbage.sentence, found), "bold" } }
    table.move(view.plainly(garbage.lines, found), 1, 100, 2, head)
    for _, add in ipairs { add_kinds, add_cycles, add_classes } do
      add(rows, heaps, found)
    end
  end
  for _, row in ipairs(rows) do
    row.share = 100.0 * row.size / math.max(1, found.retained)
  end
  return setmetatable({
    heaps = heaps, title = "garbage", rows = rows, head = head, sorts = {}, objects = found and found.all or nil,
    empty = garbage.nothing(heap),
  }, Garbage)
end

--- A search goes through the garbage; where there is none, nothing is found.
function Garbage:search(text)
  if not self.objects then
    return nil, self.empty
  end
  return view.methods.search(self, text)
end

registry.add("garbage", M.new)

return M
