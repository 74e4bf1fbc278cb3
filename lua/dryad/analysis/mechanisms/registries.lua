-- SPDX-License-Identifier: MIT
--- Containers that are known to keep what is put into them: of the event loop, queues, logging, the interpreter.
-- @module dryad.analysis.mechanisms.registries

local naming = require "dryad.analysis.naming"
local units = require "dryad.text.units"

--- How many items a container has.
local function entries(o)
  return o.len or #o
end

local function constant(text)
  return function() return text end
end

local QUEUES = { ["collections.deque"] = true, deque = true, list = true }

local function queue_text(detail)
  local waiting = entries(detail.container)
  return ("a queue that is not drained: %s items wait in the %s"):format(units.count(waiting),
    naming.class(detail.keeper))
end

local TIMERS = constant "the event loop's timers (`_scheduled`)"
local READY = constant "the event loop's queue of calls that are ready (`_ready`)"
local CALLS = constant "the calls that a mock records"
local CALLBACKS = constant "the callbacks of futures"

local function loggers_text(detail)
  return ("logging's table of loggers, which are never freed: %s entries"):format(
    units.count(entries(detail.container)))
end

-- By the label of the reference to the container: `next` and `of`, patterns for the type of what the container holds
-- and of what has it; `container`, its types; `module`, the module that has it.
local BY_LABEL = {
  ["._scheduled"] = { { kind = "timers", next = "TimerHandle$", text = TIMERS } },
  ["._ready"] = { { kind = "ready", next = "Handle$", text = READY } },
  ["._fd_to_key"] = { { kind = "selector", text = constant "a selector's registered files (`_fd_to_key`)" } },
  [".queue"] = { { kind = "queue", of = "Queue$", container = QUEUES, text = queue_text } },
  ["._queue"] = { { kind = "queue", of = "Queue$", container = QUEUES, text = queue_text } },
  [".loggerDict"] = { { kind = "logging", text = loggers_text } },
  ["._handlers"] = { { kind = "logging", module = "logging", text = constant "logging's table of handlers" } },
  [".mock_calls"] = { { kind = "mock", text = CALLS } },
  ["._mock_mock_calls"] = { { kind = "mock", text = CALLS } },
  ["._mock_call_args_list"] = { { kind = "mock", text = CALLS } },
  [".call_args_list"] = { { kind = "mock", text = CALLS } },
  [".method_calls"] = { { kind = "mock", next = "Call", text = CALLS } },
  ["._exit_callbacks"] = { { kind = "exit stack", text = constant "the callbacks of an ExitStack that stays open" } },
  ["._callbacks"] = { { kind = "callbacks", of = "Future$", text = CALLBACKS } },
  ["._result"] = {
    { kind = "result", of = "Future$", text = constant "the results of futures that are done" },
    { kind = "result", of = "Task$", text = constant "the results of tasks that are done" },
  },
  [".data"] = { { kind = "weak keys", of = "WeakKeyDictionary$", text = constant
    "the values of a WeakKeyDictionary: a value must not refer to its key" } },
  ["._done_callbacks"] = { { kind = "callbacks", of = "Future$", text = CALLBACKS } },
  [".__warningregistry__"] = { { kind = "warnings", text = constant
    "a module's `__warningregistry__`: an entry for each different warning" } },
  [".garbage"] = { { kind = "gc.garbage", module = "gc", text = constant
    "gc.garbage, where the collector puts what it must not free" } },
  [".cache"] = { { kind = "linecache", module = "linecache", text = constant
    "linecache.cache: the source lines of code, also of code made at run time" } },
  [".last_value"] = { { kind = "last exception", module = "sys", text = constant
    "sys.last_value, the last uncaught exception" } },
  [".last_exc"] = { { kind = "last exception", module = "sys", text = constant
    "sys.last_exc, the last uncaught exception" } },
  [".last_traceback"] = { { kind = "last exception", module = "sys", text = constant
    "sys.last_traceback, of the last uncaught exception" } },
}

local function fits(rule, trail, i)
  local container, item = trail[i + 1], trail.types[i + 2]
  return (not rule.of or trail.types[i]:find(rule.of))
    and (not rule.module or trail.types[i] == "module" and trail[i].name == rule.module)
    and (not rule.container or rule.container[container.type_str])
    and (not rule.next or item and item:find(rule.next))
end

local function by_label(trail, i)
  for _, rule in ipairs(trail[i + 1] and BY_LABEL[trail:label(i)] or {}) do
    if fits(rule, trail, i) then
      return { kind = rule.kind, say = rule.text, keeper = trail[i], container = trail[i + 1], key = rule.kind }
    end
  end
end

local function executor_text(detail)
  return ("the queue of an executor, whose workers do not keep up: %s calls (_WorkItem) wait"):format(
    units.count(entries(detail.container)))
end

--- Its items are in a list, or, from 3.13 on, in itself.
local function simple_queue(trail, i)
  local is_in_list = trail.types[i + 1] == "list"
  local container, item = trail[is_in_list and i + 1 or i], trail.types[is_in_list and i + 2 or i + 1]
  if not item then
    return nil
  end
  local is_of_executor = item == "_WorkItem"
  return {
    kind = is_of_executor and "executor" or "queue", say = is_of_executor and executor_text or queue_text,
    keeper = trail[i], container = container, key = "",
  }
end

local function kept_by(kind)
  return function(trail, i)
    return trail[i + 1] and { kind = kind, keeper = trail[i], key = kind } or nil
  end
end

-- ---- what registers calls -------------------------------------------------------------------------

local function finalizers(trail, i)
  local f = naming.field(trail[i], ".func")
  local name = f and naming.field(trail[i], ".weakref") and naming.function_name(f)
  local argument = name and trail[i + 1] and trail:label(i):match "^%.k?w?args$"
  return argument and { keeper = trail[i], function_name = name, label = argument, key = name } or nil
end

local function finalizers_text(found)
  local top = found.top
  return ("weakref.finalize's registry, as `%s` of %s: arguments must not refer to the object itself"):format(
    top.label:sub(2), top.function_name)
end

local ROOTS = {
  atexit = { kind = "atexit", text = "what is registered with atexit, until the process ends" },
  signal = { kind = "signal", text = "a signal's handler" },
}

local function of_root(trail, i)
  local root = i == 1 and ROOTS[trail.reason]
  return root and { kind = root.kind, say = constant(root.text), keeper = trail[1], key = root.kind } or nil
end

local function native(trail, i)
  return i == 1 and #trail == 1 and trail.reason == "native" and { keeper = trail[1], key = "" } or nil
end

local function said(found)
  return found.top.say(found.top)
end

return {
  { kind = "registry", role = "holder", label = BY_LABEL, on_way = by_label, text = said },
  { kind = "registry", role = "holder", types = { "_queue.SimpleQueue" }, on_way = simple_queue, text = said },
  { kind = "tee", role = "holder", types = { "itertools._tee_dataobject" }, on_way = kept_by "tee",
    text = constant "itertools.tee: one of its iterators lags behind the others" },
  { kind = "pickler", role = "holder", types = { "_pickle.Pickler" }, on_way = kept_by "pickler",
    text = constant "the memo of a Pickler, which keeps whatever it has pickled" },
  { kind = "finalizer", role = "holder", types = { "_Info" }, on_way = finalizers, text = finalizers_text },
  { kind = "root", role = "holder", is_of_root = true, on_way = of_root, text = said },
  { kind = "native", role = "holder", is_of_root = true, on_way = native, text = function()
    return "native code: their reference counts are higher than the number of references in the dump"
  end },
}
