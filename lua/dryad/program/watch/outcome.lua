-- SPDX-License-Identifier: MIT
--- What a watch found: for people what grew, for programs the steps too.
-- @module dryad.program.watch.outcome

local core = require "dryad.core"
local diff_report = require "dryad.analysis.diff_report"
local render = require "dryad.text.render"
local text = require "dryad.program.watch.text"

local M = {}

local OUTCOME = { "steps", "classes", "growth", "problems", "ended" }
local STEP = { "step", "time", "resident", "objects", "bytes", "held_seconds", "incomplete", "file", "rows" }
local ROW = { "text", "way", "class", "count", "bytes", "more", "steady" }
local CLASS = { "class", "counts", "sizes", "growth" }

--- The shape of a step, for the manual.
M.STEP_SHAPE = "{step, time, resident, objects, bytes, held_seconds, incomplete, file, rows: [{text, way, class, "
  .. "count, bytes, more, steady}]}"

--- A value that is written to JSON with these fields, null where there is nothing.
local function with_fields(value, names)
  local all = {}
  for _, name in ipairs(names) do
    all[name] = value[name] == nil and core.None or value[name]
  end
  return setmetatable({}, { __json_value = function() return all, names end })
end

local function each(values, convert)
  local made = {}
  for i, value in ipairs(values) do
    made[i] = convert(value)
  end
  return made
end

--- When a step was taken, in ISO 8601.
-- @tparam table step
-- @treturn string
-- @usage print(outcome.time(steps[1]))
function M.time(step)
  return os.date("!%Y-%m-%dT%H:%M:%SZ", step.time)
end

--- A step as it is written to JSON.
-- @tparam table step of a series
-- @treturn table
-- @usage core.json.write(json_value(outcome.step(steps[1])), output.data)
function M.step(step)
  return with_fields({
    step = step.number, time = M.time(step), resident = step.resident,
    objects = step.objects, bytes = step.bytes, held_seconds = step.held_seconds, incomplete = step.incomplete,
    file = step.file, rows = each(step.rows, function(row) return with_fields(row, ROW) end),
  }, STEP)
end

local Outcome = { __name = "dryad.watched" }

--- The comparison of the first heap with the latest; nil if there is none.
local function report_of(watched)
  return watched.diff and diff_report.of(watched.diff, { watched.first, watched.latest }, watched.options.least,
    watched.growths)
end

function Outcome:__tostring()
  local watched = self.watched
  local report = report_of(watched)
  local lines = text.verdict(watched.series.steps, watched.latest and (watched.growths or {}))
  return "\n" .. table.concat(lines, "\n") .. (report and "\n\n" .. render.printed(report) or "")
end

function Outcome:__json_value()
  local watched = self.watched
  local report = report_of(watched)
  return {
    steps = each(watched.series.steps, M.step),
    classes = each(watched.series:classes(), function(row) return with_fields(row, CLASS) end),
    growth = report and render.present(report) or core.None,
    problems = watched.problems,
    ended = watched.ended,
  }, OUTCOME
end

--- The outcome of a watch that has ended.
-- @tparam watch watched
-- @treturn table prints itself
-- @usage findings.print(outcome.of(watched), given, { command = "watch", heaps = { watched.first } })
function M.of(watched)
  return setmetatable({ watched = watched }, Outcome)
end

return M
