-- SPDX-License-Identifier: MIT
local dump_builder = require "tests.spec.support.dump_builder"
local dumps = require "tests.spec.support.dumps"
local naming = require "dryad.analysis.naming"

--- An object of a dump, and what it is called.
local function called(make)
  local b = dump_builder.new()
  local address = make(b)
  b:module("app", { { "x", address } })
  local o = b:heap()[address]
  return naming.kind(o), naming.of(o), o
end

describe("names", function()
  it("say of frames, generators and coroutines where they stand, as far as it is known", function()
    for type_str, name in pairs { frame = "frame", generator = "generator", async_generator = "async generator" } do
      local fields = { name = "parse", file = "/srv/app/importer.py", line = 41 }
      local text = name .. " parse (importer.py:41)"
      local kind, one = called(function(b) return b:add(type_str, {}, fields) end)
      assert.same({ text, text }, { kind, one })
      fields.line = nil
      assert.equal(name .. " parse (importer.py)", (called(function(b) return b:add(type_str, {}, fields) end)))
      fields.file = nil
      assert.equal(name .. " parse", (called(function(b) return b:add(type_str, {}, fields) end)))
      assert.equal(type_str, (called(function(b) return b:add(type_str, {}) end)))
    end
    assert.equal("frame main", (called(function(b) return b:add("frame", {}, { value = "main" }) end)))
  end)

  it("are those of functions, methods, classes, modules and threads", function()
    local function method(type_str, label)
      return function(b)
        local f = b:named("function", { { "__qualname__", b:text "Session.poll" } }, { name = "poll" })
        return b:named(type_str, { { label, f } })
      end
    end
    assert.equal("function on_retry", (called(function(b) return b:add("function", {}, { name = "on_retry" }) end)))
    assert.equal("method Session.poll", (called(method("method", "__func__"))))
    assert.equal("instancemethod Session.poll", (called(method("instancemethod", "im_func"))))
    for expected, record in pairs {
      ["class Row"] = { "type", "Row" }, ["module app2"] = { "module", "app2" },
      ["<thread 'worker-3'>"] = { "<thread>", "worker-3" },
    } do
      local _, text = called(function(b) return b:add(record[1], {}, { name = record[2] }) end)
      assert.equal(expected, text)
    end
  end)

  it("of cells are those of the functions that close over them", function()
    local b = dump_builder.new()
    local cell = b:named("cell", { { "cell_contents", b:text "x" } })
    local f = b:named("function", {
      { "__closure__", b:add("tuple", { cell }) }, { "__qualname__", b:text "send.retry" },
    }, { name = "retry" })
    b:module("app", { { "f", f } })
    assert.equal("cell of function send.retry", naming.kind(b:heap()[cell]))
    assert.equal("cell", (called(function(other) return other:named("cell", {}) end)))
  end)

  it("are those of tasks and their coroutines", function()
    local function task(name)
      return function(b)
        local coroutine = b:add("coroutine", {}, { name = "follow", file = "/srv/app.py", line = 12 })
        return b:named("_asyncio.Task", { { "_coro", coroutine } }, { name = name })
      end
    end
    local kind, text = called(task "Task-7")
    assert.same({ "Task follow", "Task 'Task-7' follow (app.py:12)" }, { kind, text })
    assert.equal("Task follow (app.py:12)", select(2, called(task(nil))))
    assert.equal("TodoTask", (called(function(b) return b:add("TodoTask", {}) end)))
  end)

  it("are classes with their modules of everything else, and texts of single objects", function()
    local kind, text, o = called(function(b) return b:instance("Session", {}) end)
    assert.same({ o.class, tostring(o) }, { kind, text })
  end)

  it("are safe for a terminal", function()
    local kind, text = called(function(b)
      return b:add("frame", {}, { name = "\27[31mparse", file = "/srv/\27.py", line = 1 })
    end)
    assert.equal("frame \\x1b[31mparse (\\x1b.py:1)", kind)
    assert.equal(kind, text)
  end)

  it("of several objects are one if they are the same, else the first three", function()
    local b = dump_builder.new()
    local function several(names)
      local addresses = {}
      for i, name in ipairs(names) do
        addresses[i] = b:add("function", {}, { name = name })
      end
      return addresses
    end
    local same, some, many = several { "f", "f" }, several { "b", "a" }, several { "a", "b", "c", "d" }
    local all = table.move(many, 1, 4, 5, table.move(some, 1, 2, 3, table.move(same, 1, 2, 1, {})))
    b:module("app", { { "x", b:add("list", all) } })
    local heap = b:heap()
    local function text(addresses)
      local objects = {}
      for i, address in ipairs(addresses) do
        objects[i] = heap[address]
      end
      return naming.several(1200, "function", objects)
    end
    assert.equal("1,200 function f", text(same))
    assert.equal("1,200 function a, b", text(some))
    assert.equal("1,200 function a, b, c, ...", text(many))
    assert.equal("1,200 function", text {})
  end)

  it("of variables are told from those of other references", function()
    assert.same({ "payload", "_x" }, { naming.variable ".payload", naming.variable "._x" })
    for _, label in ipairs { ".f_back", ".gi_frame", ".cr_await", ".__name__", "[0]", "[ref 4]", "['a']", ".<frame f>",
      "(class)" } do
      assert.is_nil(naming.variable(label))
    end
  end)

  it("are known in dumps of Python 2 and of Meliae", function()
    local heap = dumps.sample "threads-small.dump.gz"
    assert.equal("module __main__", naming.of(heap "module":filter(function(o) return o.name == "__main__" end)[1]))
    for _, type_str in ipairs { "frame", "function", "instancemethod" } do
      for _, o in ipairs(heap(type_str):head(20)) do
        assert.is_string(naming.kind(o))
      end
    end
  end)
end)
