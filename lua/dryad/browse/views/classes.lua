-- SPDX-License-Identifier: MIT
--- The classes of the heap, with what their objects take and retain.
-- @module dryad.browse.views.classes

local class_table = require "dryad.analysis.class_table"
local core = require "dryad.core"
local matches = require "dryad.browse.matches"
local registry = require "dryad.browse.registry"
local units = require "dryad.text.units"
local view = require "dryad.browse.view"

local M = {}

local Classes = view.class()

Classes.columns = {
  { "retained", "bytes", "retained" }, { "share", "percent", "of heap", weight = 0.65 },
  { "share", "bar", "", weight = 0.5 },
  { "size", "bytes", "size", weight = 0.7 }, { "count", "count", "objects", weight = 0.8 },
  { "class", "class", "class", weight = math.huge }, { "origin", "text", "defined by", weight = 0.3 },
}
Classes.sorts = { { "retained", "retained" }, { "size", "size" }, { "count", "objects" }, { "name", "class" } }

--- Fills the view with the first rows in its order: there may be a million classes.
local function fill(classes)
  local heap = view.heap_of(classes.heaps)
  classes.rows = class_table.of(heap, { order = classes.sorted, text = classes.text })
end

--- A view of the classes whose names contain a text, or of all.
-- @tparam {heap,...} heaps
-- @tparam[opt] string text
-- @treturn view
-- @usage local view = require("dryad.browse.views.classes").new({ heap })
function M.new(heaps, text)
  local classes = setmetatable({
    heaps = heaps, text = text, title = text and ("classes '%s'"):format(text) or "classes", sorted = "retained",
    percent = view.share_of(view.heap_of(heaps)), empty = "the heap has no objects",
  }, Classes)
  fill(classes)
  return classes
end

--- The objects of a row.
local function objects_of(heaps, row)
  return core.list_of_same_class(view.heap_of(heaps):get(row.address))
end

function Classes:row(i)
  local row = self.rows[i]
  return {
    retained = row.retained > 0 and row.retained or nil, share = self.percent(row.retained), size = row.size,
    count = row.count,
    class = row.class or ("%s (several classes)"):format(row.type_str),
    origin = row.origin == "interpreter" and "Python" or row.origin,
    style = row.origin == "program" and "bold" or nil,
    objects = function() return objects_of(self.heaps, row) end,
  }
end

function Classes:more()
  local size = self.rows.size
  for _, row in ipairs(self.rows) do
    size = size - row.size
  end
  return view.more(self.rows.classes - #self.rows, "classes", not units.is_bound(self.rows.size) and size or nil)
end

function Classes:sort(key)
  self.sorted = key
  fill(self)
end

function Classes:enter(i)
  local row = self.rows[i]
  local title = row.class or row.type_str
  return registry.open("list", self.heaps, objects_of(self.heaps, row), title, "retained_size")
end

--- Classes whose names contain the text; if there are none, objects.
function Classes:search(text)
  local found = M.new(self.heaps, text)
  if #found.rows > 0 then
    return found
  end
  return matches.view(self.heaps, nil, text)
end

registry.add("classes", M.new)

return M
