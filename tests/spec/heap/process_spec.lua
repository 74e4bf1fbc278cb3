-- SPDX-License-Identifier: MIT
-- What a dump says of its process: heap.process, whether it is complete, and sentences about both.
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"
local process = require "dryad.heap.process"
local program = require "tests.spec.support.program"
local resident = require "dryad.heap.resident"

local MEBI = 1 << 20
local WORKER = {
  pid = 1234, command = "gunicorn worker", python = "3.12.1", implementation = "CPython", rss = 326 * MEBI,
  gc = { enabled = true, thresholds = { 700, 10, 10 }, garbage = 0 }, tracemalloc = false,
}
local LINES = { '{"address": 8, "type": "list", "size": 5452595, "root": "modules", "refcount": 1, "refs": []}' }
local SENTENCE = "gunicorn worker, pid 1234, CPython 3.12.1: resident 326.0MiB; Python objects 5.2MiB (1.6%)"

describe("heap.process", function()
  it("is a table of the facts, with numbers as they are", function()
    local heap = dumps.load(facts.dump(LINES, WORKER))
    assert.same(WORKER, heap.process)
    assert.equal("integer", math.type(heap.process.rss))
    assert.equal(1, #heap)
    assert.is_nil(heap[1])
    assert.is_nil(heap[2])
  end)

  it("is nil if the dump has no facts", function()
    assert.is_nil(dumps.load(LINES).process)
    assert.equal("", dumps.load(LINES):describe())
  end)

  it("is unknown once the heap is closed", function()
    local heap = dumps.load(facts.dump(LINES, WORKER))
    heap:close()
    assert.matches("the heap is closed", dumps.message(function() return heap.process end))
  end)

  it("has no numbers that count nothing", function()
    local process_line = [[{"address": 1, "type": "<process>", "size": 0, "refs": [], ]]
      .. [["value": "{\"pid\": 1e999, \"rss\": 1e400, \"time\": 1.5, \"maps\": {\"heap\": 1e300, \"stacks\": 7}}"}]]
    local heap = dumps.load { process_line, LINES[1] }
    assert.same({ time = 1.5, maps = { stacks = 7 } }, heap.process)
    assert.not_matches("inf", heap:describe())
  end)
end)

describe("the report", function()
  it("says whether the dump is complete", function()
    local lines = facts.dump(LINES, WORKER)
    assert.is_true(dumps.load(lines).report.complete)
    assert.is_nil(dumps.load(lines).report.incomplete)
    assert.is_nil(dumps.load(LINES).report.complete)
    lines[#lines] = nil
    local report = dumps.load(lines).report
    assert.is_false(report.complete)
    assert.matches("no end", report.incomplete)
  end)
end)

describe("the sentence about a process", function()
  it("has its command, pid, Python, resident size and objects", function()
    assert.equal(SENTENCE, process.sentence(WORKER, 5452595))
    assert.equal(SENTENCE, dumps.load(facts.dump(LINES, WORKER)):describe())
  end)

  it("leaves out what is missing or makes no sense", function()
    assert.equal("a process: Python objects 10B", process.sentence({}, 10))
    assert.equal("pid 7: Python objects 1.5KiB", process.sentence({ pid = 7, command = "", rss = 0 }, 1536))
    assert.equal("Python 3.8.1: Python objects 0B",
      process.sentence({ python = "3.8.1", pid = "x", command = { 1 }, rss = "much", implementation = 3 }, 0))
  end)

  it("shortens a command line and escapes what is in it", function()
    assert.equal("python3 app.py --port 80: Python objects 1B",
      process.sentence({ command = "/usr/bin/python3 app.py --port 80" }, 1))
    assert.equal("a\\x1b[2J: Python objects 1B", process.sentence({ command = "a\27[2J" }, 1))
    assert.equal("b: Python objects 1B", process.sentence({ command = "a\27[2J/b" }, 1))
    assert.equal(60, utf8.len((process.sentence({ command = ("x"):rep(1000) }, 1):match "^(.-): ")))
  end)

  it("has sizes and a share as everywhere else", function()
    local function of(rss, bytes)
      return process.sentence({ rss = rss }, bytes):match "resident (.*)$"
    end
    assert.equal("100.0MiB; Python objects 99.9MiB (99.9%)", of(99.96 * MEBI // 1, 99.9 * MEBI // 1))
    assert.equal("2.0GiB; Python objects 1.0MiB (0.0%)", of(2048 * MEBI, MEBI))
    assert.equal("200.0MiB; Python objects 1.0MiB (0.5%)", of(200 * MEBI, MEBI))
  end)

  it("says that objects larger than the resident memory are not all resident", function()
    assert.equal("resident 30.0MiB; Python objects 1.5GiB (not all resident)",
      process.sentence({ rss = 30 * MEBI }, 1536 * MEBI):match "resident .*$")
    assert.equal("resident 30.0MiB; Python objects 30.0MiB (100.0%)",
      process.sentence({ rss = 30 * MEBI }, 30 * MEBI):match "resident .*$")
  end)
end)

describe("what holds the memory when Python objects do not", function()
  --- Facts of a process, in MiB: its resident parts, and what malloc and arenas have in use and free.
  local function of(maps, malloc, arenas)
    local made, rss = { threads = 3, maps = {}, allocator = {} }, 0
    for kind, size in pairs(maps) do
      made.maps[kind], rss = size * MEBI, rss + size
    end
    made.rss = rss * MEBI
    for name, usage in pairs { malloc = malloc, arenas = arenas } do
      made.allocator[name] = { in_use = usage[1] * MEBI, free = usage[2] * MEBI }
    end
    return made
  end

  --- What is said of objects of so many MiB, `large` of them too large for arenas.
  local function said(worker, bytes, large, mapped)
    local parts = resident.unexplained(worker, {
      bytes = bytes * MEBI,
      large = function() return large * MEBI end,
      mapped = function() return (mapped or 0) * MEBI end,
    })
    return resident.sentence(parts, worker)
  end

  it("is not told of where objects are half of it, or little is left", function()
    assert.is_nil(said(of({ heap = 100 }, { 100, 0 }), 50, 50))
    assert.is_nil(said(of({ heap = 25, files = 0 }, { 25, 0 }), 5, 5))
    assert.is_nil(said(of({ heap = 2, anonymous = 10, files = 60, stacks = 1 }, { 2, 1 }), 10, 2))
    assert.is_nil(said({}, 5, 5))
    assert.is_nil(said({ rss = 100 * MEBI, maps = "none", allocator = { malloc = 7 } }, 5, 5))
  end)

  it("is native code, as far as malloc has more in use than objects need", function()
    local NATIVE = "^Not Python objects: 90%.0MiB are native code's, allocated with malloc %(.*memray.*%)%.$"
    assert.matches(NATIVE, said(of({ heap = 100, anonymous = 20 }, { 100, 0 }, { 15, 5 }), 25, 99))
    assert.matches(NATIVE, said(of({ heap = 100, anonymous = 20 }, { 100, 0 }), 25, 10))
    assert.matches(NATIVE, said(of({ heap = 120 }, { 120, 0 }), 30, 10), "no arenas: PYTHONMALLOC=malloc")
  end)

  it("may be tracemalloc's records while that traces", function()
    local worker = of({ heap = 100 }, { 100, 0 }, { 15, 5 })
    worker.tracemalloc = { frames = 5 }
    assert.matches("^Not Python objects: 90%.0MiB are native code's or tracemalloc's, allocated", said(worker, 10, 10))
  end)

  it("is what malloc or Python's arenas keep free, as far as that is resident", function()
    assert.matches("^Not Python objects: 80%.0MiB are free, but kept by malloc %(.*malloc_trim.*%)%.$",
      said(of({ heap = 90 }, { 10, 80 }), 10, 10))
    assert.matches("^Not Python objects: 80%.0MiB are free, but kept by malloc",
      said(of({ heap = 90 }, { 10, 5000 }), 10, 10))
    assert.matches("^Not Python objects: 80%.0MiB are free in Python's arenas %(fragmentation.*%)%.$",
      said(of({ heap = 5, anonymous = 85 }, { 5, 0 }, { 5, 85 }), 10, 5))
    assert.matches("^Not Python objects: 75%.0MiB are free in Python's arenas, or mapped by native code %(.*%)%.$",
      said(of({ heap = 5, anonymous = 80 }, { 5, 0 }), 10, 5))
  end)

  it("is mapped files, stacks and other mappings, and the mmap objects that own them", function()
    assert.equal("Not Python objects: 150.0MiB are mapped files or shared memory (/proc/PID/smaps names them).",
      said(of({ heap = 5, files = 150 }, { 5, 0 }, { 1, 0 }), 5, 5))
    assert.equal("Not Python objects: 150.0MiB are mapped files or shared memory (mmap objects own 140.0MiB).",
      said(of({ heap = 5, files = 150 }, { 5, 0 }, { 1, 0 }), 5, 5, 140))
    assert.equal("Not Python objects: 40.0MiB are mapped files or shared memory (mmap objects own 30.0MiB).",
      said(of({ heap = 5, files = 40 }, { 5, 0 }, { 1, 0 }), 5, 5, 30))
    assert.is_nil(said(of({ heap = 5, files = 40 }, { 5, 0 }, { 1, 0 }), 5, 5, 7))
    assert.equal("Not Python objects: 30.0MiB are stacks of 3 threads (dryad stacks shows what they do).",
      said(of({ heap = 5, files = 10, stacks = 30 }, { 5, 0 }, { 1, 0 }), 5, 5))
    assert.matches("^Not Python objects: 49%.0MiB are other anonymous mappings %(memray",
      said(of({ heap = 5, anonymous = 50 }, { 5, 0 }, { 1, 0 }), 5, 5))
  end)

  it("is stacks also in a small process, if they are most of it", function()
    local function of_stacks(size)
      return said(of({ heap = 5, files = 3, stacks = size }, { 5, 0 }, { 1, 0 }), 5, 5)
    end
    assert.equal("Not Python objects: 9.0MiB are stacks of 3 threads (dryad stacks shows what they do).", of_stacks(9))
    assert.is_nil(of_stacks(7))
    assert.is_nil(said(of({ heap = 5, files = 10, stacks = 9 }, { 5, 0 }, { 1, 0 }), 5, 5))
  end)

  it("may be stacks among other mappings, if fewer bytes than threads have touched are known as stacks", function()
    local function of_threads(threads, stacks)
      local worker = of({ heap = 5, anonymous = 50 }, { 5, 0 }, { 1, 0 })
      worker.threads, worker.maps.stacks = threads, stacks
      return said(worker, 5, 5)
    end
    assert.matches("are other anonymous mappings, the stacks of 100 threads among them %(memray",
      of_threads(100, 100 * 4096 - 1))
    assert.matches("are other anonymous mappings %(memray", of_threads(100, 100 * 4096))
    assert.matches("are other anonymous mappings %(memray", of_threads(15, 0))
  end)

  it("is told largest first, without small parts", function()
    assert.matches("^Not Python objects: 100%.0MiB are mapped files.*; 70%.0MiB are native code's[^;]*%.$",
      said(of({ heap = 75, files = 100, stacks = 9 }, { 75, 0 }, { 1, 0 }), 5, 5))
  end)

  it("follows the process, once it is much", function()
    local native = table.move(LINES, 1, #LINES, 1, {})
    local worker = of({ heap = 320, files = 6 }, { 320, 0 }, { 1, 0 })
    worker.pid = 9
    local lines = dumps.load(facts.dump(native, worker)):describe()
    assert.matches("^pid 9: resident 326%.0MiB; Python objects 5%.2MiB %(1%.6%%%)\nNot Python objects: 314%.8MiB are "
      .. "native code's, [^\n]*$", lines)
  end)
end)

describe("a dump that is not whole", function()
  it("says so first: what is missing, and lines that could not be used", function()
    local lines = facts.dump(LINES, WORKER)
    table.insert(lines, 3, "nonsense")
    table.insert(lines, 3, "more nonsense")
    assert.matches("^This dump is incomplete: 2 of its 5 lines could not be used%.\ngunicorn",
      dumps.load(lines):describe())
    lines[#lines] = nil
    assert.matches("^This dump is incomplete: [^\n]*no end[^\n]*, and 2 of its 4 lines could not be used%.\ngunicorn",
      dumps.load(lines):describe())
    assert.equal("This dump is incomplete: 1 of its 2 lines could not be used.",
      dumps.load({ LINES[1], "nonsense" }):describe())
  end)
end)

describe("what a dump lacks", function()
  local LARGE = {
    rss = 200 * MEBI, maps = { heap = 150 * MEBI }, allocator = { malloc = { in_use = 150 * MEBI, free = 0 } },
  }

  it("is not taken for memory that is not Python's", function()
    local lines = facts.dump(LINES, LARGE)
    assert.matches("Not Python objects: ", dumps.load(lines):describe())
    lines[#lines] = nil
    assert.is_nil(dumps.load(lines):describe():find "Not Python objects")
    assert.matches("take another one", process.next_step(dumps.load(lines)))
  end)
end)

describe("reports on a heap", function()
  local whole, cut

  before_each(function()
    local lines = facts.dump(LINES, WORKER)
    whole = program.file(table.concat(lines, "\n") .. "\n")
    cut = program.file(table.concat(lines, "\n", 1, #lines - 1) .. "\n")
  end)

  after_each(program.clean)

  for _, command in ipairs { { "summary" }, { "leaks" }, { "run", "overview" } } do
    it("begin with the process: " .. table.concat(command, " "), function()
      local function output(path)
        local words = table.move(command, 1, #command, 1, {})
        words[#words + 1] = path
        return (program.run(words))
      end
      assert.is_truthy(output(whole):find(SENTENCE, 1, true))
      assert.is_nil(output(whole):find("incomplete", 1, true))
      assert.matches("This dump is incomplete: [^\n]+\n" .. SENTENCE:gsub("%p", "%%%0"), output(cut))
    end)
  end

  it("begin with nothing else", function()
    assert.equal(SENTENCE, program.run({ "summary", whole }):match "^[^\n]*")
    assert.equal(SENTENCE, program.run({ "leaks", whole }):match "^[^\n]*")
  end)

  it("are followed at the prompt by what the dump says of an object", function()
    local path = program.file(table.concat(facts.dump {
      '{"address": 8, "type": "mmap", "size": 9, "refcount": 3, "mapped": 4096, "root": "modules", '
        .. '"allocated": ["a.py:41", "b.py:12"], "refs": [16]}',
      '{"address": 16, "type": "frame", "size": 9, "value": "f", "file": "c.py", "line": 7, "refs": []}',
    }, "\n"))
    local output = program.prompt({ "8", "16", "info 16", "summary" }, { path })
    assert.is_truthy(output:find("\na root: modules\nrefcount 3; 4.0KiB mapped; allocated at a.py:41 < b.py:12\n", 1,
      true))
    assert.is_truthy(output:find("\nat c.py:7\n", 1, true))
    assert.matches("num_parents +refcount +root +allocated +file +line\n[^\n]+\n#0%.0 +16 +frame .* c%.py +7\n", output)
  end)

  it("leave JSON alone", function()
    assert.equal(1, core.json.decode((program.run { "summary", "--json", whole })).data.total_count)
  end)

  it("begin with it at the prompt, and for its command summary", function()
    local output = program.prompt({ "summary" }, { whole })
    local _, count = output:gsub(SENTENCE:gsub("%p", "%%%0"), "")
    assert.equal(2, count)
    assert.equal(SENTENCE, output:match "^[^\n]*")
  end)
end)
