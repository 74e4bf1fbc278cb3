--- The dominator tree of a heap: which objects keep which others alive, as a drawing and for walking.
-- @module dryad.dominators

local check = require "dryad.check"
local core = require "dryad.core"
local format = require "dryad.format"
local screen = require "dryad.screen"
local units = require "dryad.units"

local M = {}

local LEAST = 0.01 -- of all bytes: what retains less is drawn by type
local DEPTH = 8 -- levels drawn
local BREADTH = 10 -- objects drawn below one
local TYPES = 4 -- types of small ones drawn below one
local BAR = 20 -- columns of a full bar

local methods, getters, meta = {}, {}, { __name = "dryad.dominators" }
core.dominators = { methods = methods, getters = getters, meta = meta }

-- By tree: {heap =, top = (an object, or nil: all), list =}.
local hidden_of = setmetatable({}, { __mode = "k" })

local function dominated(what)
  return core.dominated(what):sort "retained_size"
end

--- The tree of a heap, or what is below one object.
-- @tparam heap heap
-- @tparam[opt] object top
-- @treturn dominators
-- @usage print(require("dryad.dominators").new(heap))
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

--- Bytes that roots reach: what all of them retain.
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

local EIGHTHS = { "▏", "▎", "▍", "▌", "▋", "▊", "▉" }

--- A bar of a share of the whole, in eighths of a column.
-- @tparam number share 0 to 1
-- @tparam[opt=20] integer width columns of a full bar
-- @treturn string padded with spaces
-- @usage print(require("dryad.dominators").bar(0.5) .. "|")
function M.bar(share, width)
  width = width or BAR
  local eighths = math.floor(math.max(0, math.min(1, share)) * width * 8 + 0.5)
  local full, rest = eighths // 8, eighths % 8
  return ("█"):rep(full) .. (rest > 0 and EIGHTHS[rest] or "") .. (" "):rep(width - full - (rest > 0 and 1 or 0))
end

local function drawn_line(lines, total, retained, indent, text)
  local share = total > 0 and retained / total or 0
  lines[#lines + 1] = ("%5.1f%% %9s %s %s%s"):format(100 * share, units.bytes(retained),
    screen.style("cyan", M.bar(share)), indent, text)
end

--- The rest of a list by type, those that retain most first.
local function rest_by_type(list, first)
  local rows = core.retained_rows(list - list:head(first))
  table.sort(rows, function(a, b)
    if a.retained ~= b.retained then
      return a.retained > b.retained
    end
    return a.type_str < b.type_str
  end)
  return rows
end

local function draw(lines, total, list, least, depth, indent)
  local shown = 0
  while shown < math.min(#list, BREADTH) and list[shown + 1].retained_size >= least do
    shown = shown + 1
    local o = list[shown]
    drawn_line(lines, total, o.retained_size, indent, tostring(o))
    if depth < DEPTH then
      draw(lines, total, dominated(o), least, depth + 1, indent .. "  ")
    end
  end
  if shown < #list then
    local rows, drawn = rest_by_type(list, shown), 0
    for i = 1, math.min(#rows, TYPES) do
      if rows[i].retained >= least then
        drawn = i
        drawn_line(lines, total, rows[i].retained, indent, screen.style("bold", ("%s %s"):format(
          units.count(rows[i].count), format.printable(rows[i].type_str))))
      end
    end
    local count, retained = 0, 0
    for i = drawn + 1, #rows do
      count, retained = count + rows[i].count, retained + rows[i].retained
    end
    if count > 0 and retained >= least then
      drawn_line(lines, total, retained, indent, screen.style("dim", units.count(count) .. " others"))
    end
  end
end

--- Draws the tree: what retains at least a share of all bytes, object by object; the rest by type.
-- @function dominators:draw
-- @tparam[opt=0.01] number least share of all bytes
-- @treturn string
-- @usage print(heap:dominators():draw(0.001))
function methods.draw(tree, least)
  check.self(tree, "dominators", "draw")
  check.argument(least == nil or type(least) == "number" and least >= 0, "draw", "least", "a share, such as 0.01", least)
  local hidden = hidden_of[tree]
  local objects, total = core.reachable(hidden.heap)
  local lines = { ("%s objects, %s: what keeps them alive"):format(units.count(objects), units.bytes(total)) }
  if hidden.top then
    drawn_line(lines, total, hidden.top.retained_size, "", tostring(hidden.top))
  end
  draw(lines, total, hidden.list, math.max(1, (least or LEAST) * total), 1, hidden.top and "  " or "")
  return table.concat(lines, "\n")
end

function meta.__tostring(tree)
  return methods.draw(tree)
end

return M
