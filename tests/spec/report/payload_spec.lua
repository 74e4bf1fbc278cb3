-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local builder = require "tests.spec.support.dump_builder"
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"
local payload = require "dryad.report.payload"
local program = require "tests.spec.support.program"
local programs = require "tests.spec.support.programs"

local SHOP = "tests/data/shop.dump.zst"
local MEBI = 1 << 20

--- The payload as a page reads it.
local function read(heaps, options)
  return core.json.decode(core.json.encode(payload.of(heaps, options), "script"))
end

--- A shop whose cache holds 100 entries: 64 bytes each, with a dict of 64, its key of 50 and a text of 10,000.
local function shop()
  local made, entries = programs.new(), {}
  local class = made:class("Entry", "shop")
  for i = 1, 100 do
    local entry = made:instance("Entry", class, { { "page", made:text("page " .. i, 10000) } })
    entries[i] = { "k" .. i, entry }
  end
  made:module("shop", { { "CACHE", made:dict(entries) } })
  return made
end

local ENTRY = 64 + 64 + 50 + 10000
local CLASS = 1000 + 64 + 50 + 50 -- with its dict, which only the instances keep
local EACH, ENTRIES = 100 * ENTRY, 100 * ENTRY + CLASS

describe("the data of a report", function()
  after_each(program.clean)

  it("has what was found, as leaks tells it", function()
    local made = read({ dumps.load(shop():dump()) }, { names = { "shop.dump" }, title = "The shop" })
    assert.equal("The shop", made.title)
    assert.equal(1, #made.findings)
    local finding = made.findings[1]
    assert.same({ "group", "shop.Entry", 100, 1 }, { finding.kind, finding.class, finding.count, finding.number })
    assert.equal(ENTRIES, finding.retained)
    assert.matches("^100 shop.Entry retain 995.1KiB, .*%% of the heap %(10.0KiB each%)%.$", finding.title)
    assert.same({ held = 100, of = 100, way = "shop.CACHE[...]" },
      { held = finding.holders[1].held, of = finding.holders[1].of, way = finding.holders[1].way })
    assert.equal("shop.CACHE", finding.holders[1].object.way)
    assert.equal("dict", finding.holders[1].object.class)
    assert.equal("dryad why shop.dump shop.Entry", finding.more[1])
    assert.equal("dryad why shop.dump", made.object_command)
    assert.same({ class = "shop.Entry", count = 100, retained = EACH }, finding.inside[1])
  end)

  it("has the tree of the ways to a finding", function()
    local tree = read({ dumps.load(shop():dump()) }).findings[1].tree
    assert.same({ "100 shop.Entry", 100, 6400 }, { "100 " .. tree.label:match "shop.Entry", tree.count,
      tree.bytes - 100 * 64 })
    assert.equal(1, #tree.children)
    assert.equal("shop.CACHE[...]", tree.children[1].label)
    assert.equal("100 shop.Entry", tree.children[1].class)
    assert.equal(100, tree.children[1].count)
    assert.same({}, tree.children[1].children)
  end)

  it("divides what is retained, and what is reachable", function()
    local heap = dumps.load(shop():dump())
    local made = read { heap }
    local nodes, names = made.icicle.nodes, made.icicle.names
    assert.same({ -1, "the heap", made.heap.reachable_objects, made.heap.reachable_bytes },
      { nodes[1][1], names[nodes[1][2] + 1], nodes[1][3], nodes[1][5] })
    local below, entries = {}, nil
    for i = 2, #nodes do
      local node = nodes[i]
      assert.is_true(node[1] >= 0 and node[1] < i - 1)
      below[node[1]] = (below[node[1]] or 0) + node[5]
      entries = names[node[2] + 1] == "shop.Entry" and node or entries
    end
    for parent, sum in pairs(below) do
      assert.is_true(sum <= nodes[parent + 1][5])
    end
    assert.same({ 100, EACH }, { entries[3], entries[5] })
    local sum = made.shares_more.bytes
    for _, row in ipairs(made.shares) do
      sum = sum + row.bytes
    end
    assert.equal(made.heap.reachable_bytes, sum)
    assert.same({ "shop", "shop.Entry", EACH }, { made.shares[1].module, made.shares[1].class,
      made.shares[1].bytes })
  end)

  it("has the figures of `leaks` and `summary`", function()
    local made = core.json.decode((program.run { "report", "--json", SHOP }))
    local leaks = core.json.decode((program.run { "leaks", "--json", SHOP }))
    assert.equal("report", made.command)
    assert.same(leaks.dumps, made.dumps)
    made = made.data
    assert.equal(#leaks.data, #made.findings)
    for i, finding in ipairs(made.findings) do
      local suspect = leaks.data[i]
      assert.same({ suspect.class, suspect.count, suspect.retained, suspect.fraction },
        { finding.class, finding.count, finding.retained, finding.share })
      assert.equal(suspect.mechanism, finding.mechanism)
      assert.equal(#suspect.holders, #finding.holders)
    end
    local summary = core.json.decode((program.run { "summary", "--json", SHOP })).data
    assert.same({ summary.total_count, summary.total_size, #summary.types },
      { made.heap.objects, made.heap.bytes, made.heap.types })
    local objects, bytes = made.types_more.objects, made.types_more.bytes
    for _, row in ipairs(made.types) do
      objects, bytes = objects + row.count, bytes + row.size
    end
    assert.same({ summary.total_count, summary.total_size }, { objects, bytes })
  end)

  it("has what `run waste` prints", function()
    local made = read { dumps.sample "shop.dump.zst" }
    local waste = dryad.waste(dumps.sample "shop.dump.zst")
    assert.equal(waste.title, made.waste.text)
    assert.equal(waste.saved, made.waste.total)
    assert.equal(3, #made.waste.tables)
    assert.same({ key = "type", kind = "class", title = "type" }, made.waste.tables[1].columns[1])
    assert.same({ key = "few", kind = "count", title = "1-2 items" }, made.waste.tables[1].columns[5])
    for i, row in ipairs(waste.sections[1].rows) do
      assert.same({ row.type, row.count, row.empty_size }, { made.waste.tables[1].rows[i].type,
        made.waste.tables[1].rows[i].count, made.waste.tables[1].rows[i].empty_size })
    end
  end)

  it("tells of the process, and of what else is resident", function()
    local made = read { dumps.load(facts.dump({
      ('{"address": 8, "type": "list", "size": %d, "root": "modules", "refcount": 1, "refs": []}'):format(5 * MEBI),
    }, {
      pid = 7, command = "worker", python = "3.12.1", rss = 100 * MEBI,
      allocator = {
        malloc = { in_use = 60 * MEBI, free = 20 * MEBI }, arenas = { in_use = 5 * MEBI, free = 1 * MEBI },
      },
      maps = { heap = 80 * MEBI, anonymous = 10 * MEBI, files = 4 * MEBI, stacks = 0 },
    })) }
    assert.matches("^worker, pid 7, Python 3.12.1: resident 100", made.process.lines[1])
    assert.matches("are native code's", made.process.lines[2])
    local sum, by_key = 0, {}
    for _, part in ipairs(made.process.bar.parts) do
      sum, by_key[part.key] = sum + part.bytes, part.bytes
    end
    assert.equal(100 * MEBI, sum)
    assert.equal(sum, made.process.bar.total)
    assert.equal(5 * MEBI, by_key.objects)
    assert.equal(60 * MEBI, by_key.native)
    assert.equal(20 * MEBI, by_key.kept)
    assert.equal(4 * MEBI, by_key.files)
    assert.equal("Python objects", made.process.bar.parts[1].label)
  end)

  it("has the threads with their stacks, or says why there are none", function()
    local made = builder.new()
    local payload_of_job = made:add("Job", {}, { size = 5000 })
    local inner = made:named("frame", { { "job", payload_of_job } }, { name = "work", file = "/srv/app.py", line = 7 })
    local outer = made:named("frame", {}, { name = "main", file = "/srv/app.py", line = 2 })
    made:add("<thread>", { inner, outer }, { name = "worker-1", value = "{}", root = "thread" })
    local section = read({ made:heap_with_facts() }).threads
    assert.equal(1, #section.threads)
    assert.same({}, section.tasks)
    local stack = section.threads[1]
    assert.equal("<thread 'worker-1'>", stack.title)
    assert.equal(100 + 100 + 100 + 5000, stack.holds)
    assert.same({ "work", "/srv/app.py", 7 }, { stack.frames[1]["function"], stack.frames[1].file,
      stack.frames[1].line })
    assert.same({ "job", "Job", 5000, tostring(payload_of_job) }, { stack.frames[1].locals[1].name,
      stack.frames[1].locals[1].class, stack.frames[1].locals[1].retained, stack.frames[1].locals[1].address })
    assert.equal("main", stack.frames[2]["function"])
    local none = read { dumps.load(shop():dump()) }
    assert.is_nil(none.threads)
    assert.matches("The dump does not tell of threads", none.threads_none)
  end)

  it("has the garbage, however little", function()
    local made = builder.new()
    made:add("list", {}, { root = "interpreter", size = 1000000, refcount = 1 })
    made:named("Node", { { "me", 4096 + 16 } }, { refcount = 1, size = 900 })
    local heap = dumps.load(facts.dump(made:lines(), {
      pid = 7, gc = { enabled = false, thresholds = { 700, 10, 10 }, counts = { 5, 1, 0 }, garbage = 0 },
    }))
    local section = read({ heap }).garbage
    assert.matches("^1 Node is garbage: 900B", section.text)
    assert.same({ 1, 900 }, { section.count, section.size })
    assert.equal("Node.me is itself", section.rows[1].text)
    assert.same({ "Node", 1, 900, "4112" }, { section.kinds[1].text, section.kinds[1].count, section.kinds[1].size,
      section.kinds[1].address })
    assert.matches("The collector is off", section.collector)
  end)
end)

describe("a report on a heap without some references", function()
  it("does not call garbage what they led to", function()
    local heap = dumps.load(facts.dump {
      '{"address": 8, "type": "list", "size": 5000, "root": "modules", "refs": [16]}',
      '{"address": 16, "type": "Entry", "size": 5000, "refcount": 1, "refs": [24]}',
      '{"address": 24, "type": "type", "name": "Entry", "size": 5000, "refcount": 2, "refs": [24]}',
    })
    heap:remove_expensive_references()
    assert.equal(1, #heap:unreachable())
    assert.is_nil(read({ heap }).garbage)
  end)
end)

describe("a report on a dump of another kind", function()
  local function empty_heap()
    local ws = dryad.workspace()
    ws:read(program.file '{"address": 8, "type": "list", "size": 56, "refs": []}')
    ws:delete "from obj"
    assert.equal(0, #ws.heap)
    return ws.heap
  end
  after_each(program.clean)

  it("with no objects says that nothing is wrong", function()
    local made = read { empty_heap() }
    assert.same({}, made.findings)
    assert.matches("^No leak suspects: nothing retains 10.0%% or more of 0B", made.findings_none)
    assert.equal(1, #made.icicle.nodes)
    assert.same({}, made.types)
    assert.same({}, made.shares)
    assert.same({}, made.problems)
    assert.equal(0, made.heap.objects)
    assert.is_nil(made.garbage)
  end)

  it("with one object shows it", function()
    local made = read { dumps.load { '{"address": 8, "type": "list", "size": 56, "refs": []}' } }
    assert.matches("^This dump does not tell garbage", made.garbage_none)
    assert.same({ "list", 1, 56, 56, "8" }, { made.types[1].class, made.types[1].count, made.types[1].size,
      made.types[1].retained, made.types[1].address })
    assert.equal(2, #made.icicle.nodes)
    assert.same({ 0, 1, 56, "8" }, { made.icicle.nodes[2][1], made.icicle.nodes[2][3], made.icicle.nodes[2][5],
      made.icicle.nodes[2][7] })
  end)

  it("that was cut off says so among its problems", function()
    local lines = facts.dump(shop():dump())
    lines[#lines] = nil
    lines[#lines] = lines[#lines]:sub(1, 40)
    local made = read { dumps.load(lines) }
    assert.is_false(made.sources[1].complete)
    assert.matches("^This dump is incomplete: ", made.problems[1])
    assert.matches("line %d+: ", table.concat(made.problems, "\n"))
    assert.matches("^This dump is incomplete: ", made.process.lines[1])
  end)

  it("that refers to what it lacks says so among its problems", function()
    local made = read { dumps.load { '{"address": 8, "type": "list", "size": 56, "refs": [16, 24]}' } }
    assert.same({ "References to addresses that the dump does not hold: 2" }, made.problems)
  end)

  it("that is redacted has no contents", function()
    local redacted = program.name ".dump"
    local _, err, status = program.run { "convert", "--redact", SHOP, redacted }
    assert.equal(0, status, err)
    local made = read { dumps.load(redacted) }
    assert.equal("Session", made.findings[1].class) -- its module is a text
    assert.equal(300, made.findings[1].count)
  end)

  it("of Python 2 shows its texts as that does", function()
    local made = read({ dumps.sample "threads-small.dump.gz" })
    assert.equal(2, made.sources[1].python)
    assert.is_true(#made.findings > 0)
    assert.equal(#dryad.leak_suspects(dumps.sample "threads-small.dump.gz"), #made.findings)
  end)

  it("that comes from standard input has no line that explains an object", function()
    local made = read({ dumps.load(shop():dump()) }, { names = { "-" } })
    assert.is_nil(made.object_command)
    assert.equal("dryad stacks DUMP", made.more.stacks[1].command)
  end)
end)
