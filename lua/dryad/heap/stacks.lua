-- SPDX-License-Identifier: MIT
--- Threads and tasks of the process, and the frames that each is in.
--
-- A thread refers to its frames. A task refers to its coroutine, which refers to what it awaits. A suspended coroutine
-- or generator takes the place of its frame where it has no frame object.
-- @module dryad.heap.stacks

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"

local methods = core.heap.methods

local THREAD = "<thread>"
-- The type of tasks that are tasks also without a coroutine, and what a task may run.
local TASK = "_asyncio.Task"
local COROUTINES = { "coroutine", "generator" }
-- What holds coroutines by the million, and is no task.
local NO_TASKS = "type <> 'list' and type <> 'dict' and type <> 'tuple' and type <> 'set' and type <> 'frame'"
local SUSPENDED = { coroutine = true, generator = true, async_generator = true }
-- What passes a coroutine's wait on to a generator or coroutine.
local RELAYS = {
  coroutine_wrapper = true, async_generator_asend = true, async_generator_athrow = true, anext_awaitable = true,
}

--- The reference with one of these labels; nil if there is none.
local function labelled(o, labels)
  for i = 1, #o do
    if labels[o:label(i)] then
      return o[i]
    end
  end
end

local FRAME = { [".cr_frame"] = true, [".gi_frame"] = true, [".ag_frame"] = true }

--- Where a suspended coroutine or generator keeps its variables.
local function frame_of(suspended)
  local frame = labelled(suspended, FRAME)
  return frame and frame.type_str == "frame" and frame or suspended
end

local AWAITED = { [".cr_await"] = true, [".gi_yieldfrom"] = true, [".ag_await"] = true }

--- The coroutine or generator that another one awaits, as far as the dump shows: by name, or as the topmost value on
-- the stack of its frame, which has no name.
local function awaited(suspended, frame)
  local found = labelled(suspended, AWAITED)
  for i = #frame, 1, -1 do
    local o = not found and frame[i]
    if o and (SUSPENDED[o.type_str] or RELAYS[o.type_str]) and frame:label(i):find "^%[ref" then
      found = o
    end
  end
  while found and RELAYS[found.type_str] do
    local behind = found
    found = nil
    for _, o in ipairs(behind.c) do
      found = found or (SUSPENDED[o.type_str] or RELAYS[o.type_str]) and o or nil
    end
  end
  return found and SUSPENDED[found.type_str] and found or nil
end

local CORO = { ["._coro"] = true }

local function task_stack(task)
  local frames, seen = {}, {}
  local suspended = labelled(task, CORO)
  while suspended and SUSPENDED[suspended.type_str] and not seen[suspended.address] do
    seen[suspended.address] = true
    local frame = frame_of(suspended)
    table.insert(frames, 1, frame)
    suspended = awaited(suspended, frame)
  end
  return core.list_of(core.heap_of(task), frames)
end

--- Its frames one by one: a selection by type would cost the number of types, for each of many threads.
local function thread_stack(thread)
  local frames = {}
  for i = 1, #thread do
    local o = thread[i]
    frames[#frames + 1] = o and o.type_str == "frame" and o or nil
  end
  return core.list_of(core.heap_of(thread), frames)
end

--- The frames of a thread or task, innermost first: a list of objects with `file`, `line` and `name`, and with their
-- local variables in `d`. Nil for any other object.
-- @function object.stack
-- @usage print(heap:threads()[1].stack)
function core.object.getters.stack(o)
  if o.type_str == THREAD then
    return thread_stack(o)
  end
  return (o.type_str == TASK or labelled(o, CORO)) and task_stack(o) or nil
end

--- The threads of the process; empty if the dump has no facts of it. Each has a `stack`.
-- @function heap:threads
-- @treturn list in address order
-- @usage for _, thread in ipairs(heap:threads()) do print(thread.name, thread.stack[1]) end
function methods.threads(heap)
  check.self(heap, "heap", "threads")
  return core.list_of_type(heap, THREAD)
end

--- The tasks of the process's event loops; empty if the dump has no facts of the process. Each has a `stack`.
-- @function heap:tasks
-- @treturn list in address order
-- @usage for _, task in ipairs(heap:tasks()) do print(task.name, task.stack[1]) end
function methods.tasks(heap)
  check.self(heap, "heap", "tasks")
  if not heap.process then
    return core.list_of(heap, {})
  end
  local found = core.list_of_type(heap, TASK)
  for _, type_str in ipairs(COROUTINES) do
    found = found + core.list_of_type(heap, type_str).p:filter(NO_TASKS):filter(function(o)
      return labelled(o, CORO) ~= nil
    end)
  end
  return found:sort("address", "asc")
end
