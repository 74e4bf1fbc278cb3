-- SPDX-License-Identifier: MIT
-- What dumps with facts say of single objects, and what follows: roots, garbage, threads and tasks.
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"

local function addresses(list)
  return list:map(function(o) return o.address end)
end

describe("an object of a dump with facts", function()
  local heap

  setup(function()
    heap = dumps.load(facts.dump {
      '{"address": 8, "type": "mmap", "size": 9, "refcount": 3, "interpreter": 2, "mapped": 4096, '
        .. '"allocated": ["app/cache.py:41", "app/views.py:12"], "refs": []}',
      '{"address": 16, "type": "frame", "size": 9, "value": "handle", "file": "app/views.py", "line": 12, "refs": []}',
      '{"address": 24, "type": "list", "size": 9, "allocated": ["<string>:1"], "refs": [16, 32]}',
    })
  end)

  it("has what the dump says", function()
    local o, frame = heap[8], heap[16]
    assert.same({ 3, 2, 4096 }, { o.refcount, o.interpreter, o.mapped })
    assert.same({ "app/cache.py:41", "app/views.py:12" }, o.allocated)
    assert.same({ "app/views.py", 12, "handle" }, { frame.file, frame.line, frame.name })
    assert.same({ "<string>:1" }, heap[24].allocated)
  end)

  it("has nothing where the dump says nothing", function()
    for _, o in ipairs { heap[24], heap[24][2] } do
      assert.same({}, { o.refcount, o.interpreter, o.mapped, o.file, o.line, o.name })
    end
    assert.is_nil(heap[16].allocated)
    assert.is_nil(heap[24][2].allocated)
  end)

  it("has hidden columns", function()
    local rows = heap:sql "select refcount, root, allocated, file, line from obj order by address"
    assert.same({ { 3, "native", "app/cache.py:41 < app/views.py:12" },
      { nil, nil, nil, "app/views.py", 12 }, { nil, "uncounted", "<string>:1" } }, {
      { table.unpack(rows[1], 1, 5) }, { table.unpack(rows[2], 1, 5) }, { table.unpack(rows[3], 1, 5) },
    })
    assert.same({ "address", "type", "name", "value", "size", "len", "mark", "repr" },
      heap:sql("select * from obj").columns)
    assert.same({ 16 }, addresses(heap:where "line = 12 and file like '%views%'"))
    assert.same({ 8 }, addresses(heap:where "refcount > 2"))
  end)
end)

