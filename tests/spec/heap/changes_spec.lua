-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local program = require "tests.spec.support.program"

-- 1 is a module that holds 2, 3 and 4; 5 and 6 refer to each other, 6 also to 2.
local LINES = {
  '{"address": 1, "type": "module", "size": 10, "refs": [2]}',
  '{"address": 2, "type": "list", "size": 20, "refs": [3, 3]}',
  '{"address": 3, "type": "list", "size": 30, "refs": [4]}',
  '{"address": 4, "type": "str", "size": 40, "value": "x", "refs": []}',
  '{"address": 5, "type": "ring", "size": 50, "refs": [6]}',
  '{"address": 6, "type": "ring", "size": 60, "refs": [5, 2]}',
}

local function addresses(list)
  return list:map(function(o) return o.address end)
end

local function quoted(lines)
  local texts = {}
  for i, line in ipairs(lines) do
    texts[i] = ("%q"):format(line)
  end
  return table.concat(texts, ", ")
end

local function kinds(heap)
  local words = {}
  for i, change in ipairs(core.changes(heap)) do
    words[i] = change.kind
  end
  return words
end

describe("changes", function()
  local heap

  before_each(function()
    heap = dumps.heap(LINES)
    heap:set_roots(1)
  end)

  after_each(program.clean)

  describe("of a heap", function()
    it("are none when it was loaded", function()
      assert.same({}, core.changes(heap))
    end)

    it("are listed oldest first, each with its own number", function()
      heap:remove_references(heap[2], heap[3])
      core.pin(heap, core.list_of(heap, { 5 }))
      core.gc(heap, true)
      assert.same({ "cut", "pin", "gc" }, kinds(heap))
      local seen = {}
      for _, change in ipairs(core.changes(heap)) do
        assert.is_nil(seen[change.serial])
        seen[change.serial] = true
        assert.equal("string", type(change.bytes))
      end
      heap:undo()
      core.gc(heap, true)
      local last = core.changes(heap)[3]
      assert.is_nil(seen[last.serial])
    end)

    it("are of each kind", function()
      heap = dumps.heap {
        '{"address": 1, "type": "Thing", "size": 10, "refs": [2, 3]}',
        '{"address": 2, "type": "dict", "size": 10, "refs": []}',
        '{"address": 3, "type": "type", "name": "Thing", "size": 10, "refs": []}',
        '{"address": 4, "type": "function", "size": 10, "refs": [5]}',
        '{"address": 5, "type": "module", "size": 10, "refs": []}',
      }
      heap:collapse_instance_dicts()
      heap:remove_expensive_references()
      assert.same({ "collapse", "remove_expensive" }, kinds(heap))
    end)

    it("can be repeated on another heap of the same dump", function()
      core.pin(heap, core.list_of(heap, { 5 }))
      core.gc(heap, true, function(depth) return depth < 2 end)
      core.gc(heap, false)
      local other = dumps.heap(LINES)
      other:set_roots(1)
      for _, change in ipairs(core.changes(heap)) do
        core.apply(other, change.bytes)
      end
      assert.same(kinds(heap), kinds(other))
      assert.same(addresses(core.list_of_type(heap)), addresses(core.list_of_type(other)))
    end)
  end)

  describe("as bytes", function()
    it("describe what they did", function()
      core.gc(heap, true)
      local bytes = core.changes(heap)[1].bytes
      heap:undo()
      assert.same({ objects_gone = 2, objects_come = 0, refs_gone = 3, refs_come = 0, changed = 4, depth = 4,
        complete = true }, core.apply(heap, bytes))
      assert.equal(4, #heap)
    end)

    it("are refused when they are damaged", function()
      assert.matches("not a change that this version can read", dumps.message(core.apply, heap, ""))
      core.pin(heap, core.list_of(heap, { 5 }))
      local bytes = core.changes(heap)[1].bytes
      assert.matches("the bytes are not a change, or are damaged", dumps.message(core.apply, heap, bytes:sub(1, -2)))
      assert.same({ "pin" }, kinds(heap))
    end)
  end)

  describe("that pin", function()
    it("count what was not pinned before", function()
      assert.equal(2, core.pin(heap, core.list_of(heap, { 5, 4 })))
      assert.equal(1, core.pin(heap, core.list_of(heap, { 5, 3 })))
      assert.equal(0, core.pin(heap, core.list_of(heap, { 3 })))
      assert.same({ "pin", "pin" }, kinds(heap))
      assert.same({ 1, 3, 4, 5 }, addresses(heap:roots()))
      heap:undo()
      assert.same({ 1, 4, 5 }, addresses(heap:roots()))
    end)
  end)

  describe("that collect garbage", function()
    it("leave objects that are gone and lists of the rest", function()
      local gone, kept = heap[5], heap[4]
      local result = core.gc(heap, true)
      assert.equal(2, result.objects_gone)
      assert.is_true(result.complete)
      assert.matches("gone", dumps.message(function() return gone.size end))
      assert.equal(40, kept.size)
      heap:undo()
      assert.equal(50, gone.size)
    end)

    it("report each depth", function()
      local told = {}
      core.gc(heap, true, function(depth, marked) told[#told + 1] = { depth, marked } end)
      assert.same({ { 1, 1 }, { 2, 1 }, { 3, 1 }, { 4, 1 } }, told)
    end)

    it("stop when the callback says so, and continue from there", function()
      local result = core.gc(heap, true, function(depth) return depth < 2 end)
      assert.is_false(result.complete)
      assert.same({ 2, 2, 0 }, { result.depth, result.changed, result.objects_gone })
      assert.equal(6, #heap)
      local told = {}
      result = core.gc(heap, false, function(depth) told[#told + 1] = depth end)
      assert.same({ 3, 4 }, told)
      assert.is_true(result.complete)
      assert.equal(4, #heap)
    end)

    it("stop at an error of the callback, and raise it", function()
      local message = dumps.message(core.gc, heap, true, function() error("enough", 0) end)
      assert.equal("enough", message)
      assert.equal(6, #heap)
      assert.same({ "gc" }, kinds(heap))
      heap:undo()
      assert.same({}, kinds(heap))
    end)

    it("stop at an interrupt, which is no error", function()
      local script = program.file(([[
        local dryad, core = require "dryad", require "dryad.core"
        local heap = dryad.load({ %s }, { collapse = false, progress = false })
        local result = core.gc(heap, true, function(depth)
          if depth == 2 then io.popen("kill -INT $PPID"):close() end
        end)
        print(result.depth, result.complete, #heap)
        print(core.gc(heap, false).complete)
      ]]):format(quoted(LINES)), ".lua")
      local out = program.run { script }
      assert.equal("2\tfalse\t6\ntrue\n", out)
    end)

    it("refuse changes by the callback", function()
      local message
      core.gc(heap, true, function()
        message = message or dumps.message(heap.undo, heap)
      end)
      assert.matches("the heap is at work", message)
      assert.equal(4, #heap)
    end)
  end)
end)

describe("searches that go step by step", function()
  local heap

  before_each(function()
    heap = dumps.heap(LINES)
  end)

  local function list(...)
    return core.list_of(heap, { ... })
  end

  it("count what each step discovers", function()
    local path, counts = core.find_path(heap, list(1), list(4), false)
    assert.same({ 1, 2, 3, 4 }, addresses(path))
    assert.same({ 1, 1, 1, 1 }, counts)
    path, counts = core.find_path(heap, list(4), list(5), true)
    assert.same({ 4, 3, 2, 6, 5 }, addresses(path))
    assert.same({ 1, 1, 1, 2, 1 }, counts)
    path, counts = core.find_path(heap, list(3), list(5), false)
    assert.is_nil(path)
    assert.same({ 1, 1 }, counts)
  end)

  it("find a path to each of many", function()
    local paths, counts = core.find_paths(heap, list(2), list(4, 5, 2, 3, 4), false)
    assert.equal(5, #paths)
    assert.same({ 2, 3, 4 }, addresses(paths[1]))
    assert.is_false(paths[2])
    assert.same({ 2 }, addresses(paths[3]))
    assert.same({ 2, 3 }, addresses(paths[4]))
    assert.same({ 2, 3, 4 }, addresses(paths[5]))
    assert.same({ 1, 1, 1 }, counts)
    paths, counts = core.find_paths(heap, list(2), list(), false)
    assert.same({ {}, {} }, { paths, counts })
  end)

  it("count ancestors by generation and type", function()
    local rows, counts = core.ancestors(heap, list(4), {})
    assert.same({
      { generation = 0, type = "str", count = 1 }, { generation = 1, type = "list", count = 1 },
      { generation = 2, type = "list", count = 1 }, { generation = 3, type = "module", count = 1 },
      { generation = 4, type = "ring", count = 1 }, { generation = 5, type = "ring", count = 1 },
    }, rows)
    assert.same({ 1, 1, 2, 1, 1 }, counts)
    rows = core.ancestors(heap, list(4), { "ring", "no such type" })
    assert.same({ generation = 3, type = "ring", count = 1 }, rows[#rows])
  end)

  it("refuse anything but an array of names", function()
    assert.matches("table expected", dumps.message(core.ancestors, heap, list(4)))
    assert.matches("string expected", dumps.message(core.ancestors, heap, list(4), { {} }))
  end)
end)
