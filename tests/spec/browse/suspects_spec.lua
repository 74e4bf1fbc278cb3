-- SPDX-License-Identifier: MIT
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"
local programs = require "tests.spec.support.programs"
local views = require "tests.spec.support.views"

-- Twenty jobs of 64 bytes in a list of 100, each with a dict of 64, a text of 500 and the text of its key of 50.
local JOB, COUNT = 64 + 64 + 500 + 50, 20
local function jobs_heap()
  local p = programs.new()
  local class, jobs = p:class "Job", {}
  for i = 1, COUNT do
    jobs[i] = p:instance("Job", class, { { "text", p:text("job " .. i, 500) } })
  end
  p:module("__main__", { { "DONE", p:list(jobs, { size = 100 }) }, { "Job", class } })
  return dumps.heap(p:dump(), { collapse = true })
end

describe("suspects", function()
  it("are told in the words of dryad leaks", function()
    local view = views.check(views.open("suspects", { jobs_heap() }))
    assert.equal(1, view:count())
    local row = view:row(1)
    assert.equal(COUNT * JOB, row.retained)
    assert.matches("^20 __main__%.Job retain 13%.2KiB, %d+%.%d%% of the heap %(678B each%)%.$", row.name)
    assert.same({ COUNT, "__main__.Job" }, { #row.objects, row.class })
  end)

  it("lead to who holds them and what is inside, and these to objects", function()
    local finding = views.check(views.open("suspects", { jobs_heap() }):enter(1))
    assert.same({
      { "objects", "__main__.Job", 20, COUNT * JOB }, { "retains", "the tree of what they keep alive", false,
        COUNT * JOB }, { "piles up", "__main__.DONE", false, false }, { "held by", "__main__.DONE[...]", 20, false },
      { "inside", "__main__.Job", 20, COUNT * JOB }, { "inside", "str", 40, COUNT * (500 + 50) },
    }, views.rows(finding, { "what", "name", "count", "bytes" }))
    assert.equal(20, finding:enter(1):count())
    assert.equal("20 x __main__.Job", finding:enter(2).title)
    assert.equal("list, 20 items", finding:enter(3).title)
    assert.equal("list, 20 items", finding:enter(4).title)
    assert.equal(20, views.check(finding:enter(5)):count())
    local texts = views.check(finding:enter(6))
    assert.same({ 40, "str 'job 1'", 500 }, { texts:count(), texts:row(1).name, texts:row(1).retained })
    assert.equal(40, #finding:row(6).objects())
    assert.equal("suspect 1: __main__.Job", finding.title)
    assert.matches("^20 __main__%.Job retain", views.head(finding))
  end)

  it("say that there are none", function()
    local view = views.check(views.open("suspects", { dumps.load(facts.dump {
      '{"address": 16, "type": "list", "size": 100, "root": "interpreter", "refs": []}',
    }) }))
    assert.equal(0, view:count())
    assert.matches("^No leak suspects: nothing retains 10%.0%% or more", view.empty)
  end)

  it("that are single objects lead to the object and where it piles up", function()
    local p = programs.new()
    local things = {}
    for i = 1, 50 do
      things[i] = p:add("t" .. i, { size = 40 })
    end
    p:module("shop", { { "CACHE", p:list(things, { size = 50 }) } })
    local finding = views.check(views.open("suspects", { dumps.heap(p:dump(), { collapse = true }) }):enter(1))
    assert.same({ "objects", "retains", "piles up" }, { table.unpack(views.column(finding, "what"), 1, 3) })
    assert.equal("list, 50 items", finding:enter(1).title)
    assert.equal("shop.CACHE", finding:row(3).name)
    assert.matches("It is shop.CACHE", views.head(finding), 1, true)
    assert.equal("list", finding.object.type)
  end)

  it("of the shop are both of its leaks", function()
    local view = views.check(views.open("suspects", { dumps.sample "shop.dump.zst" }))
    local text = table.concat(views.column(view, "name"), "\n")
    assert.matches("300 __main__.Session retain", text, 1, true)
    assert.matches("300 __main__.Report retain", text, 1, true)
    for i = 1, view:count() do
      local finding = views.check(view:enter(i))
      for k = 1, finding:count() do
        local next_view = finding:enter(k)
        assert(next_view == nil or views.check(next_view))
      end
    end
  end)
end)

describe("the contents of a chain", function()
  it("are told by class, whatever their depth", function()
    local p = programs.new()
    local after
    for i = 1, 30 do
      after = p:add("Node", { size = 100, refs = { p:text("text " .. i, 1000), after } })
    end
    p:module("m", { { "head", after } })
    local heap = dumps.heap(p:dump(), { collapse = true })
    local module = views.open("tree", { heap }):enter(1)
    local head = module:enter(1)
    assert.same({ { ".head  Node", 30 * 1100 } }, views.rows(module, { "name", "retained" }, 1))
    assert.same({ { "Node and those below", 29 * 1100 }, { "str 'text 30'", 1000 } },
      views.rows(head, { "name", "retained" }))
    local inside = views.check(head:enter(1))
    inside:sort "size"
    assert.same({ { "str", 29, 29000, 29000 }, { "Node", 29, 2900, 29 * 1100 } },
      views.rows(inside, { "name", "count", "size", "retained" }))
    assert.equal(29, inside:enter(2):count())
  end)
end)
