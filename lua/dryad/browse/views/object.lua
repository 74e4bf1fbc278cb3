-- SPDX-License-Identifier: MIT
--- One object: what is known of it, and what it refers to.
-- @module dryad.browse.views.object

local core = require "dryad.core"
local format = require "dryad.text.format"
local object_words = require "dryad.browse.object_words"
local path = require "dryad.analysis.path"
local registry = require "dryad.browse.registry"
local units = require "dryad.text.units"
local view = require "dryad.browse.view"
local why = require "dryad.analysis.why"

local M = {}

local MOST_SORTED = 10000 -- references that are sorted together with their names
local LONGEST = 100 -- bytes of a way within a sentence

local Object = view.class()

Object.columns = {
  { "retained", "bytes", "retained" }, { "share", "percent", "of heap", weight = 0.65 },
  { "share", "bar", "", weight = 0.5 },
  { "label", "text", "name", weight = 2 }, { "name", "object", "object", weight = math.huge },
  { "size", "bytes", "size", weight = 0.4 }, { "address", "text", "address", weight = 0.3 },
}

-- ---- what is known of it --------------------------------------------------------------------------

--- An object by the way to it, or by its address.
local function named(o)
  local way = o.way
  local is_told = way and #way <= LONGEST and not way:find "^<0x%x+>$"
  return ("%s at %s"):format(object_words.of(o), is_told and way or object_words.address(o))
end

--- What keeps it alive, as far as that is known at once.
local function liveness(o)
  local heap = core.heap_of(o)
  local reason = heap:root_reason(o)
  local way, dominator = o.way, o.dominator
  local lines = { way and not way:find "^<0x%x+>$" and "It is " .. path.shortened(way) or nil }
  if reason then
    lines[#lines + 1] = why.root_sentence(reason)
  elseif not way then
    lines[#lines + 1] = "No root leads to it: it is garbage."
  end
  if dominator and dominator.type_str ~= "module" then -- a module stays
    lines[#lines + 1] = ("It is freed when %s is freed."):format(named(dominator))
  end
  return lines
end

local function head_of(o, percent)
  local bytes = o.retained_size
  local retains = bytes > 0 and (", retains %s%s"):format(units.bytes(bytes), view.of_the_heap(percent(bytes))) or ""
  local lines = {
    { ("%s at %s"):format(object_words.of(o), object_words.address(o)), "bold" },
    ("%s%s; %s, %s"):format(units.bytes(o.size), retains, view.several(o.num_refs, "reference"),
      view.several(o.num_parents, "referrer")),
  }
  for _, line in ipairs(liveness(o)) do
    lines[#lines + 1] = line
  end
  if o.allocated then
    lines[#lines + 1] = "It was allocated at " .. format.printable(table.concat(o.allocated, " < "))
  end
  return lines
end

-- ---- what it refers to ----------------------------------------------------------------------------

--- The positions of its references that are shown: the keys of a dict show as the names of its values.
local function places_of(o)
  local refused = core.dict.refusal(o)
  local pairs_of = refused and 0 or core.dict.count(o)
  local count = #o - pairs_of
  return count, function(i)
    return i <= pairs_of and 2 * i or i + pairs_of
  end
end

--- The positions in an order: "retained" or "size" of what is there, or "" for that of the object.
local function sorted_places(object, key)
  local places, keys = {}, {}
  for i = 1, object.number do
    local place = object.place(i)
    local o = object.object[place]
    places[i], keys[place] = place, key == "retained" and o.retained_size or o.size
  end
  table.sort(places, function(a, b)
    if keys[a] ~= keys[b] then
      return keys[a] > keys[b]
    end
    return a < b
  end)
  return places
end

--- A view of an object.
-- @tparam {heap,...} heaps
-- @tparam object o
-- @treturn view
-- @usage local view = require("dryad.browse.views.object").new({ heap }, heap("Thread")[1])
function M.new(heaps, o)
  local percent = view.share_of(view.heap_of(heaps))
  local object = setmetatable({
    heaps = heaps, object = o, objects = o.c, title = object_words.of(o), percent = percent, head = head_of(o, percent),
    sorts = {}, empty = "It refers to nothing.", is_alive = o.retained_size > 0,
  }, Object)
  object.number, object.place = places_of(o)
  if object.number <= MOST_SORTED then
    object.sorts = { { "retained", "retained" }, { "size", "size" }, { "order", "its own order" } }
    object:sort "retained"
    object.columns = view.telling_columns(Object.columns, object.number > 0 and object:row(1) or nil)
  end
  return object
end

function Object:sort(key)
  self.places = key ~= "order" and sorted_places(self, key) or nil
  self.sorted = key
end

function Object:count()
  return self.number
end

--- The position of the reference in a row.
local function place_at(object, i)
  return object.places and object.places[i] or object.place(i)
end

function Object:row(i)
  local place = place_at(self, i)
  local o, label = self.object[place], self.object:label(place)
  local row = view.row_of(o, self.percent)
  row.label = label:find "^%[ref " and "" or label
  row.object, row.way = nil, function() return self.object.way end -- keys act on the object of which the view is
  row.style = self.is_alive and o.dominator ~= self.object and "dim" or nil -- something else holds it, too
  return row
end

function Object:enter(i)
  return registry.open("object", self.heaps, self.object[place_at(self, i)])
end

registry.add("object", M.new)

return M
