-- SPDX-License-Identifier: MIT
--- What threads and tasks were doing, and what the local variables of their frames keep alive.
-- @module dryad.analysis.stacks

local check = require "dryad.text.argument_errors"
local columns = require "dryad.text.columns"
local core = require "dryad.core"
local format = require "dryad.text.format"
local interruption = require "dryad.text.interruption"
local naming = require "dryad.analysis.naming"
local screen = require "dryad.text.screen"
local units = require "dryad.text.units"

local M = {}

local LOCALS = 3 -- printed of a frame, those that keep most
local LEAST = 1024 -- bytes that a local variable keeps to be printed
local FRAMES = 20 -- printed of a stack, the innermost
local NAMES = 4 -- printed of threads with the same stack

local Stacks, Stack = { __name = "dryad.stacks" }, { __name = "dryad.stack" }
Stacks.__index = Stacks

-- What a variable names but does not keep.
local SHARED = { module = true, type = true, ["function"] = true, NoneType = true, bool = true }

--- Adds the variables of a frame to what is known of them by name.
local function add_locals(known, frame)
  for i = 1, #frame do
    local name, o = naming.variable(frame:label(i)), frame[i]
    if name and o and not SHARED[o.type_str] then
      local variable = known[name]
      if not variable then
        variable = { name = name, object = o, objects = 0, retained = 0, seen = {} }
        known[name], known[#known + 1] = variable, variable
      end
      if not variable.seen[o.address] then
        variable.seen[o.address] = true
        variable.objects = variable.objects + 1
        variable.type = (variable.type or o.type_str) == o.type_str and o.type_str or "object"
        variable.retained = variable.retained + (o.retained_size or 0)
      end
    end
  end
end

local function by_retained(a, b)
  if a.retained ~= b.retained then
    return a.retained > b.retained
  end
  return a.name < b.name
end

--- The place of a frame in the code, which is the same in all threads that run it.
local function place_of(frame)
  return ("%s\0%s\0%s"):format(frame.name or "", frame.file or "", frame.line or "")
end

--- What is text, as names are.
local function text_of(value)
  return type(value) == "string" and value or nil
end

local function new_stack(kind, frames)
  local stack = { kind = kind, names = {}, count = 0, retained = 0, frames = {}, objects = {} }
  for i, frame in ipairs(frames) do
    stack.frames[i] = {
      name = text_of(frame.name or frame.value), file = frame.file, line = frame.line, retained = 0, locals = {},
      object = frame,
    }
  end
  return setmetatable(stack, Stack)
end

--- The name of a thread or task; of a thread that has none, `main` if it is the first of its process.
local function name_of(o, kind, process)
  if o.name or kind == "task" then
    return o.name or o.value
  end
  local good, known = interruption.attempt(core.json.decode, o.value or "") -- a thread's value are its facts
  local is_main = good and type(known) == "table" and process and process.pid and known.native_id == process.pid
  return is_main and "main" or nil
end

local function add_to(stack, o, frames, process)
  stack.count = stack.count + 1
  stack.names[#stack.names + 1] = text_of(name_of(o, stack.kind, process))
  stack.objects[stack.count] = o
  stack.retained = units.add(stack.retained, o.retained_size)
  for i, frame in ipairs(frames) do
    local of = stack.frames[i]
    of.retained = units.add(of.retained, frame.retained_size)
    add_locals(of.locals, frame)
  end
end

--- Groups objects by their stacks.
local function gather(found, kind, objects)
  local by_places, process = {}, found.heap.process
  for _, o in ipairs(objects) do
    local frames, places = {}, {}
    for i, frame in ipairs(o.stack or {}) do
      frames[i], places[i] = frame, place_of(frame)
    end
    local key = table.concat(places, "\1")
    if not by_places[key] then
      by_places[key] = new_stack(kind, frames)
      found[#found + 1] = by_places[key]
    end
    add_to(by_places[key], o, frames, process)
  end
end

--- `Task-9` before `Task-10`.
local function in_natural_order(a, b)
  local first, second = a:gsub("%d+", function(digits) return ("%20s"):format(digits) end),
    b:gsub("%d+", function(digits) return ("%20s"):format(digits) end)
  return first < second
end

local function finish(stack)
  table.sort(stack.names, in_natural_order)
  for _, frame in ipairs(stack.frames) do
    for i, variable in ipairs(frame.locals) do
      frame.locals[variable.name], variable.seen = nil, nil
      frame.locals[i] = variable
    end
    table.sort(frame.locals, by_retained)
  end
end

--- What the threads and tasks of the process were doing.
-- @tparam heap heap
-- @treturn {stack,...} `{kind = "thread" or "task", names =, count = how many have the same stack, retained = bytes
--   that would be freed with them, frames = {{name =, file =, line =, retained =, locals = {{name =, object = the
--   first, objects = how many, retained = in all}, ...}}, ...}, innermost first}`: threads first, those that retain
--   most first; prints as a report
-- @usage print(require("dryad.analysis.stacks").of(heap))
function M.of(heap)
  check.argument(rawequal(getmetatable(heap), core.heap.meta), "stacks", "heap", "a heap", heap)
  local stacks = { heap = heap, threads = #heap:threads(), tasks = #heap:tasks() }
  for kind, objects in pairs { thread = heap:threads(), task = heap:tasks() } do
    gather(stacks, kind, objects)
  end
  for _, stack in ipairs(stacks) do
    finish(stack)
  end
  table.sort(stacks, function(a, b)
    if a.kind ~= b.kind then
      return a.kind == "thread"
    elseif a.retained ~= b.retained then
      return a.retained > b.retained
    end
    return (a.names[1] or "") < (b.names[1] or "")
  end)
  return setmetatable(stacks, Stacks)
end

local FRAME = { "name", "file", "line", "retained", "locals" }
local STACK = { "kind", "names", "count", "retained", "frames" }

local function in_order(value, names)
  return setmetatable(value, { __json_value = function(v) return v, names end })
end

function Stack.__json_value(stack)
  local frames = {}
  for i, frame in ipairs(stack.frames) do
    local locals = {}
    for k, variable in ipairs(frame.locals) do
      locals[k] = in_order(variable, { "name", "object", "objects", "retained" })
    end
    frames[i] = in_order({
      name = frame.name, file = frame.file, line = frame.line, retained = frame.retained, locals = locals,
    }, FRAME)
  end
  return {
    kind = stack.kind, names = stack.names, count = stack.count, retained = stack.retained, frames = frames,
  }, STACK
end

function Stacks.__json_value(stacks)
  return table.move(stacks, 1, #stacks, 1, {})
end

--- What the threads and tasks of the process were doing, those with the same stack together.
-- @function heap:stacks
-- @treturn {stack,...} as above
-- @usage print(heap:stacks())
function core.heap.methods.stacks(heap)
  return M.of(check.self(heap, "heap", "stacks"))
end

-- ---- in words -------------------------------------------------------------------------------------

local function quoted(names)
  local shown = {}
  for i = 1, math.min(NAMES, #names) do
    shown[i] = ("'%s'"):format(format.short(names[i]))
  end
  return table.concat(shown, ", ") .. (#names > NAMES and ", ..." or "")
end

local function head_of(stack, style)
  local names = quoted(stack.names)
  local who = stack.count == 1 and ("<%s %s>"):format(stack.kind, names ~= "" and names or "without a name")
    or ("%s %ss with the same stack%s"):format(units.count(stack.count), stack.kind,
      names ~= "" and ": " .. names or "")
  return ("%s, retain%s %s"):format(style("bold", who), stack.count == 1 and "s" or "",
    units.bytes(stack.retained))
end

--- The variables of a frame that are worth a line: those that keep most, and were not shown for an inner frame.
local function worth_showing(frame, is_shown)
  local found = {}
  for _, variable in ipairs(frame.locals) do
    local address = variable.object.address
    if #found < LOCALS and variable.retained >= LEAST and not is_shown[address] then
      found[#found + 1], is_shown[address] = variable, true
    end
  end
  return found
end

local function add_variables(lines, variables)
  local names, width = {}, 0
  for i, variable in ipairs(variables) do
    names[i] = format.cut(format.printable(variable.name), columns.WIDEST)
    width = math.max(width, format.width(names[i]))
  end
  for i, variable in ipairs(variables) do
    local what = variable.objects == 1 and tostring(variable.object)
      or ("%s %s"):format(units.count(variable.objects), format.short(variable.type))
    lines[#lines + 1] = ("       %s  %9s  %s"):format(columns.pad(names[i], width),
      units.bytes(variable.retained), what)
  end
end

local function add_stack(lines, stack, style)
  local is_shown = {}
  lines[#lines + 1] = head_of(stack, style)
  for i, frame in ipairs(stack.frames) do
    if i > FRAMES then
      lines[#lines + 1] = ("   ... and %d outer frames"):format(#stack.frames - FRAMES)
      break
    end
    lines[#lines + 1] = "   " .. naming.place(frame.object)
    add_variables(lines, worth_showing(frame, is_shown))
  end
  if #stack.frames == 0 then
    lines[#lines + 1] = "   no frame: it does not run Python code"
  end
end

local function plain(_, text)
  return text
end

--- Without colour, for a part of another report.
function Stack.__tostring(stack)
  local lines = {}
  add_stack(lines, stack, plain)
  return table.concat(lines, "\n")
end

function Stacks.__tostring(stacks)
  if #stacks == 0 then
    return stacks.heap.process and "no threads or tasks"
      or "The dump does not tell of threads: Dryad's own scanner does (dryad dump PID)."
  end
  local lines = { ("%s, %s; innermost frame first, with the variables that keep most"):format(
    units.quantity(stacks.threads, "thread"), units.quantity(stacks.tasks, "task")) }
  for _, stack in ipairs(stacks) do
    lines[#lines + 1] = ""
    add_stack(lines, stack, screen.style)
  end
  return table.concat(lines, "\n")
end

return M
