-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"

-- A root of each reason; 4 is held by three of them, 99 is not in the dump.
local LINES = {
  '{"address": 1, "type": "module", "name": "app", "size": 10, "refs": [2, 3]}',
  '{"address": 2, "type": "list", "size": 20, "refs": [4]}',
  '{"address": 3, "type": "list", "size": 30, "refs": [4, 99]}',
  '{"address": 4, "type": "str", "size": 40, "value": "x", "refs": []}',
  '{"address": 5, "type": "frame", "size": 50, "value": "run", "refs": [4]}',
  '{"address": 6, "type": "lonely", "size": 60, "refs": [6]}',
  '{"address": 7, "type": "ring", "size": 70, "refs": [8, 10]}',
  '{"address": 8, "type": "ring", "size": 80, "refs": [7]}',
  '{"address": 9, "type": "free", "size": 90, "refs": []}',
  '{"address": 10, "type": "ring", "size": 100, "refs": [11]}',
  '{"address": 11, "type": "ring", "size": 110, "refs": [10]}',
}

local function addresses(list)
  return list:map(function(o) return o.address end)
end

--- What no root reaches, in address order.
local function unreachable(heap)
  return addresses(heap:unreachable():sort("address", "asc"))
end

describe("the roots of a heap", function()
  local heap

  before_each(function()
    heap = dumps.heap(LINES)
  end)

  it("are modules, what nothing else refers to, and one of each cycle that nothing enters", function()
    assert.same({ 1, 5, 6, 7, 9 }, addresses(heap:roots()))
    assert.same({ [1] = "module", [5] = "frame", [6] = "unreferenced", [7] = "cycle", [9] = "unreferenced" },
      dumps.reasons(heap))
    for _, address in ipairs { 2, 3, 4, 8, 10, 11 } do
      assert.is_nil(heap:root_reason(heap[address]))
    end
    assert.is_nil(heap:root_reason(heap[3][2]))
  end)

  it("reach everything of a heap as loaded", function()
    assert.equal(0, #heap:unreachable())
    assert.equal(heap.total_size, heap:dominators().reachable_size)
  end)

  it("can be given as a list, an object, an address, a type or an array", function()
    for _, case in ipairs {
      { heap "list", { 2, 3 } }, { heap[7], { 7 } }, { 7, { 7 } }, { "ring", { 7, 8, 10, 11 } },
      { { 9, heap[5], "list", heap "frame" }, { 2, 3, 5, 9 } }, { { 9, 9, heap[9] }, { 9 } }, { heap[3].c, { 4 } },
    } do
      heap:set_roots(case[1])
      assert.same(case[2], addresses(heap:roots()))
      for _, root in ipairs(heap:roots()) do
        assert.equal("given", heap:root_reason(root))
      end
    end
    assert.is_nil(heap:root_reason(heap[1]))
  end)

  it("leave out what they do not reach, which is listed largest first", function()
    heap:set_roots(7)
    assert.same({ 9, 6, 5, 4, 3, 2, 1 }, addresses(heap:unreachable()))
    assert.equal(360, heap:dominators().reachable_size)
    heap:set_roots {}
    assert.equal(0, #heap:roots())
    assert.same(addresses(heap:get_all():sort("address", "asc")), unreachable(heap))
    assert.same({ 0, 0 }, { heap[1].retained_size, heap:retained_size "list" })
  end)

  it("leave out the same when the dominators are known", function()
    for _, given in ipairs { 7, {}, "list", heap[1] } do
      heap:set_roots(given)
      local before = unreachable(heap)
      assert.is_true(#before > 0)
      heap:dominators()
      assert.same(before, unreachable(heap))
    end
    heap:set_roots()
    heap:dominators()
    assert.same({}, addresses(core.unreachable(heap)))
    assert.same({ 7, 8, 10, 11 }, addresses(core.unreachable(heap, true))) -- which only the root of a cycle reaches
  end)

  it("are determined again without a list", function()
    local before = dumps.reasons(heap)
    heap:set_roots "list"
    heap:set_roots()
    assert.same(before, dumps.reasons(heap))
    heap:set_roots "list"
    heap:set_roots(nil)
    assert.same(before, dumps.reasons(heap))
  end)

  it("do not gain an object that loses its last referrer by a change", function()
    assert.equal(2, heap:remove_references("list", { 4 }))
    assert.equal(0, #heap:unreachable())
    assert.equal(1, heap:remove_references({ 5 }, "str"))
    assert.same({ 1, 5, 6, 7, 9 }, addresses(heap:roots()))
    assert.same({ 4 }, unreachable(heap))
    assert.is_nil(heap:root_reason(heap[4]))
    assert.equal(0, heap[4].retained_size)
    heap:set_roots()
    assert.same({ 1, 4, 5, 6, 7, 9 }, addresses(heap:roots()))
    assert.equal("unreferenced", heap:root_reason(heap[4]))
    assert.equal(0, #heap:unreachable())
  end)

  it("stay the same when a change is undone", function()
    local before = dumps.reasons(heap)
    heap:remove_references({ 1, 7 }, { 2, 3, 8, 10 })
    assert.same({ 2, 3, 8, 10, 11 }, unreachable(heap))
    assert.same(before, dumps.reasons(heap))
    assert.is_true(heap:undo())
    assert.same(before, dumps.reasons(heap))
    assert.equal(0, #heap:unreachable())
  end)

  it("that were given stay through changes too", function()
    heap:set_roots { 1 }
    heap:remove_references({ 1 }, { 2 })
    assert.same({ [1] = "given" }, dumps.reasons(heap))
    assert.same({ 2, 5, 6, 7, 8, 9, 10, 11 }, unreachable(heap))
    heap:undo()
    assert.same({ [1] = "given" }, dumps.reasons(heap))
    assert.same({ 5, 6, 7, 8, 9, 10, 11 }, unreachable(heap))
  end)

  it("report a wrong call on the caller's line", function()
    local other = dumps.heap { LINES[4] }
    for message, use in pairs {
      ["root_reason: o must be an object, not 4"] = function() return (heap:root_reason(4)) end,
      ["root_reason: o must be an object, not nil"] = function() return (heap:root_reason()) end,
      ["root_reason: o is an object of another heap"] = function() return (heap:root_reason(other[4])) end,
      ["set_roots: roots must be objects: a list, .+, not 1.5"] = function() heap:set_roots(1.5) end,
      ["set_roots: roots must be objects: a list, .+, not a boolean"] = function() heap:set_roots { 4, true } end,
      ["no object has the address 1234"] = function() heap:set_roots(1234) end,
      ["object 1 is of another heap"] = function() heap:set_roots(other[4]) end,
      ["no such column: sise"] = function() heap:set_roots "sise > 3" end,
      ["colon: heap:roots%(%)"] = function() return (heap.roots()) end,
      ['colon: heap:set_roots%("list"%)'] = function() heap.set_roots("list") end,
      ["colon: heap:unreachable%(%)"] = function() return (heap.unreachable()) end,
      ["colon: heap:root_reason%(o%)"] = function(o) return (heap.root_reason(o)) end,
    } do
      assert.matches("roots_spec.lua:%d+: .*" .. message, dumps.message(use))
    end
    assert.same({ 1, 5, 6, 7, 9 }, addresses(heap:roots()))
  end)

  it("are those of a heap that is open", function()
    heap:close()
    for _, use in ipairs {
      function() return heap:roots() end, function() heap:set_roots() end, function() heap:set_roots {} end,
      function() return heap:unreachable() end,
    } do
      assert.matches("the heap is closed", dumps.message(use))
    end
  end)
end)

describe("a frame", function()
  -- An exception in a list keeps its traceback, whose frame keeps a big object.
  local FAILED = {
    '{"address": 1, "type": "module", "name": "app", "size": 10, "refs": [2, 3]}',
    '{"address": 2, "type": "str", "size": 20, "value": "errors", "refs": []}',
    '{"address": 3, "type": "list", "size": 30, "refs": [4]}',
    '{"address": 4, "type": "traceback", "size": 40, "refs": [5]}',
    '{"address": 5, "type": "frame", "size": 50, "value": "fail", "refs": [6]}',
    '{"address": 6, "type": "Big", "size": 1000, "refs": []}',
  }

  it("that is held by an object is no root, so that its holder retains what it holds", function()
    local heap = dumps.heap(FAILED)
    assert.same({ [1] = "module" }, dumps.reasons(heap))
    assert.equal(30 + 40 + 50 + 1000, heap[3].retained_size)
  end)

  it("represents the cycle that it is in", function()
    local heap = dumps.heap {
      '{"address": 1, "type": "generator", "size": 10, "refs": [2]}',
      '{"address": 2, "type": "frame", "size": 20, "value": "produce", "refs": [1]}',
    }
    assert.same({ [2] = "cycle" }, dumps.reasons(heap))
    assert.matches("held by nothing in the dump: garbage, or native code", tostring(heap[2]:why()), 1, true)
  end)
end)

describe("roots through the changes of Meliae's users", function()
  -- An instance and its dict; the module refers to the instance, a function to the module.
  local OWNERS = {
    '{"address": 1, "type": "module", "name": "app", "size": 10, "refs": [2]}',
    '{"address": 2, "type": "dict", "size": 20, "refs": [3, 4, 11, 9]}',
    '{"address": 3, "type": "str", "size": 30, "value": "thing", "refs": []}',
    '{"address": 4, "type": "Thing", "size": 40, "refs": [5, 6]}',
    '{"address": 5, "type": "dict", "size": 50, "refs": [7, 8]}',
    '{"address": 6, "type": "type", "name": "Thing", "size": 60, "refs": []}',
    '{"address": 7, "type": "str", "size": 70, "value": "name", "refs": []}',
    '{"address": 8, "type": "str", "size": 80, "value": "value", "refs": []}',
    '{"address": 9, "type": "function", "name": "f", "size": 90, "refs": [2]}',
    '{"address": 11, "type": "str", "size": 11, "value": "f", "refs": []}',
  }

  it("are the same when instances are collapsed by hand as when they are collapsed by loading", function()
    local heap, loaded = dumps.heap(OWNERS), dumps.load(OWNERS)
    assert.same({ 1 }, addresses(heap:roots()))
    assert.equal(40, heap[4].size)
    assert.equal(2, heap:collapse_instance_dicts())
    assert.same(dumps.reasons(loaded), dumps.reasons(heap))
    assert.equal(0, #heap:unreachable())
    assert.equal(40 + 50 + 60 + 70 + 80, heap[4].retained_size)
    heap:undo()
    assert.same({ [1] = "module" }, dumps.reasons(heap))
    assert.equal(40 + 50 + 60 + 70 + 80, heap[4].retained_size)
    assert.equal(50 + 70 + 80, heap[5].retained_size)
  end)

  it("that are collapsed into others are no longer roots", function()
    local heap = dumps.heap(OWNERS)
    heap:set_roots { 5, 6 }
    assert.same({ 5, 6 }, addresses(heap:roots()))
    heap:collapse_instance_dicts()
    assert.same({ 6 }, addresses(heap:roots()))
    heap:undo()
    assert.same({ 5, 6 }, addresses(heap:roots()))
  end)

  it("stay when expensive references are removed, and what only these kept is garbage", function()
    local heap = dumps.load(OWNERS)
    assert.same({ 1 }, addresses(heap:roots()))
    assert.equal(2, heap:remove_expensive_references()) -- the class of the instance, the module of the function
    assert.same({ [1] = "module" }, dumps.reasons(heap))
    assert.same({ 6 }, unreachable(heap))
    assert.equal(0, heap[6].retained_size)
    heap:undo()
    assert.equal(0, #heap:unreachable())
    assert.equal(60, heap[6].retained_size)
  end)
end)

describe("the roots of a sample", function()
  it("have the counts by reason of the reference answers", function()
    local heap, expected = dumps.sample "threads-small.dump.gz", dumps.expected "threads-small"
    local counts = {}
    for _, reason in pairs(dumps.reasons(heap)) do
      counts[reason] = (counts[reason] or 0) + 1
    end
    assert.same(expected.roots, setmetatable(counts, getmetatable(expected.roots)))
    assert.equal(0, #heap:unreachable())
    assert.equal(expected.reachable_size, heap:dominators().reachable_size)
  end)

  it("can all be set again, and none is lost", function()
    local heap = dryad.load("tests/data/threads-small.dump.gz", { progress = false })
    local roots = heap:roots()
    heap:set_roots(roots)
    assert.equal(#roots, #(heap:roots() & roots))
    assert.equal(0, #heap:unreachable())
    heap:set_roots "module"
    assert.equal(118, #heap:roots())
    assert.equal(#heap - heap:summarize("module").total_count, #heap:unreachable())
  end)
end)
