-- SPDX-License-Identifier: MIT
--- What refers to an object, or to the members of a list.
-- @module dryad.browse.views.referrers

local core = require "dryad.core"
local holders = require "dryad.analysis.holders"
local object_words = require "dryad.browse.object_words"
local registry = require "dryad.browse.registry"
local units = require "dryad.text.units"
local view = require "dryad.browse.view"
local why = require "dryad.analysis.why"

local M = {}

-- ---- of one object --------------------------------------------------------------------------------

local Referrers = view.class()

Referrers.columns = {
  { "retained", "bytes", "retained" }, { "share", "percent", "of heap", weight = 0.65 },
  { "share", "bar", "", weight = 0.5 },
  { "label", "text", "refers by", weight = 2 }, { "name", "object", "object", weight = math.huge },
  { "size", "bytes", "size", weight = 0.4 }, { "address", "text", "address", weight = 0.3 },
}
Referrers.sorts = {
  { "retained_size", "retained" }, { "size", "size" }, { "num_refs", "references" }, { "address", "address" },
}

--- That nothing refers to it, and why it is there all the same.
local function nothing(o)
  local reason = core.root_reason(o)
  return "Nothing in the dump refers to it. " .. (reason and why.root_sentence(reason) or "It is garbage.")
end

local function of_object(heaps, o)
  local referrers = setmetatable({
    heaps = heaps, object = o, objects = o.p, percent = view.share_of(view.heap_of(heaps)),
    title = "referrers of " .. object_words.of(o), empty = nothing(o),
  }, Referrers)
  referrers:sort "retained_size"
  referrers.columns = view.telling_columns(Referrers.columns, referrers:count() > 0 and referrers:row(1) or nil)
  return referrers
end

function Referrers:count()
  return #self.objects
end

function Referrers:row(i)
  local o = self.objects[i]
  local row = view.row_of(o, self.percent)
  row.label = object_words.label(o, self.object)
  return row
end

function Referrers:sort(key)
  self.objects = core.sorted(self.objects, key, key ~= "address")
  self.sorted = key
end

function Referrers:enter(i)
  return registry.open("object", self.heaps, self.objects[i])
end

-- ---- of many --------------------------------------------------------------------------------------

local Holders = view.class()

Holders.columns = {
  { "held", "count", "refer to" }, { "share", "percent", "share", weight = 0.95 },
  { "share", "bar", "", weight = 0.9 },
  { "way", "way", "who", weight = math.huge }, { "name", "object", "object", weight = 0.7 },
}
Holders.sorts = { { "held", "number referred to" }, { "way", "who" } }

local function of_list(heaps, list)
  local rows = {}
  for i, holder in ipairs(holders.of(list)) do
    local o = holder.objects == 1 and holder.object or nil
    rows[i] = {
      held = holder.held, share = 100.0 * holder.held / math.max(1, #list), way = tostring(holder),
      name = o and object_words.of(o) or nil, object = o,
      open = o and registry.opener("object", heaps, o) or nil,
    }
  end
  local all = list.p
  if #all > 1 then
    rows[#rows + 1] = {
      way = ("all %s objects that refer to them"):format(units.count(#all)), objects = all, style = "dim",
      is_rest = true, open = registry.opener("list", heaps, all, "referrers", "retained_size"),
    }
  end
  return setmetatable({
    heaps = heaps, objects = list, rows = rows, sorted = "held",
    title = ("referrers of %s objects"):format(units.count(#list)), empty = "nothing in the dump refers to them",
  }, Holders)
end

--- A view of what refers to an object or to the members of a list.
-- @tparam {heap,...} heaps
-- @tparam object|list what
-- @treturn view
-- @usage local view = require("dryad.browse.views.referrers").new({ heap }, heap "Thread")
function M.new(heaps, what)
  local o = view.only(what)
  return o and of_object(heaps, o) or of_list(heaps, what)
end

registry.add("referrers", M.new)

return M
