-- SPDX-License-Identifier: MIT
--- Running a recipe that nobody trusts: in a copy of this process that the kernel keeps from everything but its memory.
--
-- The copy (src/sandbox) has the heaps, a time, some memory, and a pipe for what comes back: what the recipe prints,
-- its progress, and its result or error. Nothing of that is trusted. Limits end the process, so no code outlives them.
-- @module dryad.recipes.sandbox

local arguments = require "dryad.recipes.arguments"
local core = require "dryad.core"
local environment = require "dryad.recipes.environment"
local files = require "dryad.recipes.files"
local format = require "dryad.text.format"
local interruption = require "dryad.text.interruption"
local lua_recipe = require "dryad.recipes.lua_recipe"
local output = require "dryad.text.output"
local pager = require "dryad.text.pager"
local parcel = require "dryad.recipes.parcel"
local query = require "dryad.sql.query"
local result_check = require "dryad.recipes.result_check"
local screen = require "dryad.text.screen"
local text_size = require "dryad.recipes.text_size"
local traceback = require "dryad.recipes.traceback"
local units = require "dryad.text.units"

local M = {}

local MEMORY, SECONDS = 512 << 20, 30
local BY_CLOCK = 4 -- times the seconds of the processor
local MESSAGES, PRINTED = 256 << 20, 16 << 20 -- bytes
local INTERVAL = 0.1 -- seconds between two reports of progress
local MESSAGE = 1 << 16 -- bytes of an error
local ARGUMENTS = 100

-- ---- in the copy ----------------------------------------------------------------------------------

--- Makes the progress of long work go to the parent, which has the terminal.
local function send_progress(send, is_shown)
  local last = 0
  core.progress = {
    is_shown = is_shown, is_sent = true,
    bar = function(stage, done, total)
      local now = core.clock()
      if now - last >= INTERVAL then
        last = now
        send("s", ("<s4dd"):pack(stage, done, total))
      end
    end,
    done = function() end,
  }
end

--- Makes what adapts to the terminal do so as in the parent, but without colours.
local function keep_screen(seen)
  screen.is_terminal = function(stream) return seen.terminals[stream] end
  screen.size = function() return seen.rows, seen.columns end
  screen.colours = function() return false end
  pager.enabled = false
end

--- An error as text, with the lines of the recipe that led to it.
local function text_of(problem)
  return traceback.text(traceback.handler(problem))
end

--- Runs the task; sends its result or its error.
local function run_task(send, task, heaps, seen, memory)
  local function write(text)
    send("p", text)
  end
  keep_screen(seen)
  send_progress(send, seen.has_progress)
  environment.seal(write)
  for _, heap in ipairs(heaps) do
    query.isolate(heap)
  end
  -- The stack of a coroutine has the recipe's frames alone.
  local ok, packed = coroutine.wrap(xpcall)(function()
    return parcel.pack(task(environment.new(write)), heaps, memory)
  end, text_of)
  if ok then
    send("r", packed)
  elseif type(packed) ~= "string" then -- an error in the handler
    send("e", "an error that cannot be shown")
  elseif packed:find "^[^\n]*out of memory" or packed:find "^not enough memory" then
    send("m", "")
  else
    send("e", packed)
  end
end

-- ---- in the parent --------------------------------------------------------------------------------

local function terminal_seen()
  local rows, columns = screen.size()
  local is_error_seen = screen.is_terminal "stderr"
  return {
    rows = rows, columns = columns, has_progress = is_error_seen and core.progress.is_shown,
    terminals = { stdin = screen.is_terminal "stdin", stdout = screen.is_terminal "stdout", stderr = is_error_seen },
  }
end

local function show_progress(text)
  local ok, stage, done, total = pcall(string.unpack, "<s4dd", text)
  if ok and done == done and total == total then
    core.progress.bar(format.cut(format.printable(stage), 40), done, total)
  end
end

--- Why a recipe ended without a result, by the ending that core.confined tells.
local endings = {
  exit = function()
    return "ended without a result"
  end,
  signal = function(_, _, name)
    return "crashed: " .. name
  end,
  unconfined = function(_, _, reason)
    return ("did not run: %s, which the sandbox needs; --trust runs it without one"):format(reason)
  end,
  memory = function(memory)
    return ("used more than %s beyond the heap; --recipe-memory %dM allows more"):format(units.bytes(memory),
      math.max(1, 4 * memory >> 20))
  end,
  processor = function(_, seconds)
    return ("ran for more than %s; --recipe-time %d allows more"):format(units.quantity(seconds, "second"), 4 * seconds)
  end,
  clock = function(_, seconds)
    return ("took more than %d seconds by the clock; --recipe-time %d allows more"):format(BY_CLOCK * seconds,
      4 * seconds)
  end,
  size = function()
    return ("returned more than %s"):format(units.bytes(MESSAGES))
  end,
}

