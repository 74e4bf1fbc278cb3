-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"
local programs = require "tests.spec.support.programs"

--- A heap of a made-up program: `write` gets the dump under construction and its class Job, and returns the
-- attributes of __main__.
local function heap_of(first, write, process)
  local p = programs.new(first)
  local job = p:class "Job"
  local attributes = write(p, function(i, o)
    return p:instance("Job", job, { { "text", p:text("job " .. i, 100) } }, o)
  end)
  attributes[#attributes + 1] = { "Job", job }
  p:module("__main__", attributes, { root = process and "modules" or nil })
  return dumps.heap(p:dump(process), { collapse = true })
end

local JOB = 64 + 64 + 100 + 50 -- bytes of one: itself, its dict, the text of its attribute, and the attribute's name

--- A heap whose `DONE` holds jobs with the numbers first to last, each always at the same address.
local function with_list(first, last, process, base)
  return heap_of(base or 1000, function(p, job)
    local jobs = {}
    for i = first, last do
      p.next = (base or 1000) + 10000 + 100 * i
      jobs[#jobs + 1] = job(i)
    end
    p.next = (base or 1000) + 500
    return { { "DONE", p:list(jobs, { size = 100 }) } }
  end, process)
end

local function growths(...)
  return dryad.diff(...):growth()
end

describe("growth in one process", function()
  it("is of the objects added to a list, with what they hold and with the list before and after", function()
    local found = growths(with_list(1, 20), with_list(1, 50))
    assert.equal(1, #found)
    local one = found[1]
    assert.same({ "__main__.Job", 30, 30 * JOB, "__main__.DONE", "list", 1 },
      { one.class, one.count, one.bytes, one.way, one.kind, one.holders })
    assert.same({ 100 + 20 * JOB, 100 + 50 * JOB, 30 * JOB },
      { one.retained_before, one.retained_after, one.retained_growth })
    assert.same({ { 20, 50 }, { 100 + 20 * JOB, 100 + 50 * JOB } }, { one.counts, one.sizes })
    assert.equal(1500, one.object.address)
    assert.equal("30 __main__.Job in __main__.DONE", one.text)
    assert.matches("30 __main__%.Job more.-\n   in __main__%.DONE: list 20 %-> 50 items, retains", tostring(found))
  end)

  it("is nothing where objects were replaced by as many others", function()
    assert.equal(0, #growths(with_list(1, 20), with_list(21, 40)))
    assert.matches("^Nothing", tostring(growths(with_list(1, 20), with_list(1, 20))))
  end)

  it("is nothing between heaps of the same objects, or where some went away", function()
    for _, last in ipairs { 50, 20 } do
      local found = growths(with_list(1, 50), with_list(1, last))
      assert.same({ 0, 0 }, { #found, found.total })
    end
  end)

  it("is found where the list itself was replaced", function()
    local replaced = heap_of(1000, function(p, job)
      local jobs = {}
      for i = 1, 50 do
        p.next = 11000 + 100 * i
        jobs[i] = job(i)
      end
      return { { "DONE", p:list(jobs, { size = 100, at = 900 }) } }
    end)
    local one = growths(with_list(1, 20), replaced)[1]
    assert.same({ 30, "__main__.DONE", 900, 100 + 20 * JOB },
      { one.count, one.way, one.object.address, one.retained_before })
  end)

  it("is told at the key of a small dict, and at a large dict itself", function()
    local function with_dicts(count)
      return heap_of(1000, function(p, job)
        local many, done = {}, {}
        for i = 1, count do
          many[i], done[i] = { "key " .. i, job(i) }, job(1000 + i)
        end
        return { { "STATE", p:dict { { "done", p:list(done) }, { "jobs", p:list {} } } }, { "MANY", p:dict(many) } }
      end)
    end
    local ways = {}
    for _, one in ipairs(growths(with_dicts(20), with_dicts(50))) do
      ways[one.way] = one.count
    end
    assert.same({ ["__main__.STATE['done']"] = 30, ["__main__.MANY"] = 30 }, ways)
  end)

  --- A chain of that many links, each at its own address, the newest first or last.
  local function with_chain(count, newest_first)
    return heap_of(1000, function(p)
      local class, before = p:class "Link", nil
      for step = 1, count do
        local i = newest_first and step or count + 1 - step
        p.next = 11000 + 100 * i
        before = p:instance("Link", class, before and { { "next", before } } or {}, { size = 200 })
      end
      p.next = 5000
      return { { "HEAD", before } }
    end)
  end

  it("is told of a chain that grows at its head or at its tail", function()
    for _, newest_first in ipairs { true, false } do
      local found = growths(with_chain(20, newest_first), with_chain(50, newest_first))
      assert.equal(1, #found)
      assert.same({ "__main__.Link", 30, true, "__main__.HEAD", 20, 50 }, { found[1].class, found[1].count,
        found[1].is_chain, found[1].way, found[1].counts[1], found[1].counts[2] })
      assert.matches("30 __main__%.Link more in a chain of 50", tostring(found))
    end
  end)

  --- A program that moves jobs from a queue to a list: with `made` in all and at most 20 in the queue.
  local function with_flow(made)
    return heap_of(1000, function(p, job)
      local queue, done = {}, {}
      for i = 1, made do
        p.next = 11000 + 100 * i
        table.insert(i > made - 20 and queue or done, job(i))
      end
      p.next = 5000
      return { { "QUEUE", p:list(queue) }, { "DONE", p:list(done) } }
    end)
  end

  it("is not of a queue whose members move on, but of where they go", function()
    local found = growths(with_flow(40), with_flow(70))
    assert.equal(1, #found)
    assert.same({ 30, "__main__.DONE" }, { found[1].count, found[1].way })
  end)

  it("is found beside something that shrank by more", function()
    local function with_table(count, texts)
      return heap_of(1000, function(p, job)
        local jobs, table_of = {}, {}
        for i = 1, count do
          p.next = 11000 + 100 * i
          jobs[i] = job(i)
        end
        for i = 1, texts do
          p.next = 111000 + 100 * i
          table_of[i] = p:text("text " .. i, 1000)
        end
        p.next = 5000
        return { { "DONE", p:list(jobs) }, { "TABLE", p:list(table_of) } }
      end)
    end
    local found = growths(with_table(10, 200), with_table(40, 0))
    assert.equal(1, #found)
    assert.same({ 30, "__main__.DONE", 30 * JOB }, { found[1].count, found[1].way, found[1].bytes })
    assert.matches("30 __main__%.Job more.-100%% of what was added", tostring(found))
  end)

  it("is followed through objects of a class that stand far apart on the way, which make no chain", function()
    local function with_layers(count)
      return heap_of(1000, function(p, job)
        local jobs, class = {}, p:class "Layer"
        for i = 1, count do
          p.next = 11000 + 100 * i
          jobs[i] = job(i)
        end
        p.next = 5000
        local inner = p:instance("Layer", class, { { "jobs", p:list(jobs) } })
        for _, name in ipairs { "e", "d", "c", "b" } do
          inner = p:instance("Step" .. name, p:class("Step" .. name), { { name, inner } })
        end
        return { { "inner", p:instance("Layer", class, { { "b", inner } }) } }
      end)
    end
    local found = growths(with_layers(10), with_layers(40))
    assert.equal(1, #found)
    assert.same({ 30, "__main__.inner.b.b.c.d.e.jobs" }, { found[1].count, found[1].way })
  end)

  --- A program with a large table that `SERVICE.table` leads to and, if `short`, `TABLE` too.
  local function with_alias(short)
    return heap_of(1000, function(p, job)
      local items = {}
      for i = 1, 30 do
        items[i] = job(i)
      end
      local list, class = p:list(items), p:class "Service"
      local service = p:instance("Service", class, { { "table", list } })
      return { { "SERVICE", service }, short and { "TABLE", list } or nil }
    end)
  end

  it("is not of objects to which a shorter way was added", function()
    assert.equal(0, #dryad.diff(with_alias(false), with_alias(true)):growth(100)) -- the name of the attribute is new
  end)

  it("counts objects at addresses that others of their class had", function()
    local function with_reuse(list, others)
      return heap_of(1000, function(p, job)
        local function jobs(first, last)
          local found = {}
          for i = first, last do
            p.next = 11000 + 100 * i
            found[#found + 1] = job(i % 7)
          end
          return found
        end
        local leak, active = jobs(1, list), jobs(others, others + 39)
        p.next = 5000
        return { { "LEAK", p:list(leak) }, { "ACTIVE", p:list(active) } }
      end)
    end
    local found = growths(with_reuse(10, 11), with_reuse(40, 200)) -- 30 jobs where active ones were
    assert.equal(1, #found)
    assert.same({ 30, 30 * JOB, "__main__.LEAK" }, { found[1].count, found[1].bytes, found[1].way })
  end)

  it("is told of a single object that became larger", function()
    local function with_buffer(size)
      return heap_of(1000, function(p) return { { "BUFFER", p:add("bytearray", { size = size }) } } end)
    end
    local found = growths(with_buffer(1000), with_buffer(9000))
    assert.same({ "__main__.BUFFER", 8000, 1000, 9000 },
      { found[1].way, found[1].bytes, found[1].retained_before, found[1].retained_after })
    assert.is_nil(found[1].class)
    assert.matches("bytearray larger by 7%.8KiB", tostring(found))
    assert.matches("a new bytearray of 8%.8KiB", tostring(growths(heap_of(1000, function() return {} end),
      with_buffer(9000))))
  end)

  it("is followed into members that did not become more, but larger", function()
    local function with_histories(count)
      return heap_of(1000, function(p, job)
        local class, sessions = p:class "Session", {}
        for s = 1, 10 do
          local history = {}
          for i = 1, count do
            p.next = 11000 + 10000 * s + 100 * i
            history[i] = job(i)
          end
          p.next = 5000 + 300 * s
          sessions[s] = p:instance("Session", class, { { "history", p:list(history) } })
        end
        return { { "SESSIONS", p:list(sessions) } }
      end)
    end
    local found = growths(with_histories(2), with_histories(8))
    assert.equal(1, #found)
    assert.same({ "__main__.Job", 60, 10, "list" }, { found[1].class, found[1].count, found[1].holders, found[1].kind })
    assert.matches("in 10 list, __main__%.SESSIONS%[%.%.%.%]%.history%[%.%.%.%]: ", tostring(found))
  end)

  it("leaves out what grew by less than asked", function()
    local before, after = with_list(1, 20), with_list(1, 50)
    assert.equal(1, #dryad.diff(before, after):growth(30 * JOB))
    assert.equal(0, #dryad.diff(before, after):growth(30 * JOB + 1))
  end)
end)

local PROCESS = { pid = 7, started = "2026-01-01T00:00:00Z", time = "2026-01-01T01:00:00Z", python = "3.12.1" }

--- The facts of a process with some of them replaced.
local function process(others)
  local made = {}
  for name, value in pairs(PROCESS) do
    made[name] = value
  end
  for name, value in pairs(others or {}) do
    made[name] = value
  end
  return made
end

describe("growth in another process", function()
  it("is of what its places have more, wherever that lies in memory", function()
    local rows = dryad.diff(with_list(1, 20, nil, 1000), with_list(101, 150, nil, 5000000))
    assert.is_false(rows.same_process)
    assert.same({ "Two processes: compared by class and way, not by address." }, rows.notes)
    local found = rows:growth()
    assert.equal(1, #found)
    assert.same({ "__main__.Job", 30, 30 * JOB, "__main__.DONE" },
      { found[1].class, found[1].count, found[1].bytes, found[1].way })
    assert.same({ 100 + 20 * JOB, 100 + 50 * JOB }, { found[1].retained_before, found[1].retained_after })
  end)

  it("has for added objects those that come last, and for kept ones as many as before", function()
    local before, after = with_list(1, 20, nil, 1000), with_list(101, 150, nil, 5000000)
    local rows = dryad.diff(before, after)
    local function numbers(what)
      return rows:objects(what):of("Job"):map(function(o) return o.d.text end)
    end
    local added = numbers "added"
    table.sort(added)
    assert.equal(30, #added)
    assert.same({ "job 121", "job 150" }, { added[1], added[30] })
    assert.equal(20, #numbers "kept")
    assert.equal(0, #numbers "removed")
    local back = dryad.diff(after, before)
    assert.equal(30, #back:objects("removed"):of "Job")
    assert.equal(#after, #rows:objects "added" + #rows:objects "kept")
  end)

  it("is told from growth in one process by the process's id and start, or by common addresses", function()
    local function same(a, b, base)
      return dryad.diff(with_list(1, 20, a), with_list(1, 20, b, base)).same_process
    end
    assert.is_true(same(process(), process()))
    assert.is_true(same(process(), process(), 5000000))
    assert.is_false(same(process(), process { pid = 8 }))
    assert.is_false(same(process(), process { started = "2026-01-01T00:30:00Z" }))
    assert.is_false(same(process { hostname = "a" }, process { hostname = "b" }))
    assert.is_true(same(nil, nil))
    assert.is_false(same(nil, nil, 5000000))
  end)
end)

describe("a comparison", function()
  it("says that dumps are in the wrong order, and of different interpreters", function()
    local early = with_list(1, 20, process())
    local late = with_list(1, 20, process { time = "2026-01-01T02:00:00Z", python = "3.13.0" })
    assert.same({ "(lines) is compared with itself." }, dryad.diff(early, early).notes)
    assert.same({ "Different interpreters: Python 3.12.1 before, Python 3.13.0 after." },
      dryad.diff(early, late).notes)
    assert.matches("^The dumps are not in the order", dryad.diff(late, early).notes[1])
  end)

  it("finds what grew at every step", function()
    local function heap(list, other)
      return heap_of(1000, function(p, job)
        local one, two = {}, {}
        for i = 1, list do
          p.next = 11000 + 100 * i
          one[i] = job(i)
        end
        for i = 1, other do
          p.next = 111000 + 100 * i
          two[i] = job(i)
        end
        p.next = 5000
        return { { "LEAK", p:list(one) }, { "ONCE", p:list(two) } }
      end)
    end
    local rows = dryad.diff(heap(10, 10), heap(20, 40), heap(30, 40))
    local steady = {}
    for _, one in ipairs(rows:growth()) do
      steady[one.way] = { one.steady, table.unpack(one.counts) }
    end
    assert.same({ ["__main__.LEAK"] = { true, 10, 20, 30 }, ["__main__.ONCE"] = { false, 10, 40, 40 } }, steady)
    local row
    for _, of_type in ipairs(rows) do
      row = of_type.type_str == "Job" and of_type or row
    end
    assert.same({ { 20, 60, 70 }, { 2560, 7680, 8960 }, true }, { row.counts, row.sizes, row.steady })
    assert.matches("Grew at every step: 10 %-> 20 %-> 30", tostring(rows:growth()))
  end)

  local BIG = 100 << 10

  --- A dump with garbage: `count` objects that only each other's cycles hold.
  local function with_garbage(count)
    return heap_of(1000, function(p)
      local class = p:class "Doc"
      for i = 1, count do
        local at = 900000 + 16 * i
        p:add("Doc", { at = at, size = BIG, refs = { at, class }, refcount = 1 })
      end
      return { { "Doc", class } }
    end, process())
  end

  it("tells growth of garbage as garbage", function()
    local found = growths(with_garbage(1), with_garbage(3))
    assert.equal(1, #found)
    assert.same({ true, "__main__.Doc", 2, 2 * BIG, 1, 3 },
      { found[1].is_garbage, found[1].class, found[1].count, found[1].bytes, found[1].counts[1], found[1].counts[2] })
    assert.matches("2 __main__%.Doc more as garbage", tostring(found))
    assert.is_false(found[1].steady)
  end)

  --- A program and a module of the given file whose `cache` holds texts of so many bytes in all; none: no module.
  local function with_module(file, size, is_loaded)
    local p = programs.new(1000)
    local texts = {}
    for i = 1, 10 do
      p.next = 20000 + 100 * i
      texts[i] = p:text("t" .. i, size // 10)
    end
    p.next = 5000
    local main, other = p:module("__main__", {}, { root = "modules" }), {}
    if is_loaded then
      other[1] = { "__file__", p:text(file) }
      other[2] = { "cache", p:list(texts) }
    end
    assert(main)
    p:module(is_loaded and "extra" or "none", other, { root = "modules" })
    return dumps.heap(p:dump(process()), { collapse = true })
  end

  it("tells imported modules apart", function()
    local found = growths(with_module("/usr/lib/python3.12/extra.py", 1 << 20, false),
      with_module("/usr/lib/python3.12/extra.py", 1 << 20, true))
    assert.equal(0, #found)
    assert.same({ "extra" }, found.imported.names)
    assert.is_true(found.imported.bytes > 0)
  end)

  --- A module of the standard library that holds so many jobs of the program.
  local function with_jobs_in_library(count)
    local p = programs.new(1000)
    local class, items = p:class "Job", {}
    for i = 1, count do
      p.next = 20000 + 100 * i
      items[i] = p:instance("Job", class, {}, { size = 1000 })
    end
    p.next = 5000
    p:module("__main__", { { "Job", class } }, { root = "modules" })
    p:module("extra", { { "__file__", p:text "/usr/lib/python3.12/extra.py" }, { "kept", p:list(items) } },
      { root = "modules" })
    return dumps.heap(p:dump(process()), { collapse = true })
  end

  it("does not leave out objects of the program that the standard library holds", function()
    local found = growths(with_jobs_in_library(10), with_jobs_in_library(60))
    assert.equal(1, #found)
    assert.same({ "__main__.Job", 50, "extra.kept" }, { found[1].class, found[1].count, found[1].way })
    assert.is_true(found[1].bytes < 128 << 10)
  end)

  it("leaves out what caches of the standard library grow by in any process", function()
    local function grown(file, kib)
      return #growths(with_module(file, 10 << 10, true), with_module(file, (10 + kib) << 10, true))
    end
    assert.equal(0, grown("/usr/lib/python3.12/extra.py", 120))
    assert.equal(1, grown("/usr/lib/python3.12/extra.py", 140))
    assert.equal(1, grown("/srv/app/extra.py", 120))
    assert.equal(1, grown("/usr/lib/python3.12/site-packages/extra.py", 120))
    assert.equal(0, grown("/srv/app/extra.py", 30))
    assert.equal(1, grown("/srv/app/extra.py", 33))
  end)
end)
