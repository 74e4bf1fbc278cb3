-- SPDX-License-Identifier: MIT
-- luacheck: globals BENCH
-- The measurements of bench_loops: takes `BENCH = {dump=}` and sets `BENCH.figures`: seconds of processor time, by
-- name, and counts.
local dryad = require "dryad"
local core = require "dryad.core"

local ROUNDS = 5
local LEAST, TYPE, PART = 200, "dict", 50000

local heap = dryad.load(BENCH.dump, { progress = false, index = false })
local sizes, types = heap:column "size", heap:column "type"
local plain_sizes, plain_types = {}, {} -- of a part: too little to burden the garbage collector
for i = 1, math.min(PART, #heap) do
  plain_sizes[i], plain_types[i] = sizes[i], types[i]
end

local cases = {}

function cases.objects()
  local count = 0
  for o in heap:objects() do
    if o.type == TYPE and o.size > LEAST then
      count = count + 1
    end
  end
  return count
end

function cases.columns()
  local count = 0
  for i = 1, #sizes do
    if types[i] == TYPE and sizes[i] > LEAST then
      count = count + 1
    end
  end
  return count
end

--- Repeats until it has covered as many objects as the heap has.
function cases.tables()
  local count = 0
  for _ = 1, #heap // #plain_sizes do
    for i = 1, #plain_sizes do
      if plain_types[i] == TYPE and plain_sizes[i] > LEAST then
        count = count + 1
      end
    end
  end
  return count
end

local all, in_order = heap:get_all(), core.list_of_type(heap)

function cases.filter()
  return #all:filter("type = 'dict' and size > 200")
end

function cases.filter_size()
  return #in_order:filter("size > 200")
end

function cases.where()
  return #heap:where("type = 'dict' and size > 200")
end

function cases.types()
  return #heap.types
end

function cases.get_all()
  return #heap:get_all()
end

local half = in_order:head(#heap // 2)

function cases.union()
  return #(half + all)
end

function cases.difference()
  return #(all - half)
end

function cases.intersection()
  return #(all & half)
end

--- The time of one case, and its result.
local function measure(case)
  collectgarbage()
  local start = os.clock()
  local count = case()
  return os.clock() - start, count
end

local times, figures = {}, {}
for _ = 1, ROUNDS do
  for name, case in pairs(cases) do
    local seconds, count = measure(case)
    times[name] = times[name] or {}
    table.insert(times[name], seconds)
    figures[name .. "_count"] = count
  end
end
for name, seconds in pairs(times) do
  table.sort(seconds)
  figures[name] = seconds[(ROUNDS + 1) // 2]
end
BENCH.figures = figures