--- Runs task(globals) in a copy of the process, and returns what that returns; raises its error, or why it ended.
local function confine(recipe, heaps, task)
  local seen, memory, seconds = terminal_seen(), recipe.memory or MEMORY, recipe.time or SECONDS
  for _, heap in ipairs(heaps) do
    core.keep_for_children(heap)
  end
  local answer, is_error
  local printed = 0
  local function receive(kind, text)
    if kind == "p" then
      printed = printed + #text
      if printed > PRINTED then
        error(("the recipe '%s' printed more than %s"):format(recipe.name, units.bytes(PRINTED)), 0)
      end
      output.write(format.printable_lines(text))
    elseif kind == "s" and seen.has_progress then
      show_progress(text)
    elseif (kind == "r" or kind == "e") and not answer then
      answer, is_error = text, kind == "e"
    end
  end
  local ending, detail = core.confined(function(send)
    run_task(send, task, heaps, seen, memory)
  end, receive, memory, seconds, BY_CLOCK * seconds, MESSAGES)
  if seen.has_progress then
    core.progress.done()
  end
  if is_error then
    error(format.printable_lines(answer:sub(1, MESSAGE)), 0)
  elseif not answer then
    error(("the recipe '%s' %s"):format(recipe.name, endings[ending](memory, seconds, detail)), 0)
  end
  local ok, value = interruption.attempt(parcel.unpack, answer, heaps, memory)
  if not ok then
    error(("the recipe '%s' %s"):format(recipe.name, value), 0)
  end
  local problem = result_check.problem(value) or text_size.problem(value)
  if problem then
    error(("the recipe '%s' returned what cannot be printed: %s"):format(recipe.name, problem), 0)
  end
  return value
end

--- What declares a recipe, as a function of the globals of its code; SQL has none.
local function declared_by(recipe)
  if recipe.query then
    return function()
      return { run = recipe.query }
    end
  end
  local code, message = files.text(recipe.path)
  if not code then
    error(message, 0)
  end
  return function(globals)
    local declared, problem = lua_recipe.evaluate(code, recipe.path, globals)
    return declared or error(problem, 0)
  end
end

-- ---- declarations ---------------------------------------------------------------------------------

local function printable(value)
  return type(value) == "string" and format.cut(format.printable(value), 1000) or nil
end

local function plain_default(value)
  if type(value) == "number" or type(value) == "boolean" then
    return value
  end
  return printable(value)
end

local function clean_choices(choices)
  if type(choices) ~= "table" then
    return nil
  end
  local clean = {}
  for i = 1, math.min(#choices, ARGUMENTS) do
    clean[i] = printable(choices[i])
  end
  return clean
end

--- The arguments that code declares, without whatever else it says.
local function clean_arguments(declared)
  if type(declared) ~= "table" or #declared > ARGUMENTS then
    return nil, "args is not an array of a few arguments"
  end
  local clean = {}
  for i, argument in ipairs(declared) do
    argument = type(argument) == "table" and argument or {}
    clean[i] = {
      name = argument.name, type = argument.type, summary = printable(argument.summary),
      optional = argument.optional == true, choices = clean_choices(argument.choices),
      default = plain_default(argument.default),
    }
  end
  local problem = arguments.problem(clean)
  return not problem and clean or nil, problem
end

--- What the code of a recipe declares.
-- @tparam recipe recipe
-- @treturn table|nil `{args =}`
-- @treturn string what is wrong
-- @usage local declared, problem = sandbox.declaration(recipe)
function M.declaration(recipe)
  local ok, args = interruption.attempt(function()
    local declared = declared_by(recipe)
    return confine(recipe, {}, function(globals)
      return declared(globals).args or {}
    end)
  end)
  if not ok then
    return nil, args
  end
  local problem
  args, problem = clean_arguments(args)
  return args and { args = args }, problem
end

-- ---- running --------------------------------------------------------------------------------------

--- The heaps that a recipe gets: the one in question, and those of its arguments.
local function heaps_of(heap, values)
  local heaps, seen = {}, {}
  local function add(found)
    if not seen[found] then
      seen[found], heaps[#heaps + 1] = true, found
    end
  end
  add(heap)
  for _, value in pairs(values) do
    local meta = getmetatable(value)
    if rawequal(meta, core.heap.meta) then
      add(value)
    elseif rawequal(meta, core.object.meta) or rawequal(meta, core.list.meta) then
      add(core.heap_of(value))
    end
  end
  return heaps
end

--- Runs a recipe.
-- @tparam recipe recipe with `memory` and `time`, the limits, where they are not the usual ones
-- @tparam heap heap
-- @tparam table values of its arguments
-- @return its result; raises its error, or the limit that it exceeded
-- @usage local result = sandbox.run(recipe, heap, { count = 5 })
function M.run(recipe, heap, values)
  local declared = declared_by(recipe)
  return confine(recipe, heaps_of(heap, values), function(globals)
    local made = declared(globals)
    local result = made.run(heap, values) -- no tail call: errors name the function
    return result
  end)
end

return M
