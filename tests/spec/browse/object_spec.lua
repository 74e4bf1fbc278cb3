-- SPDX-License-Identifier: MIT
local builder = require "tests.spec.support.dump_builder"
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"
local views = require "tests.spec.support.views"

-- A session with a cart of its own and a text that the module holds, too.
local function session_heap()
  local made = builder.new()
  local shared = made:add("str", {}, { value = "shared", size = 1000 })
  local cart = made:add("list", { shared }, { len = 1 })
  local session = made:instance("Session", { { "name", shared }, { "cart", cart } }, { size = 50 })
  made:module("shop", { { "session", session }, { "motto", shared } })
  return made:heap()
end

describe("an object", function()
  it("is told with its size, what it retains, and where it is", function()
    local heap = session_heap()
    local session = views.check(views.open("object", { heap }, heap "Session"[1]))
    -- 50 and 100 for its dict, 100 each for the list, the class and the two keys; of 1950 with the shared text, the
    -- module, its dict and its keys
    assert.equal(([[
Session at 0x%x
150B, retains 550B, 28.2%% of the heap; 5 references, 1 referrer
It is shop.session]]):format(heap "Session"[1].address), views.head(session))
  end)

  it("has its attributes by name, and dims what something else holds, too", function()
    local heap = session_heap()
    local session = views.open("object", { heap }, heap "Session"[1])
    assert.same({ { ".name", "str 'shared'", 1000, "dim" }, { ".cart", "list, 1 item", 100, false },
                  { "(class)", "class Session", 100, false } },
      views.rows(session, { "label", "name", "retained", "style" }))
    session:sort "order"
    assert.same({ ".name", ".cart", "(class)" }, views.column(session, "label"))
    assert.equal("list, 1 item", session:enter(2).title)
    assert.same({ "Session", "shop.session" }, { session.object.type, session:row(2).way() })
    assert.is_nil(session:row(2).object)
  end)

  it("says why it is a root, and that it goes with another", function()
    local heap = session_heap()
    assert.matches("It is a module, where liveness starts.", views.head(views.open("object", { heap },
      heap "module"[1])), 1, true)
    local cart = views.open("object", { heap }, heap "list"[1])
    assert.matches("It is freed when Session at shop.session is freed.", views.head(cart), 1, true)
  end)

  it("says that it is garbage, and where it was allocated", function()
    local heap = dumps.load(facts.dump {
      '{"address": 16, "type": "list", "size": 100, "refcount": 1, "refs": [24]}',
      '{"address": 24, "type": "list", "size": 100, "refcount": 1, "refs": [16], "allocated": "a.py:7|b.py:9"}',
    })
    local head = views.head(views.open("object", { heap }, heap[24]))
    assert.matches("No root leads to it: it is garbage.", head, 1, true)
  end)

  it("shows the entries of a dict by their keys", function()
    local made = builder.new()
    local dict = made:dict { { "small", made:add("bytes") }, { "large", made:add("bytes", {}, { size = 9000 }) } }
    made:module("m", { { "d", dict } })
    local heap = made:heap()
    local view = views.open("object", { heap }, heap:at "m.d")
    assert.same({ { "['large']", 9000 }, { "['small']", 100 } }, views.rows(view, { "label", "retained" }))
  end)

  it("makes only the rows that are looked at, of a dict of ten thousand and one", function()
    local made, entries = builder.new(), {}
    for i = 1, 10001 do
      entries[i] = { "k" .. i, made:add "bytes" }
    end
    made:module("m", { { "d", made:dict(entries) } })
    local heap = made:heap()
    local view = views.open("object", { heap }, heap:at "m.d")
    assert.same({ 10001, {} }, { view:count(), view.sorts })
    assert.is_nil(view.places)
    assert.equal("['k9999']", view:row(9999).label)
  end)

  it("shows references to what is not in the dump", function()
    local heap = dumps.load { '{"address": 8, "type": "list", "size": 10, "refs": [1234, 8]}' }
    local view = views.check(views.open("object", { heap }, heap[8]))
    assert.is_not_nil(table.concat(views.column(view, "name"), " "):find("<missing>(1234)", 1, true))
  end)
end)

describe("referrers", function()
  it("of an object have the names by which they refer to it", function()
    local heap = session_heap()
    local shared = heap:where "value = 'shared'"[1]
    local view = views.check(views.open("referrers", { heap }, shared))
    view:sort "retained_size"
    assert.same({ { ".motto", "module shop" }, { ".name", "Session .name='shared'" }, { "[0]", "list, 1 item" } },
      views.rows(view, { "label", "name" }))
    assert.equal("module shop", view:enter(1).title)
  end)

  it("of several objects are told together", function()
    local made, owners = builder.new(), {}
    for i = 1, 4 do
      owners[i] = made:named("Owner", { { "body", made:add "Body" } })
    end
    made:module("m", { { "owners", made:add("list", owners, { len = 4 }) } })
    local heap = made:heap()
    local view = views.check(views.open("referrers", { heap }, heap "Body"))
    view:sort "held"
    assert.same({ { ".body of 4 Owner", 4, 100.0 }, { "all 4 objects that refer to them", false, false } },
      views.rows(view, { "way", "held", "share" }))
    assert.equal(4, view:enter(2):count())
    assert.is_nil(view:enter(1))
    local of_owners = views.open("referrers", { heap }, heap "Owner")
    assert.same({ "m.owners[...]", "list, 4 items" }, { of_owners:row(1).way, of_owners:row(1).name })
    assert.equal("list, 4 items", of_owners:enter(1).title)
  end)

  it("may be missing, which says why it is there all the same", function()
    local heap = dumps.load { '{"address": 8, "type": "module", "size": 10, "name": "m", "refs": []}' }
    local view = views.check(views.open("referrers", { heap }, heap[8]))
    assert.same({ 0, "Nothing in the dump refers to it. It is a module, where liveness starts." },
      { view:count(), view.empty })
  end)
end)

describe("a search", function()
  it("understands addresses and ways", function()
    local heap = session_heap()
    local tree = views.open("tree", { heap })
    local address = heap "Session"[1].address
    for _, text in ipairs { tostring(address), ("0x%x"):format(address), "shop.session" } do
      assert.equal("Session", tree:search(text).title)
    end
  end)

  it("takes a text with quotes, percent signs and nothing in it", function()
    local tree = views.open("tree", { session_heap() })
    assert.equal("no class, name or value contains 'it's'", select(2, tree:search "it's"))
    assert.equal("no class, name or value contains '%'", select(2, tree:search "%"))
    assert.matches("^type a class", select(2, tree:search "  "))
  end)

  it("finds a number as a whole", function()
    local made = builder.new()
    for _, value in ipairs { 17, 117 } do
      made:add("int", {}, { value = value })
    end
    made:text "number 17"
    local found = views.open("tree", { made:heap() }):search "17"
    assert.same({ "int 17", "str 'number 17'" }, (function()
      local names = views.column(found, "name")
      table.sort(names)
      return names
    end)())
  end)

  it("says what is wrong with a condition", function()
    local tree = views.open("tree", { session_heap() })
    assert.matches("no such column: sizes$", select(2, tree:search "sizes > 1000"))
  end)
end)
