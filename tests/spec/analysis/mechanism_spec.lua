-- SPDX-License-Identifier: MIT
local dump_builder = require "tests.spec.support.dump_builder"
local mechanism = require "dryad.analysis.mechanism"

local MEMBERS = 10

--- The mechanism for all objects of type Payload in a dump: `MEMBERS` of them, each kept by what `make(builder, its
-- address, its number)` returns, in a list of module app; but `others` of them are kept by the list directly.
local function with_list(make, others)
  local b, items = dump_builder.new(), {}
  for i = 1, MEMBERS do
    local payload = b:add("Payload", {}, { size = 1000 })
    items[i] = i <= (others or 0) and payload or make(b, payload, i)
  end
  b:module("app", { { "items", b:add("list", items, { len = MEMBERS }) } })
  local heap = b:heap()
  return mechanism.of(heap, heap "Payload"), heap
end

local function text_with_list(make, others)
  local found = with_list(make, others)
  return found and found.text
end

--- That a mechanism is said of all, also if it holds for 6 of 10, but not if it holds for 5 of 10.
local function assert_said(text, make, text_of_most)
  assert.equal(text, text_with_list(make))
  assert.equal(text_of_most or text, text_with_list(make, 4))
  assert.is_nil(text_with_list(make, 5))
end

local function frame(b, name, line, variables)
  local f = b:named("frame", variables, { value = name, file = "/srv/app/jobs.py", line = line })
  return f
end

