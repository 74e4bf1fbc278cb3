-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"
local json_value = require "dryad.text.json_value"
local stacks = require "dryad.analysis.stacks"

local frame, thread = facts.frame, facts.thread

-- Two workers in the same place, each with a job of its own, and a main thread. `limit` is shared.
local LINES = facts.dump {
  thread(16, "worker-10", "24, 48"),
  frame(24, "work", 41, '"job", "limit", "f_back"', "32, 40, 48"),
  '{"address": 32, "type": "Job", "size": 5000, "refs": []}',
  '{"address": 40, "type": "dict", "size": 9000, "len": 0, "refs": []}',
  frame(48, "run", 7, '"job"', "32"),
  thread(56, "worker-9", "64, 88"),
  frame(64, "work", 41, '"job", "limit", "small", "f_back"', "72, 40, 80, 88"),
  '{"address": 72, "type": "Job", "size": 7000, "refs": []}',
  '{"address": 80, "type": "int", "size": 28, "value": 5, "refs": []}',
  frame(88, "run", 7, '"job"', "72"),
  thread(96, "MainThread", "104"),
  frame(104, "<module>", 3, "", ""),
}

describe("stacks", function()
  it("are told together where they are the same, those that retain most first", function()
    local found = stacks.of(dumps.load(LINES))
    assert.same({ 2, 3, 0 }, { #found, found.threads, found.tasks })
    local workers, main = found[1], found[2]
    assert.same({ "thread", 2, 5000 + 7000 + 4 * 100 + 28 }, { workers.kind, workers.count, workers.retained })
    assert.same({ "worker-9", "worker-10" }, workers.names)
    assert.same({ "thread", 1, 100 }, { main.kind, main.count, main.retained })
    assert.same({ "work", "run" }, { workers.frames[1].name, workers.frames[2].name })
    assert.same({ "/srv/app/jobs.py", 41 }, { workers.frames[1].file, workers.frames[1].line })
  end)

  it("have the variables of their frames, those that keep most first", function()
    local variables = stacks.of(dumps.load(LINES))[1].frames[1].locals
    local found = {}
    for i, variable in ipairs(variables) do
      found[i] = { variable.name, variable.objects, variable.retained }
    end
    assert.same({ { "job", 2, 12000 }, { "limit", 1, 9000 }, { "small", 1, 28 } }, found)
  end)

  it("print their places, and once what is worth a line", function()
    assert.equal([[
3 threads, 0 tasks; innermost frame first, with the variables that keep most

2 threads with the same stack: 'worker-9', 'worker-10', retain 12.1KiB
   work (jobs.py:41)
       job      11.7KiB  2 Job
       limit     8.8KiB  dict(40 9000B 2par)
   run (jobs.py:7)

<thread 'MainThread'>, retains 100B
   <module> (jobs.py:3)]], tostring(stacks.of(dumps.load(LINES))))
  end)

  it("have no names where the dump has numbers for them", function()
    local found = stacks.of(dumps.load(facts.dump {
      '{"address": 16, "type": "_asyncio.Task", "size": 8, "value": 7, "root": "interpreter", "refs": [24]}',
      '{"address": 24, "type": "frame", "size": 100, "value": 5, "line": 1, "file": "a.py", "refs": []}',
      '{"address": 32, "type": "_asyncio.Task", "size": 8, "value": 1.5, "root": "interpreter", "refs": [24]}',
    }))
    for _, stack in ipairs(found) do
      assert.same({}, stack.names)
    end
    assert.matches("task", tostring(found))
  end)

  it("say that a dump does not tell of threads", function()
    local heap = dumps.load { '{"address": 8, "type": "list", "size": 9, "refs": []}' }
    assert.matches("^The dump does not tell of threads", tostring(stacks.of(heap)))
    assert.equal("[]", core.json.encode(json_value(stacks.of(heap))))
  end)

  it("know the main thread of a program without the module threading", function()
    local heap = dumps.load(facts.dump({
      '{"address": 16, "type": "<thread>", "size": 0, "value": "{\\"native_id\\": 7}", "root": "thread", "refs": []}',
      '{"address": 24, "type": "<thread>", "size": 0, "value": "no JSON", "root": "thread", "refs": []}',
    }, { pid = 7 }))
    local found = stacks.of(heap)
    assert.same({ "main" }, found[1].names)
    assert.equal(2, found[1].count)
  end)

  it("are an array in JSON", function()
    local found = core.json.decode(core.json.encode(json_value(stacks.of(dumps.load(LINES)))))
    local variable = found[1].frames[1].locals[1]
    assert.same({ "job", 2, 12000 }, { variable.name, variable.objects, variable.retained })
    assert.equal("Job", variable.object.type)
  end)
end)
