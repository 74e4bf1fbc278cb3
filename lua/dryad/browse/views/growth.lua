-- SPDX-License-Identifier: MIT
--- What grew from the first dump to the last, as `dryad diff` tells it.
-- @module dryad.browse.views.growth

local diff = require "dryad.analysis.diff"
local diff_report = require "dryad.analysis.diff_report"
local registry = require "dryad.browse.registry"
local view = require "dryad.browse.view"

local M = {}

local Growth = view.class()

Growth.columns = {
  { "bytes", "bytes", "grew by" }, { "share", "percent", "share", weight = 0.95 },
  { "share", "bar", "", weight = 0.8 },
  { "what", "text", "what", weight = math.huge }, { "way", "way", "where", weight = 2 },
  { "retained", "bytes", "retained now", weight = 0.5 }, { "steady", "text", "steady", weight = 0.4 },
}
Growth.sorts = { { "bytes", "growth" }, { "retained", "retained now" }, { "what", "what" } }

local function row_of(heaps, growth, total)
  local way = growth.is_garbage and "garbage" or growth.way
  return {
    bytes = growth.bytes, share = total > 0 and 100.0 * math.min(1, growth.bytes / total) or nil, what = growth.what,
    way = way, retained = math.max(0, growth.retained_after),
    steady = #heaps > 2 and (growth.steady and "at every step" or "not at every step") or nil,
    object = growth.object, objects = growth.added, class = growth.class,
    open = registry.opener("growth_finding", heaps, growth, total),
  }
end

--- What else there is to see: rows that lead to it.
local function add_others(rows, heaps, changes)
  rows[#rows + 1] = {
    what = "types that grew", style = "dim", is_rest = true,
    open = registry.opener("type_growth", heaps, changes),
  }
  for _, kind in ipairs { "added", "removed", #heaps > 2 and "suspect" or nil } do
    local title = kind == "suspect" and "added by the second dump, and still there" or kind .. " objects"
    local of = kind == "removed" and { heaps[1] } or heaps
    local function objects()
      return changes:objects(kind)
    end
    rows[#rows + 1] = {
      what = title, style = "dim", is_rest = true, objects = kind ~= "removed" and objects or nil,
      open = function() return registry.open("list", of, objects(), title, "retained_size") end,
    }
  end
end

--- A view of what grew.
-- @tparam {heap,...} heaps at least two
-- @treturn view
-- @usage local view = require("dryad.browse.views.growth").new { before, after }
function M.new(heaps)
  local changes = diff(table.unpack(heaps))
  local found, rows = changes:growth(), {}
  for i, growth in ipairs(found) do
    rows[i] = row_of(heaps, growth, found.total)
  end
  local head = table.move(changes.notes, 1, #changes.notes, 1, {})
  table.move(view.plainly(diff_report.sentences, heaps, found), 1, 10, #head + 1, head)
  head[#head + 1] = #found == 0 and "Nothing that can be named grew by much." or nil
  add_others(rows, heaps, changes)
  return setmetatable({
    heaps = heaps, title = "growth", rows = rows, head = head, sorted = "bytes", empty = "",
  }, Growth)
end

registry.add("growth", M.new)

return M
