-- SPDX-License-Identifier: MIT
--- What threads and tasks were doing, and what the local variables of their frames keep alive.
-- @module dryad.analysis.stacks

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local interruption = require "dryad.text.interruption"
local naming = require "dryad.analysis.naming"
local stacks_text = require "dryad.analysis.stacks_text"
local units = require "dryad.text.units"

local M = {}

local MOST_REFS = 10000 -- of a frame that are looked at: it has no more variables than its code names
local MOST_FRAMES = 1000 -- told of a stack where the number of threads is limited, the innermost

local Stacks = { __name = "dryad.stacks", __tostring = stacks_text.all }
local Stack = { __name = "dryad.stack", __tostring = stacks_text.stack }
Stacks.__index = Stacks

-- What a variable names but does not keep.
local SHARED = { module = true, type = true, ["function"] = true, NoneType = true, bool = true }

--- Adds the variables of a frame to what is known of them by name.
local function add_locals(known, frame)
  for i = 1, math.min(#frame, MOST_REFS) do
    local name, o = naming.variable(frame:label(i)), frame[i]
    if name and o and not SHARED[o.type_str] then
      local variable = known[name]
      if not variable then
        variable = { name = name, object = o, objects = 0, retained = 0, seen = {}, all = {} }
        known[name], known[#known + 1] = variable, variable
      end
      if not variable.seen[o.address] then
        variable.seen[o.address] = true
        variable.objects = variable.objects + 1
        variable.all[variable.objects] = o
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
local function gather(found, kind, objects, most_frames)
  local by_places, process = {}, found.heap.process
  for _, o in ipairs(objects) do
    local frames, places = {}, {}
    local stack = o.stack or {}
    for i = 1, math.min(#stack, most_frames) do
      frames[i], places[i] = stack[i], place_of(stack[i])
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

--- Those of some objects that retain most; all of them without a number.
local function largest(list, most)
  return most and #list > most and list:sort("retained_size"):head(most) or list
end

--- What the threads and tasks of the process were doing.
-- @tparam heap heap
-- @tparam[opt] integer most threads, and as many tasks, that are looked at, those that retain most, and of each only
--   the inner frames; default: all
-- @treturn {stack,...} `{kind = "thread" or "task", names =, count = how many have the same stack, retained = bytes
--   that would be freed with them, objects = the threads or tasks, frames = {{name =, file =, line =, retained =,
--   object =, locals = {{name =, object = the first, objects = how many, all = an array of them, retained = in all},
--   ...}}, ...}, innermost first}`: threads first, those that retain most first; `threads` and `tasks` are the numbers
--   of all, `more` of those that were not looked at; prints as a report
-- @usage print(require("dryad.analysis.stacks").of(heap))
function M.of(heap, most)
  check.argument(rawequal(getmetatable(heap), core.heap.meta), "stacks", "heap", "a heap", heap)
  local threads, tasks = heap:threads(), heap:tasks()
  local stacks = { heap = heap, threads = #threads, tasks = #tasks, more = 0 }
  for kind, objects in pairs { thread = threads, task = tasks } do
    local found = largest(objects, most)
    stacks.more = stacks.more + #objects - #found
    gather(stacks, kind, found, most and MOST_FRAMES or math.huge)
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

return M
