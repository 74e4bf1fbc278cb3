-- SPDX-License-Identifier: MIT
--- A list of objects. There may be millions of them: what is not looked at is a number.
-- @module dryad.browse.views.list

local core = require "dryad.core"
local interruption = require "dryad.text.interruption"
local registry = require "dryad.browse.registry"
local view = require "dryad.browse.view"

local M = {}

local List = view.class()

List.columns = {
  { "retained", "bytes", "retained" }, { "share", "percent", "of heap", weight = 0.55 },
  { "share", "bar", "", weight = 0.4 },
  { "size", "bytes", "size", weight = 0.6 }, { "refs", "count", "refs", weight = 0.5 },
  { "name", "object", "object", weight = math.huge }, { "address", "text", "address", weight = 0.3 },
}
List.sorts = {
  { "retained_size", "retained" }, { "size", "size" }, { "num_refs", "references" }, { "num_parents", "referrers" },
  { "len", "length" }, { "address", "address" },
}

--- A view of a list.
-- @tparam {heap,...} heaps
-- @tparam list list
-- @tparam[opt] string title
-- @tparam[opt] string key one of its sorts; default: the order of the list
-- @treturn view
-- @usage local view = require("dryad.browse.views.list").new({ heap }, heap "Thread", "threads")
function M.new(heaps, list, title, key)
  local view_of_list = setmetatable({
    heaps = heaps, objects = list, title = title or view.several(#list, "object"),
    percent = view.share_of(view.heap_of(heaps)), empty = "no objects",
  }, List)
  if key then
    view_of_list:sort(key)
    local first = #list > 0 and view_of_list:row(1)
    local is_telling = first and (key == "retained_size" or not first.retained)
    view_of_list.columns = is_telling and view.telling_columns(List.columns, first) or nil
  end
  return view_of_list
end

function List:count()
  return #self.objects
end

function List:row(i)
  local good, o = interruption.attempt(function() return self.objects[i] end)
  if not good then -- a change of the heap removed it
    return { name = "<gone>", style = "dim" }
  end
  return view.row_of(o, self.percent)
end

function List:enter(i)
  local o = self:row(i).object
  return o and registry.open("object", self.heaps, o) or nil
end

function List:sort(key)
  self.objects = core.sorted(self.objects, key, key ~= "address")
  self.sorted = key
end

registry.add("list", M.new)

return M
