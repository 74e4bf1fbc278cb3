-- SPDX-License-Identifier: MIT
--- The dominator tree of a heap: which objects keep which others alive, for drawing and for walking.
-- @module dryad.analysis.dominators

local bar = require "dryad.text.bar"
local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local format = require "dryad.text.format"
local notation = require "dryad.text.notation"
local screen = require "dryad.text.screen"
local units = require "dryad.text.units"

local M = {}

local LEAST = 0.01 -- share of what the top retains: objects that retain less are drawn by type
local DEPTH = 8 -- levels drawn
local BREADTH = 10 -- objects drawn below one
local LEAST_TEXT = 20 -- columns kept for an object's text, however narrow the terminal
local TYPES = 4 -- types of small objects drawn below one
local BAR, SHORT_BAR = 20, 10 -- columns of a full bar, on a wide and on a narrow terminal
local WIDE = 100 -- columns of a terminal

local methods, getters, meta = {}, {}, { __name = "dryad.dominators" }
core.dominators = { methods = methods, getters = getters, meta = meta }

-- By tree: {heap =, top = (an object, or nil: all), list =}.
local hidden_of = setmetatable({}, { __mode = "k" })

local function dominated(what)
  return core.dominated(what):sort "retained_size"
end

--- The tree of a heap, or the part below one object.
-- @tparam heap heap
-- @tparam[opt] object top
-- @treturn dominators
-- @usage print(require("dryad.analysis.dominators").new(heap))
function M.new(heap, top)
  local tree = setmetatable({}, meta)
  hidden_of[tree] = { heap = heap, top = top, list = dominated(top or heap) }
  return tree
end

--- The top-level objects, largest retained size first, as a list.
-- @function dominators.objects
-- @usage print(heap:dominators().objects:head(10))
function getters.objects(tree)
  return hidden_of[tree].list
end

--- The bytes that roots reach: what all of them retain together.
-- @function dominators.reachable_size
-- @usage print(heap:dominators().reachable_size)
function getters.reachable_size(tree)
  return (select(2, core.reachable(hidden_of[tree].heap)))
end

function meta.__index(tree, key)
  if math.type(key) == "integer" then
    return hidden_of[tree].list[key]
  elseif getters[key] then
    return getters[key](tree)
  end
  return methods[key] or type(key) == "string" and check.unknown_field("dominators", key) or nil
end

function meta.__len(tree)
  return #hidden_of[tree].list
end

--- Appends the line of an entry, cut to the width of the terminal.
local function drawn_line(lines, total, entry, indent)
  local share = total > 0 and entry.retained / total or 0
  local columns = screen.is_terminal "stdout" and select(2, screen.size()) or nil
  local drawn_bar = bar(share, columns and columns < WIDE and SHORT_BAR or BAR)
  local line = ("%5.1f%% %9s %s %s"):format(100 * share, units.bytes(entry.retained), drawn_bar, indent)
  local text = columns and notation.cut(entry.text, math.max(LEAST_TEXT, columns - format.width(line)))
    or entry.text
  lines[#lines + 1] = line:gsub("[\x80-\xff]+", screen.style("cyan", "%0"), 1)
    .. (entry.style and screen.style(entry.style, text) or text)
end

local function largest_first(a, b)
  if a.retained ~= b.retained then
    return a.retained > b.retained
  end
  return a.text < b.text
end

--- The entries drawn below one object: large objects one by one, the rest by type.
local function entries_of(list, least)
  local entries, shown = {}, 0
  while shown < math.min(#list, BREADTH) and list[shown + 1].retained_size >= least do
    shown = shown + 1
    local o = list[shown]
    entries[shown] = { object = o, retained = o.retained_size, text = tostring(o) }
  end
  if shown == #list then
    return entries
  end
  local others, retained = 0, 0
  for i, row in ipairs((list - list:head(shown)):retained_by_type()) do
    if i <= TYPES and row.retained >= least then
      local text = ("%s %s"):format(units.count(row.count), format.short(row.type_str))
      entries[#entries + 1] = {
        type = row.type_str, count = row.count, retained = row.retained, text = text, style = "bold",
      }
    else
      others, retained = others + row.count, units.add(retained, row.retained)
    end
  end
  table.sort(entries, largest_first)
  if retained >= least then
    entries[#entries + 1] = {
      count = others, retained = retained, text = units.count(others) .. " others", style = "dim",
    }
  end
  return entries
end

local function draw(lines, total, list, least, depth, indent)
  for _, entry in ipairs(entries_of(list, least)) do
    drawn_line(lines, total, entry, indent)
    if entry.object and depth < DEPTH then
      draw(lines, total, dominated(entry.object), least, depth + 1, indent .. "  ")
    end
  end
end

--- The least retained size with which objects are drawn one by one.
local function threshold(hidden, total, least)
  return math.max(1, (least or LEAST) * (hidden.top and hidden.top.retained_size or total))
end

--- Draws the tree: object by object what retains at least the given share, and the rest by type.
-- @function dominators:draw
-- @tparam[opt=0.01] number least share of what the top object retains, or of all bytes if there is none
-- @treturn string
-- @usage print(heap:dominators():draw(0.001))
function methods.draw(tree, least)
  check.self(tree, "dominators", "draw")
  check.argument(least == nil or type(least) == "number" and least >= 0, "draw", "least", "a share such as 0.01", least)
  local hidden = hidden_of[tree]
  local objects, total = core.reachable(hidden.heap)
  local lines = {}
  if not hidden.top then
    lines[1] = ("%s objects, %s: what keeps them alive"):format(units.count(objects), units.bytes(total))
  else
    drawn_line(lines, total, { retained = hidden.top.retained_size, text = tostring(hidden.top) }, "")
  end
  draw(lines, total, hidden.list, threshold(hidden, total, least), 1, hidden.top and "  " or "")
  return table.concat(lines, "\n")
end

local ENTRY = { "object", "type", "count", "retained", "dominated" }

--- The entries as drawn, each with those below it.
local function entries_for_json(list, least, depth)
  local result = {}
  for i, entry in ipairs(entries_of(list, least)) do
    if entry.object and depth < DEPTH then
      entry.dominated = entries_for_json(dominated(entry.object), least, depth + 1)
    end
    result[i] = setmetatable({}, { __json_value = function()
      return entry, ENTRY
    end })
  end
  return result
end

function meta.__json_value(tree)
  local hidden = hidden_of[tree]
  local objects, total = core.reachable(hidden.heap)
  return {
    reachable_count = objects, reachable_size = total, object = hidden.top,
    retained = hidden.top and hidden.top.retained_size,
    dominated = entries_for_json(hidden.list, threshold(hidden, total), 1),
  }, { "reachable_count", "reachable_size", "object", "retained", "dominated" }
end

function meta.__tostring(tree)
  return methods.draw(tree)
end

--- The dominator tree, or the part below one object: what retains what.
-- @function heap:dominators
-- @tparam[opt] object o the top
-- @treturn dominators an array of the objects that no other one dominates, or that `o` immediately dominates, largest
--   retained size first; prints as a tree
-- @usage print(heap:dominators())
function core.heap.methods.dominators(heap, o)
  check.self(heap, "heap", "dominators")
  if o ~= nil then
    check.object(o, heap, "dominators", "o")
  end
  return M.new(heap, o)
end

return M
