-- SPDX-License-Identifier: MIT
local builder = require "tests.spec.support.dump_builder"
local class_shares = require "dryad.analysis.class_shares"
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local retained_groups = require "dryad.analysis.retained_groups"
local retained_tree = require "dryad.analysis.retained_tree"

-- The module holds a cache of two entries, one of which holds another; 9 is on its own.
local LINES = {
  '{"address": 1, "type": "module", "name": "__main__", "size": 100, "refs": [2, 20]}',
  '{"address": 2, "type": "dict", "size": 1000, "refs": [3, 4, 5]}',
  '{"address": 3, "type": "Entry", "size": 10, "refs": [6, 7, 20]}',
  '{"address": 4, "type": "Entry", "size": 10, "refs": [8, 20]}',
  '{"address": 5, "type": "str", "size": 7, "refs": []}',
  '{"address": 6, "type": "Entry", "size": 10, "refs": [20]}',
  '{"address": 7, "type": "str", "size": 2000, "refs": []}',
  '{"address": 8, "type": "str", "size": 5000, "refs": [77]}',
  '{"address": 9, "type": "tuple", "size": 50, "refs": []}',
  '{"address": 20, "type": "type", "name": "Entry", "qualname": "__main__.Entry", "size": 900, "refs": []}',
}

local function addresses(list)
  return list:map(function(o) return o.address end)
end

local function figures(row)
  return { row.class, row.type, row.count, row.size, row.retained }
end