local function exception(b, frames, more)
  local traceback
  for i = #frames, 1, -1 do
    local fields = { { "tb_frame", frames[i] } }
    fields[2] = traceback and { "tb_next", traceback } or nil
    traceback = b:named("traceback", fields)
  end
  local attributes = { { "__traceback__", traceback }, { "args", b:add("tuple", {}) } }
  return b:instance("BadInvoice", table.move(more or {}, 1, #(more or {}), 3, attributes))
end

local function suspended(b, type_str, name, variables)
  return b:named(type_str, variables, { name = name, file = "/srv/app/jobs.py", line = 12 })
end

local function func(b, name, named, fields)
  local all = { name = name }
  for key, value in pairs(fields or {}) do
    all[key] = value
  end
  return b:named("function", table.move(named, 1, #named, 2, { { "__qualname__", b:text(name) } }), all)
end

describe("a mechanism: exceptions", function()
  local function raised(b, payload)
    local outer = frame(b, "run", 25, { { "f_globals", b:add("dict", {}, { size = 9000 }) } })
    return exception(b, { outer, frame(b, "parse", 41, { { "payload", payload } }) })
  end

  it("give way to a frame's own variables where nothing but the frame is kept", function()
    local b = dump_builder.new()
    local frames = {}
    for i = 1, MEMBERS do
      frames[i] = frame(b, "query", 22, { { "rows", b:add("list", {}, { size = 1000 }) } })
    end
    b:module("app", { { "calls", b:add("list", frames, { len = MEMBERS }) } })
    local heap = b:heap()
    assert.equal("the frames themselves: local `rows` of query (jobs.py:22), 9.8KiB",
      mechanism.of(heap, heap "frame").text)
  end)

  it("keep variables by their tracebacks' frames", function()
    assert_said("the tracebacks of BadInvoice: local `payload` of parse (jobs.py:41), 9.8KiB", raised,
      "the tracebacks of BadInvoice: local `payload` of parse (jobs.py:41), 5.9KiB")
    local found = with_list(raised)
    assert.same({ "traceback", "parse", "payload", "/srv/app/jobs.py", 41, 10000 },
      { found.kind, found["function"], found["local"], found.file, found.line, found.bytes })
  end)

  it("are told by their heaviest variable, the innermost frame's if two have it", function()
    local _, heap = with_list(function(b, payload)
      local small = b:add("Small", {}, { size = 300 })
      return exception(b, { frame(b, "run", 25, { { "p", payload }, { "small", small } }),
        frame(b, "parse", 41, { { "payload", payload } }) })
    end)
    assert.equal("their tracebacks' frames: local `payload` of parse (jobs.py:41), 9.8KiB",
      mechanism.of(heap, heap "BadInvoice").text)
  end)

  it("are not told by variables that something else keeps too, nor by small ones", function()
    local _, heap = with_list(function(b, payload)
      local e = exception(b, { frame(b, "parse", 41, { { "payload", payload } }) })
      return b:add("tuple", { e, payload })
    end)
    assert.is_nil(mechanism.of(heap, heap "BadInvoice"))
    _, heap = with_list(function(b, payload)
      local small = b:add("Small", {}, { size = 10 })
      return exception(b, { frame(b, "parse", 41, { { "small", small } }) }, { { "payload", payload } })
    end)
    assert.is_nil(mechanism.of(heap, heap "BadInvoice"))
  end)

  it("may have been raised from those that keep", function()
    assert_said("the tracebacks of BadInvoice (`__context__`): local `payload` of parse (jobs.py:41), 9.8KiB",
      function(b, payload)
        local cause = exception(b, { frame(b, "parse", 41, { { "payload", payload } }) })
        return b:instance("KeyError", { { "__context__", cause } })
      end, "the tracebacks of BadInvoice (`__context__`): local `payload` of parse (jobs.py:41), 5.9KiB")
  end)

  it("are told without a function where there are many", function()
    local function elsewhere(b, payload, i)
      return exception(b, { frame(b, "parse" .. i, 41, { { "payload", payload } }) })
    end
    assert.equal("the tracebacks of BadInvoice", text_with_list(elsewhere))
  end)

  it("may be what a future ended with", function()
    local _, heap = with_list(function(b, payload)
      local e = exception(b, { frame(b, "parse", 41, { { "payload", payload } }) })
      return b:instance("Future", { { "_exception", e } })
    end)
    assert.equal("the tracebacks of their exceptions: local `payload` of parse (jobs.py:41), 9.8KiB",
      mechanism.of(heap, heap "Future").text)
  end)

  it("may be the last one that nobody caught", function()
    local b = dump_builder.new()
    local last = frame(b, "last", 38, { { "held", b:add("Payload", {}) } })
    b:module("sys", { { "last_traceback", b:named("traceback", { { "tb_frame", last } }) } })
    local heap = b:heap()
    assert.equal("sys.last_traceback, of the last uncaught exception, through the frames of a traceback: local `held` "
      .. "of last (jobs.py:38), 100B", mechanism.of(heap, heap "Payload").text)
  end)
end)

describe("a mechanism: what is suspended", function()
  it("keeps variables: generators, coroutines, asynchronous generators", function()
    local names = { generator = "generator", coroutine = "coroutine", async_generator = "async generator" }
    for type_str, name in pairs(names) do
      local text = ("suspended %ss of pages (jobs.py:12): local `rows`"):format(name)
      assert_said(text .. ", 9.8KiB", function(b, payload)
        return suspended(b, type_str, "pages", { { "rows", payload } })
      end, text .. ", 5.9KiB")
    end
  end)

  it("keeps variables in a frame of its own before 3.11", function()
    local text = text_with_list(function(b, payload)
      local f = frame(b, "pages", 12, { { "rows", payload } })
      return suspended(b, "generator", "pages", { { "gi_frame", f } })
    end)
    assert.equal("suspended generators of pages (jobs.py:12): local `rows`, 9.8KiB", text)
  end)

  it("is told as what members are themselves", function()
    local _, heap = with_list(function(b, payload)
      return suspended(b, "generator", "pages", { { "rows", payload } })
    end)
    assert.equal("their suspended frames: local `rows` of pages (jobs.py:12), 9.8KiB",
      mechanism.of(heap, heap "generator").text)
  end)

  it("may be one that keeps all", function()
    local b, payloads = dump_builder.new(), {}
    for i = 1, MEMBERS do
      payloads[i] = b:add("Payload", {})
    end
    local main = suspended(b, "coroutine", "main", { { "rows", b:add("list", payloads, { len = MEMBERS }) } })
    b:module("app", { { "runner", main } })
    local heap = b:heap()
    assert.equal("the suspended coroutine main (jobs.py:12): local `rows`, 1.1KiB",
      mechanism.of(heap, heap "Payload").text)
  end)

  it("may belong to tasks, which wait in something", function()
    local function task(b, payload)
      local event = b:add("Event", {})
      local wait = suspended(b, "coroutine", "wait", { { "self", event } })
      local follow = suspended(b, "coroutine", "follow", { { "book", payload }, { "cr_await", wait } })
      return b:named("_asyncio.Task", { { "_coro", follow } }, { name = "Task-7" })
    end
    assert_said("tasks of follow (jobs.py:12), waiting in Event.wait: local `book`, 9.8KiB", task,
      "tasks of follow (jobs.py:12), waiting in Event.wait: local `book`, 5.9KiB")
    local _, heap = with_list(task)
    assert.equal("their coroutines, suspended in follow (jobs.py:12) and waiting in Event.wait: local `book`, 9.8KiB",
      mechanism.of(heap, heap "_asyncio.Task").text)
  end)
end)

describe("a mechanism: functions and calls", function()
  local function closure(b, payload)
    local cell = b:named("cell", { { "cell_contents", payload } })
    local other = b:named("cell", { { "cell_contents", b:add("int", {}, { value = 3 }) } })
    local code = b:add("code", { b:add("tuple", { b:text "x", b:text "count", b:text "message" }) }, { name = "retry" })
    return func(b, "send.<locals>.retry", { { "__code__", code }, { "__closure__", b:add("tuple", { other, cell }) } })
  end

  it("closures keep variables", function()
    assert_said("variable `message` of functions send.<locals>.retry, 9.8KiB", closure,
      "variable `message` of functions send.<locals>.retry, 5.9KiB")
    local _, heap = with_list(closure)
    assert.equal("their closures: variable `message` of function send.<locals>.retry, 9.8KiB",
      mechanism.of(heap, heap "function").text)
  end)

  it("closures up to Python 3.10 have the names of their variables in a tuple of their own", function()
    assert_said("variable `message` of functions retry, 9.8KiB", function(b, payload)
      local function names(...)
        return b:add("tuple", { ... })
      end
      local cell, other = b:named("cell", { { "cell_contents", payload } }), b:named("cell", {})
      local code = b:add("code", {
        names(b:text "number", b:text "frame"), names(b:text "count", b:text "message"), names(),
      }, { name = "retry" })
      return func(b, "retry", { { "__code__", code }, { "__closure__", names(other, cell) } })
    end, "variable `message` of functions retry, 5.9KiB")
  end)

  it("closures that keep each other are held by who holds the first", function()
    local b, payloads, before = dump_builder.new(), {}, nil
    for i = 1, MEMBERS do
      payloads[i] = b:add("Payload", {}, { size = 1000 })
    end
    for i = MEMBERS, 1, -1 do -- so that the first that is looked at belongs to the function that is a root
      local cells = b:add("tuple", { before and b:named("cell", { { "cell_contents", before } }) or b:named("cell", {}),
        b:named("cell", { { "cell_contents", payloads[i] } }) })
      local code = b:add("code", { b:add("tuple", { b:text "previous", b:text "settings" }) }, { name = "on_hup" })
      before = func(b, "on_hup", { { "__code__", code }, { "__closure__", cells } })
    end
    b.records[(before - b.records[1].address) // 16 + 1].root = "signal"
    local heap = b:heap_with_facts()
    assert.equal("a signal's handler, through variable `settings` of functions on_hup, 9.8KiB",
      mechanism.of(heap, heap "Payload").text)
  end)

  it("closures are not told by what others keep too", function()
    local _, heap = with_list(function(b, payload)
      return b:add("tuple", { closure(b, payload), payload })
    end)
    assert.is_nil(mechanism.of(heap, heap "function"))
  end)

  it("bound methods keep their objects", function()
    assert_said("bound methods `Session.on_tick`", function(b, payload)
      return b:named("method", { { "__func__", func(b, "Session.on_tick", {}) }, { "__self__", payload } })
    end)
  end)

  it("partial functions and calls to be made keep arguments", function()
    assert_said("arguments of functools.partial(handle)", function(b, payload)
      local arguments = b:add("tuple", { payload })
      return b:named("functools.partial", { { "func", func(b, "handle", {}) }, { "args", arguments } })
    end)
    assert_said("arguments of calls to handle", function(b, payload)
      return b:instance("Handle", { { "_callback", func(b, "handle", {}) }, { "_args", b:add("tuple", { payload }) } })
    end)
    assert.is_nil(text_with_list(function(b, payload)
      return b:instance("Command", { { "args", b:add("tuple", { payload }) } })
    end))
  end)

  it("functions keep default arguments", function()
    assert_said("default arguments of handler", function(b, payload)
      return func(b, "handler", { { "__defaults__", b:add("tuple", { payload }) } })
    end)
  end)

  it("log records keep their arguments", function()
    assert_said("arguments of log records", function(b, payload)
      return b:instance("LogRecord", { { "args", b:add("tuple", { payload }) } })
    end)
  end)

  it("memoryviews keep buffers", function()
    local function view(b, payload)
      return b:add("memoryview", { b:add("managedbuffer", { payload }) })
    end
    assert_said("memoryviews: each view, however short, keeps its whole buffer", view)
    local _, heap = with_list(view)
    assert.equal("the buffers that they are views of: each keeps a whole Payload, 9.8KiB",
      mechanism.of(heap, heap "memoryview").text)
  end)
end)

--- The text for all Payloads of a dump, which `build(builder, their addresses)` completes.
local function text_of(build, with_facts)
  local b, payloads = dump_builder.new(), {}
  for i = 1, MEMBERS do
    payloads[i] = b:add("Payload", {})
  end
  build(b, payloads)
  local heap = with_facts and b:heap_with_facts() or b:heap()
  local found = mechanism.of(heap, heap "Payload")
  return found and found.text
end

local function list_of(b, items, type_str)
  return b:add(type_str or "list", items, { len = #items })
end

describe("a mechanism: where many lie", function()
  local function map(items, f)
    local made = {}
    for i, item in ipairs(items) do
      made[i] = f(item, i)
    end
    return made
  end

  it("caches of functions", function()
    local function cache(b, payloads, bounded)
      local items = {}
      for i, payload in ipairs(payloads) do
        table.move({ b:add("int", {}, { value = i }), payload }, 1, 2, #items + 1, items)
      end
      local fields = {
        { "__wrapped__", func(b, "Report.total", {}) }, { "cache", b:add("dict", items, { len = #payloads }) },
      }
      if bounded then
        table.insert(fields, 1, { "result", payloads[1] })
        local size = b:named("cell", { { "cell_contents", b:add("int", {}, { value = 128 }) } })
        local parameters = func(b, "lru_cache.<locals>.<lambda>", { { "__closure__", b:add("tuple", { size }) } })
        fields[#fields + 1] = { "__dict__", b:dict { { "cache_parameters", parameters } } }
      end
      b:module("app", { { "total", b:named("functools._lru_cache_wrapper", fields) } })
    end
    assert.equal("the cache of Report.total: lru_cache(maxsize=None), 10 entries", text_of(cache))
    assert.equal("the cache of Report.total: lru_cache(maxsize=128), 10 entries", text_of(function(b, payloads)
      cache(b, payloads, true)
    end))
  end)

  it("attributes of classes and functions, if they are no functions themselves", function()
    local function attribute(type_str, value)
      return function(b, payloads)
        local dict = b:dict { { "results", value(b, payloads) } }
        local of = b:named(type_str, { { "__dict__", dict } }, { name = "Worker" })
        b:module("app", { { "Worker", of } })
      end
    end
    assert.equal("the class attribute Worker.results, which all instances share", text_of(attribute("type", list_of)))
    assert.equal("`results` of function Worker", text_of(attribute("function", list_of)))
    assert.is_nil(text_of(attribute("type", function(b, payloads)
      return b:named("function", { { "__annotations__", list_of(b, payloads) } }, { name = "f" })
    end)))
  end)

  it("attributes of many classes", function()
    assert.equal("the attribute `payload` of 10 classes Row", text_of(function(b, payloads)
      b:module("app", { { "rows", list_of(b, map(payloads, function(payload)
        return b:named("type", { { "__dict__", b:dict { { "payload", payload } } } }, { name = "Row" })
      end)) } })
    end))
  end)

  it("timers and ready calls of the event loop, and how these keep", function()
    local function loop(label, type_str)
      return function(b, payloads)
        local handles = map(payloads, function(payload)
          local on_idle = func(b, "Connection.on_idle", {})
          local method = b:named("method", { { "__func__", on_idle }, { "__self__", payload } })
          return b:instance(type_str, { { "_callback", method } })
        end)
        b:module("app", { { "loop", b:instance("EventLoop", { { label, list_of(b, handles) } }) } })
      end
    end
    assert.equal("the event loop's timers (`_scheduled`), through bound methods `Connection.on_idle`",
      text_of(loop("_scheduled", "TimerHandle")))
    assert.equal("the event loop's queue of calls that are ready (`_ready`), through bound methods "
      .. "`Connection.on_idle`",
      text_of(loop("_ready", "Handle")))
    assert.equal("bound methods `Connection.on_idle`", text_of(loop("_scheduled", "Job")))
  end)

  it("queues, and who keeps them", function()
    local function queue(class, label)
      return function(b, payloads)
        b:module("app", { { "q", b:instance(class, { { label, list_of(b, payloads, "collections.deque") } }) } })
      end
    end
    assert.equal("a queue that is not drained: 10 items wait in the Queue", text_of(queue("Queue", "queue")))
    assert.equal("a queue that is not drained: 10 items wait in the Queue", text_of(queue("Queue", "_queue")))
    assert.is_nil(text_of(queue("Playlist", "queue")))
    assert.equal("a queue that is not drained: 10 items wait in the Queue, which is kept by the suspended coroutine "
      .. "main (jobs.py:12): local `q`, 1.5KiB", text_of(function(b, payloads)
        local q = b:instance("Queue", { { "_queue", list_of(b, payloads, "collections.deque") } })
        b:module("app", { { "runner", suspended(b, "coroutine", "main", { { "q", q } }) } })
      end))
  end)

  it("the queue of an executor, of any shape", function()
    local function executor(in_list, is_task)
      return function(b, payloads)
        local items = map(payloads, function(payload)
          local f, arguments = func(b, "store", {}), b:add("tuple", { payload })
          return b:instance("_WorkItem", is_task and { { "task", b:add("tuple", { f, arguments, b:add("dict", {}) }) } }
            or { { "fn", f }, { "args", arguments } })
        end)
        local queue = b:add("_queue.SimpleQueue", in_list and { list_of(b, items) } or items)
        b:module("app", { { "q", queue } })
      end
    end
    for _, shape in ipairs { { true, false }, { false, false }, { false, true } } do
      assert.equal("the queue of an executor, whose workers do not keep up: 10 calls (_WorkItem) wait, through "
        .. "arguments of calls to store", text_of(executor(table.unpack(shape))))
    end
  end)

  it("logging, mocks, warnings", function()
    local function attribute(class, label)
      return function(b, payloads)
        b:module("app", { { "x", b:instance(class, { { label, list_of(b, payloads) } }) } })
      end
    end
    assert.equal("logging's table of loggers, which are never freed: 10 entries",
      text_of(attribute("Manager", "loggerDict")))
    assert.equal("the calls that a mock records", text_of(attribute("Mock", "mock_calls")))
    assert.equal("the values of a WeakKeyDictionary: a value must not refer to its key",
      text_of(attribute("WeakKeyDictionary", "data")))
    assert.is_nil(text_of(attribute("UserDict", "data")))
    assert.equal("the results of tasks that are done", text_of(attribute("Task", "_result")))
    assert.is_nil(text_of(attribute("Query", "_result")))
    assert.equal("the callbacks of an ExitStack that stays open", text_of(attribute("ExitStack", "_exit_callbacks")))
    assert.equal("a module's `__warningregistry__`: an entry for each different warning", text_of(function(b, payloads)
      b:module("app", { { "__warningregistry__", list_of(b, payloads) } })
    end))
  end)

  it("objects of the library that keep what passes through them", function()
    local function through(type_str)
      return function(b, payloads)
        b:module("app", { { "x", b:add(type_str, payloads) } })
      end
    end
    assert.equal("itertools.tee: one of its iterators lags behind the others",
      text_of(through "itertools._tee_dataobject"))
    assert.equal("the memo of a Pickler, which keeps whatever it has pickled", text_of(through "_pickle.Pickler"))
    assert.is_nil(text_of(through "_csv.reader"))
  end)

  it("modules' own tables, but not those of other modules with the same name", function()
    local function cache(module, name)
      return function(b, payloads)
        b:module(module, { { name, list_of(b, payloads) } })
      end
    end
    assert.equal("linecache.cache: the source lines of code, also of code made at run time",
      text_of(cache("linecache", "cache")))
    assert.is_nil(text_of(cache("app", "cache")))
    assert.equal("gc.garbage, where the collector puts what it must not free", text_of(cache("gc", "garbage")))
  end)

  it("the registry of weakref.finalize", function()
    local function finalizers(class)
      return function(b, payloads)
        b:module("app", { { "infos", list_of(b, map(payloads, function(payload)
          return b:instance(class, { { "args", b:add("tuple", { payload }) }, { "func", func(b, "cleanup", {}) },
            { "weakref", b:add("weakref", {}) } })
        end)) } })
      end
    end
    assert.equal("weakref.finalize's registry, as `args` of cleanup: arguments must not refer to the object itself",
      text_of(finalizers "_Info"))
    assert.equal("arguments of calls to cleanup", text_of(finalizers "Call"))
  end)

  it("what the interpreter holds itself", function()
    local function rooted(reason)
      return function(b, payloads)
        b:add("tuple", payloads, { len = #payloads, root = reason })
      end
    end
    assert.equal("what is registered with atexit, until the process ends", text_of(rooted "atexit", true))
    assert.equal("a signal's handler", text_of(rooted "signal", true))
    assert.is_nil(text_of(rooted "interpreter", true))
  end)
end)

describe("a mechanism: threads", function()
  local function running(threads, file)
    return function(b, payloads)
      for i = 1, threads do
        local items = list_of(b, table.move(payloads, i, i == threads and #payloads or i, 1, {}))
        local f = b:named("frame", { { "sessions", items } },
          { value = "run", file = file or "/srv/jobs.py", line = 25 })
        b:add("<thread>", { f }, { name = "worker-" .. i, root = "thread" })
      end
    end
  end

  it("keep the variables of the frames that they run", function()
    assert.equal("local `sessions` of run (jobs.py:25), which runs in thread 'worker-1'", text_of(running(1), true))
    assert.equal("local `sessions` of run (jobs.py:25), which runs in 3 threads ('worker-1', 'worker-2' and 1 more)",
      text_of(running(3), true))
    assert.is_nil(text_of(running(1, "/usr/lib/python3.12/asyncio/runners.py"), true))
    assert.equal("local `sessions` of run (pool.py:25), which runs in thread 'worker-1'",
      text_of(running(1, "/usr/lib/python3.12/site-packages/pool.py"), true))
  end)

  it("have data of their own, which those that used it are counted for", function()
    local function data(key_type)
      return function(b, payloads)
        local items = {}
        for i, payload in ipairs(payloads) do
          table.move({ b:add(key_type, {}), b:dict { { "cache", payload } } }, 1, 2, 2 * i - 1, items)
        end
        table.move({ b:add(key_type, {}), b:add("dict", {}, { len = 0 }) }, 1, 2, #items + 1, items)
        local dicts = b:add("dict", items, { len = #payloads + 1 })
        b:module("app", { { "LOCAL", b:add("_thread._local", { b:add("tuple", {}), dicts }) } })
      end
    end
    for _, key_type in ipairs { "weakref", "weakref.ReferenceType", "_thread._localdummy" } do
      assert.equal("thread-local data (threading.local), `cache` of 10 threads", text_of(data(key_type)))
    end
    assert.is_nil(text_of(data "Shard"))
  end)

  it("have context variables", function()
    assert.equal("the context variable `request`, in 10 contexts", text_of(function(b, payloads)
      local contexts = {}
      for i, payload in ipairs(payloads) do
        local variable = b:add("ContextVar", {}, { name = "request" })
        local node = b:add("hamt_bitmap_node", { payload, variable })
        contexts[i] = b:named("Context", { { "ctx_vars", b:add("hamt", { node }) } })
      end
      b:module("app", { { "contexts", list_of(b, contexts) } })
    end))
  end)
end)

describe("a mechanism", function()
  it("is not known of plain containers, of nothing, and of garbage", function()
    assert.is_nil(text_of(function(b, payloads)
      b:module("app", { { "items", list_of(b, payloads) } })
    end))
    local b = dump_builder.new()
    b:add("Payload", {}, { refcount = 0 })
    local heap = b:heap_with_facts()
    assert.is_nil(mechanism.of(heap, heap:where "0"))
  end)

  it("is found by looking at few of many", function()
    local b, items = dump_builder.new(), {}
    for i = 1, 1000 do
      items[i] = suspended(b, "generator", "pages", { { "rows", b:add("Payload", {}) } })
    end
    b:module("app", { { "items", list_of(b, items) } })
    local heap = b:heap()
    assert.equal("suspended generators of pages (jobs.py:12): local `rows`, about 97.7KiB",
      mechanism.of(heap, heap "Payload").text)
  end)

  it("does not take long where ways are long", function()
    local b, below = dump_builder.new(), nil
    for _ = 1, 5000 do
      below = b:add("Payload", { below })
    end
    b:module("app", { { "head", suspended(b, "generator", "pages", { { "rows", below } }) } })
    local heap = b:heap()
    assert.equal("the suspended generator pages (jobs.py:12): local `rows`",
      (mechanism.of(heap, heap "Payload").text:gsub(", .*", "")))
  end)
end)
