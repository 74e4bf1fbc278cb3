-- SPDX-License-Identifier: MIT
local builder = require "tests.spec.support.dump_builder"
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"
local views = require "tests.spec.support.views"

-- A text that a list in one module and an attribute of another hold.
local function two_ways()
  local made = builder.new()
  local text = made:add("str", {}, { value = "held" })
  made:module("a", { { "list", made:add("list", { text }, { len = 1 }) } })
  made:module("b", { { "text", text } })
  local heap = made:heap()
  return heap, heap[text]
end

describe("why an object", function()
  it("is alive is told by each way, step by step", function()
    local heap, text = two_ways()
    local view = views.check(views.open("why", { heap }, text))
    assert.same({
      { "1.", "b.text", false }, { "", "b", 300 }, { "  .text", "str 'held'", 100 },
      { "2.", "a.list[0]", false }, { "", "a", 400 }, { "  .list", "list, 1 item", 100 },
      { "  [0]", "str 'held'", 100 },
    }, views.rows(view, { "label", "name", "retained" }))
    assert.equal(("str(%d 100B 2par 'held') retains 100B"):format(text.address), views.head(view))
    assert.equal("b.text", view:row(1).way)
    assert.is_nil(view:enter(1))
    assert.equal("list, 1 item", view:enter(6).title)
  end)

  it("is a root, or garbage, is said in a sentence", function()
    local heap = two_ways()
    local of_root = views.check(views.open("why", { heap }, heap "module"[1]))
    assert.equal(0, of_root:count())
    assert.matches("It is a module, where liveness starts.", views.head(of_root), 1, true)
    local dead = dumps.load(facts.dump {
      '{"address": 16, "type": "list", "size": 100, "refcount": 1, "refs": [16]}',
    })
    local of_garbage = views.check(views.open("why", { dead }, dead[16]))
    assert.equal(0, of_garbage:count())
    assert.matches("No root leads to it: it is garbage.\nA cycle keeps it: list[0] is itself.", views.head(of_garbage),
      1, true)
  end)

  it("is alive may take as many steps as there are objects", function()
    local made = builder.new()
    local last = made:add "End"
    local after = last
    for _ = 1, 5000 do
      after = made:named("Node", { { "next", after } })
    end
    made:module("m", { { "head", after } })
    local heap = made:heap()
    local view = views.open("why", { heap }, heap[last])
    assert.equal(1 + 5002, view:count())
    assert.same({ "  .next", "End" }, { view:row(5003).label, view:row(5003).name })
  end)
end)

describe("why many objects", function()
  it("are alive is a tree of ways with counts and bytes", function()
    local made, left, right = builder.new(), {}, {}
    for i = 1, 6 do
      local item = made:add("Item")
      left[#left + 1] = i <= 4 and item or nil
      right[#right + 1] = i > 4 and item or nil
    end
    made:module("m", {
      { "left", made:add("list", left, { len = 4 }) }, { "right", made:add("list", right, { len = 2 }) },
    })
    local heap = made:heap()
    local view = views.check(views.open("why", { heap }, heap "Item"))
    assert.same({ { "m.left[...]", 4, 400, "4 Item" }, { "m.right[...]", 2, 200, "2 Item" } },
      views.rows(view, { "way", "count", "size", "what" }))
    assert.equal(66, math.floor(view:row(1).share))
    assert.equal("6 Item objects, 600B, retain 600B together", views.head(view))
    assert.same({ "some of 4 Item", 4 }, { view:enter(1).title, view:enter(1):count() })
  end)

  it("are alive has what lies below a branch after it", function()
    local view = views.check(views.open("why", { dumps.sample "shop.dump.zst" }, dumps.sample "shop.dump.zst" "str"))
    local depth = {}
    for i, way in ipairs(views.column(view, "way")) do
      depth[i] = #way:match "^ *" // 2
      assert.is_true(depth[i] <= (depth[i - 1] or -1) + 1)
    end
    assert.is_true(math.max(table.unpack(depth)) > 0)
  end)

  it("are alive is told of one as of an object", function()
    local heap, text = two_ways()
    assert.equal("why str 'held'", views.open("why", { heap }, heap:where("value = 'held'")).title)
    assert.equal(100, text.size)
  end)
end)
