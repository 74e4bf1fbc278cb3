-- SPDX-License-Identifier: MIT
local builder = require "tests.spec.support.dump_builder"
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"
local views = require "tests.spec.support.views"

-- A module with a list of three entries that each have a text of their own, and a cache. All sizes are 100 but those of
-- the texts, 1000.
local function shop()
  local made = builder.new()
  local entries = {}
  for i = 1, 3 do
    entries[i] = made:add("Entry", { made:add("str", {}, { value = "text " .. i, size = 1000 }) })
  end
  local list = made:add("list", entries, { len = 3 })
  local cache = made:add("Cache", { made:add("bytes", {}, { size = 5000 }) })
  made:module("shop", { { "entries", list }, { "cache", cache } })
  return made:heap()
end

describe("the tree", function()
  it("begins with what roots keep, grouped by class", function()
    local tree = views.check(views.open("tree", { shop() }))
    -- 3 entries, 3 texts, list, cache, bytes, module, its dict folded into it, 2 keys
    assert.same({ { "module shop", 300 + 3000 + 100 + 100 + 5000 + 200 + 200, 100.0 } },
      views.rows(tree, { "name", "retained", "share" }))
    assert.equal("12 objects, 8.7KiB, are alive", views.head(tree))
    assert.is_nil(tree:more())
  end)

  it("goes from a group to what all of it keeps together", function()
    local tree = views.open("tree", { shop() })
    local module = views.check(tree:enter(1))
    assert.same({
      { ".cache  Cache", 5100, "shop.cache" }, { ".entries  list, 3 items", 3400, "shop.entries" },
      { "2 x str", 200, false },
    }, views.rows(module, { "name", "retained", "place" }))
    local list = module:enter(2)
    assert.same({ { "3 x Entry", 3300 } }, views.rows(list, { "name", "retained" }))
    assert.equal("list, 3 items", list.title)
    assert.equal("3.3KiB retained, 38.2% of the heap: 100B in the object itself, the rest in what it keeps alive\n"
      .. "It is shop.entries", views.head(list))
    local entries = list:enter(1)
    assert.equal("3 x Entry", entries.title)
    assert.same({ { "3 x str", 3000, 3000 } }, views.rows(entries, { "name", "retained", "size" }))
    assert.equal("3.2KiB retained, 37.1% of the heap: 300B in the 3 objects themselves, the rest in what they keep "
      .. "alive", views.head(entries))
    local texts = entries:enter(1)
    assert.same({ "str 'text 1'", "str 'text 2'", "str 'text 3'" }, views.column(texts, "name"))
  end)

  it("has the objects of a row, and of itself", function()
    local list = views.open("tree", { shop() }):enter(1):enter(2)
    assert.equal(3, #list:row(1).objects)
    assert.equal("list", list.object.type)
    assert.is_nil(list:row(1).object)
  end)

  it("is sorted by count, size and class", function()
    local module = views.open("tree", { shop() }):enter(1)
    module:sort "count"
    assert.same({ "2 x str", ".cache  Cache", ".entries  list, 3 items" }, views.column(module, "name"))
    assert.equal("2 x str", module:enter(1) and module:row(1).name)
    module:sort "class"
    assert.same({ "Cache", "list", "str" }, views.column(module, "class"))
    module:sort "retained"
    assert.equal("Cache", module:row(1).class)
  end)

  it("leads from an object that keeps nothing to the object", function()
    local cache = views.open("tree", { shop() }):enter(1):enter(1)
    assert.equal("bytes", cache:row(1).name)
    assert.equal("bytes", cache:enter(1).title)
    assert.equal("It refers to nothing.", cache:enter(1).empty)
  end)

  it("says of a heap without roots that nothing is alive", function()
    local heap = shop()
    heap:set_roots {}
    local tree = views.check(views.open("tree", { heap }))
    assert.same({ 0, "No root keeps anything alive." }, { tree:count(), tree.empty })
    assert.equal("Nothing is alive; 12 others are garbage", views.head(tree))
  end)

  it("tells how much is garbage", function()
    local heap = dumps.load(facts.dump {
      '{"address": 16, "type": "list", "size": 100, "refcount": 1, "refs": [24]}',
      '{"address": 24, "type": "list", "size": 100, "refcount": 1, "refs": [16]}',
      '{"address": 32, "type": "list", "size": 100, "root": "interpreter", "refs": []}',
    })
    assert.equal("1 object, 100B, is alive; 2 others are garbage", views.head(views.open("tree", { heap })))
  end)

  it("makes no more groups than are looked at, of a hundred thousand classes", function()
    local made, refs = builder.new(), {}
    for i = 1, 100000 do
      refs[i] = made:add("T" .. i)
    end
    made:module("m", { { "all", made:add("list", refs, { len = #refs }) } })
    local list = views.open("tree", { made:heap() }):enter(1):enter(1)
    assert.same({ 10000, "90,000 more classes, 8.6MiB" }, { list:count(), list:more() })
    local kept = 0
    for i = 1, 30 do
      list:row(i)
    end
    for _ in pairs(list.known) do
      kept = kept + 1
    end
    assert.equal(30, kept)
    list:sort "class"
    assert.equal("T1", list:row(1).class)
  end)

  it("shows a chain link by link", function()
    local made, after = builder.new(), nil
    for _ = 1, 1000 do
      after = made:add("Node", { after })
    end
    made:module("m", { { "head", after } })
    local tree = views.open("tree", { made:heap() }):enter(1)
    assert.equal(100000, tree:row(1).retained)
    assert.equal(99900, tree:enter(1):row(1).retained)
  end)
end)
