-- SPDX-License-Identifier: MIT
--- Leak suspects, as `dryad leaks` tells them.
-- @module dryad.browse.views.suspects

local registry = require "dryad.browse.registry"
local sites = require "dryad.analysis.sites"
local suspects = require "dryad.analysis.suspects"
local view = require "dryad.browse.view"
local words = require "dryad.analysis.suspects_text"

local M = {}

local Suspects = view.class()

Suspects.columns = {
  { "retained", "bytes", "retained" }, { "share", "percent", "of heap", weight = 0.9 },
  { "name", "text", "suspect", weight = math.huge },
}

--- A view of the suspects of a heap.
-- @tparam {heap,...} heaps
-- @treturn view
-- @usage local view = require("dryad.browse.views.suspects").new({ heap })
function M.new(heaps)
  local found, rows = suspects.find(view.heap_of(heaps)), {}
  for place, number in ipairs(words.order(found)) do
    local suspect = found[number]
    rows[place] = {
      retained = suspect.retained, share = 100.0 * suspect.fraction,
      name = (suspect.within and "  " or "") .. view.plainly(words.sentence, suspect),
      object = suspect.object, objects = suspect.kind == "garbage" and suspect.all or suspect.objects,
      class = suspect.class,
      way = suspect.path and function() return suspect.path:expression() end or nil,
      open = registry.opener("finding", heaps, suspect, number),
    }
  end
  local hint = #rows > 0 and sites.hint(view.heap_of(heaps))
  return setmetatable({
    heaps = heaps, title = "suspects", rows = rows, sorts = {}, rest = found.is_cut and "more that retain less" or nil,
    head = hint and { { hint, "dim" } } or nil, empty = words.nothing(found),
  }, Suspects)
end

registry.add("suspects", M.new)

return M