describe("retained groups", function()
  local heap = dumps.heap(LINES)

  it("are the objects that nothing dominates, by class", function()
    local groups = retained_groups.of(heap)
    assert.equal(2, #groups)
    assert.same({ "module", "module", 1, 100, 9037 }, figures(groups[1]))
    assert.same({ "__main__", nil }, { groups[1].name, groups[2].name })
    assert.same({ "tuple", "tuple", 1, 50, 50 }, figures(groups[2]))
  end)

  it("keep modules apart, with their names", function()
    local modules = dumps.heap {
      '{"address": 1, "type": "module", "name": "shop", "size": 10, "refs": [11]}',
      '{"address": 2, "type": "module", "name": "shop.cache", "size": 20, "refs": [12]}',
      '{"address": 3, "type": "module", "size": 15, "refs": []}',
      '{"address": 11, "type": "str", "size": 300, "refs": []}',
      '{"address": 12, "type": "str", "size": 400, "refs": []}',
    }
    local found = {}
    for i, group in ipairs(retained_groups.of(modules)) do
      found[i] = { group.class, group.name or "", group.count, group.retained }
    end
    assert.same({ { "module", "shop.cache", 1, 420 }, { "module", "shop", 1, 310 }, { "module", "", 1, 15 } }, found)
    modules:set_roots { 1 }
    assert.equal(1, #retained_groups.of(modules))
    local nodes = retained_tree.new(modules, { least = 0.1 })
    assert.same({ "shop", nil, "str" }, { nodes[1].name, nodes[2].name, nodes[2].class })
  end)

  it("are those that one object or the members of a list dominate", function()
    local below = retained_groups.of(heap, heap[2])
    assert.same({ "__main__.Entry", "Entry", 2, 20, 7030 }, figures(below[1]))
    assert.same({ 4, { 3, 4 } }, { below[1].object.address, addresses(below[1].objects) })
    assert.same({ "str", "str", 1, 7, 7 }, figures(below[2]))
    local further = retained_groups.of(heap, below[1].objects)
    assert.same({ { "str", "str", 2, 7000, 7000 }, { "__main__.Entry", "Entry", 1, 10, 10 } },
      { figures(further[1]), figures(further[2]) })
    assert.same({}, retained_groups.of(heap, heap[5]))
    assert.same({}, retained_groups.of(heap, heap[8][1]))
  end)

  it("sum up what is beyond the rows that are asked for", function()
    local groups = retained_groups.of(heap, heap[2], 1)
    assert.same({ 2, true, 1, 1, 7, 7 },
      { #groups, groups[2].is_rest, groups[2].classes, groups[2].count, groups[2].size, groups[2].retained })
  end)

  it("follow changes of the heap, and say when it is closed", function()
    local changed = dumps.heap(LINES)
    local entries = retained_groups.of(changed, changed[2])[1].objects
    changed:remove_references("dict", "Entry")
    assert.same({ "str" }, { retained_groups.of(changed, changed[2])[1].class })
    assert.same({}, retained_groups.of(changed, entries)) -- no root reaches them any more
    changed:close()
    assert.error_matches(function() retained_groups.of(changed) end, "closed")
    assert.error_matches(function() retained_groups.of(heap, entries) end, "closed")
  end)

  it("of another heap are refused", function()
    local other = dumps.heap(LINES)
    assert.error_matches(function() retained_groups.of(heap, other[2]) end, "another heap")
  end)
end)

describe("a retained tree", function()
  local heap = dumps.heap(LINES)

  it("has groups before what lies below them, and one node for small groups", function()
    local nodes, found = retained_tree.new(heap, { least = 0.01 }), {}
    for i, node in ipairs(nodes) do
      found[i] = { node.parent, node.class or "rest", node.count, node.size, node.retained }
      assert.equal(node.class == nil or nil, node.is_rest)
    end
    assert.same({
      { 0, "module", 1, 100, 9037 }, { 1, "dict", 1, 1000, 8037 }, { 2, "__main__.Entry", 3, 30, 7030 },
      { 3, "str", 2, 7000, 7000 }, { 2, "rest", 1, 7, 7 }, { 1, "type", 1, 900, 900 }, { 0, "rest", 1, 50, 50 },
    }, found)
    assert.same({ 4, 8 }, { nodes[3].object.address, nodes[4].object.address })
  end)

  it("has no more nodes than asked for", function()
    local nodes = retained_tree.new(heap, { least = 0, most = 3 })
    assert.same({ "module", nil, "tuple" }, { nodes[1].class, nodes[2].class, nodes[3].class })
    assert.same({ 3, true, 2, 8937 }, { #nodes, nodes[2].is_rest, nodes[2].count, nodes[2].retained })
  end)

  it("refuses what is no share of the heap", function()
    for _, least in ipairs { -1, 2, "x", 0 / 0 } do
      assert.error_matches(function() retained_tree.new(heap, { least = least }) end, "a share of the heap")
    end
    assert.error_matches(function() retained_tree.new(heap, { most = 0 }) end, "no such number of nodes")
  end)

  it("is empty for an empty heap", function()
    local empty = dumps.heap(LINES)
    empty:sql "delete from obj"
    assert.equal(0, #empty)
    assert.same({ {}, {}, {} }, { retained_groups.of(empty), retained_tree.new(empty), class_shares.of(empty) })
  end)
end)

describe("shares of classes", function()
  local heap = dumps.heap(LINES)

  it("give what is built in to what holds it", function()
    local found = {}
    for i, row in ipairs(class_shares.of(heap)) do
      found[i] = { row.class, row.module or "", row.count, row.size, row.bytes }
    end
    assert.same({
      { "__main__.Entry", "__main__", 3, 30, 7030 }, { "dict", "", 1, 1000, 1000 }, { "type", "", 1, 900, 900 },
      { "module", "", 1, 100, 100 }, { "tuple", "", 1, 50, 50 }, { "str", "", 1, 7, 7 },
    }, found)
    assert.equal("program", class_shares.of(heap)[1].origin)
  end)

  it("sum up what is beyond the rows that are asked for", function()
    local rows = class_shares.of(heap, 2)
    assert.same({ 2, { count = 4, bytes = 1057 } }, { #rows, rows.more })
    assert.is_nil(class_shares.of(heap).more)
  end)
end)

describe("the same is found in", function()
  local SAMPLE = "tests/data/shop.dump.zst"

  --- All that is found in a heap, without the objects themselves.
  local function findings(heap)
    local found = { groups = {}, tree = {}, shares = class_shares.of(heap) }
    for i, group in ipairs(retained_groups.of(heap)) do
      found.groups[i] = { figures(group), group.object.address, #group.objects }
    end
    for i, node in ipairs(retained_tree.new(heap)) do
      found.tree[i] = { node.parent, node.is_rest, node.object and node.object.address, table.unpack(figures(node), 3) }
    end
    return found
  end

  it("a heap from an index, and a spilled one", function()
    local path = os.getenv "DRYAD_BUILD" .. "/tests/retained_groups.dryad"
    local heap = dumps.load(SAMPLE)
    local expected = findings(heap)
    assert.is_true(#expected.tree > 20 and #expected.groups > 5)
    heap:save(path, { force = true })
    local indexed <close> = dumps.load(path)
    os.remove(path)
    assert.same(expected, findings(indexed))
    local spilled <close> = dumps.load(SAMPLE, { spill = "/tmp" })
    assert.same(expected, findings(spilled))
    local sum = 0
    for _, row in ipairs(expected.shares) do
      sum = sum + row.bytes
    end
    assert.equal(select(2, core.reachable(heap)), sum)
  end)

  it("thirty thousand types, as one row more than asked for", function()
    local made, refs = builder.new(), {}
    for i = 1, 30000 do
      refs[i] = made:add("T" .. i)
    end
    made:add("module", refs, { name = "m" })
    local heap = made:heap()
    local groups = retained_groups.of(heap, heap("module")[1])
    assert.same({ 10001, 20000, 2000000 }, { #groups, groups[10001].classes, groups[10001].retained })
    local shares = class_shares.of(heap, 10)
    assert.same({ 10, { count = 29991, bytes = 2999100 } }, { #shares, shares.more })
    assert.equal(2000, #retained_tree.new(heap, { least = 0 }))
  end)
end)
