-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dump = require "dryad.dump.dump"
local findings = require "dryad.program.findings"
local json_value = require "dryad.text.json_value"
local loading = require "dryad.program.loading"
local outcome = require "dryad.program.watch.outcome"
local output = require "dryad.text.output"
local payload = require "dryad.report.payload"
local report_file = require "dryad.program.report_file"
local shared = require "dryad.program.shared_declarations"
local text = require "dryad.program.watch.text"
local watch = require "dryad.program.watch.watch"

local EVERY = 60 -- seconds
local LEAST_STEPS = 3 -- of which growth at every step can be told
local FAILED, INTERRUPTED = 2, 130 -- exit statuses

local function check_options(given)
  if output.is_standard(given.output) then
    error("--output takes a file: standard output has the steps", 0)
  elseif given.keep and not core.file_facts(given.keep) then
    error(("--keep: there is no folder '%s'"):format(given.keep), 0)
  elseif given.keep and core.file_facts(given.keep).kind ~= "directory" then
    error(("--keep takes a folder, not '%s'"):format(given.keep), 0)
  elseif given["keep-last"] and not given.keep then
    error("--keep-last applies only to the files of --keep DIR", 0)
  elseif given.force and not given.keep and not given.output then
    error("--force applies only to the files of --keep DIR and --output", 0)
  elseif given["fail-on-growth"] and (given.count or LEAST_STEPS) < LEAST_STEPS then
    error(("--fail-on-growth needs --count %d or more: fewer dumps do not tell what grows at every step"):format(
      LEAST_STEPS), 0)
  end
  findings.check_form(given)
end

