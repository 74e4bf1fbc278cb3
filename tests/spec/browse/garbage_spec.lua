-- SPDX-License-Identifier: MIT
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"
local views = require "tests.spec.support.views"

local OFF = { pid = 7, gc = { enabled = false, thresholds = { 700, 10, 10 }, counts = { 9, 0, 0 }, garbage = 0 } }

-- Pairs of a Document of 100 bytes and a Node of 50 that refer to each other, and a list that is alive.
local function pairs_of(count)
  local lines = { '{"address": 8, "type": "list", "size": 500, "root": "interpreter", "refs": []}' }
  for i = 1, count do
    local a, b = 1000 + 32 * i, 1016 + 32 * i
    lines[#lines + 1] = ('{"address": %d, "type": "Document", "size": 100, "refcount": 1, "names": ["root"], "refs": '
      .. '[%d]}'):format(a, b)
    lines[#lines + 1] = ('{"address": %d, "type": "Node", "size": 50, "refcount": 1, "names": ["document"], "refs": '
      .. '[%d]}'):format(b, a)
  end
  return facts.dump(lines, OFF)
end

describe("garbage", function()
  it("is told with why it is there, its cycles and its classes", function()
    local view = views.check(views.open("garbage", { dumps.load(pairs_of(3)) }))
    assert.equal("3 Document and 3 Node are garbage: 450B, 47.4% of the heap.\n"
      .. "The collector is off (gc.disable): such cycles stay until gc.collect() runs.\n"
      .. "In cycles: 3 x Document.root <-> Node.document", views.head(view))
    assert.same({
      { "all", "all of it", 6, 450, 100.0 }, { "hangs on", "Document", 3, 450, 100.0 },
      { "cycle", "Document.root <-> Node.document", 6, 450, 100.0 }, { "class", "Document", 3, 300, 66.7 },
      { "class", "Node", 3, 150, 33.3 },
    }, (function()
      local rows = views.rows(view, { "what", "name", "count", "size", "share" })
      for _, row in ipairs(rows) do
        row[5] = math.floor(row[5] * 10 + 0.5) / 10
      end
      return rows
    end)())
  end)

  it("leads to its objects, of which nobody knows what they retain", function()
    local view = views.open("garbage", { dumps.load(pairs_of(3)) })
    assert.equal(6, view:enter(1):count())
    assert.equal(3, view:enter(2):count())
    assert.is_nil(view:enter(3))
    local nodes = views.check(view:enter(5))
    assert.same({ { "Node", 50, false } }, views.rows(nodes, { "name", "size", "retained" }, 1))
    assert.equal("size", nodes.columns[1][1])
    assert.equal(3, #view:row(5).objects())
  end)

  it("is searched without what is alive", function()
    local view = views.open("garbage", { dumps.load(pairs_of(3)) })
    assert.equal(3, view:search("size > 60"):count())
    assert.matches("^no object satisfies", select(2, view:search "size > 400"))
  end)

  it("is none where everything is alive", function()
    local view = views.check(views.open("garbage", { dumps.load(pairs_of(0)) }))
    assert.same({ 0, "Everything is alive: there are no cycles that the collector has not seen." },
      { view:count(), view.empty })
    assert.same({ nil, view.empty }, { view:search "list" })
  end)

  it("is not told from what native code holds in dumps without facts", function()
    local view = views.open("garbage", { dumps.load {
      '{"address": 8, "type": "module", "name": "m", "size": 9, "refs": []}',
    } })
    assert.matches("^This dump does not tell garbage from what native code holds", view.empty)
  end)

  it("is a suspect that leads to the same view", function()
    local view = views.open("suspects", { dumps.load(pairs_of(2000)) })
    assert.matches("are garbage: ", view:row(1).name, 1, true)
    local found = views.check(view:enter(1))
    assert.same({ "all", "hangs on", "cycle", "class", "class" }, views.column(found, "what"))
    assert.same({ "Document", "Node" }, { found:row(4).name, found:row(5).name })
  end)
end)
