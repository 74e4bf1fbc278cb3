-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local program = require "tests.spec.support.program"

local LINES = {
  '{"address": 1, "type": "a", "size": 10, "refs": [2, 3, 99]}',
  '{"address": 2, "type": "b", "size": 20, "refs": [3]}',
  '{"address": 3, "type": "b", "size": 20, "refs": [1, 2]}',
  '{"address": 4, "type": "b", "size": 30, "refs": []}',
  '{"address": 5, "type": "b", "size": 20, "refs": [5]}',
}

local function addresses(list)
  return list:map(function(o) return o.address end)
end

describe("a heap", function()
  local heap

  before_each(function()
    heap = dumps.heap(LINES)
  end)

  it("counts its objects, references and bytes", function()
    assert.same({ 5, 5, 7, 100 }, { #heap, heap.num_objects, heap.num_refs, heap.total_size })
    assert.same({ "a", "b" }, heap.types)
    assert.equal("(lines)", heap.file)
    assert.equal("heap (lines): 5 objects, 7 references, 100B", tostring(heap))
  end)

  it("finds an object by address, in each way", function()
    local o = heap[4]
    assert.equal(30, o.size)
    assert.equal(o, heap:get(4))
    assert.equal(o, heap(4))
    assert.equal(o, heap "4")
    assert.equal(o, heap["0x4"])
    assert.equal(o, heap[4.0])
    assert.equal(o, heap(o))
    assert.is_nil(heap[77])
    assert.is_nil(heap:get(99))
    assert.is_nil(heap(-1))
  end)

  it("refuses anything but an address", function()
    assert.matches("an address is a whole number", dumps.message(function() return (heap[1.5]) end))
    assert.matches("an address is a whole number", dumps.message(function() return heap:get {} end))
    assert.matches("heap: its argument must be", dumps.message(function() return heap {} end))
  end)

  it("iterates over its objects in address order, all or those of a type", function()
    local all, b = {}, {}
    for o in heap:objects() do
      all[#all + 1] = o.address
    end
    for o in heap:objects "b" do
      b[#b + 1] = o.address
    end
    assert.same({ 1, 2, 3, 4, 5 }, all)
    assert.same({ 2, 3, 4, 5 }, b)
    for _ in heap:objects "none such" do
      error "there is none"
    end
  end)

  it("returns all of a type by size, then references, then parents, then address", function()
    assert.same({ 4, 3, 2, 5 }, addresses(heap:get_all "b"))
    assert.same({ 4, 3, 2, 5 }, addresses(heap "b"))
    assert.equal(0, #heap:get_all "none such")
    assert.same({ 4, 3, 2, 5, 1 }, addresses(heap:get_all()))
  end)

  it("suggests the nearest types for an unknown name", function()
    heap = dumps.heap { '{"address": 1, "type": "Thread", "size": 1, "refs": []}' }
    assert.matches("heap_spec.lua:%d+: no object is of type 'Thred'; did you mean 'Thread'", dumps.message(function()
      local list = heap "Thred"
      return list
    end))
  end)

  it("finds objects by a function or an SQL condition, largest first", function()
    assert.same({ 4, 3 }, addresses(heap:where(function(o) return o.address == 3 or o.address == 4 end)))
    assert.same({ 4, 3 }, addresses(heap:where "address in (3, 4)"))
    assert.same({ 4 }, addresses(heap(function(o) return o.size == 30 end)))
    assert.same({ 4 }, addresses(heap "size = 30"))
    assert.matches("heap_spec.lua:%d+: where: condition must be SQL or a function, not 3", dumps.message(function()
      heap:where(3)
    end))
  end)

  it("keeps errors of a condition as they are", function()
    assert.matches("my mistake", dumps.message(function()
      heap:where(function() error "my mistake" end)
    end))
  end)

  it("summarizes what is reachable, without what is excluded", function()
    assert.same({ 3, 50 }, { heap:summarize(heap[1]).total_count, heap:summarize(heap[1]).total_size })
    assert.equal(1, heap:summarize(heap[1], "b").total_count)
    assert.equal(0, heap:summarize(heap[1], "a").total_count)
    assert.equal(4, heap:summarize({ 4, heap[2] }).total_count)
    assert.equal(4, heap:summarize(heap "b", { 1 }).total_count)
    assert.equal(1, heap:summarize(nil, "b").total_count)
    assert.equal(4, heap:summarize({ heap[4], heap "a" }).total_count)
  end)

  it("knows what it was loaded from", function()
    local report = heap.report
    assert.same({ 5, 5, 0, 0, 1, 0, 3 }, { report.lines, report.objects, report.duplicates, report.bad_lines,
      report.dangling_refs, report.collapsed, report.python })
    assert.is_false(report.truncated)
    assert.same({}, report.problems)
    assert.is_true(report.seconds >= 0)
  end)

  it("reports its memory, array by array and in all", function()
    local memory, sum = heap:memory(), 0
    for _, bytes in pairs(memory) do
      sum = sum + bytes
    end
    assert.equal(sum, memory:total())
    assert.equal(8 * (#heap + heap.report.dangling_refs), memory.addresses)
    assert.equal(4 * heap.num_refs, memory.children)
    assert.equal(0, memory.dominators)
    assert.is_true(heap:roots()[1].retained_size > 0)
    assert.equal(16 * #heap, heap:memory().dominators)
    local text = tostring(memory)
    assert.matches("children +" .. memory.children .. " +%d+%.%d +%d+%.%d%%", text)
    assert.is_nil(text:find "dominators")
    assert.matches("memory is a method of a heap", dumps.message(heap.memory))
  end)

  it("frees the memory of its arrays, lists and results when it is closed", function()
    if program.is_sanitized() then
      return
    end
    local function resident()
      collectgarbage()
      collectgarbage()
      local file <close> = io.open "/proc/self/status"
      return tonumber(file:read("a"):match "RssAnon:%s+(%d+) kB") / 1024
    end
    local function load()
      local i = 0
      return dumps.load(function()
        i = i + 1
        return i <= 200000 and ('{"address": %d, "type": "list", "size": 9, "value": "%d", "refs": [%d, %d]}\n'):format(
          8 * i, i, 8 * (i // 2), 8 * (i // 3)) or nil
      end)
    end
    load():close() -- what stays after the first time is not the heap's
    local before = resident()
    local large = load()
    local lists = { large:get_all(), large:where "size > 1", large:roots() }
    lists[4] = lists[1]:sort "retained_size" + lists[2]
    local during = resident()
    large:close()
    assert.is_true(during - before > 10, "it took " .. during - before .. " MiB")
    assert.is_true(resident() - before < (during - before) / 4, "it kept " .. resident() - before .. " MiB")
    assert.equal(4, #lists)
  end)

  it("undoes the last change, and says when there is none", function()
    heap = dumps.heap {
      '{"address": 1, "type": "function", "size": 10, "refs": [2, 3]}',
      '{"address": 2, "type": "module", "size": 20, "refs": []}',
      '{"address": 3, "type": "frame", "size": 20, "refs": []}',
    }
    assert.is_false(heap:undo())
    assert.equal(1, heap:remove_expensive_references())
    assert.equal(0, heap.num_refs)
    assert.equal(0, heap:remove_expensive_references())
    assert.is_true(heap:undo())
    assert.equal(2, heap.num_refs)
    assert.is_false(heap:undo())
  end)

  it("needs no parents computed", function()
    assert.is_nil(heap:compute_parents())
    assert.same({ 1, 3 }, heap[2].parents)
  end)

  it("guesses the dict of interned strings", function()
    assert.is_nil(heap:guess_intern_dict())
    heap = dumps.heap {
      '{"address": 1, "type": "dict", "size": 10, "len": 2, "refs": [3, 3, 4, 4]}',
      '{"address": 2, "type": "dict", "size": 90, "len": 1, "refs": [3, 4]}',
      '{"address": 3, "type": "str", "size": 1, "value": "a", "refs": []}',
      '{"address": 4, "type": "str", "size": 1, "value": "b", "refs": []}',
    }
    assert.equal(heap[1], heap:guess_intern_dict())
  end)

  it("reports that it is closed, as do its objects", function()
    local o = heap[1]
    heap:close()
    heap:close()
    assert.is_false(heap:is_open())
    assert.equal("heap (closed)", tostring(heap))
    assert.equal("object(1) of a closed heap", tostring(o))
    for _, use in ipairs {
      function() return #heap end, function() return (heap[1]) end, function() return heap.num_refs end,
      function() return heap:summarize() end, function() return heap "a" end, function() return heap:undo() end,
      function() return (o.size) end, function() return (o[1]) end, function() return #o end,
      function() return o:compute_total_size() end, function() return o.c end, function() return (o.d) end,
      function() return o:to_json() end, function() return heap:objects() end, function() return heap.types end,
    } do
      assert.matches("the heap is closed", dumps.message(use))
    end
  end)

  it("is closed at the end of its block", function()
    local o
    do
      local block <close> = dumps.heap(LINES)
      o = block[1]
    end
    assert.matches("closed", dumps.message(function() return (o.size) end))
  end)

  it("is collected when nothing holds it, and kept by its objects and lists", function()
    local o, list = heap[1], heap "b"
    local weak = setmetatable({ heap = heap }, { __mode = "v" })
    heap = nil
    collectgarbage()
    assert.equal(10, o.size)
    o = nil -- luacheck: ignore 311
    collectgarbage()
    assert.equal(30, list[1].size)
    list = nil -- luacheck: ignore 311
    collectgarbage()
    collectgarbage()
    assert.is_nil(weak.heap)
  end)

  it("is not closed or changed by a finalizer, which may run in the middle of its work", function()
    local message
    setmetatable({}, { __gc = function()
      heap:close()
      message = dumps.message(heap.undo, heap)
    end })
    collectgarbage()
    assert.is_true(heap:is_open())
    assert.matches("cannot be changed by a finalizer", message)
  end)

  it("shows how to call a method that was called with a dot, and near names", function()
    assert.matches("colon: heap:summarize%(%)", dumps.message(function() heap.summarize() end))
    assert.matches('colon: heap:get_all%("b"%)', dumps.message(function() heap.get_all("b") end))
    assert.matches("colon: heap:close%(%)", dumps.message(function() heap.close() end))
    assert.matches("a heap has no field 'sumarize'; did you mean 'summarize'", dumps.message(function()
      heap:sumarize()
    end))
    assert.matches("get_all: type must be the name of a type, not a table", dumps.message(function()
      heap:get_all {}
    end))
    assert.matches("objects: type must be", dumps.message(function() heap:objects(3) end))
    assert.matches("summarize: start must be", dumps.message(function() heap:summarize(true) end))
  end)

  it("is refused by the methods of other types", function()
    assert.matches("colon", dumps.message(core.heap.methods.close, heap[1]))
    assert.matches("colon", dumps.message(core.object.methods.to_json, heap))
    assert.matches("colon", dumps.message(core.list.methods.head, heap))
  end)
end)

describe("collapsing by hand", function()
  it("has the counts of the reference answers", function()
    local expected = dumps.expected "threads-small"
    local heap = dryad.load("tests/data/threads-small.dump.gz", { progress = false, collapse = false })
    assert.same({ expected.raw.objects, expected.raw.refs, expected.raw.size },
      { #heap, heap.num_refs, heap.total_size })
    assert.equal(expected.collapsed, heap:collapse_instance_dicts())
    assert.same({ expected.summary.objects, expected.summary.refs, expected.summary.size },
      { #heap, heap.num_refs, heap.total_size })
    assert.equal(0, heap:collapse_instance_dicts())
    assert.is_true(heap:undo())
    assert.equal(expected.raw.objects, #heap)
  end)

  it("reaches the same objects as the reference answers", function()
    local heap = dumps.sample "threads-small.dump.gz"
    local excluding = { "module", "type", "frame" }
    for _, x in ipairs(dumps.expected("threads-small").totals) do
      local o = heap[x[1]]
      assert.same({ x[2], x[3] }, { heap:summarize(o).total_count, o:compute_total_size() })
      assert.same({ x[4], x[5] }, { heap:summarize(o, excluding).total_count, o:compute_total_size(excluding) })
    end
  end)
end)

describe("what objects retain", function()
  local heap = dumps.heap {
    '{"address": 1, "type": "module", "size": 1, "refs": [2, 3, 6]}',
    '{"address": 2, "type": "list", "size": 10, "refs": [4]}',
    '{"address": 3, "type": "list", "size": 20, "refs": [4]}',
    '{"address": 4, "type": "str", "size": 40, "refs": []}',
    '{"address": 6, "type": "node", "size": 5, "refs": [7]}',
    '{"address": 7, "type": "node", "size": 6, "refs": []}',
  }
  local function addresses_of(list)
    return list:map(function(o) return o.address end)
  end

  it("is a list, largest first, with what only all of them together hold", function()
    assert.same({ 4, 3, 2 }, addresses_of(heap:retained "list"))
    assert.same({ 2 }, addresses_of(heap:retained(2)))
    assert.same({ 4, 3, 2, 7, 6 }, addresses_of(heap:retained { "list", 6 }))
  end)

  it("is summed by type: twice if dominated by one of the same type, not at all if several hold it", function()
    local rows = heap:get_all():retained_by_type()
    local found = {}
    for i, row in ipairs(rows) do
      found[i] = { row.type_str, row.count, row.size, row.retained }
    end
    assert.same({ { "module", 1, 1, 82 }, { "str", 1, 40, 40 }, { "list", 2, 30, 30 }, { "node", 2, 11, 17 } }, found)
  end)

  it("is a tree below an object, drawn with its share of the heap", function()
    local tree = heap:dominators(heap[6])
    assert.same({ 7 }, addresses_of(tree.objects))
    local lines = {}
    for line in (tostring(tree) .. "\n"):gmatch "(.-)\n" do lines[#lines + 1] = line end
    assert.equal(2, #lines)
    assert.matches("^ 13%.4%% +11B .*node%(6 ", lines[1])
    assert.matches("^  7%.3%% +6B .*  node%(7 ", lines[2])
    assert.error_matches(function() heap:dominators(5) end, "dominators: o must be an object, not 5")
  end)
end)