--- Prints a step for people.
local function print_step(watched, before)
  local steps = watched.series.steps
  local step = steps[#steps]
  if step == steps[1] then
    output.say(watched.first:describe())
  end
  output.say(text.line(step, before))
  if step.incomplete then
    output.say(("  This dump %s."):format(step.incomplete))
  end
  for _, line in ipairs(before and text.rows(step, before, steps[1]) or {}) do
    output.say(line)
  end
  output.flush()
end

--- Prints a step for programs.
local function print_json_step(watched)
  local steps = watched.series.steps
  core.json.write_lines(json_value({ outcome.step(steps[#steps]) }), output.data)
  output.flush()
end

--- The data of the page: the latest heap, and what grew from the first to it.
local function page_of(watched)
  if not watched.latest then
    error("there is no report, since the last dump could not be loaded", 0)
  end
  local points, first = {}, watched.latest ~= watched.first and watched.first or nil
  for i, step in ipairs(watched.series.steps) do
    points[i] = {
      label = ("step %d, %s"):format(step.number, os.date("%H:%M:%S", step.time)), time = outcome.time(step),
      total = step.bytes, objects = step.objects, classes = step.classes, is_cut = step.is_cut,
      problems = { step.incomplete and ("This dump %s."):format(step.incomplete) },
    }
  end
  local latest = points[#points]
  return payload.of({ first or watched.latest, first and watched.latest }, {
    points = points, growths = watched.growths, names = { watched.kept[#watched.kept] or tostring(watched.pid) },
    title = ("process %d, %s"):format(watched.pid, latest.label),
  })
end

--- Says why a watch ended before its time.
local function tell_end(watched, given)
  if watched.ended == "gone" then
    output.tell(("dryad: process %d %s%s"):format(watched.pid, watched.change,
      given.count and (" after %d of %d steps"):format(watched.taken, given.count) or ""))
  elseif watched.ended == "failed" then
    output.tell(("dryad: gave up, since %d dumps in a row failed"):format(watched.failures))
  end
end

--- The exit status of a watch that no check failed.
local function status_of(watched, given)
  local is_short = given.count and watched.ended ~= "count"
  if is_short and watched.ended == "interrupted" then
    return INTERRUPTED
  end
  return (is_short or watched.ended == "failed" or given.count and #watched.problems > 0) and FAILED or nil
end

--- The exit status of --fail-on-growth.
local function judge(watched, given, heaps)
  if not given["fail-on-growth"] then
    return nil
  end
  for _, step in ipairs(given["allow-incomplete"] and {} or watched.series.steps) do
    if step.incomplete then
      error(("the check was not made: the dump of step %d %s; --allow-incomplete checks what is there"):format(
        step.number, step.incomplete), 0)
    end
  end
  if not watched.latest then
    error("the check was not made: the last dump could not be loaded", 0)
  elseif watched.taken < LEAST_STEPS then
    error("the check was not made: fewer than three dumps do not tell what grows at every step", 0)
  end
  return findings.judge_growth(given, watched.growths, true, heaps)
end

return {
  summary = "Dumps a running process again and again, and prints what grows.",
  arguments = { { "PID", type = "pid", help = "the process id of a running CPython 3.8 to 3.15" } },
  takes = "the id of one process, such as 1234; see pgrep -a python",
  options = {
    { "every", "TIME", "from one dump to the next, such as 30, 5m or 1h; default: 60 seconds", type = "seconds" },
    { "count", "N", "end after N dumps; default: with Ctrl-C, or with the process", type = "count" },
    shared.least,
    shared.fail_on_growth,
    shared.allow_incomplete,
    { "keep", "DIR", "keep the dumps in this folder, as heap-PID-STEP-TIME.dump.zst", type = "folder" },
    { "keep-last", "N", "of these, keep only the last N", type = "count" },
    {
      "output", "FILE", "write a report of the latest heap and of what grew, as an HTML page", short = "o",
      type = "file",
    },
    { "force", false, "let --keep and --output replace existing files, if they are your own" },
    shared.threads,
    shared.json,
    { "jsonl", false, "print each step as JSON when it is taken, one on a line" },
    shared.spill,
    shared.max_text,
    shared.max_memory,
  },
  text = [[
Each step dumps the process, as **dump** does, and compares it with the first: it prints the resident memory, the heap,
and what grew most since the step before and since the first. Something that grew at every step, with three dumps or
more, is marked. At the end, or when you press Ctrl-C, it prints what **diff** does of the first and the latest dump.

The process is held for no longer than by one dump at a time. Two heaps are in memory, the first and the latest; of
those in between only figures are kept. Dumps are files without a name in `$TMPDIR`, which are gone once they are
loaded, or when the program ends; **--keep** keeps them. **--output** writes a page as **report** does.

Without **--count**, the status is 0 if you end it or if the process ends. With it, the status is 130 or 2 if there are
fewer steps than that; it is 2 as well if a dump failed.]],
  examples = {
    { "dryad watch 1234 --every 5m", "until Ctrl-C" },
    { "dryad watch 1234 --every 60 --count 5 --fail-on-growth", "as a check: exit status 1 when something grows" },
  },
  json = "{steps: [" .. outcome.STEP_SHAPE .. "], classes: [{class, counts, sizes, growth}], growth: what diff --json "
    .. "prints or null, problems: [TEXT], ended: count, gone, interrupted or failed}",
  run = function(given, words)
    local pid = dump.pid(words[1])
    if not pid then
      error(("watch takes the id of one process, such as 1234, not '%s'; see pgrep -a python"):format(words[1]), 0)
    end
    check_options(given)
    if given.json or given.jsonl then
      output.keep_for_programs()
    end
    local file <close> = given.output and report_file.open(given.output, { force = given.force }) or nil
    local watched = watch.new(pid, {
      every = given.every or EVERY,
      count = given.count,
      least = given.least,
      keep = given.keep,
      keep_last = given["keep-last"],
      force = given.force,
      load = loading.options(given),
      on_step = given.jsonl and print_json_step or print_step,
    })
    watched:run()
    tell_end(watched, given)
    local heaps = { watched.first, watched.latest ~= watched.first and watched.latest or nil }
    if not given.jsonl then
      findings.print(outcome.of(watched), given, { command = "watch", heaps = heaps })
    end
    if file then
      file:write(page_of(watched))
    end
    return judge(watched, given, heaps) or status_of(watched, given)
  end,
}
