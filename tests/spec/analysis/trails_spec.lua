-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dump_builder = require "tests.spec.support.dump_builder"
local dumps = require "tests.spec.support.dumps"
local trails = require "dryad.analysis.trails"

describe("trails", function()
  it("are the best ways to members, with the labels of their steps", function()
    local heap = dumps.sample "threads-small.dump.gz"
    local list = heap "Thread"
    local found = trails.of(list)
    assert.equal(200, #found)
    for _, sample in ipairs(found) do
      local way = core.best_way(sample.object)
      assert.same(way:totable(), table.move(sample.trail, 1, #sample.trail, 1, {}))
      for i = 1, #way - 1 do
        assert.equal(way[i + 1], way[i][sample.trail.positions[i]])
        assert.equal(way[i]:label(sample.trail.positions[i]), sample.trail:label(i))
        assert.equal(way[i].type_str, sample.trail.types[i])
      end
    end
  end)

  it("are those of members that are spread over the list", function()
    local list = dumps.sample "threads-small.dump.gz" "Thread"
    local sample = trails.sample(list, 4)
    assert.same({ list[1], list[501], list[1001], list[1501] }, sample)
    assert.equal(3, #trails.sample(list:head(3), 4))
    assert.same({}, trails.sample(list:head(0), 4))
  end)

  --- A chain of `count` Nodes below a module, and the addresses of the nodes from its head.
  local function chain(count)
    local b, nodes = dump_builder.new(), {}
    for i = count, 1, -1 do
      nodes[i] = b:named("Node", { { "after", nodes[i + 1] } })
    end
    b:module("app", { { "head", nodes[1] } })
    return b:heap(), nodes
  end

  it("have only both ends of a long way, and no label between these", function()
    local heap, nodes = chain(100)
    local trail = trails.of(heap:where("address = " .. nodes[100]))[1].trail
    assert.equal(40, #trail)
    assert.same({ "module", heap[nodes[19]], heap[nodes[81]], heap[nodes[100]] },
      { trail[1].type_str, trail[20], trail[21], trail[40] })
    assert.same({ ".head", ".after", "", ".after", "" },
      { trail:label(1), trail:label(19), trail:label(20), trail:label(21), trail:label(40) })
    trail = trails.of(heap:where("address = " .. nodes[39]))[1].trail
    assert.same({ 40, ".after" }, { #trail, trail:label(20) })
  end)

  it("are not looked for to members that are very far away, unless all are", function()
    local heap, nodes = chain(5100)
    local function found(...)
      local objects = {}
      for i, place in ipairs { ... } do
        objects[i] = heap[nodes[place]]
      end
      return #trails.of(core.list_of(heap, objects)), trails.of(core.list_of(heap, objects))[1].object.address
    end
    assert.same({ 2, nodes[10] }, { found(10, 5000) })
    assert.same({ 1, nodes[10] }, { found(10, 5001) })
    assert.same({ 1, nodes[5020] }, { found(5050, 5020, 5090) })
  end)

  it("are missing for garbage, and for what the dump does not hold", function()
    local b = dump_builder.new()
    local held = b:add("Node", { 99 })
    local free = b:add("Node", {}, { refcount = 0 })
    b:add("module", { held }, { name = "app", root = "modules" })
    local heap = b:heap_with_facts()
    local found = trails.of(core.list_of(heap, { heap[free], heap[held], heap[held][1] }))
    assert.same({ 3, nil, heap[held], nil }, { #found, found[1].trail, found[2].trail[2], found[3].trail })
    assert.is_nil(trails.of(core.list_of(heap, { heap[free] }))[1].trail)
    assert.same({}, trails.of(core.list_of(heap, {})))
  end)
end)
