-- SPDX-License-Identifier: MIT
--- The data of a report: everything that its page shows. Each section bounds its own bytes; together they take less
-- than 1.4 MB of JSON, whatever the dumps.
-- @module dryad.report.payload

local bounded = require "dryad.report.bounded"
local commands = require "dryad.report.commands"
local core = require "dryad.core"
local findings = require "dryad.report.findings"
local garbage = require "dryad.report.garbage"
local growth = require "dryad.report.growth"
local icicle = require "dryad.report.icicle"
local process = require "dryad.report.process"
local progress = require "dryad.text.progress"
local screen = require "dryad.text.screen"
local series = require "dryad.report.series"
local shares = require "dryad.report.shares"
local suspects = require "dryad.analysis.suspects"
local threads = require "dryad.report.threads"
local types = require "dryad.report.types"
local waste = require "dryad.report.waste"

local M = {}

local SCHEMA = 1 -- changes when the meaning of a field does

--- The shape of the data, for the manual.
M.SHAPE = ([=[
{schema, version, title, made, sources: [{file, name, objects, bytes, file_bytes, python, complete}], object_command,
process: {lines: [TEXT], bar: {total, label, parts: [{key, label, bytes}]}},
heap: {objects, types, references, bytes, reachable_objects, reachable_bytes},
findings: [{number, title, text, class, kind, count, retained, share, within, mechanism, allocated, holders: [{held, of,
way, object: OBJECT}], tree: {label, class, count, bytes, objects, address, children: [NODE]}, inside: [{class, count,
retained}], more: [COMMAND]}], findings_more, findings_none, findings_hint,
icicle: {names: [TEXT], nodes: [[PARENT, NAME, COUNT, SIZE, RETAINED, IS REST, ADDRESS, WAY]], ways: [TEXT]},
shares: [{module, class, origin, count, bytes}], shares_more: {count, bytes},
types: [{class, origin, count, size, retained, address}], types_more: {count, objects, bytes},
threads: {threads: [{title, count, holds, frames: [{file, line, function, locals: [{name, text, class, retained,
address}]}], outer}], tasks: [THREAD], more: {threads, tasks}}, threads_none,
garbage: {text, lines, collector, count, size, rows: [{text, cycles, count, size}], kinds: [{text, count, total_count,
size, address}]}, garbage_none,
waste: {total, text, tables: [{title, text, columns: [{key, kind, title}], rows: [{type, count, empty, empty_size, few,
few_size} or {class, count, attributes, each, slots, saved}], more}]},
growth: {text, notes: [TEXT], labels: [TEXT], times: [TIME], totals: [BYTES], classes: [{class, counts, sizes}],
rows: [{text, lines, way, counts, sizes, bytes, steady, is_new, object: OBJECT}], more, holders: [{way, object: OBJECT,
before, after, is_new}]},
problems: [TEXT], more: {process, findings, retained, shares, types, stacks, garbage, waste, growth, problems: [{words,
command}]}}]=]):gsub("\n", " ")

local DUMPS, PROBLEMS = 100, 50 -- told one by one
local BYTES = 30000 -- of JSON, for the dumps, and for their problems

local function totals_of(heap)
  local objects, bytes = core.reachable(heap)
  return {
    objects = #heap, types = #core.type_names(heap), references = heap.num_refs, bytes = heap.total_size,
    reachable_objects = objects, reachable_bytes = bytes,
  }
end

--- The line that explains an object once its address is added; nil if the dump is not kept in a file.
local function object_command(heap, name)
  local is_kept = name ~= "-" and heap.file ~= "process " .. name
  return is_kept and commands.line("dryad why", commands.dumps { name }) or nil
end

local function problems_of(points)
  local found = {}
  for _, point in ipairs(points) do
    for _, problem in ipairs(point.problems or {}) do
      found[#found + 1] = #points > 1 and ("%s: %s"):format(point.label, problem) or problem
    end
  end
  return (bounded.list(#found, PROBLEMS, BYTES, function(i) return found[i] end))
end

local function sources_of(points)
  return (bounded.list(#points, DUMPS, BYTES, function(i)
    return points[i].source or { name = points[i].label, objects = points[i].objects, bytes = points[i].total }
  end))
end

-- In the order of the page, each a step of the progress that people see.
local SECTIONS = {
  { "the process", function(made, of)
    made.process, made.heap = process.of(of.heap), totals_of(of.heap)
  end },
  { "suspects", function(made, of)
    of.suspects = suspects.find(of.heap, of.fraction)
    made.findings, made.findings_more, made.findings_none, made.findings_hint = findings.of(of.suspects, of.dump)
  end },
  { "the dominator tree", function(made, of)
    made.icicle = icicle.of(of.heap)
  end },
  { "classes", function(made, of)
    made.shares, made.shares_more = shares.of(of.heap)
    made.types, made.types_more = types.of(of.heap)
  end },
  { "threads", function(made, of)
    made.threads, made.threads_none = threads.of(of.heap)
  end },
  { "garbage", function(made, of)
    made.garbage, made.garbage_none = garbage.of(of.suspects)
  end },
  { "waste", function(made, of)
    made.waste = waste.of(of.heap)
  end },
  { "growth", function(made, of)
    made.growth = of.first and growth.of(of.first, of.heap, of.points, of.growths) or nil
  end },
}

local function series_of(heaps)
  local told = series.new()
  for _, heap in ipairs(heaps) do
    told:add(heap)
  end
  return told
end

local function make(heaps, options)
  local heap, names = heaps[#heaps], options.names or { heaps[#heaps].file }
  local told = options.points and options or series_of(heaps)
  local points = told.points
  local of = {
    heap = heap, first = #heaps > 1 and heaps[1] or nil, points = points, growths = told.growths,
    dump = commands.dumps { names[#names] }, fraction = options.fraction,
  }
  local made = setmetatable({
    schema = SCHEMA, version = core.version, made = options.made or os.date "!%Y-%m-%dT%H:%M:%SZ",
    title = bounded.text(options.title or points[#points].label, bounded.SENTENCE), sources = sources_of(points),
    problems = problems_of(points), more = commands.of(names), object_command = object_command(heap, names[#names]),
  }, { __jsontype = "object" })
  for i, section in ipairs(SECTIONS) do
    progress.bar("report", i - 1, #SECTIONS, section[1])
    section[2](made, of)
  end
  progress.done()
  return made
end

--- The data of a report on a heap or, of two heaps, on the second and what it grew by.
-- @tparam {heap,...} heaps one or two
-- @tparam[opt] table options `names` (how a command line names all dumps; default: by their files), `points` and
--   `growths` (of a series whose first and last the heaps are, see @{dryad.report.series}), `fraction` (as for
--   `dryad.leak_suspects`), `title`, `made` (the time in ISO 8601)
-- @treturn table plain values for `core.json.encode`
-- @usage payload.of({ heap }, { names = { "app.dump.zst" } })
function M.of(heaps, options)
  return screen.plainly(make, heaps, options or {})
end

return M
