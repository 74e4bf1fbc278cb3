-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"

local function str(address, value)
  return ('{"address": %d, "type": "str", "size": 40, "len": %d, "value": "%s", "refs": []}')
    :format(address, #value, value)
end

local NAMES = {
  str(1, "q"), str(2, "maxsize"), str(3, "daemon"),
  '{"address": 4, "type": "bool", "size": 24, "value": "True", "refs": []}',
  '{"address": 5, "type": "bool", "size": 24, "value": "False", "refs": []}',
  '{"address": 6, "type": "NoneType", "size": 16, "refs": []}',
  '{"address": 7, "type": "int", "size": 24, "value": 5, "refs": []}',
  '{"address": 8, "type": "float", "size": 24, "value": 0.5, "refs": []}',
  '{"address": 9, "type": "list", "size": 72, "len": 0, "refs": []}',
  '{"address": 10, "type": "type", "size": 900, "name": "Thing", "refs": []}',
  '{"address": 11, "type": "float", "size": 24, "refs": []}',
  '{"address": 12, "type": "tuple", "size": 48, "len": 0, "refs": []}',
  str(13, "True"),
}

local function heap_with(...)
  local lines = table.move(NAMES, 1, #NAMES, 1, {})
  return dumps.heap(table.move({ ... }, 1, select("#", ...), #lines + 1, lines))
end

-- A frame that runs, one that a traceback keeps, a suspended generator, and a task with its coroutine, in the order of
-- keys that the scanner writes.
local running = {
  '{"address": 1, "type": "<process>", "size": 0, "value": "{}", "refs": []}',
  '{"address": 100, "type": "<thread>", "size": 0, "name": "MainThread", "value": "{}", "root": "thread", '
    .. '"refs": [110]}',
  '{"address": 110, "type": "frame", "size": 96, "value": "serve", "file": "/srv/app.py", "line": 7, '
    .. '"refs": [200, 210, 120, 5], "names": ["f_code", "payload", "kept", null]}',
  '{"address": 120, "type": "traceback", "size": 64, "refcount": 1, "refs": [130], "names": ["tb_frame"]}',
  '{"address": 130, "type": "frame", "size": 96, "value": "fail", "refcount": 1, "file": "/srv/app.py", "line": 3, '
    .. '"allocated": ["/srv/app.py:3"], "refs": [210, 5], "names": ["payload", "retries"]}',
  '{"address": 140, "type": "generator", "size": 200, "name": "Feed.rows", "refcount": 1, "file": "/srv/feed.py", '
    .. '"line": 41, "refs": [210], "names": ["payload"]}',
  '{"address": 150, "type": "_asyncio.Task", "size": 200, "name": "refund", "refcount": 2, "file": "/srv/pay.py", '
    .. '"line": 9, "refs": [160, 220, 170], "names": ["_coro", "_fut_waiter", null]}',
  '{"address": 160, "type": "coroutine", "size": 200, "name": "refund", "refcount": 1, "file": "/srv/pay.py", '
    .. '"line": 9, "refs": [210, 6], "names": ["payload", "odd name"]}',
  '{"address": 170, "type": "type", "size": 9, "name": "_asyncio.Task", "refs": []}',
  '{"address": 200, "type": "code", "size": 9, "name": "serve", "refs": []}',
  '{"address": 210, "type": "str", "size": 9, "len": 4, "value": "body", "refs": []}',
  '{"address": 220, "type": "_asyncio.Future", "size": 9, "refs": []}',
  '{"address": 5, "type": "int", "size": 28, "value": 5, "refs": []}',
  '{"address": 6, "type": "NoneType", "size": 16, "refs": []}',
  '{"address": 2, "type": "<end>", "size": 0, "value": 14, "refs": []}',
}

describe("refs_as_dict of what names its references", function()
  it("has the locals of frames, generators and coroutines", function()
    for _, raw in ipairs { true, false } do
      local heap = dumps.heap(running, { collapse = not raw })
      for _, address in ipairs { 110, 130, 140, 160 } do
        assert.equal("body", heap[address].d.payload, tostring(heap[address]))
      end
      assert.equal(5, heap[130].d.retries)
      assert.equal(dryad.None, heap[160].d["odd name"])
      assert.is_nil(heap[140].d.retries)
    end
  end)

  it("leads from a task and a traceback to the locals", function()
    local heap = dumps.heap(running)
    assert.equal("body", heap[150].d._coro.d.payload)
    assert.equal(heap[220], heap[150].d._fut_waiter)
    assert.equal("body", heap[110].d.kept.d.tb_frame.d.payload)
    assert.equal("body", heap:tasks()[1].d._coro.d.payload)
    assert.equal("body", heap:threads()[1].stack[1].d.payload)
  end)

  it("has nothing for references without a name", function()
    local heap = dumps.heap(running)
    assert.equal("{'f_code': code(200 9B 1par 'serve'), 'kept': traceback(120 64B 1refs 1par), 'payload': 'body'}",
      (tostring(heap[110].d):gsub("\n", "")))
  end)

  it("is an error where nothing is named", function()
    local heap = dumps.heap(running)
    assert.matches("refs_as_list", dumps.message(function()
      return heap[200].d
    end))
  end)
end)

describe("refs_as_dict", function()
  local INSTANCE = '{"address": 50, "type": "Thing", "size": 9, "refs": [1, 60, 2, 7, 3, 5, 10]}'
  local INNER = '{"address": 60, "type": "Thing", "size": 9, "refs": [2, 61, 10]}'
  local DICT = '{"address": 61, "type": "dict", "size": 9, "len": 4, "refs": [2, 7, 7, 8, 8, 6, 12, 9]}'

  it("is a field, and can be called with a dot or a colon", function()
    local o = heap_with(INSTANCE)[50]
    for _, view in ipairs { o.refs_as_dict, o.refs_as_dict(), o:refs_as_dict(), o.d } do
      assert.equal(5, view.maxsize)
      assert.equal(3, #view)
    end
  end)

  it("resolves values: booleans, numbers, text, None, otherwise the object", function()
    local heap = heap_with(
      '{"address": 50, "type": "dict", "size": 9, "len": 7, "refs": [1, 4, 2, 5, 3, 7, 7, 8, 8, 6, 13, 1, 12, 11]}')
    local d = heap[50].d
    assert.is_true(d.q)
    assert.is_false(d.maxsize)
    assert.equal(5, d.daemon)
    assert.equal(0.5, d[5])
    assert.equal(dryad.None, d[0.5])
    assert.equal("q", d["True"])
    assert.equal(heap[11], d[heap[12]])
    assert.equal("None", tostring(dryad.None))
    assert.is_nil(heap_with('{"address": 50, "type": "dict", "size": 9, "len": 1, "refs": [6, 7]}')[50].d[{}])
  end)

  it("chains", function()
    local heap = heap_with(INSTANCE, INNER, DICT)
    assert.equal(5, heap[50].d.q.d.maxsize.d.maxsize)
    assert.is_nil(heap[50].d.nothing)
  end)

  it("leaves the class of an instance out", function()
    local heap = heap_with(INSTANCE)
    local keys = {}
    for key in pairs(heap[50].d) do
      keys[#keys + 1] = key
    end
    assert.same({ "q", "maxsize", "daemon" }, keys)
    heap = heap_with '{"address": 50, "type": "Thing", "size": 9, "refs": [10]}'
    assert.equal("{}", tostring(heap[50].d))
  end)

  it("yields every pair in order, even if keys look alike", function()
    local heap = heap_with '{"address": 50, "type": "dict", "size": 9, "len": 3, "refs": [4, 7, 13, 8, 13, 1]}'
    local pairs_found = {}
    for key, value in pairs(heap[50].d) do
      pairs_found[#pairs_found + 1] = { key, value }
    end
    assert.same({ { "True", 5 }, { "True", 0.5 }, { "True", "q" } }, pairs_found)
    assert.equal(5, heap[50].d["True"])
    assert.equal(5, heap[50].d[true])
  end)

  it("prints with keys sorted, on one line or one item a line", function()
    local heap = heap_with(INSTANCE, INNER, DICT)
    assert.equal("{'maxsize': dict(61 9B 8refs 1par)}", tostring(heap[60].d))
    assert.equal("{'daemon': False, 'maxsize': 5, 'q': Thing(60 9B 3refs 1par)}", tostring(heap[50].d))
    assert.equal("{0.5: None, 5: 0.5, 'maxsize': 5, tuple(12 48B 1par): list(9 72B 1par)}", tostring(heap[61].d))
    heap = heap_with(
      '{"address": 50, "type": "module", "size": 9, "name": "m", "refs": [3, 20, 2, 20]}',
      str(20, ("x"):rep(50)))
    assert.equal(("{'daemon': '%s',\n 'maxsize': '%s'}"):format(("x"):rep(50), ("x"):rep(50)), tostring(heap[50].d))
  end)

  it("prints keys that are bools, however the dump has them", function()
    local heap = dumps.heap {
      '{"address": 1, "type": "bool", "size": 9, "value": true, "refs": []}',
      '{"address": 2, "type": "bool", "size": 9, "value": "False", "refs": []}',
      '{"address": 3, "type": "bool", "size": 9, "refs": []}',
      '{"address": 4, "type": "dict", "size": 9, "len": 3, "refs": [1, 1, 2, 2, 3, 3]}',
    }
    local text = tostring(heap[4].d)
    assert.matches("True: True", text, 1, true)
    assert.matches("False: False", text, 1, true)
    assert.matches("bool(3 9B 1par): bool(3 9B 1par)", text, 1, true)
  end)

  it("shows text of Python 2 as Python 2 does", function()
    local heap = dumps.heap({
      '{"address": 1, "type": "unicode", "size": 9, "value": "\\u00e4", "refs": []}',
      '{"address": 2, "type": "dict", "size": 9, "len": 1, "refs": [1, 1]}',
    }, { python = 2 })
    assert.equal([[{u'\xe4': u'\xe4'}]], tostring(heap[2].d))
  end)

  it("reads an instance that was not collapsed through its dict", function()
    local heap = heap_with(
      '{"address": 50, "type": "Thing", "size": 9, "refs": [51, 10]}',
      '{"address": 51, "type": "dict", "size": 9, "len": 1, "refs": [1, 7]}',
      '{"address": 52, "type": "module", "size": 9, "name": "m", "refs": [51]}')
    assert.equal(5, heap[50].d.q)
    assert.equal(5, heap[52].d.q)
  end)

  it("reads a subclass of dict, without what follows its items", function()
    local heap = heap_with(
      '{"address": 50, "type": "OrderedDict", "size": 9, "len": 1, "refs": [1, 7]}',
      '{"address": 51, "type": "defaultdict", "size": 9, "len": 1, "refs": [1, 7, 10]}',
      '{"address": 52, "type": "Thing", "size": 9, "len": 1, "refs": [1, 7, 9, 10]}',
      '{"address": 53, "type": "OrderedDict", "size": 9, "len": 0, "refs": []}')
    assert.equal("{}", tostring(heap[53].d))
    for address = 50, 52 do
      assert.same({ 1, 5 }, { #heap[address].d, heap[address].d.q })
    end
  end)

  it("refuses anything but a dict, and names refs_as_list", function()
    local heap = heap_with(
      '{"address": 50, "type": "list", "size": 9, "len": 2, "refs": [1, 2]}',
      '{"address": 51, "type": "dict", "size": 9, "len": 2, "refs": [1, 2]}',
      '{"address": 52, "type": "Slotted", "size": 9, "refs": [7, 9, 10]}',
      '{"address": 53, "type": "Thing", "size": 9, "len": 1, "refs": [7, 10]}',
      '{"address": 54, "type": "function", "size": 9, "refs": [7, 9, 1, 2]}',
      '{"address": 55, "type": "x", "size": 9, "refs": [777]}',
      '{"address": 56, "type": "tuple", "size": 9, "len": 2, "refs": [57, 10]}',
      '{"address": 57, "type": "dict", "size": 9, "len": 0, "refs": []}')
    for _, o in ipairs { heap[50], heap[51], heap[52], heap[53], heap[54], heap[1], heap[9], heap[55][1], heap[56] } do
      assert.matches("dict_spec.lua:%d+: .*refs_as_list", dumps.message(function()
        return (o.d)
      end))
    end
    assert.matches("has values only in this dump", dumps.message(function()
      return (heap[51].refs_as_dict)
    end))
  end)

  it("is read-only, and equal for the same object", function()
    local o = heap_with(INSTANCE)[50]
    assert.matches("read%-only", dumps.message(function()
      o.d.q = 1
    end))
    assert.is_true(o.d == o.refs_as_dict)
  end)

  it("describes a thread of the sample dump", function()
    local d = dumps.sample("threads-small.dump.gz") "Thread"[1].d
    assert.is_false(d._Thread__daemonic)
    assert.is_true(d._Thread__initialized)
    assert.equal(dryad.None, d._Thread__ident)
    assert.equal("_Event", d._Thread__started.type)
    assert.equal(12, #d)
    assert.matches("^{'_Thread__args': tuple%(%d+ 56B 2057par%),\n '_Thread__block'", tostring(d))
    assert.matches("\n '_Verbose__verbose': False}$", tostring(d))
  end)
end)

describe("refs_as_list", function()
  it("resolves every reference, in order", function()
    local heap = heap_with '{"address": 50, "type": "list", "size": 9, "len": 7, "refs": [1, 4, 7, 8, 6, 9, 777]}'
    local l = heap[50]:refs_as_list()
    assert.same({ "q", true, 5, 0.5, dryad.None, heap[9], heap[50][7] }, table.move(l, 1, #l, 1, {}))
    assert.equal("['q', True, 5, 0.5, None, list(9 72B 1par), <missing>(777)]", tostring(l))
    assert.equal(7, #heap[50].l)
    assert.equal("[]", tostring(heap[9].l))
  end)

  it("shows how to call it", function()
    local o = heap_with()[9]
    assert.matches("colon: o:refs_as_list%(%)", dumps.message(function()
      local l = o.refs_as_list()
      return l
    end))
  end)
end)

describe("a dict with many keys", function()
  local function dict_of(count)
    local lines, refs = {}, {}
    for i = 1, count do
      lines[i] = ('{"address": %d, "type": "int", "size": 1, "value": %d, "refs": []}'):format(i + 1, count - i)
      refs[i] = ("%d, %d"):format(i + 1, i + 1)
    end
    lines[#lines + 1] = ('{"address": 1, "type": "dict", "size": 9, "len": %d, "refs": [%s]}'):format(count,
      table.concat(refs, ", "))
    return dumps.heap(lines)[1].d
  end

  it("prints the first hundred, sorted, and how many more", function()
    local text = tostring(dict_of(1250))
    assert.matches("^{0: 0,\n 1: 1,\n", text)
    assert.matches("\n 99: 99,\n %.%.%. 1,150 more}$", text)
    assert.matches("\n 99: 99}$", tostring(dict_of(100)))
  end)

  it("prints in its own order when sorting would take too long", function()
    local text = tostring(dict_of(100001))
    assert.matches("^{100000: 100000,\n 99999: 99999,\n", text)
    assert.matches(" %.%.%. 99,901 more}$", text)
  end)

  it("is written whole as JSON", function()
    local decoded = core.json.decode(dryad.json(dict_of(1250)))
    assert.same({ 0, 1249, nil }, { decoded["0"], decoded["1249"], decoded["1250"] })
    assert.same({ a = 1 }, core.json.decode(dryad.json { a = 1 }))
  end)
end)
