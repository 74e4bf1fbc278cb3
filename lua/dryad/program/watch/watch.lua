-- SPDX-License-Identifier: MIT
--- Dumps a process again and again, and compares its heaps.
--
-- In memory are the first heap and the latest; of those in between there are digests (@{dryad.analysis.series}).
-- The latest is dropped before the next is loaded, but not before that is dumped. Ctrl-C while a dump is taken gives
-- the step up; once there is a dump, the step is completed, so that what is printed at the end is of the latest heap.
-- @module dryad.program.watch.watch

local core = require "dryad.core"
local digest = require "dryad.analysis.digest"
local dryad = require "dryad"
local dump = require "dryad.dump.dump"
local format = require "dryad.text.format"
local identity = require "dryad.dump.identity"
local interruption = require "dryad.text.interruption"
local load = require "dryad.heap.load"
local memory = require "dryad.heap.memory"
local output = require "dryad.text.output"
local processes = require "dryad.program.processes"
local progress = require "dryad.text.progress"
local screen = require "dryad.text.screen"
local series = require "dryad.analysis.series"
local signals = require "dryad.signals"
local units = require "dryad.text.units"

local M = {}

local Watch = {}
Watch.__index = Watch

local MOST_FAILURES = 3 -- in a row
local MOST_PROBLEMS = 20 -- that are remembered
local TICK = 1 -- seconds after which a waiting watch looks at the process

--- A watch over a process.
-- @tparam integer pid
-- @tparam table options `every` (seconds), `count` (of steps; nil: no end), `least` (bytes), `keep` (a folder for the
--   dumps), `keep_last` (how many of these), `force`, `load` (options for `dryad.load`), and `on_step(watch)`, called
--   after each step
-- @treturn watch `series`; `first` and `latest`, heaps; `growths` and `diff` of these two; `problems`, texts; `pid`;
--   `taken`, how many steps. There is no `latest` if the last dump could not be loaded.
-- @usage watch.new(1234, { every = 60, count = 5, load = {}, on_step = print }):run()
function M.new(pid, options)
  return setmetatable({
    pid = pid, options = options, series = series.new(options.least), number = 0, taken = 0, problems = {},
    failures = 0, kept = {},
  }, Watch)
end

-- ---- a step -------------------------------------------------------------------------------------

--- The file for the dump of a step.
local function kept_path(watch, time)
  local folder = watch.options.keep:gsub("%%", "%%%%")
  return ("%s/heap-%d-%03d-%s.dump.zst"):format(folder, watch.pid, watch.number, os.date("%Y%m%dT%H%M%S", time))
end

--- Removes the oldest dumps that this watch kept, except for the last ones.
local function remove_old(watch)
  while #watch.kept > (watch.options.keep_last or math.huge) do
    local path = table.remove(watch.kept, 1)
    local removed, why = os.remove(path)
    if not removed then
      output.tell("dryad: " .. format.printable(why))
    end
  end
end

