-- SPDX-License-Identifier: MIT
-- Garbage as a suspect: what it is named after, its cycles, and what is said of the collector. The heaps are made by
-- hand, so that each number can be counted.
local collector = require "dryad.analysis.collector"
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"
local garbage = require "dryad.analysis.garbage"

local OFF = { pid = 7, gc = { enabled = false, thresholds = { 700, 10, 10 }, counts = { 9, 0, 0 }, garbage = 0 } }
local OFF_TEXT = "The collector is off (gc.disable): such cycles stay until gc.collect() runs."

--- Writes dumps line by line: each object gets the next address, and a count of as many references as lead to it.
local Dump = {}
Dump.__index = Dump

local function new()
  return setmetatable({ objects = {} }, Dump)
end

--- Adds an object; `refs` are others, in place of which its address stands. Returns it.
function Dump:add(type, size, refs, more)
  local o = { address = 16 * (#self.objects + 1), type = type, size = size, refs = refs or {}, more = more or "" }
  self.objects[#self.objects + 1] = o
  return o
end

function Dump:text(value)
  return self:add("str", 8, {}, (', "len": %d, "value": "%s"'):format(#value, value))
end

--- A class, and a function that adds an instance of it with these attributes: { name, value, ... }.
function Dump:class(name, attributes)
  local names = {}
  for key in pairs(attributes or {}) do
    names[#names + 1] = self:text(key)
    names[#names + 1] = self:text "method"
  end
  local dict = self:add("dict", 8, names, (', "len": %d'):format(#names // 2))
  local class = self:add("type", 8, { dict }, (', "name": "%s", "qualname": "__main__.%s", "names": ["__dict__"]')
    :format(name, name))
  return function(size, pairs_)
    local refs = {}
    for i = 1, #pairs_, 2 do
      refs[i], refs[i + 1] = self:text(pairs_[i]), pairs_[i + 1]
    end
    refs[#refs + 1] = class
    return self:add(name, size, refs), refs
  end
end

function Dump:lines()
  local counts, lines = {}, {}
  for _, o in ipairs(self.objects) do
    for _, ref in ipairs(o.refs) do
      counts[ref] = (counts[ref] or 0) + 1
    end
  end
  for i, o in ipairs(self.objects) do
    local refs = {}
    for k, ref in ipairs(o.refs) do
      refs[k] = ("%d"):format(ref.address)
    end
    lines[i] = ('{"address": %d, "type": "%s", "size": %d%s, "refcount": %d, "refs": [%s]}'):format(o.address, o.type,
      o.size, o.more, counts[o] or 0, table.concat(refs, ", "))
  end
  return lines
end

function Dump:load(process)
  return dumps.load(process == false and self:lines() or facts.dump(self:lines(), process or OFF))
end

--- Pairs of a document and its node, each of the sizes given, with a text of 8 bytes for each of two names.
local function documents(dump, count, document_size, node_size)
  local document, node = dump:class "Document", dump:class "Node"
  for _ = 1, count do
    local n = dump:add("Node", node_size)
    local d = document(document_size, { "root", n })
    local _, refs = node(0, { "document", d })
    dump.objects[#dump.objects] = nil
    n.refs = refs
  end
end

--- What keeps the classes alive, so that only instances and names are garbage.
local function root(dump)
  local refs = {}
  for _, o in ipairs(dump.objects) do
    refs[#refs + 1] = o.type == "type" and o or nil
  end
  dump:add("module", 1000, { dump:add("dict", 0, refs) }, ', "name": "__main__", "root": "modules"')
end

describe("garbage", function()
  it("is none where a root leads to everything, or where there is less than asked for", function()
    local dump = new()
    local a = dump:add("list", 5)
    a.refs = { a }
    local held = new()
    local b = held:add("list", 5)
    b.refs = { b }
    held:add("module", 1, { b }, ', "name": "m", "root": "modules"')
    assert.is_nil(garbage.of(held:load()))
    assert.equal(5, garbage.of(dump:load()).retained)
    assert.equal(5, garbage.of(dump:load(), 5).retained)
    assert.is_nil(garbage.of(dump:load(), 6))
  end)

  it("is named after the class that leads to most of it, with all that hangs on it", function()
    local dump = new()
    documents(dump, 30, 100, 50)
    root(dump)
    local found = garbage.of(dump:load())
    assert.equal("garbage", found.kind)
    assert.equal("Document", found.type)
    assert.equal(30, found.count)
    assert.equal(30, #found.objects)
    assert.equal("Document", found.objects[1].type)
    assert.equal(30 * (100 + 50 + 8 + 8), found.retained)
    assert.equal(30 * 4, found.total_count)
    assert.equal(30 * 4, #found.all)
    assert.same({ OFF_TEXT, "In cycles: 30 x Document.root <-> Node.document" }, garbage.lines(found))
    assert.equal("__main__.Document", found.class)
    assert.matches("^30 __main__%.Document, 30 __main__%.Node and 60 other objects are garbage: 4%.9KiB, "
      .. "%d+%.%d%% of the heap%.$", garbage.sentence(found))
  end)

  it("is named after the rarer class of a cycle, but not after one object that leads to many", function()
    local dump = new()
    local manager, document = dump:class "Manager", dump:class "Document"
    local list = dump:add("list", 0)
    local m = manager(10, { "documents", list })
    for i = 1, 20 do
      list.refs[i] = document(100, { "manager", m })
    end
    list.more = ', "len": 20'
    root(dump)
    local found = garbage.of(dump:load())
    assert.equal("Document", found.type)
    assert.equal(20, found.count)
    assert.equal("In cycles: Manager.documents[...] <-> Document.manager", garbage.lines(found)[2])
  end)

  it("is named after the class that has more of its own where two are as many", function()
    local function of(first, second)
      local dump = new()
      local a, b = dump:class "A", dump:class "B"
      for _ = 1, 5 do
        local one = dump:add("A", 1)
        local two = b(1, { "a", one, "own", dump:add("bytes", second) })
        local _, refs = a(1, { "b", two, "own", dump:add("bytes", first) })
        dump.objects[#dump.objects] = nil
        one.refs = refs
      end
      root(dump)
      return garbage.of(dump:load()).type
    end
    assert.equal("A", of(100, 10))
    assert.equal("B", of(10, 100))
  end)

  it("tells several kinds with their sizes, but not small ones", function()
    local dump = new()
    documents(dump, 30, 100, 50)
    local job = dump:class "Job"
    for _ = 1, 10 do
      local o = job(190, { "me" })
      table.insert(o.refs, 2, o)
    end
    local stray = dump:class "Stray"
    local s = stray(1, { "me" })
    table.insert(s.refs, 2, s)
    root(dump)
    local found = garbage.of(dump:load())
    assert.equal(2, #found.kinds)
    assert.equal("Job", found.kinds[2].type)
    assert.equal(10 * (190 + 8), found.kinds[2].size)
    assert.equal(20, found.kinds[2].total_count)
    assert.same({
      OFF_TEXT, "In cycles: 30 x Document.root <-> Node.document, 10 x Job.me is itself",
      "4.9KiB hang on 30 __main__.Document, 1.9KiB on 10 __main__.Job",
    }, garbage.lines(found))
  end)

  it("is named after functions, with the name that they share, only if no class leads to it", function()
    local function of(names)
      local dump = new()
      for i = 1, 6 do
        local f = dump:add("function", 20, {}, (', "name": "%s", "names": ["__closure__", "__doc__"]'):format(
          names[i % #names + 1]))
        f.refs = { dump:add("tuple", 8, { dump:add("cell", 8, { f }, ', "names": ["cell_contents"]') }, ', "len": 1'),
          dump:add("str", 100) }
      end
      return garbage.of(dump:load())
    end
    local alike, different = of { "visit" }, of { "visit", "walk" }
    assert.equal("function", alike.type)
    assert.matches("^6 function visit and 18 other objects are garbage: ", garbage.sentence(alike))
    assert.equal("In cycles: 6 x function visit.__closure__[...].cell_contents is itself", garbage.lines(alike)[2])
    assert.matches("^6 function and 18 other objects are garbage: ", garbage.sentence(different))
    assert.equal(2, #different.cycles)
  end)

  it("is named after classes by their name if they share it", function()
    local dump = new()
    for _ = 1, 3 do
      local class = dump:add("type", 50, {}, ', "name": "Row", "qualname": "m.Row", "names": ["__mro__"]')
      class.refs = { dump:add("tuple", 10, { class }, ', "len": 1') }
    end
    local found = garbage.of(dump:load())
    assert.matches("^3 classes Row and 3 other objects are garbage: 180B", garbage.sentence(found))
    assert.equal("In cycles: 3 x type.__mro__[...] is itself", garbage.lines(found)[2])
  end)

  it("tells finalizers of its classes", function()
    local dump = new()
    local file, plain = dump:class("File", { __del__ = true }), dump:class("Plain", { close = true })
    for i = 1, 8 do
      local make = i % 2 == 0 and file or plain
      local o = make(100, { "me" })
      table.insert(o.refs, 2, o)
    end
    root(dump)
    local found = garbage.of(dump:load())
    assert.same({ { class = "__main__.File", count = 4 } }, found.finalizers)
    assert.equal("Their collection calls __del__ of 4 __main__.File", garbage.lines(found)[4])
  end)

  it("is told with care of a dump without facts: native code may hold it", function()
    local dump = new()
    documents(dump, 30, 100, 50)
    root(dump)
    local found = garbage.of(dump:load(false))
    assert.equal("Document", found.type)
    assert.equal(30, found.count)
    assert.matches("^30 __main__%.Document, 30 __main__%.Node and 60 other objects may be garbage, "
      .. "since nothing else in the dump refers to them: 4%.9KiB", garbage.sentence(found))
    assert.equal("In cycles: 30 x Document.root <-> Node.document", garbage.lines(found)[2])
    local heap = dumps.heap { '{"address": 1, "type": "list", "size": 9, "refs": []}' }
    assert.is_nil(garbage.of(heap))
    heap:set_roots {}
    assert.is_nil(garbage.of(heap), "what other roots leave out need not be in cycles")
  end)

  it("is told with care of PyPy, which counts no references", function()
    local pypy = { pid = 7, implementation = "PyPy" }
    local heap = dumps.load(facts.dump({
      '{"address": 8, "type": "module", "name": "m", "size": 9, "root": "modules", "refs": []}',
      '{"address": 16, "type": "C", "size": 90, "refs": [24]}',
      '{"address": 24, "type": "C", "size": 90, "refs": [16]}',
    }, pypy))
    assert.is_nil(garbage.of(heap))
    assert.matches("^This dump does not tell garbage from what native code holds", garbage.nothing(heap))
  end)

  it("of which an object is a part has a reason", function()
    local dump = new()
    documents(dump, 2, 100, 50)
    root(dump)
    local heap = dump:load()
    local cycle = "A cycle keeps it: Document.root <-> Node.document."
    assert.same({ cycle, OFF_TEXT }, garbage.reasons(heap "Document"[2]))
    local name = heap "Document"[1].c:of "str"[1]
    assert.same({ cycle, OFF_TEXT }, garbage.reasons(name))
    assert.equal("A cycle keeps it: Node.document <-> Document.root.", garbage.reasons(heap "Node"[1])[1])
  end)

  it("is listed by size", function()
    local dump = new()
    for _, size in ipairs { 5, 9, 7 } do
      local o = dump:add("list", size)
      o.refs = { o }
    end
    local heap = dump:load()
    assert.same({ 9, 7, 5 }, heap:garbage():map(function(o) return o.size end))
    assert.equal(9, heap:unreachable()[1].size)
  end)
end)

describe("the collector", function()
  local function of(gc)
    return collector.sentence { gc = gc }
  end

  it("is off, or its threshold is 0 or high, or it has just not come", function()
    assert.equal(OFF_TEXT, collector.sentence(OFF))
    assert.matches("off %(its threshold is 0%)", of { enabled = true, thresholds = { 0, 10 }, counts = { 5, 0, 0 } })
    assert.matches("4,000 allocations wait for it, and it starts at 50,000%.",
      of { enabled = true, thresholds = { 50000, 10, 10 }, counts = { 4000, 0, 0 } })
    assert.matches("^The collector is on", of { enabled = true, thresholds = { 2000, 10, 10 }, counts = { 5, 0, 0 } })
  end)

  it("is not told of where the dump does not know it", function()
    assert.is_nil(collector.sentence(nil))
    assert.is_nil(collector.sentence {})
    assert.is_nil(of "on")
    assert.is_nil(of { enabled = 1 })
    assert.matches("^The collector is on", of { enabled = true, thresholds = "many", counts = { "few" } })
  end)
end)
