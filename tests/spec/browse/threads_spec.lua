-- SPDX-License-Identifier: MIT
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"
local stacks = require "dryad.analysis.stacks"
local views = require "tests.spec.support.views"

local frame, thread = facts.frame, facts.thread

-- Two workers in the same place, each with a job of its own, and a main thread.
local LINES = facts.dump {
  thread(16, "worker-1", "24"),
  frame(24, "work", 41, '"job"', "32"),
  '{"address": 32, "type": "Job", "size": 5000, "refs": []}',
  thread(56, "worker-2", "64"),
  frame(64, "work", 41, '"job"', "72"),
  '{"address": 72, "type": "Job", "size": 7000, "refs": []}',
  thread(96, "MainThread", "104"),
  frame(104, "<module>", 3, "", ""),
}

describe("threads", function()
  it("with the same stack are one row", function()
    local view = views.check(views.open("threads", { dumps.load(LINES) }))
    view:sort "retained"
    assert.same({
      { "2 threads with the same stack: 'worker-1', 'worker-2'", 12200, "work (jobs.py:41)" },
      { "<thread 'MainThread'>", 100, "<module> (jobs.py:3)" },
    }, views.rows(view, { "name", "retained", "place" }))
    assert.equal("3 threads, 0 tasks", views.head(view))
    assert.equal(2, #view:row(1).objects)
    assert.is_nil(view:row(1).object)
    assert.equal("<thread>", view:row(2).object.type)
  end)

  it("lead to their frames and variables, and these to objects", function()
    local stack = views.check(views.open("threads", { dumps.load(LINES) }):enter(1))
    assert.same({ { "work (jobs.py:41)", 12200, false, "bold" }, { "  job", 12000, "2 Job", false } },
      views.rows(stack, { "name", "retained", "value", "style" }))
    assert.equal("retain 11.9KiB; innermost frame first", views.head(stack))
    assert.equal("frame work (jobs.py:41)", stack:enter(1).title)
    assert.same({ "job", 2 }, { stack:enter(2).title, views.check(stack:enter(2)):count() })
  end)

  it("are not told of in every dump", function()
    local heap = dumps.load { '{"address": 8, "type": "x", "size": 9, "refs": []}' }
    local view = views.check(views.open("threads", { heap }))
    assert.same({ 0, "The dump does not tell of threads: Dryad's own scanner does (dryad dump PID)." },
      { view:count(), view.empty })
  end)

  it("are only looked at as far as they retain most, if there are very many", function()
    local found = stacks.of(dumps.load(LINES), 1)
    assert.same({ 1, 3, 2, 7100 }, { #found, found.threads, found.more, found[1].retained })
    local lines = {}
    for i = 1, 1100 do
      lines[2 * i - 1] = thread(32 * i, "t" .. i, tostring(32 * i + 16))
      lines[2 * i] = frame(32 * i + 16, "f" .. i, i, "", "")
    end
    local view = views.open("threads", { dumps.load(facts.dump(lines)) })
    assert.same({ 1000, "100 more threads and tasks that retain less" }, { view:count(), view:more() })
  end)

  it("may have stacks as deep as a thousand frames, and more are not told", function()
    local lines, refs = {}, {}
    for i = 1, 1200 do
      refs[i] = tostring(100 + 16 * i)
      lines[i] = frame(100 + 16 * i, "f", i, "", "")
    end
    lines[#lines + 1] = thread(16, "deep", table.concat(refs, ", "))
    local heap = dumps.load(facts.dump(lines))
    assert.equal(1000, views.open("threads", { heap }):enter(1):count())
    assert.equal(1200, #stacks.of(heap)[1].frames)
  end)
end)