describe("the roots of a dump with facts", function()
  -- 8 is held by the interpreter, 24 by native code; 32 and 40 are a cycle of counted objects, 48 hangs on it; 56 has
  -- no count and leads to 64.
  local LINES = {
    '{"address": 8, "type": "dict", "size": 1, "root": "modules", "refcount": 1, "refs": [16, 16]}',
    '{"address": 16, "type": "module", "size": 2, "name": "app", "refcount": 2, "refs": []}',
    '{"address": 24, "type": "list", "size": 4, "refcount": 2, "refs": [24]}',
    '{"address": 32, "type": "list", "size": 8, "refcount": 1, "refs": [40, 48]}',
    '{"address": 40, "type": "list", "size": 16, "refcount": 1, "refs": [32]}',
    '{"address": 48, "type": "str", "size": 32, "value": "x", "refcount": 1, "refs": []}',
    '{"address": 56, "type": "type", "size": 64, "name": "C", "refs": [64]}',
    '{"address": 64, "type": "tuple", "size": 128, "refcount": 1, "refs": []}',
  }

  it("are what the dump says, what native code holds, and what may be alive", function()
    local heap = dumps.load(facts.dump(LINES))
    assert.same({ [8] = "modules", [24] = "native", [56] = "uncounted" }, dumps.reasons(heap))
    assert.same({ 32, 40, 48 }, addresses(heap:garbage():sort("address", "asc")))
    assert.same({ 32, 40, 48 }, addresses(heap:unreachable():sort("address", "asc")))
    assert.equal(0, heap[32].retained_size)
    assert.equal(64 + 128, heap[56].retained_size)
    assert.matches("No root leads to it: it is garbage", tostring(heap[48]:why()))
    assert.matches("Native code holds it", tostring(heap[24]:why()))
  end)

  it("keep what an uncounted dict holds from being garbage, also when its owner is counted", function()
    local lines = facts.dump {
      '{"address": 8, "type": "Box", "size": 1, "refcount": 0, "refs": [16, 24]}',
      '{"address": 16, "type": "dict", "size": 1, "refs": [32, 32]}',
      '{"address": 24, "type": "type", "size": 1, "name": "Box", "refcount": 1, "refs": []}',
      '{"address": 32, "type": "str", "size": 1, "value": "k", "refcount": 2, "refs": []}',
    }
    local heap = dumps.load(lines)
    assert.same({ [8] = "uncounted" }, dumps.reasons(heap))
    assert.equal(0, #heap:garbage())
    heap = dumps.load(lines, { collapse = false })
    assert.same({ 8, 24 }, addresses(heap:garbage():sort("address", "asc")))
    heap:collapse_instance_dicts()
    heap:set_roots()
    assert.same({ [8] = "uncounted" }, dumps.reasons(heap))
  end)

  it("are determined from the references if the dump is incomplete", function()
    local lines = facts.dump(LINES)
    lines[#lines] = nil
    local heap = dumps.load(lines)
    assert.same({ [8] = "unreferenced", [16] = "module", [24] = "unreferenced", [32] = "cycle",
      [56] = "unreferenced" }, dumps.reasons(heap))
    assert.equal(0, #heap:garbage())
  end)

  it("stay through changes, and can be determined anew", function()
    local heap = dumps.load(facts.dump(LINES))
    heap:remove_references({ 56 }, { 64 })
    assert.same({ 32, 40, 48, 64 }, addresses(heap:garbage():sort("address", "asc")))
    heap:set_roots "str"
    assert.same({ [48] = "given" }, dumps.reasons(heap))
    heap:set_roots()
    assert.same({ [8] = "modules", [24] = "native", [56] = "uncounted" }, dumps.reasons(heap))
    heap:undo()
    assert.same({ 32, 40, 48 }, addresses(heap:garbage():sort("address", "asc")))
  end)
end)

describe("leak suspects", function()
  -- The table of modules holds twelve modules, each with a dict of its own, and nothing else.
  local function program(more)
    local refs, all = {}, {}
    for i = 1, 12 do
      local name, module, dict = 1000 + i, 2000 + i, 3000 + i
      refs[2 * i - 1], refs[2 * i] = name, module
      table.move({
        ('{"address": %d, "type": "str", "size": 1, "value": "m%d", "refs": []}'):format(name, i),
        ('{"address": %d, "type": "module", "size": 10, "name": "m%d", "refs": [%d]}'):format(module, i, dict + 1000),
        ('{"address": %d, "type": "dict", "size": 10, "len": 1, "refs": [%d, %d]}'):format(dict + 1000, name,
          i == 1 and more and 9000 or dict),
        ('{"address": %d, "type": "dict", "size": 80, "len": 0, "refs": []}'):format(dict),
      }, 1, 4, #all + 1, all)
    end
    all[#all + 1] = ('{"address": 8, "type": "dict", "size": 60, "len": 12, "root": "modules", "refs": [%s]}'):format(
      table.concat(refs, ", "))
    all[#all + 1] = more
    return dumps.load(facts.dump(all))
  end

  it("are not the modules of the program, nor their table", function()
    local heap = program()
    assert.equal(12 * 100 + 12 + 60, heap[8].retained_size)
    assert.same({}, { table.unpack(dryad.leak_suspects(heap, 0.5)) })
  end)

  it("are not the dicts that modules hold one by one, if these are marked too", function()
    local all = {}
    for i = 1, 12 do
      all[2 * i - 1] = ('{"address": %d, "type": "module", "size": 10, "name": "m%d", "root": "modules", '
        .. '"refs": [%d, %d]}'):format(1000 + i, i, 2000 + i, 3000 + i)
      all[2 * i] = ('{"address": %d, "type": "set", "size": 80, "refs": []}'):format(2000 + i)
    end
    assert.same({}, { table.unpack(dryad.leak_suspects(dumps.load(facts.dump(all)), 0.5)) })
  end)

  it("are found in one of the modules", function()
    local found = dryad.leak_suspects(program '{"address": 9000, "type": "list", "size": 5000, "refs": []}', 0.5)
    assert.equal(1, #found)
    assert.equal("m1.m1", found[1].path:expression())
    assert.equal(5000, found[1].retained)
  end)
end)

describe("garbage", function()
  local LINES = {
    '{"address": 8, "type": "dict", "size": 60, "root": "interpreter", "refcount": 1, "refs": []}',
    '{"address": 16, "type": "list", "size": 15, "refcount": 1, "refs": [24]}',
    '{"address": 24, "type": "list", "size": 25, "refcount": 1, "refs": [16]}',
  }
  local SENTENCE = "\n2. 2 list are garbage: 40B, 40.0% of the heap."

  it("is a suspect if it is large, with a collector that is disabled", function()
    local heap = dumps.load(facts.dump(LINES))
    assert.is_truthy(tostring(dryad.leak_suspects(heap, 0.4)):find(SENTENCE, 1, true))
    assert.is_nil(tostring(dryad.leak_suspects(heap, 0.41)):find("garbage", 1, true))
    assert.is_nil(tostring(dryad.leak_suspects(heap)):find("garbage", 1, true)) -- too small for a process
    heap = dumps.load(facts.dump(LINES, { gc = { enabled = false } }))
    assert.is_truthy(tostring(dryad.leak_suspects(heap, 0.1)):find(SENTENCE .. "\n   The collector is off", 1, true))
  end)

  it("is told by overview", function()
    assert.matches("Garbage that was not collected yet: 2 objects, 40B", tostring(dryad.recipe "overview"(
      dumps.load(facts.dump(LINES)))))
  end)
end)

describe("a way from the table of modules", function()
  local LINES = {
    '{"address": 8, "type": "dict", "size": 1, "len": 2, "root": "modules", "refs": [16, 24, 32, 40]}',
    '{"address": 16, "type": "str", "size": 2, "value": "app", "refs": []}',
    '{"address": 24, "type": "module", "size": 2, "name": "app", "refs": [48]}',
    '{"address": 32, "type": "str", "size": 2, "value": "fake", "refs": []}',
    '{"address": 40, "type": "Lazy", "size": 4, "refs": [72]}',
    '{"address": 48, "type": "dict", "size": 2, "len": 1, "refs": [56, 64]}',
    '{"address": 56, "type": "str", "size": 2, "value": "CACHE", "refs": []}',
    '{"address": 64, "type": "list", "size": 2, "refs": []}',
    '{"address": 72, "type": "set", "size": 2, "refs": []}',
  }

  it("begins with the module, or with sys.modules where something else is in it", function()
    local heap = dumps.load(facts.dump(LINES))
    assert.equal("app.CACHE", heap[64]:why()[1]:expression())
    assert.equal("app", heap[24]:why()[1]:expression())
    assert.equal("sys.modules['fake'][ref 1]", heap[72]:why()[1]:expression())
    assert.matches(" app%.CACHE", tostring(heap("list"):why()))
  end)
end)

describe("threads", function()
  it("have their frames as a stack, innermost first", function()
    local heap = dumps.load(facts.dump {
      '{"address": 8, "type": "<thread>", "size": 9, "name": "billing-7", "value": "{}", "root": "thread", '
        .. '"refs": [24, 16, 32], "names": [null, null, "context"]}',
      '{"address": 16, "type": "frame", "size": 9, "value": "main", "file": "a.py", "line": 3, "refs": []}',
      '{"address": 24, "type": "frame", "size": 9, "value": "work", "file": "b.py", "line": 4, "refs": [40, 16], '
        .. '"names": ["payload", "f_back"]}',
      '{"address": 32, "type": "Context", "size": 9, "refs": []}',
      '{"address": 40, "type": "str", "size": 9, "value": "p", "refs": []}',
    })
    local threads = heap:threads()
    assert.same({ 8 }, addresses(threads))
    assert.equal("billing-7", threads[1].name)
    assert.equal("<thread>(8 9B 3refs 'billing-7')", tostring(threads[1]))
    assert.same({ 24, 16 }, addresses(threads[1].stack))
    local frame = threads[1].stack[1]
    assert.same({ "b.py", 4, "work" }, { frame.file, frame.line, frame.name })
    assert.is_nil(heap[32].stack)
    assert.equal("<thread 'billing-7'>.<frame work>.payload", heap[40]:why()[1]:expression())
  end)

  it("are none without facts", function()
    local heap = dumps.heap { '{"address": 16, "type": "frame", "size": 9, "value": "main", "refs": []}' }
    assert.equal(0, #heap:threads())
    assert.equal(0, #heap:tasks())
  end)
end)

describe("tasks", function()
  -- A task awaits handle(), which awaits query(), whose variables are in a frame object; another is a class of the
  -- program's own, and done.
  local LINES = {
    '{"address": 8, "type": "_asyncio.Task", "size": 9, "name": "refund", "file": "a.py", "line": 3, '
      .. '"refs": [16], "names": ["_coro"]}',
    '{"address": 16, "type": "coroutine", "size": 9, "value": "handle", "file": "a.py", "line": 3, '
      .. '"refs": [64, 24], "names": ["other"]}',
    '{"address": 24, "type": "coroutine", "size": 9, "value": "query", "file": "b.py", "line": 7, '
      .. '"refs": [32], "names": ["cr_frame"]}',
    '{"address": 32, "type": "frame", "size": 9, "value": "query", "file": "b.py", "line": 7, "refs": [72, 40]}',
    '{"address": 40, "type": "coroutine_wrapper", "size": 9, "refs": [48]}',
    '{"address": 48, "type": "generator", "size": 9, "value": "wait", "file": "c.py", "line": 8, "refs": []}',
    '{"address": 56, "type": "Job", "size": 9, "refs": [64], "names": ["_coro"]}',
    '{"address": 64, "type": "coroutine", "size": 9, "value": "done", "file": "d.py", "refs": []}',
    '{"address": 72, "type": "str", "size": 9, "value": "x", "refs": []}',
    '{"address": 80, "type": "list", "size": 9, "refs": [24, 64, 8]}',
  }

  it("have what they await as a stack, innermost first", function()
    local tasks = dumps.load(facts.dump(LINES)):tasks()
    assert.same({ 8, 56 }, addresses(tasks))
    assert.same({ 48, 32, 16 }, addresses(tasks[1].stack))
    assert.same({ "wait", "query", "handle" }, tasks[1].stack:map(function(o) return o.name end))
    assert.same({ 8, 7, 3 }, tasks[1].stack:map(function(o) return o.line end))
    assert.same({ 64 }, addresses(tasks[2].stack))
  end)

  it("have an empty stack without a coroutine", function()
    local heap = dumps.load(facts.dump { '{"address": 8, "type": "_asyncio.Task", "size": 9, "refs": []}' })
    assert.equal(0, #heap:tasks()[1].stack)
  end)

  it("may await each other in a circle", function()
    local heap = dumps.load(facts.dump {
      '{"address": 8, "type": "Task", "size": 9, "refs": [16], "names": ["_coro"]}',
      '{"address": 16, "type": "coroutine", "size": 9, "value": "a", "file": "a.py", "line": 1, "refs": [24]}',
      '{"address": 24, "type": "coroutine", "size": 9, "value": "b", "file": "a.py", "line": 2, "refs": [16]}',
    })
    assert.same({ 24, 16 }, addresses(heap:tasks()[1].stack))
  end)
end)