--- Dumps the process, and passes the result on.
local function dumped(watch, time, read)
  if not watch.options.keep then
    return processes.read(watch.pid, read)
  end
  local done = dump.dump(watch.pid, { path = kept_path(watch, time), force = watch.options.force })
  watch.kept[#watch.kept + 1] = done.path
  remove_old(watch)
  return read(done)
end

--- Drops the latest heap, so that there is room for the next.
local function release(watch)
  local latest = watch.latest
  watch.latest, watch.growths, watch.diff = nil, nil, nil
  if latest and latest ~= watch.first then
    latest:close()
  end
  collectgarbage()
end

--- Loads the dump of a step, and compares it with the first.
local function take(watch, done, time, clock)
  release(watch)
  local options = { index = false, name = not watch.options.keep and processes.name(watch.pid) or nil }
  for name, value in pairs(watch.options.load) do
    options[name] = value
  end
  local heap, notes = load.read(done.path, options)
  if notes then
    output.tell(("step %d: %s"):format(watch.number, notes))
  end
  local step = digest.of(heap)
  step.number, step.time, step.clock, step.held_seconds = watch.number, time, clock, done.held_seconds
  step.file = watch.options.keep and done.path or nil
  watch.first = watch.first or heap
  if heap ~= watch.first then
    watch.diff = dryad.diff(watch.first, heap)
    watch.growths = watch.diff:growth(watch.options.least)
  end
  watch.series:add(step, watch.growths)
  watch.latest = heap
end

--- The same, but Ctrl-C does not stop it: the step is the last then. A second one does.
local function complete(watch, done, time, clock)
  local good, problem = signals.guard(take, tostring, watch, done, time, clock)
  if not good and interruption.is(problem) then
    progress.done()
    output.tell(("dryad: completing step %d; Ctrl-C again stops at once"):format(watch.number))
    watch.ended = "interrupted"
    take(watch, done, time, clock)
  elseif not good then
    error(problem, 0)
  end
end

local function dump_and_compare(watch)
  local time, clock = os.time(), core.clock()
  dumped(watch, time, function(done)
    local change, is_other = identity.change(watch.pid, watch.identity)
    if is_other then
      error(("process %d %s"):format(watch.pid, change), 0)
    end
    complete(watch, done, time, clock)
  end)
end

--- Whether the process is there no more; the watch ends then.
local function is_gone(watch)
  local change = identity.change(watch.pid, watch.identity)
  if change then
    watch.ended, watch.change = "gone", change
  end
  return change ~= nil
end

--- Notes a problem, and reports it.
local function note(watch, text)
  text = ("step %d, %s: %s"):format(watch.number, os.date "%H:%M:%S", format.printable_lines(text))
  watch.problems[#watch.problems + 1] = text
  if #watch.problems > MOST_PROBLEMS then
    table.remove(watch.problems, 1)
  end
  output.tell("dryad: " .. text)
end

--- Takes a step. The first must succeed; a later one that fails is reported, and the watch goes on.
local function take_step(watch)
  watch.number = watch.number + 1
  if watch.number == 1 then
    return dump_and_compare(watch)
  end
  local good, problem = interruption.attempt(dump_and_compare, watch)
  if good then
    watch.failures = 0
    return
  end
  progress.done()
  watch.failures = watch.failures + 1
  if not is_gone(watch) then
    note(watch, problem)
  end
end

-- ---- waiting ------------------------------------------------------------------------------------

local function countdown(watch, left)
  if screen.is_terminal "stderr" then
    output.redraw(left and screen.style("dim", ("step %d in %s; Ctrl-C ends with what grew"):format(watch.number + 1,
      units.seconds(math.ceil(left))), "stderr") or "")
  end
end

--- Waits until the time for the next step, or the end of the process.
local function wait(watch, due)
  local _ <close> = setmetatable({}, { __close = function() countdown(watch, nil) end })
  while not is_gone(watch) do
    local left = due - core.clock()
    if left <= 0 then
      return
    end
    countdown(watch, left)
    signals.wait(math.min(left, TICK))
  end
end

--- Says once that steps take longer than they should be apart.
local function check_pace(watch, seconds)
  if watch.options.every > 0 and seconds > watch.options.every and not watch.is_late then
    watch.is_late = true
    output.tell(("dryad: step %d took %s, longer than --every %s: the next one begins at once"):format(watch.number,
      units.seconds(seconds), units.seconds(watch.options.every)))
  end
end

--- Says how much memory the two heaps take.
local function tell_memory(watch)
  if #watch.series.steps == 2 then
    output.tell(("dryad: the first and the latest heap stay in memory, %s now"):format(units.bytes(
      memory.of(watch.first):total() + memory.of(watch.latest):total())))
  end
end

-- ---- all steps ----------------------------------------------------------------------------------

local function is_done(watch)
  if watch.ended then
    return true
  elseif watch.failures >= MOST_FAILURES then
    watch.ended = "failed"
  elseif watch.number == watch.options.count then
    watch.ended = "count"
  end
  return watch.ended ~= nil
end

local function take_steps(watch)
  watch.identity = identity.of(watch.pid)
  while true do
    local began, known = core.clock(), #watch.series.steps
    local before = watch.series.steps[known]
    take_step(watch)
    if watch.series.steps[#watch.series.steps] ~= before then
      watch.taken = watch.taken + 1
      watch.options.on_step(watch, before)
      tell_memory(watch)
    end
    if is_done(watch) then
      return
    end
    check_pace(watch, core.clock() - began)
    wait(watch, began + watch.options.every)
    if is_done(watch) then
      return
    end
  end
end

--- Takes steps until their number is reached, the process has ended, or Ctrl-C. Raises an error if the first fails.
-- @treturn string why it ended: "count", "gone" (with `change`, what became of the process), "interrupted", or
--   "failed": several dumps in a row
-- @usage print(watched:run())
function Watch:run()
  local good, problem = signals.guard(take_steps, tostring, self)
  progress.done()
  local is_first_interruption = not good and interruption.is(problem) and not self.ended
  if is_first_interruption and #self.series.steps > 0 then
    self.ended = "interrupted"
  elseif not good then
    error(problem, 0)
  end
  return self.ended
end

return M
