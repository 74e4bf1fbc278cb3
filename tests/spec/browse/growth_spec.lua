-- SPDX-License-Identifier: MIT
local dumps = require "tests.spec.support.dumps"
local menu = require "dryad.browse.menu"
local programs = require "tests.spec.support.programs"
local views = require "tests.spec.support.views"

local JOB = 64 + 64 + 100 + 50 -- bytes of one: itself, its dict, the text of its attribute, and the attribute's name

-- A heap whose `DONE` holds so many jobs, each always at the same address.
local function with_jobs(count)
  local p = programs.new(1000)
  local class, jobs = p:class "Job", {}
  for i = 1, count do
    p.next = 11000 + 100 * i
    jobs[i] = p:instance("Job", class, { { "text", p:text("job " .. i, 100) } })
  end
  p.next = 1500
  p:module("__main__", { { "DONE", p:list(jobs, { size = 100 }) }, { "Job", class } })
  return dumps.heap(p:dump(), { collapse = true })
end

describe("growth", function()
  it("is what was added, where, and how much that retains now", function()
    local view = views.check(views.open("growth", { with_jobs(20), with_jobs(50) }))
    view:sort "bytes"
    assert.same({ "30 __main__.Job", "__main__.DONE", 30 * JOB, 100.0, 100 + 50 * JOB, false },
      views.rows(view, { "what", "way", "bytes", "share", "retained", "steady" })[1])
    assert.same({ "30 __main__.Job", "types that grew", "added objects", "removed objects" },
      views.column(view, "what"))
    assert.matches("grown by 8.1KiB, most of it 30 __main__.Job.", views.head(view), 1, true)
  end)

  it("leads to who holds it and what was added", function()
    local finding = views.check(views.open("growth", { with_jobs(20), with_jobs(50) }):enter(1))
    assert.same({
      { "held by", "__main__.DONE", false, 100 + 50 * JOB }, { "added", "all that was added", 90, 30 * JOB },
      { "inside", "__main__.Job", 30, 30 * 128 }, { "inside", "str", 60, 30 * 150 },
    }, views.rows(finding, { "what", "name", "count", "bytes" }))
    assert.equal("list, 50 items", finding:enter(1).title)
    assert.equal(90, finding:enter(2):count())
    assert.equal(30, finding:enter(3):count())
    assert.equal(60, finding:enter(4):count())
    assert.matches("^30 __main__%.Job more, 8%.1KiB with all they hold", views.head(finding))
  end)

  it("leads to types, and to what was added and removed", function()
    local view = views.open("growth", { with_jobs(50), with_jobs(20) })
    local places = {}
    for i, what in ipairs(views.column(view, "what")) do
      places[what] = i
    end
    assert.same({ 0, "No type grew." },
      { view:enter(places["types that grew"]):count(), view:enter(places["types that grew"]).empty })
    assert.equal(90, views.check(view:enter(places["removed objects"])):count())
    assert.equal(0, view:enter(places["added objects"]):count())
  end)

  it("says of each of several dumps whether it grew at every step", function()
    local heaps = { with_jobs(20), with_jobs(35), with_jobs(50) }
    local view = views.check(views.open("growth", heaps))
    assert.equal("at every step", view:row(1).steady)
    assert.equal("added by the second dump, and still there", view:row(view:count()).what)
    assert.equal(45, view:enter(view:count()):count())
    local types = views.check(view:enter(2))
    assert.same({ { "str", 30 * 150, 60, "at every step" }, { "Job", 30 * 128, 30, "at every step" } },
      views.rows(types, { "name", "size_growth", "count_growth", "steady" }))
    assert.equal(50, types:enter(2):count())
  end)

  it("is nothing between equal dumps", function()
    local view = views.check(views.open("growth", { with_jobs(20), with_jobs(20) }))
    assert.matches("Nothing that can be named grew by much.", views.head(view), 1, true)
  end)

  it("needs two dumps, which the menu says", function()
    local one = { with_jobs(1) }
    for _, entry in ipairs(menu) do
      local why_not = entry.why_not(one)
      assert.equal(entry.name == "growth", why_not ~= nil)
      assert.is_nil(entry.why_not { one[1], one[1] })
    end
  end)
end)
