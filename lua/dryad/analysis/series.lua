-- SPDX-License-Identifier: MIT
--- The heaps of one process over time, as digests, and what grew in them from one to the next.
--
-- Only the first heap and the latest need to exist. Growth is always that from the first to the latest; what is held in
-- the same place is followed from step to step. A series is bounded: when it has become long, every second step between
-- the first and the latest is forgotten. What grew at every step is known of all steps nevertheless.
-- @module dryad.analysis.series

local core = require "dryad.core"
local format = require "dryad.text.format"
local growth = require "dryad.analysis.growth"
local order = require "dryad.text.order"

local M = {}

local Series = {}
Series.__index = Series

local MOST_STEPS = 100
local MOST_CLASSES = 200 -- in a comparison over all steps
local LONGEST = 300 -- columns of a text that is kept

--- A series without steps. Its `steps` are digests (@{dryad.analysis.digest}) with the `number` of the step and, from
-- the second on, `rows`: what grew since the first, as `{text =, way =, class =, count =, bytes =, more =, steady =}`.
-- `more` is the part of `bytes` by which it grew since the step before, nil if it was not among the rows then;
-- `steady` needs three steps.
-- @tparam[opt] integer least bytes by which something must grow at each step to be steady; default: 32 KiB
-- @treturn series
-- @usage local watched = require("dryad.analysis.series").new()
function M.new(least)
  return setmetatable({ steps = {}, least = least or growth.FLOOR }, Series)
end

local function cut(text)
  return text and format.cut_object(format.printable(text), LONGEST)
end

--- The place of a growth, which is the same at each step.
local function place_of(row)
  if row.is_garbage then
    return "garbage"
  end
  return ("%s %s %s %s"):format(row.root or "", cut(row.kind) or "", cut(row.way) or "", cut(row.class) or "")
end

--- How a growth was at a step: in the same place, perhaps in another object; or in the same object, if another way
-- leads to it by now. Nil if it was no growth then.
local function known_at(step, row)
  return step.places[place_of(row)] or row.object and step.holders[row.object.address]
end

--- Whether a growth that was steady up to the step before grew once more.
local function goes_on(before, now, row, least)
  local has_more = not row.member or now.count > before.count
  return before.steady and has_more and now.size - before.size >= least
end

--- A growth at a step, and how it was in the same place at the step before, if it was a growth then.
local function follow(row, previous, least)
  local before = known_at(previous, row)
  local now = { count = row.counts[#row.counts], size = row.sizes[#row.sizes], bytes = row.bytes, steady = row.steady }
  if previous.is_first then
    now.more = row.bytes
  else
    now.more = before and row.bytes - before.bytes
    now.steady = before ~= nil and goes_on(before, now, row, least)
  end
  return now
end

--- Sets the counts and sizes of a growth at each step.
local function set_numbers(row, steps, now)
  local counts, sizes = { row.counts[1] }, { row.sizes[1] }
  for i = 2, #steps do
    local known = known_at(steps[i], row)
    counts[i], sizes[i] = known and known.count or core.None, known and known.size or core.None
  end
  counts[#steps + 1], sizes[#steps + 1] = now.count, now.size
  row.counts, row.sizes, row.steady = counts, sizes, now.steady
end

--- Forgets every second step between the first and the latest.
local function thin_out(steps)
  local kept = {}
  for i, step in ipairs(steps) do
    if i % 2 == 1 or i == #steps then
      kept[#kept + 1] = step
    end
  end
  return kept
end

--- Adds a step. Replaces one of the same number, so that adding can be repeated after an interruption.
-- @tparam table digest with the `number` of the step
-- @tparam[opt] {growth,...} growths from the first heap to this one, those of `diff:growth()`. Of each, `counts` and
--   `sizes` get a number for each step (`None`: it was no growth then), and `steady` tells of all steps
-- @usage watched:add(digest.of(heap), dryad.diff(first, heap):growth())
function Series:add(digest, growths)
  local steps = self.steps
  if #steps > 0 and steps[#steps].number == digest.number then
    steps[#steps] = nil
  end
  if #steps >= MOST_STEPS then
    steps = thin_out(steps)
    self.steps = steps
  end
  digest.is_first, digest.places, digest.holders, digest.rows = #steps == 0, {}, {}, {}
  for i, row in ipairs(growths or {}) do
    local now = follow(row, steps[#steps], self.least)
    digest.places[place_of(row)] = now
    if row.object then
      digest.holders[row.object.address] = now
    end
    digest.rows[i] = {
      text = cut(row.text), way = cut(row.way), class = cut(row.class), count = row.count, bytes = row.bytes,
      more = now.more, steady = #steps > 1 and now.steady,
    }
    set_numbers(row, steps, now)
  end
  steps[#steps + 1] = digest
end

--- The classes that changed from the first step to the latest, those that grew by most bytes first.
-- @treturn {row,...} `{class =, counts =, sizes =, growth =}`: `counts` and `sizes` have a number for each step, `None`
--   where the class was not among the largest
-- @usage for _, row in ipairs(watched:classes()) do print(row.class, row.growth) end
function Series:classes()
  local first, latest, rows = self.steps[1], self.steps[#self.steps], {}
  for name, known in pairs(latest.classes) do
    local before = first.classes[name]
    local more = known.size - (before and before.size or 0)
    if more ~= 0 or before and before.count ~= known.count then
      rows[#rows + 1] = { class = name, growth = more, counts = {}, sizes = {} }
    end
  end
  table.sort(rows, order.largest_first("growth", nil, "class"))
  for i = #rows, 1, -1 do
    if i > MOST_CLASSES then
      rows[i] = nil
    else
      for j, step in ipairs(self.steps) do
        local known = step.classes[rows[i].class]
        rows[i].counts[j], rows[i].sizes[j] = known and known.count or core.None, known and known.size or core.None
      end
    end
  end
  return rows
end

return M
