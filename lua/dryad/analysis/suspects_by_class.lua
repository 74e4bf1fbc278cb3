-- SPDX-License-Identifier: MIT
--- Suspects by class: the program's objects that are there in number and retain much, wherever they are held.
--
-- Counted are the topmost objects of a class, those that no other object of it dominates. Objects made from one
-- definition (closures of a function, generators that run one, versions of a class) count as a class. Of those that lie
-- in one another, the one that says most is chosen: see @{better}.
-- @module dryad.analysis.suspects_by_class

local core = require "dryad.core"

local M = {}

local MOST = 64 -- classes that are compared with each other
local HALF, MOSTLY, SEVERAL = 0.5, 0.8, 4
local MARGIN = 0.5 -- of what a suspect retains: together objects may retain more than their sum

M.MANY = 8 -- objects are a number of them

M.PROGRAM = 1 -- the rank of what the program defines

local RANKS = { program = M.PROGRAM, library = 3, interpreter = 4 }
local INSTALLED = 2

--- The rank of a kind: the smaller, the more it says. What the program defines comes first, then installed packages.
-- Frames say little: who keeps them says more.
-- @tparam table row as from core.contents
-- @treturn integer from 1 to 4
-- @usage print(by_class.rank(row))
function M.rank(row)
  local is_frame = row.type == "frame"
  return RANKS[row.defined and (is_frame and "interpreter" or "program") or row.origin] or INSTALLED
end

--- Whether objects of a kind are there in number, and no single one of them retains most.
-- @tparam table row as from core.contents
-- @treturn boolean
-- @usage print(by_class.is_many(row))
function M.is_many(row)
  return row.all >= M.MANY and row.largest <= HALF * row.retained
end

--- Whether an outer row says more than one inside it of the same rank: it does unless it is there in a small number
-- only. A function or generator says more than the program's objects in it if each has several of them.
local function outer_says_more(outer, inner)
  if outer.all < 2 * M.MANY and inner.retained >= MOSTLY * outer.retained then
    return inner.all < 10 * outer.all
  end
  return not outer.defined or inner.defined or inner.all >= SEVERAL * outer.all
end

--- Whether a row says more than another; both retain enough.
local function better(row, other)
  local rank, other_rank = M.rank(row), M.rank(other)
  if rank ~= other_rank then
    return rank < other_rank
  elseif row.retained >= other.retained then
    return outer_says_more(row, other)
  end
  return not outer_says_more(other, row)
end

--- The row that says most of some that lie in one another.
-- @tparam {row,...} rows
-- @treturn row|nil
-- @usage print(by_class.best(core.contents(kinds, list, 0)).type)
function M.best(rows)
  local best
  for _, row in ipairs(rows) do
    if not best or better(row, best) then
      best = row
    end
  end
  return best
end

--- The kinds that may be suspects, with what of each lies in each other.
local function nested(kinds, least)
  local rows, wanted = {}, {}
  for _, row in ipairs(core.contents(kinds, nil, least)) do
    if not row.common and M.is_many(row) and #rows < MOST then
      rows[#rows + 1], wanted[#wanted + 1] = row, row.kind
    end
  end
  for i, found in ipairs(core.nesting(kinds, wanted)) do
    local row = rows[i]
    row.place, row.objects, row.within, row.explained = i, found.objects, found.within, 0
  end
  return rows
end

local function is_open(row)
  return row.explained < HALF * row.retained
end

--- Marks what a chosen row explains: what lies in it, and what adds little to it.
local function explain(rows, chosen)
  for _, row in ipairs(rows) do
    row.explained = row.explained + row.within[chosen.place]
    local holds_it = chosen.within[row.place] >= MOSTLY * chosen.retained
    if row == chosen or holds_it and chosen.retained >= HALF * row.retained then
      row.explained = row.retained
    end
  end
end

--- The outermost row that has about as many objects and contains nearly all of a row's; nil if there is none.
local function around(rows, row)
  for i, outer in ipairs(rows) do
    if outer ~= row and row.within[i] >= MOSTLY * row.retained and outer.all < SEVERAL * row.all then
      return outer
    end
  end
  return nil
end

--- The objects of a row; of a chain or a tree, also those that lie below others.
local function members(kinds, row)
  if row.count >= M.MANY then
    return row.objects
  end
  return core.members(kinds, row.objects, row.kind, false)
end

--- The suspects, those that retain most first.
-- @tparam userdata kinds from core.kinds
-- @tparam heap heap
-- @tparam integer least bytes that a suspect retains
-- @treturn {suspect,...} `{kind =, type =, count =, heads =, objects =, freed =, retained =, ...}`: `heads` are the
--   topmost of the `objects`, `sum` what they retain each by itself, `freed` is a list of all that they retain,
--   `around` the outermost kind around them, if any, with its `objects`
-- @usage print(#by_class.find(core.kinds(heap), heap, 1000000))
function M.find(kinds, heap, least)
  local rows, found = nested(kinds, math.ceil(MARGIN * least)), {}
  for i, outer in ipairs(rows) do
    if is_open(outer) then
      local candidates = {}
      for _, row in ipairs(rows) do
        local is_inside = row == outer or row.within[i] >= MOSTLY * row.retained
        if is_inside and is_open(row) and row.retained >= HALF * outer.retained then
          candidates[#candidates + 1] = row
        end
      end
      local row = M.best(candidates)
      row.heads, row.around = row.objects, around(rows, row)
      row.sum = row.retained
      row.freed, row.retained = core.retained(heap, row.heads)
      if row.retained >= least then
        row.objects = members(kinds, row)
        explain(rows, row)
        found[#found + 1] = row
      end
    end
  end
  return found
end

--- The bytes that suspects explain at least: some may lie in others.
-- @tparam {suspect,...} suspects from @{find}
-- @treturn number
-- @usage print(by_class.explained(by_class.find(core.kinds(heap), heap, 1000000)))
function M.explained(suspects)
  local bytes = 0.0
  for _, suspect in ipairs(suspects) do
    bytes = bytes + suspect.sum
    for _, other in ipairs(suspects) do
      bytes = bytes - suspect.within[other.place]
    end
  end
  return bytes
end

return M
