-- SPDX-License-Identifier: MIT
-- luacheck: globals BENCH
-- The measurements of bench_sql: takes `BENCH = {dump=, folder=}` and sets `BENCH.figures`: seconds, by name.
-- The plain tables are those that `export` writes, with memsee's indexes, in a file in the page cache.
local core = require "dryad.core"
local dryad = require "dryad"
local query = require "dryad.sql.query"
local row_texts = require "dryad.sql.row_texts"

local ROUNDS, LOOKUPS = 3, 200
local GROUP = "select type, count(*), sum(size) from obj group by type order by 3 desc"
local INSIDE = [[select count(*), sum(size) from obj
  where address in (select child from ref where parent in (select address from obj where type = '%s'))]]

local figures = {}

local function median(values)
  table.sort(values)
  return values[(#values + 1) // 2]
end

local function seconds(work)
  local start = dryad.clock()
  work()
  return dryad.clock() - start
end

--- The medians of several interleaved runs.
local function by_turns(a, b)
  local first, second = {}, {}
  for i = 1, ROUNDS do
    first[i], second[i] = seconds(a), seconds(b)
  end
  return median(first), median(second)
end

--- From nothing to the first rows, as for a user at the prompt.
local function first_answer()
  local ws <close> = dryad.workspace(BENCH.folder .. "/first.db")
  ws:read(BENCH.dump)
  ws:select "* from obj where type = 'dict' limit 10"
  return ws.heap
end

--- The rows as lines, in an order that equal sort keys do not disturb.
local function sorted_lines(rows)
  local lines = {}
  for line in rows:csv():gmatch "[^\n]+" do
    lines[#lines + 1] = line
  end
  table.sort(lines)
  return table.concat(lines, "\n")
end

local function compare(name, heap, plain, text)
  local rows = heap:sql(text)
  assert(#rows > 0 and sorted_lines(rows) == sorted_lines((plain:run(text))), "different rows")
  figures[name], figures["plain_" .. name] = by_turns(function()
    heap:sql(text)
  end, function()
    plain:run(text)
  end)
end

--- The slowest and the mean of many look-ups, each from its text to all its rows; the best of several runs counts.
local function look_up(name, sample, text)
  local heap, slowest, sum = core.heap_of(sample), 0, 0
  for i = 1, LOOKUPS do
    local o, best = sample[i * (#sample // LOOKUPS)], math.huge
    for _ = 1, ROUNDS do
      best = math.min(best, seconds(function()
        heap:sql(text, o)
      end))
    end
    slowest, sum = math.max(slowest, best), sum + best
  end
  figures[name .. "_slowest"], figures[name .. "_mean"] = slowest, sum / LOOKUPS
end

--- Writes all objects as `dryad sql` prints them.
local function print_rows(heap, form)
  local sink <close> = core.sink "/dev/null"
  row_texts.write(query.texts(heap, "select * from obj", form), function(text)
    sink:write(text)
  end)
  sink:finish()
end

local loads, first_answers, heap = {}, {}, nil
for i = 1, ROUNDS do
  loads[i] = seconds(function()
    heap = dryad.load(BENCH.dump, { progress = false })
  end)
  heap:close()
  os.remove(BENCH.folder .. "/first.db")
  first_answers[i] = seconds(function()
    heap = first_answer()
  end)
  heap:close()
end
figures.load, figures.first_answer = median(loads), median(first_answers)
heap = dryad.load(BENCH.dump, { progress = false })

figures.json_rows, figures.csv_rows = by_turns(function()
  print_rows(heap, "json")
end, function()
  print_rows(heap, "csv")
end)

do
  local ws <close> = dryad.workspace()
  ws:read(BENCH.dump)
  figures.export = seconds(function()
    ws:export(BENCH.folder .. "/plain.db")
  end)
end
local plain = core.database(BENCH.folder .. "/plain.db")
for _, statement in ipairs { "delete from obj where address = 0", "delete from ref where parent = 0" } do
  plain:run(statement, nil, true) -- memsee's row 0
end
local largest = heap:summarize()[1].type_str
compare("group", heap, plain, GROUP)
compare("inside", heap, plain, INSIDE:format(largest))
local sample = heap:get_all():filter "num_parents < 1000 and num_refs < 1000" -- keeps every answer short
look_up("address", sample, "select * from obj where address = ?")
look_up("children", sample, "select * from obj where address in (select child from ref where parent = ?)")
look_up("parents", sample, "select * from obj where address in (select parent from ref where child = ?)")
BENCH.figures = figures
