-- SPDX-License-Identifier: MIT
--- Who refers to the members of a list, and by what name.
-- @module dryad.analysis.holders

local core = require "dryad.core"
local fold = require "dryad.text.fold"
local format = require "dryad.text.format"
local naming = require "dryad.analysis.naming"
local path = require "dryad.analysis.path"
local screen = require "dryad.text.screen"
local trails = require "dryad.analysis.trails"
local units = require "dryad.text.units"
local ways = require "dryad.analysis.ways"

local M = {}

local SHARE = 0.1 -- of the members: an object that refers to that many is listed by itself
local LEAST = 0.01 -- of the members: objects that refer to fewer are left out
local MOST = 6
local MEMBERS, PARENTS = 40, 20 -- looked at for the names of holders, and of each member
local NEARLY_ALL, HALF = 0.9, 0.5 -- of the members
local Holder = { __name = "dryad.holder" }
local WIDEST = 40 -- columns to which the ways to holders are padded at most

--- The way to a holder; where no root leads to it, its address.
local function way_to(o)
  return o.way or path.start_text(o)
end

--- What several objects are, in words, judging by those of them that refer to some members.
local function name_of(holder, list)
  local samples, seen = {}, {}
  for _, o in ipairs(trails.sample(list, MEMBERS)) do
    local parents = o.p
    for i = 1, math.min(#parents, PARENTS) do
      local parent = parents[i]
      if parent.type_str == holder.type and not seen[parent] then
        local label = core.label_between(parent, o)
        local is_same = label == holder.label or holder.label == "[...]" and label:find "^%[" or holder.label == ""
        seen[parent] = true
        samples[#samples + 1] = is_same and parent or nil
      end
    end
  end
  return naming.several(holder.objects, holder.type, samples)
end

--- Globals come before locals and before what has no name.
local function order_of(holder)
  local text = tostring(holder)
  return (text:find "^<" and "1" or "0") .. text
end

--- The holders of a list, those that refer to most of it first.
-- @tparam list list
-- @tparam[opt=6] integer most the most holders to return
-- @treturn {holder,...} `{object =, type =, objects =, held =, label =, expression =, name =}`: `objects` objects of
--   `type`, such as `object`, refer to `held` members as `label`; for a single object, `expression` is the way to the
--   members; several have a `name` such as `300 frame parse (importer.py:41)`
-- @usage print(require("dryad.analysis.holders").of(heap "Thread")[1].expression)
function M.of(list, most)
  local found = core.holders(list, math.max(2, math.ceil(SHARE * #list)), most or MOST)
  for _, holder in ipairs(found) do
    setmetatable(holder, Holder)
    if holder.objects == 1 then
      holder.expression = ways.followed(way_to(holder.object), holder.label)
    else
      holder.name = name_of(holder, list)
    end
  end
  table.sort(found, function(a, b)
    if a.held ~= b.held then
      return a.held > b.held
    elseif a.objects ~= b.objects then
      return a.objects < b.objects
    end
    return order_of(a) < order_of(b)
  end)
  while #found > 1 and found[#found].held < LEAST * #list do
    table.remove(found)
  end
  return found
end

--- A text in which all items are alike.
local function without_keys(text)
  return (text:gsub("%b[]", "[...]"))
end

--- Whether one of these ways says as much as a holder: it leads past it, or to it.
local function is_told(holder, found)
  local text = without_keys(holder.expression or path.label_text(holder.label))
  for _, way in ipairs(found) do
    local told = way.expression and without_keys(way.expression) or ""
    if told == text or not holder.expression and told:sub(-#text) == text then
      return true
    end
  end
  return false
end

--- The single object that holds most members of a list, at least half of them, or nil.
-- @tparam list list
-- @treturn holder|nil
-- @usage print(require("dryad.analysis.holders").main(heap "Thread"))
function M.main(list)
  for _, holder in ipairs(M.of(list)) do
    if holder.expression and holder.held >= HALF * #list then
      return holder
    end
  end
  return nil
end

--- The ways to the members of a list, those that differ only in keys and the like as one, then other holders of many.
-- @tparam list list
-- @tparam[opt=6] integer most the most rows to return
-- @treturn {holder,...} as from @{of}; for a way, `objects` are the holders that refer to members on it
-- @usage print(require("dryad.analysis.holders").with_ways(heap "Thread")[1].expression)
function M.with_ways(list, most)
  most = most or MOST
  local direct, found = M.of(list, most), {}
  local first = direct[1]
  if not (first and first.expression and first.held >= NEARLY_ALL * #list) then
    for _, way in ipairs(ways.merged(list, most)) do
      if way.count >= LEAST * #list then
        found[#found + 1] = setmetatable({
          held = way.count, expression = way.way, objects = way.holders, object = way.holder,
        }, Holder)
      end
    end
  end
  local named = #found > 0
  for _, holder in ipairs(direct) do
    if #found < most and not (named and (holder.held < HALF * #list or is_told(holder, found))) then
      found[#found + 1] = holder
    end
  end
  return found
end

function Holder.__json_value(holder)
  return holder, { "held", "expression", "name", "label", "type", "objects", "object" }
end

--- In words: the way to it, such as `__main__.pool.threads[...]`, or `.parent of 19,999 Session`.
function Holder.__tostring(holder)
  if holder.expression then
    return holder.expression
  end
  local label = holder.label ~= "" and path.label_text(holder.label) .. " of " or "in "
  return label .. holder.name
end

--- The text of a holder, whose way or label stands out.
local function emphasised(text, holder)
  local way = holder.expression and text or format.printable(path.label_text(holder.label))
  return text:sub(1, #way) == way and screen.style("green", way) .. text:sub(#way + 1) or text
end

--- Holders as lines of text: how many members, the way to them, and what holds them, as far as there is room for it.
-- @tparam {holder,...} found
-- @tparam integer count the number of members
-- @tparam[opt=""] string indent before each line
-- @treturn {string,...}
-- @usage print(table.concat(holders.lines(holders.of(list), #list), "\n"))
function M.lines(found, count, indent)
  local lines, texts, width = {}, {}, 0
  indent = indent or ""
  for i, holder in ipairs(found) do
    texts[i] = format.printable(tostring(holder))
    width = math.max(width, math.min(WIDEST, format.width(texts[i])))
  end
  for i, holder in ipairs(found) do
    local held = holder.held == count and "all " .. units.count(count) or units.count(holder.held)
    local space = (" "):rep(width - format.width(texts[i]))
    local line = ("%s%12s  %s"):format(indent, held, emphasised(texts[i], holder))
    local what = holder.expression and holder.object and tostring(holder.object)
    lines[i] = what and fold.with_object(line .. space .. "  ", what) or line
  end
  if #lines == 0 then
    lines[1] = indent .. "  nothing in the dump refers to them"
  end
  return lines
end

return M
