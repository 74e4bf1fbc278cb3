-- SPDX-License-Identifier: MIT
-- Every recipe on real dumps. The figures were obtained independently of Dryad: by a Python program that reads the dump
-- line by line into dicts, collapses by the three rules (the dict of an instance or module joins its owner if no other
-- claims it), inverts the references into sets, and walks with a stack. The same program computes the totals, the rows
-- by type and the groups of equal strings of the *.expected.json files beside the dumps.
local dryad = require "dryad"
local facts = require "tests.spec.support.facts"
local json = require "dryad.core".json
local json_value = require "dryad.text.json_value"

local SMALL, GC, APP = "tests/data/threads-small.dump.gz", "tests/data/threads-small-gc.dump.gz",
  "tests/data/python311-app.dump.zst"

local small = dryad.load(SMALL, { progress = false })
local app = dryad.load(APP, { progress = false })
local shop = dryad.load("tests/data/shop.dump.zst", { progress = false })
-- No strings, modules or references: shows what a recipe prints when it finds nothing.
local bare = dryad.load({ '{"address": 1, "type": "object", "size": 16, "refs": []}' }, { progress = false })

local function run(name, heap, args)
  return dryad.recipe(name)(heap, args)
end

local function section(report, title)
  for _, found in ipairs(report.sections) do
    if found.title == title then
      return found
    end
  end
  error("no section " .. title)
end

--- The first row with that value.
local function row(rows, field, value)
  for _, found in ipairs(rows) do
    if found[field] == value then
      return found
    end
  end
  error(("no row with %s = %s"):format(field, tostring(value)))
end

--- A row's fields in that order.
local function fields(found, ...)
  local values = {}
  for i, name in ipairs { ... } do
    values[i] = found[name]
  end
  return values
end

local function addresses(rows, field, count)
  local found = {}
  for i = 1, count do
    found[i] = rows[i][field].address
  end
  return found
end

describe("every recipe", function()
  local arguments = {
    holders = { small = "Thread", shop = "Session", bare = "object" },
    instances = { small = "Thread", shop = "Session", bare = "object" },
    why = { small = 140558134395408, shop = "Session", bare = 1 },
    what_if = { small = "Thread", shop = 140189481616960, bare = "object" },
    dominated_by = { small = "__main__", shop = "__main__" },
  }
  -- Names, values, classes and files with control characters, and something for each recipe to show.
  local evil = dryad.load(facts.dump {
    '{"address": 10, "type": "module", "size": 90, "name": "m\\u001b[2J", "root": "modules", "refs": [11, 20, 12, 30]}',
    '{"address": 11, "type": "str", "size": 50, "len": 4, "value": "a\\u001b[2J", "refs": []}',
    '{"address": 12, "type": "str", "size": 50, "len": 4, "value": "b\\u001b[2J", "refs": []}',
    '{"address": 13, "type": "str", "size": 50, "len": 4, "value": "b\\u001b[2J", "refs": []}',
    '{"address": 20, "type": "dict", "size": 5000, "len": 1, "refs": [13, 31]}',
    '{"address": 30, "type": "functools._lru_cache_wrapper", "size": 90, "refs": [20, 33], '
      .. '"names": ["cache", "__wrapped__"]}',
    '{"address": 31, "type": "E\\u001b[2J", "size": 90, "refs": [11, 13, 40]}',
    '{"address": 32, "type": "E\\u001b[2J", "size": 90, "refcount": 1, "refs": [11, 32, 40]}',
    '{"address": 33, "type": "function", "size": 90, "name": "f\\u001b[2J", "refs": [10], "names": ["__globals__"]}',
    '{"address": 40, "type": "type", "size": 900, "name": "E\\u001b[2J", "qualname": "m.E\\u001b[2J", "refs": []}',
    '{"address": 41, "type": "type", "size": 900, "name": "E\\u001b[2J", "qualname": "m.E\\u001b[2J", "refs": []}',
    '{"address": 50, "type": "<thread>", "size": 0, "name": "t\\u001b[2J", "value": "{}", "root": "thread", '
      .. '"refs": [51]}',
    '{"address": 51, "type": "frame", "size": 400, "value": "g\\u001b[2J", "file": "/\\u001b[2J.py", "line": 4, '
      .. '"refs": [20, 60], "names": ["v\\u001b[2J", "task"]}',
    '{"address": 60, "type": "_asyncio.Task", "size": 20, "name": "T\\u001b[2J", "refs": [61], "names": ["_coro"]}',
    '{"address": 61, "type": "coroutine", "size": 30, "name": "c\\u001b[2J", "file": "/\\u001b[2J.py", "line": 4, '
      .. '"refs": []}',
  }, { progress = false })
  local evil_arguments = {
    holders = "E\27[2J", instances = "m.E\27[2J", why = 31, what_if = 31, dominated_by = "m\27[2J",
  }
  for _, recipe in ipairs(dryad.recipes()) do
    if recipe.from == "dryad" then
      it("works on dumps of Python 2 and 3, and has words for nothing: " .. recipe.name, function()
        local heaps = { small = small, shop = shop, bare = recipe.name ~= "dominated_by" and bare or nil }
        for name, heap in pairs(heaps) do
          local args = recipe.name == "growth" and { heap } or { (arguments[recipe.name] or {})[name] }
          local result = recipe(heap, args)
          assert.is_true(#tostring(result) > 0)
          assert.equal("table", type(json.decode(json.encode(json_value(result)))))
        end
      end)

      it("shows text that would change a terminal escaped: " .. recipe.name, function()
        local args = recipe.name == "growth" and { evil } or { evil_arguments[recipe.name] }
        local text = tostring(recipe(evil, args))
        assert.is_nil(text:find "[\27\r\b]")
      end)

      it("begins with a comment that shows how it is run: " .. recipe.name, function()
        local file <close> = assert(io.open(recipe.path))
        local comment = file:read "a":match "^(%-%- .-)\n\n"
        assert.is_truthy(comment and comment:find("--   dryad run " .. recipe.name .. " ", 1, true))
        assert.equal(recipe.path:match "([%w_]+)%.%a+$", recipe.name)
      end)
    end
  end

  it("is one of at least fourteen in Lua and ten in SQL", function()
    local counts = { lua = 0, sql = 0 }
    for _, recipe in ipairs(dryad.recipes()) do
      local ending = recipe.path:match "%.(%a+)$"
      counts[ending] = counts[ending] + 1
    end
    assert.is_true(counts.lua >= 14 and counts.sql >= 10)
  end)
end)

describe("overview", function()
  it("has the totals, the largest types and objects, and next steps", function()
    local report = run("overview", small)
    assert.equal(SMALL .. ": 60,413 objects of 88 types, 202,940 references, 11.3MiB, written by Python 2",
      report.text[1])
    local types = section(report, "Largest types").rows
    assert.equal(10, #types)
    assert.same({ "Thread", 2000, 2224000 }, fields(types[1], "type", "count", "size"))
    assert.near(100 * 2224000 / 11803076, types[1].percent, 1e-9)
    assert.same({ 140558122273392, 140558134320304, 140558140141936, 140558137400784, 140558136247792 },
      addresses(section(report, "Largest objects").rows, "object", 5))
    local longest = section(report, "Objects with the most references").rows
    assert.same({ 4000, 2022, 2000, 2000, 1098 },
      { longest[1].refs, longest[2].refs, longest[3].refs, longest[4].refs, longest[5].refs })
    local steps = table.concat(section(report, "Next").text, "\n")
    local dump = SMALL:gsub("%p", "%%%0")
    assert.matches(("dryad leaks %s\n.*dryad run waste %s\n.*dryad why %s __main__.Course\n"):format(dump, dump, dump),
      steps)
    assert.matches(("dryad run instances %s __main__.Course\n"):format(dump), steps)
  end)

  it("reports damage and dangling references", function()
    local chunks = { '{"address": 1, "type": "a", "size": 1, "refs": [2, 3]}\nrubbish\n', '{"addr' }
    local heap = dryad.load(function() return table.remove(chunks, 1) end, { progress = false })
    local text = run("overview", heap).text
    assert.equal("This dump is incomplete: it is truncated.", text[1])
    assert.same({
      "References to addresses that the dump does not hold: 2",
      "The dump is damaged: 1 lines could not be used; see heap.report.",
    }, { table.unpack(text, 3) })
    assert.equal("References to addresses that the dump does not hold: 1", run("overview", small).text[2])
    assert.is_nil(run("overview", app).text[2])
  end)
end)

describe("threads", function()
  local lines = {
    '{"address": 100, "type": "<thread>", "size": 0, "name": "worker-1", "value": "{}", "root": "thread", '
      .. '"refs": [110]}',
    '{"address": 110, "type": "frame", "size": 400, "value": "run", "file": "/srv/app.py", "line": 41, '
      .. '"refs": [120, 121], "names": ["payload", "count"]}',
    '{"address": 120, "type": "bytes", "size": 2000, "len": 1967, "refs": []}',
    '{"address": 121, "type": "int", "size": 28, "value": 7, "refs": []}',
    '{"address": 130, "type": "<thread>", "size": 0, "value": "{}", "root": "thread", "refs": []}',
  }

  it("has the stack, the variables and what each thread keeps", function()
    local report = run("threads", dryad.load(facts.dump(lines), { progress = false }))
    assert.equal("2 threads, 0 tasks", report.title)
    assert.same({ "thread", 1, "worker-1", "run", "/srv/app.py:41", 1, 2428 },
      fields(report.rows[1], "kind", "count", "names", "function_name", "place", "frames", "retained"))
    assert.same({ "thread", 1, "", 0, 0 }, fields(report.rows[2], "kind", "count", "names", "frames", "retained"))
    assert.same({ "<thread 'worker-1'>, retains 2.4KiB", "   run (app.py:41)" },
      { table.unpack(report.sections[1].text, 1, 2) })
    assert.matches("payload +2%.0KiB  bytes%(120 2000B 1par%)", report.sections[1].text[3])
    local data = json.decode(json.encode(json_value(report)))
    assert.equal("payload", data.sections[1].data.frames[1].locals[1].name)
  end)

  it("shows as many stacks as asked for", function()
    local report = run("threads", dryad.load(facts.dump(lines), { progress = false }), { count = 1 })
    assert.same({ 1, 1 }, { #report.rows, #report.sections })
  end)

  it("has the Thread objects of a dump that does not tell of threads", function()
    local report = run("threads", small)
    assert.matches("does not tell of threads", report.text)
    local found = row(section(report, "Thread objects").rows, "class", "threading.Thread")
    assert.same({ 2000, 5992890 }, fields(found, "count", "retained"))
  end)
end)

describe("tasks", function()
  it("are grouped by coroutine, line and what they wait for", function()
    local lines = {
      '{"address": 50, "type": "list", "size": 80, "len": 3, "root": "interpreter", "refs": [100, 101, 102]}',
      '{"address": 60, "type": "type", "size": 900, "name": "Future", "qualname": "web.Future", '
        .. '"root": "interpreter", "refs": []}',
    }
    for i = 0, 2 do
      local wait = i < 2 and 41 or 60
      table.move({
        ('{"address": %d, "type": "_asyncio.Task", "size": 200, "name": "Task-%d", "refs": [%d, %d], '
          .. '"names": ["_coro", "_fut_waiter"]}'):format(100 + i, i, 110 + i, 120 + i),
        ('{"address": %d, "type": "coroutine", "size": 300, "name": "follow", "value": "follow", '
          .. '"file": "/srv/web.py", "line": %d, "refs": []}'):format(110 + i, wait),
        ('{"address": %d, "type": "Future", "size": 64, "refs": [60]}'):format(120 + i),
      }, 1, 3, #lines + 1, lines)
    end
    local report = run("tasks", dryad.load(facts.dump(lines), { progress = false }))
    assert.equal("3 tasks, which keep 1.7KiB alive", report.title)
    assert.equal(2, #report.rows)
    assert.same({ 2, "follow", "follow", "/srv/web.py:41", "web.Future", 2 * 564 },
      fields(report.rows[1], "count", "coroutine", "waits_in", "at", "waits_for", "retained"))
    assert.same({ 1, "/srv/web.py:60" }, fields(report.rows[2], "count", "at"))
  end)
end)

describe("garbage", function()
  local lines = {
    '{"address": 5, "type": "type", "size": 900, "name": "Doc", "qualname": "app.Doc", "root": "interpreter", '
      .. '"refs": []}',
    '{"address": 6, "type": "str", "size": 50, "value": "root", "root": "interpreter", "refs": []}',
    '{"address": 7, "type": "str", "size": 50, "value": "doc", "root": "interpreter", "refs": []}',
    '{"address": 10, "type": "Doc", "size": 100, "refcount": 1, "refs": [6, 11, 5]}',
    '{"address": 11, "type": "Doc", "size": 120, "refcount": 2, "refs": [7, 10, 5]}',
    '{"address": 12, "type": "Doc", "size": 90, "refcount": 0, "refs": [7, 11, 5]}',
  }

  it("is told by class, with the cycle that keeps it, and why it was not collected", function()
    local report = run("garbage", dryad.load(facts.dump(lines, {
      pid = 7, gc = { enabled = false, thresholds = { 700, 10, 10 }, counts = { 5, 1, 0 }, garbage = 2 },
    }), { progress = false }))
    assert.equal("Garbage: 3 objects, 310B of 1.3KiB", report.title)
    local text = report.text
    assert.matches("3 app%.Doc are garbage", text)
    assert.matches("The collector is off", text)
    assert.matches("Doc%.root <%-> Doc%.doc", text)
    assert.equal(1, #report.rows)
    assert.same({ "app.Doc", 3, 310 }, fields(report.rows[1], "class", "count", "size"))
    assert.equal(11, report.rows[1].example.address)
  end)

  it("is listed by the heap with the largest first", function()
    local found = dryad.load(facts.dump(lines), { progress = false }):garbage()
    assert.same({ 11, 10, 12 }, { found[1].address, found[2].address, found[3].address })
  end)

  it("says what the dump does not tell, or that there is none", function()
    assert.matches("does not tell garbage from", run("garbage", small).rows.empty)
    local alive = run("garbage", dryad.load(facts.dump { lines[1] }, { progress = false }))
    assert.same({ "everything is alive", "Garbage: 0 objects, 0B of 900B" }, { alive.rows.empty, alive.title })
  end)
end)

describe("caches", function()
  local lines = {
    '{"address": 1, "type": "module", "size": 100, "name": "shop", "root": "modules", "refs": [2, 10, 3, 40]}',
    '{"address": 2, "type": "str", "size": 50, "value": "price", "refs": []}',
    '{"address": 3, "type": "str", "size": 50, "value": "seen", "refs": []}',
    -- lru_cache(maxsize=128): the wrapper, its dict of two entries, and cache_parameters with its variables
    '{"address": 10, "type": "functools._lru_cache_wrapper", "size": 168, "refs": [11, 12, 13], '
      .. '"names": ["cache", "__wrapped__", "__dict__"]}',
    '{"address": 11, "type": "dict", "size": 232, "len": 2, "refs": [2, 20, 3, 20]}',
    '{"address": 12, "type": "function", "size": 150, "name": "price", "refs": [1], "names": ["__globals__"]}',
    '{"address": 13, "type": "dict", "size": 184, "len": 1, "refs": [14, 15]}',
    '{"address": 14, "type": "str", "size": 65, "value": "cache_parameters", "refs": []}',
    '{"address": 15, "type": "function", "size": 150, "name": "<lambda>", "refs": [16], "names": ["__closure__"]}',
    '{"address": 16, "type": "tuple", "size": 56, "len": 2, "refs": [17, 18]}',
    '{"address": 17, "type": "cell", "size": 40, "refs": [19]}',
    '{"address": 18, "type": "cell", "size": 40, "refs": [21]}',
    '{"address": 19, "type": "int", "size": 28, "value": 128, "refs": []}',
    '{"address": 20, "type": "float", "size": 24, "value": 1.5, "refs": []}',
    '{"address": 21, "type": "bool", "size": 28, "value": "False", "refs": []}',
    '{"address": 30, "type": "module", "size": 100, "name": "re", "root": "modules", "refs": [31, 32]}',
    '{"address": 31, "type": "str", "size": 50, "value": "_cache", "refs": []}',
    '{"address": 32, "type": "dict", "size": 232, "len": 1, "refs": [31, 31]}',
    '{"address": 40, "type": "dict", "size": 300, "len": 3, "refs": [2, 41, 3, 41, 31, 41]}',
    '{"address": 41, "type": "bytes", "size": 500, "refs": []}',
  }
  local report = run("caches", dryad.load(facts.dump(lines), { progress = false }), { least = 3 })

  it("has lru_cache with function, entries and maxsize", function()
    local rows = section(report, "functools.lru_cache").rows
    assert.equal(1, #rows)
    assert.same({ "shop.price", 2, 128, 168 + 232 + 150 + 184 + 65 + 150 + 56 + 40 + 40 + 28 + 24 + 28 },
      fields(rows[1], "function_name", "entries", "maxsize", "retained"))
  end)

  it("has those of the standard library", function()
    local rows = section(report, "Of the standard library").rows
    assert.equal(1, #rows)
    assert.same({ "re._cache", 1, 232 }, fields(rows[1], "way", "entries", "retained"))
  end)

  it("has containers with many entries, where they are kept", function()
    local rows = section(report, "Containers with 3 entries or more").rows
    assert.equal(1, #rows)
    assert.same({ "shop.seen", 3, 800 }, fields(rows[1], "way", "entries", "retained"))
    rows = section(run("caches", small, { count = 1 }), "Containers with 100 entries or more").rows
    assert.same({ "__main__.big", 2000 }, fields(rows[1], "way", "entries"))
  end)
end)

describe("collections", function()
  local heap = dryad.load({
    '{"address": 1, "type": "list", "size": 56, "len": 0, "refs": []}',
    '{"address": 2, "type": "list", "size": 88, "len": 0, "refs": []}',
    '{"address": 3, "type": "list", "size": 184, "len": 16, "refs": [10,10,10,10,10,10,10,10,10,10,10,10,10,10,10,10]}',
    '{"address": 4, "type": "list", "size": 1240, "len": 2, "refs": [10, 11]}',
    '{"address": 5, "type": "list", "size": 72, "len": 2, "refs": [10, 11]}',
    '{"address": 6, "type": "tuple", "size": 104, "len": 8, "refs": [11, 11, 11, 11, 11, 11, 11, 10]}',
    '{"address": 10, "type": "NoneType", "size": 16, "refs": []}',
    '{"address": 11, "type": "object", "size": 16, "refs": []}',
  }, { progress = false })
  local report = run("collections", heap)

  it("counts what another of the type with as many items or more does without as spare", function()
    assert.equal("Containers: 1.2KiB of 1.7KiB is spare", report.title)
    local rows = section(report, "By type").rows
    assert.equal(1, #rows)
    assert.same({ "list", 5, 20, 1640, 32 + 1168, 2, 144 },
      fields(rows[1], "type", "count", "items", "size", "spare", "empty", "empty_size"))
    rows = section(report, "With the most spare room").rows
    assert.same({ 1, 1168, 1240, 2 }, { #rows, rows[1].spare, rows[1].size, rows[1].items })
    assert.equal(2, #section(run("collections", heap, { least = 80 }), "With the most spare room").rows)
  end)

  it("finds one object in every place", function()
    local rows = section(report, "With one object in every place").rows
    assert.equal(1, #rows)
    assert.same({ 3, 184, 16, 10 }, { rows[1].object.address, rows[1].size, rows[1].items, rows[1].item.address })
  end)
end)

describe("dominating_type", function()
  it("shows who holds the largest type, up to the module and its attribute", function()
    local report = run("dominating_type", small)
    assert.equal("2,000 Thread", report.title)
    assert.matches("^They take 2%.1MiB, 18%.8%% of the heap;", report.text)
    assert.same({
      "Thread <- dict <- module '__main__'.big",
      "Thread <- list <- Pool.working <- module '__main__'.pool",
      "Thread <- list <- Pool.threads <- module '__main__'.pool",
    }, section(report, "In short").text)
    assert.same({
      "  <- all 2,000 in dict(140558122273392 196888B 4000refs 1par)",
      "    <- .big of module(140558140715472 3408B 86refs 8par '__main__')",
      "  <- all 2,000 in list(140558134797088 16568B 2000refs 1par)",
      "    <- .working of Pool(140558135397008 1112B 15refs 1par)",
      "      <- .pool of module(140558140715472 3408B 86refs 8par '__main__')",
      "  <- all 2,000 in list(140558134797728 16568B 2000refs 1par)",
      "    <- .threads of Pool(140558135397008 1112B 15refs 1par)",
      "      <- .pool of module(140558140715472 3408B 86refs 8par '__main__')",
      "     and 1 other holder",
    }, section(report, "Who holds them").text)
  end)

  it("has the steps as data", function()
    local steps = section(run("dominating_type", small), "Who holds them").data
    assert.same({ 1, 2000, "dict", 1 }, fields(steps[1], "depth", "held", "type", "count"))
    assert.same({ 2, 1, ".big", "module" }, fields(steps[2], "depth", "held", "label", "type"))
    assert.equal(140558140715472, steps[2].object.address)
  end)

  it("follows groups of holders: items in carts of sessions in a dict of the main module", function()
    assert.same({ "Item <- list <- Session.cart <- dict <- module '__main__'.SESSIONS" },
      section(run("dominating_type", app), "In short").text)
    local steps = section(run("dominating_type", app), "Who holds them").data
    assert.same({ 40000, "list", 16000 }, fields(steps[1], "held", "type", "count"))
    assert.same({ 16000, ".cart", "Session", 16000 }, fields(steps[2], "held", "label", "type", "count"))
  end)

  it("ends at a cycle, and counts those that hold each other", function()
    local lines = section(run("dominating_type", app, { "Session" }), "Who holds them").text
    assert.same({
      "  <- 20,001 as .cell_contents of 20,001 cell",
      "    <- all 20,001 in 20,001 tuple",
      "      <- all 20,001 as .__closure__ of 20,001 function",
      "           and back to an object above: a cycle",
      "  <- 20,000 in dict(140188732127616 415152B 40000refs 1par)",
      "    <- .SESSIONS of module(140188819652288 1656B 94refs 20010par '__main__')",
      "     and 104 other holders",
      "20,000 of them are held by others among them.",
    }, lines)
  end)

  it("says when nothing holds them", function()
    assert.same({ "     nothing in the dump refers to them" },
      section(run("dominating_type", bare), "Who holds them").text)
  end)
end)

describe("holders", function()
  it("groups the referrers of a type by theirs", function()
    local report = run("holders", small, { "Thread" })
    assert.equal("2,000 Thread, 2.1MiB", report.title)
    assert.equal(3, #report.rows)
    assert.same({ 1, 2000, 196888 }, fields(row(report.rows, "type", "dict"), "count", "holds", "size"))
    assert.same({ 2, 2000, 33136 }, fields(row(report.rows, "type", "list"), "count", "holds", "size"))
    assert.same({ 1, 1, 3408 }, fields(row(report.rows, "type", "module"), "count", "holds", "size"))
    assert.equal(0.05, row(report.rows, "type", "module").percent)
    report = run("holders", app, { type = "Session" })
    assert.equal(11, #report.rows)
    assert.same({ 20001, 20001, 800040 }, fields(row(report.rows, "type", "cell"), "count", "holds", "size"))
    assert.same({ 48, 1, 3840 }, fields(row(report.rows, "type", "ScopedConfigProvider"), "count", "holds", "size"))
  end)
end)

describe("biggest", function()
  it("has the largest objects", function()
    local report = run("biggest", small, { count = 5 })
    local by_size = section(report, "By their own size").rows
    assert.same({ 140558122273392, 140558134320304, 140558140141936, 140558137400784, 140558136247792 },
      addresses(by_size, "object", 5))
    assert.equal(5, #by_size)
  end)

  it("has those that keep the most alive, modules left out", function()
    local heap = dryad.load({
      '{"address": 1, "type": "module", "size": 10, "name": "m", "refs": [2, 3]}',
      '{"address": 2, "type": "list", "size": 40, "len": 2, "refs": [4, 5]}',
      '{"address": 3, "type": "list", "size": 50, "len": 1, "refs": [5]}',
      '{"address": 4, "type": "str", "size": 60, "value": "only in the first", "refs": []}',
      '{"address": 5, "type": "str", "size": 300, "value": "in both", "refs": []}',
    }, { progress = false })
    local rows = section(run("biggest", heap, { count = 3 }), "By what they keep alive").rows
    assert.same({ 5, 2, 4 }, addresses(rows, "object", 3))
    assert.same({ 300, 100, 60 }, { rows[1].retained, rows[2].retained, rows[3].retained })
  end)

  it("covers a single type on request", function()
    for _, found in ipairs(section(run("biggest", app, { "list" }), "By their own size").rows) do
      assert.equal("list", found.object.type)
    end
  end)
end)

describe("strings", function()
  local of_app = run("strings", app, { count = 3 })

  it("has bytes by type", function()
    local types = section(run("strings", small), "By type").rows
    assert.same({ 12280, 1041452 }, fields(row(types, "type", "str"), "count", "size"))
    assert.same({ 1399, 208348 }, fields(row(types, "type", "unicode"), "count", "size"))
    types = section(of_app, "By type").rows
    assert.same({ 270166, 26235103 }, fields(row(types, "type", "str"), "count", "size"))
    assert.same({ 20262, 1452396 }, fields(row(types, "type", "bytes"), "count", "size"))
  end)

  it("has the largest", function()
    assert.equal(125118, section(of_app, "The largest").rows[1].size)
  end)

  it("has equal ones", function()
    local heap = dryad.load({
      '{"address": 1, "type": "str", "size": 60, "len": 5, "value": "again", "refs": []}',
      '{"address": 2, "type": "str", "size": 60, "len": 5, "value": "again", "refs": []}',
      '{"address": 3, "type": "str", "size": 60, "len": 5, "value": "again", "refs": []}',
      '{"address": 4, "type": "str", "size": 50, "len": 4, "value": "once", "refs": []}',
    }, { progress = false })
    local rows = section(run("strings", heap), "Equal: 2 of 4 are redundant, 120B").rows
    assert.same({ 1, 3, 120, "again" }, { #rows, rows[1].count, rows[1].wasted, rows[1].value })
  end)
end)

describe("modules", function()
  it("sums what is reachable from each namespace without other modules", function()
    local report = run("modules", small, { count = 4 })
    assert.equal("118 modules", report.title)
    assert.equal(4, #report.rows)
    assert.same({ "__main__", 43, 38818, 8098429 }, fields(report.rows[1], "module", "names", "objects", "total"))
    assert.same({ "decimal", 79, 1722, 312784 }, fields(report.rows[2], "module", "names", "objects", "total"))
    assert.same({ "locale", 252345 }, fields(report.rows[3], "module", "total"))
    assert.same({ "_ssl", 225077 }, fields(report.rows[4], "module", "total"))
    assert.equal(small:retained_size(140558140715472), report.rows[1].retained)
  end)
end)

describe("frames", function()
  it("has what their variables hold", function()
    local rows = run("frames", small).rows
    assert.same({ "dump_all_objects", 168, "frame_holder" },
      { rows[1].frame.value, rows[1].held, rows[1].caller })
    assert.same({ "frame_holder", 24, "<module>" }, { rows[2].frame.value, rows[2].held, rows[2].caller })
    assert.same({ "<module>", 0 }, { rows[3].frame.value, rows[3].held, rows[3].caller })
    assert.equal("file", rows[1].largest.type)
    assert.is_nil(rows[1].variable)
  end)

  it("names the largest variable if the dump does", function()
    local heap = dryad.load(facts.dump {
      '{"address": 8, "type": "frame", "size": 10, "value": "f", "root": "thread", "refs": [16, 24, 32], '
        .. '"names": ["small", "large", null]}',
      '{"address": 16, "type": "str", "size": 20, "refs": []}',
      '{"address": 24, "type": "str", "size": 40, "refs": []}',
      '{"address": 32, "type": "str", "size": 30, "refs": []}',
    }, { progress = false })
    local found = run("frames", heap).rows[1]
    assert.same({ "large", heap[24], 40, 90 }, { found.variable, found.largest, found.largest_size, found.held })
  end)

  it("explains an empty table", function()
    assert.matches("^0 frames\nthis dump has no frames", tostring(run("frames", app)))
  end)
end)

describe("classes", function()
  it("counts instances of classes that are not the interpreter's", function()
    local report = run("classes", small)
    -- 30 whose instances refer to them, and 11 of the standard library that are written in C
    assert.equal("41 classes with instances", report.title)
    assert.same({ "threading.Thread", "library", 2000, 2224000, 1112, 904, 1 },
      fields(report.rows[1], "class", "origin", "count", "size", "average", "class_size", "versions"))
    assert.same({ 500, 176000, 104 }, fields(row(report.rows, "class", "__main__.Old"), "count", "size", "class_size"))
    report = run("classes", app, { sort = "count", of = "program" })
    assert.equal("3 classes with instances", report.title)
    assert.same({ "__main__.Item", "__main__.Session", "__main__.Slotted" },
      { report.rows[1].class, report.rows[2].class, report.rows[3].class })
  end)

  it("has classes that are defined again and again, with those that lack instances, and registries", function()
    local lines = {
      '{"address": 1, "type": "type", "size": 400, "name": "Base", "qualname": "orm.Base", "root": "interpreter", '
        .. '"refs": [2], "names": ["__subclasses__"]}',
      '{"address": 2, "type": "dict", "size": 300, "len": 3, "refs": [3, 10, 3, 11, 3, 12]}',
      '{"address": 3, "type": "int", "size": 28, "value": 1, "refs": []}',
      '{"address": 20, "type": "Row", "size": 64, "root": "interpreter", "refs": [10]}',
      '{"address": 21, "type": "Row", "size": 64, "root": "interpreter", "refs": [11]}',
      '{"address": 30, "type": "type", "size": 400, "name": "Meta", "qualname": "orm.Meta", "root": "interpreter", '
        .. '"refs": []}',
    }
    for i = 10, 12 do
      lines[#lines + 1] = ('{"address": %d, "type": "Meta", "size": %d, "name": "Row", "qualname": "orm.row.Row", '
        .. '"refs": []}'):format(i, 990 + i)
    end
    local report = run("classes", dryad.load(facts.dump(lines), { progress = false }))
    assert.equal("The dump has 5 class objects, built-in ones too, which take 3.7KiB themselves.", report.text)
    assert.same({ 2, 3, 128 }, fields(row(report.rows, "class", "orm.row.Row"), "count", "versions", "size"))
    local rows = section(report, "Defined more than once").rows
    assert.equal(1, #rows)
    assert.same({ "orm.row.Row", 3, 3003, 3003 }, fields(rows[1], "class", "versions", "size", "retained"))
    rows = section(report, "With the most subclasses").rows
    assert.same({ 1, "orm.Base", 3 }, { #rows, rows[1].class, rows[1].subclasses })
  end)
end)

describe("growth", function()
  local later = dryad.load(GC, { progress = false })

  it("compares two dumps by type", function()
    local report = run("growth", small, { later })
    assert.equal("60,413 objects, 11.3MiB before; 53,211 objects, 10.1MiB after: shrunk by 1.1MiB.", report.text)
    local rows = section(report, "Types that grew").rows
    assert.equal(6, #rows)
    assert.same({ "type", 346, 348, 2, 312784, 314592, 1808 }, fields(rows[1], "type_str", "count_before",
      "count_after", "count_growth", "size_before", "size_after", "size_growth"))
    assert.same({ 0, 2, 0, 144 },
      fields(row(rows, "type_str", "instance"), "count_before", "count_after", "size_before", "size_after"))
  end)

  it("leaves out what grew by less than asked", function()
    local function count(least)
      return #section(run("growth", small, { after = later, least = least }), "Types that grew").rows
    end
    assert.equal(2, count(300))
    assert.equal(1, count "1K")
    assert.matches("no type grew by that much", tostring(run("growth", small, { small })))
  end)

  it("takes the path of a dump too", function()
    assert.equal(6, #section(run("growth", small, { after = GC }), "Types that grew").rows)
  end)

  --- A module with a list of items, some of which have 100 bytes each.
  local function heap_with(...)
    local lines = {
      ('{"address": 1, "type": "module", "size": 10, "name": "shop", "refs": [2, 3]}'),
      ('{"address": 2, "type": "str", "size": 50, "value": "orders", "refs": []}'),
      ('{"address": 3, "type": "list", "size": 60, "refs": [%s]}'):format(table.concat({ ... }, ", ")),
    }
    for _, address in ipairs { ... } do
      lines[#lines + 1] = ('{"address": %d, "type": "Order", "size": 100, "refs": []}'):format(address)
    end
    return dryad.load(lines, { progress = false })
  end

  it("names the objects that keep more alive, with the way to them", function()
    local report = run("growth", heap_with(11), { heap_with(11, 12, 13) })
    local rows = section(report, "Objects that keep more alive than before").rows
    assert.equal(1, #rows)
    assert.same({ "Order", 2 }, { report.rows[1].class, report.rows[1].count })
    assert.same({ 160, 360, 200, "shop.orders" },
      fields(rows[1], "retained_before", "retained_after", "retained_growth", "way"))
    assert.equal(3, rows[1].object.address)
    assert.equal(2, #report.sections)
  end)

  it("lists what appeared in the second of three dumps and is in the third", function()
    local report = run("growth", heap_with(11), { heap_with(11, 12, 13, 14), heap_with(11, 12, 14, 15) })
    local rows = section(report, "Appeared between the first two dumps, and is still there").rows
    assert.same({ "Order", 2, 200 }, fields(rows[1], "type", "count", "size"))
    assert.equal(1, #rows)
    assert.same({ 1, 4 }, fields(section(report, "Types that grew").rows[1], "count_before", "count_after"))
  end)
end)

describe("instances", function()
  it("has each attribute's values", function()
    local rows = run("instances", small, { "Thread" }).rows
    assert.equal(12, #rows)
    assert.same({ 2000, 2000, 688000, "2,000 _Condition" },
      fields(row(rows, "attribute", "._Thread__block"), "count", "distinct", "size", "values"))
    assert.same({ 2000, 2000, 152890 }, fields(row(rows, "attribute", "._Thread__name"), "count", "distinct", "size"))
    assert.same({ 2000, 1, 144 }, fields(row(rows, "attribute", "._Thread__stderr"), "count", "distinct", "size"))
  end)

  it("tells values apart by what they are, not by where they are", function()
    local heap = dryad.load({
      '{"address": 1, "type": "str", "size": 40, "len": 4, "value": "user", "refs": []}',
      '{"address": 2, "type": "str", "size": 50, "len": 2, "value": "u1", "refs": []}',
      '{"address": 3, "type": "str", "size": 50, "len": 2, "value": "u1", "refs": []}',
      '{"address": 4, "type": "str", "size": 60, "len": 2, "value": "u2", "refs": []}',
      '{"address": 5, "type": "bytes", "size": 35, "len": 2, "value": "u2", "refs": []}',
      '{"address": 6, "type": "list", "size": 56, "len": 0, "refs": []}',
      '{"address": 7, "type": "list", "size": 56, "len": 0, "refs": []}',
      '{"address": 8, "type": "str", "size": 160, "len": 101, "value": "long", "refs": []}',
      '{"address": 9, "type": "str", "size": 161, "len": 102, "value": "long", "refs": []}',
      '{"address": 10, "type": "type", "size": 900, "name": "S", "refs": []}',
      '{"address": 11, "type": "S", "size": 64, "refs": [1, 2, 10]}',
      '{"address": 12, "type": "S", "size": 64, "refs": [1, 3, 10]}',
      '{"address": 13, "type": "S", "size": 64, "refs": [1, 2, 10]}',
      '{"address": 14, "type": "S", "size": 64, "refs": [1, 4, 10]}',
      '{"address": 15, "type": "S", "size": 64, "refs": [1, 5, 10]}',
      '{"address": 16, "type": "S", "size": 64, "refs": [1, 6, 10]}',
      '{"address": 17, "type": "S", "size": 64, "refs": [1, 7, 10]}',
      '{"address": 18, "type": "S", "size": 64, "refs": [1, 8, 10]}',
      '{"address": 19, "type": "S", "size": 64, "refs": [1, 9, 10]}',
    }, { progress = false })
    local found = row(run("instances", heap, { "S" }).rows, "attribute", ".user")
    assert.same({ 9, 7, 50 + 50 + 60 + 35 + 56 + 56 + 160 + 161, "6 str, 2 list, 1 bytes" },
      fields(found, "count", "distinct", "size", "values"))
  end)

  it("numbers the references of instances without names", function()
    local rows = run("instances", app, { "Slotted", look = 5 }).rows
    assert.same({ 5, 1, 920 }, fields(row(rows, "attribute", "[ref 3]"), "count", "distinct", "size"))
    assert.equal("5 dict", row(rows, "attribute", "[ref 2]").values)
  end)
end)

describe("queues", function()
  it("has deques with their lengths", function()
    local rows = run("queues", app)
    assert.equal(12, #rows)
    assert.same({ 3, 1, 0 }, { rows[1].items, rows[2].items, rows[3].items })
  end)

  it("finds the container that a queue keeps its items in", function()
    local heap = dryad.load({
      '{"address": 1, "type": "Queue", "size": 64, "refs": [2, 3, 4, 5, 6]}',
      '{"address": 2, "type": "str", "size": 30, "value": "maxsize", "refs": []}',
      '{"address": 3, "type": "int", "size": 28, "value": 0, "refs": []}',
      '{"address": 4, "type": "str", "size": 30, "value": "queue", "refs": []}',
      '{"address": 5, "type": "collections.deque", "size": 600, "refs": [3, 2, 3]}',
      '{"address": 6, "type": "type", "name": "Queue", "size": 900, "refs": []}',
    }, { progress = false })
    local rows = run("queues", heap)
    assert.same({ 3, 58 }, fields(row(rows, "queue", heap[1]), "items", "size"))
    assert.same({ 3, 58 }, fields(row(rows, "queue", heap[5]), "items", "size"))
    assert.equal(heap[1], row(rows, "queue", heap[5]).held_by)
  end)
end)

describe("closures", function()
  it("counts functions of one code, the most first", function()
    local rows = run("closures", app).rows
    assert.same({ 20000, 3040000 }, fields(rows[1], "functions", "size"))
    assert.equal("<lambda>", rows[1].example.name)
    assert.same({ 212, 32224 }, fields(rows[2], "functions", "size"))
    rows = run("closures", small).rows
    assert.same({ 75, 9000, 14, 1680 }, { rows[1].functions, rows[1].size, rows[2].functions, rows[2].size })
    assert.equal(4, #rows)
  end)
end)

describe("unreferenced", function()
  it("tells what native code holds from garbage, if the dump does", function()
    local heap = dryad.load(facts.dump {
      '{"address": 8, "type": "list", "size": 40, "refcount": 1, "refs": [16]}',
      '{"address": 16, "type": "str", "size": 60, "value": "x", "refcount": 1, "refs": []}',
      '{"address": 24, "type": "list", "size": 30, "refcount": 1, "refs": [32]}',
      '{"address": 32, "type": "list", "size": 50, "refcount": 1, "refs": [24]}',
    }, { progress = false })
    local report = run("unreferenced", heap)
    assert.equal(1, #report.rows)
    assert.same({ "list", "native code holds it", 1, 40, 100 },
      fields(report.rows[1], "type", "why", "count", "size", "retained"))
    assert.equal("Garbage: 2 objects that nothing alive refers to, 80B", report.sections[1].title)
    assert.same({ "list", 2, 80, heap[32] }, fields(report.sections[1].rows[1], "type", "count", "size", "example"))
  end)

  it("counts what nothing else refers to, by type", function()
    local report = run("unreferenced", small)
    assert.matches("^328 objects that nothing else in the dump holds, ", report.title)
    assert.equal(199, row(report.rows, "type", "dict").count)
    assert.equal(87, row(report.rows, "type", "list").count)
    report = run("unreferenced", app)
    assert.equal(1541, row(report.rows, "type", "dict").count)
  end)

  it("tells cycles apart, and has what they keep alive", function()
    local heap = dryad.load({
      '{"address": 1, "type": "list", "size": 40, "len": 1, "refs": [2]}',
      '{"address": 2, "type": "list", "size": 50, "len": 2, "refs": [1, 3]}',
      '{"address": 3, "type": "str", "size": 60, "value": "x", "refs": []}',
      '{"address": 4, "type": "list", "size": 70, "len": 0, "refs": []}',
      '{"address": 5, "type": "module", "size": 80, "refs": []}',
    }, { progress = false })
    local rows = run("unreferenced", heap).rows
    assert.equal(2, #rows)
    assert.same({ "list", "only its own cycle does", 1, 40, 150 },
      fields(rows[1], "type", "why", "count", "size", "retained"))
    assert.same({ "list", "nothing refers to it", 1, 70, 70 },
      fields(rows[2], "type", "why", "count", "size", "retained"))
  end)
end)

--- A finding as a program reads it from --json.
local function through_json(value)
  return json.decode(json.encode(json_value(value)))
end

describe("leaks", function()
  it("finds the sessions that hang on one dict", function()
    local found = run("leaks", app)
    assert.equal(1, #found)
    assert.same({ "group", "Session", 20000, 23529118 }, fields(found[1], "kind", "type", "count", "retained"))
    assert.matches("^1%. 20,000 __main__%.Session retain 22%.4MiB, 22%.7%% of the heap", tostring(found))
    assert.matches("all 20,000  __main__%.SESSIONS%[%.%.%.%]", tostring(found))
  end)

  it("has all of it in JSON, with the first objects of a group", function()
    local found = through_json(run("leaks", app))[1]
    assert.same({ "group", "Session", 20000, 23529118 }, fields(found, "kind", "type", "count", "retained"))
    assert.near(23529118 / app.total_size, found.fraction, 1e-12)
    assert.equal(10, #found.objects)
    assert.equal(140188732127616, found.accumulation.address)
    assert.equal("table", type(found.path))
    assert.equal(20000, row(found.inside.types, "type_str", "function").count)
    assert.equal(20000, found.holders[1].held)
  end)

  it("asks for less with a smaller fraction", function()
    assert.is_true(#run("leaks", app, { "0.02" }) > 1)
    assert.matches("No leak suspects", tostring(run("leaks", app, { fraction = 0.9 })))
  end)
end)

describe("why", function()
  it("has the ways to an object as Python would write them", function()
    local why = run("why", app, { 140188732452112 })
    assert.equal("__main__.SESSIONS['sess-3'].cart[0]", why[1]:expression())
    assert.equal(1, #run("why", small, { "140558134395408", n = 1 }))
    assert.equal("__main__.big[4]", run("why", small, { "140558134395408" })[1]:expression())
    assert.equal(140188732452112, through_json(why).object.address)
  end)

  it("merges the ways to all of a type", function()
    local tree = run("why", app, { "Session" })
    assert.same({ 20002, 0 }, fields(tree, "count", "unreached"))
    assert.equal(5992890, run("why", small, { "Thread" }).retained)
  end)

  it("takes the only object of a type for itself", function()
    assert.equal("__main__.pool", run("why", small, { "Pool" })[1]:expression())
  end)
end)

describe("retained_by_type", function()
  local heap = dryad.load({
    '{"address": 1, "type": "module", "size": 100, "name": "m", "refs": [2, 3, 7]}',
    '{"address": 2, "type": "list", "size": 40, "len": 1, "refs": [5]}',
    '{"address": 3, "type": "list", "size": 40, "len": 1, "refs": [5]}',
    '{"address": 5, "type": "X", "size": 1000, "refs": [6]}',
    '{"address": 6, "type": "str", "size": 50, "value": "x", "refs": []}',
    '{"address": 7, "type": "Node", "size": 10, "refs": [8]}',
    '{"address": 8, "type": "Node", "size": 10, "refs": [9]}',
    '{"address": 9, "type": "Node", "size": 10, "refs": []}',
  }, { progress = false })

  it("has what objects keep alive together that none keeps alone, and each byte once", function()
    local rows = run("retained_by_type", heap).rows
    local found = {}
    for i, entry in ipairs(rows) do
      found[i] = fields(entry, "type", "count", "size", "retained")
    end
    assert.same({ { "list", 2, 80, 1130 }, { "X", 1, 1000, 1050 }, { "str", 1, 50, 50 }, { "Node", 3, 30, 30 } }, found)
    assert.near(100 * 1130 / 1260, rows[1].percent, 1e-9)
  end)

  it("has the types that keep the most alive of all", function()
    local exact = {}
    for _, name in ipairs(small.types) do
      if name ~= "module" then
        exact[#exact + 1] = small:retained_size(name)
      end
    end
    table.sort(exact, function(a, b) return a > b end)
    local rows = run("retained_by_type", small, { count = 12 }).rows
    assert.equal(12, #rows)
    assert.same({ "Thread", 2000, 5992890 }, fields(rows[1], "type", "count", "retained"))
    for i, entry in ipairs(rows) do assert.equal(exact[i], entry.retained) end
  end)
end)

describe("duplicates", function()
  it("finds the 415 redundant strings of the reference answers", function()
    local report = run("duplicates", small, { count = 1000 })
    assert.equal("415 redundant strings, 32.1KiB", report.title)
    local rows = section(report, "The most wasteful values").rows
    local copies, wasted = 0, 0
    for _, found in ipairs(rows) do
      copies, wasted = copies + found.count - 1, wasted + found.wasted
    end
    assert.same({ 222, 415, 32897 }, { #rows, copies, wasted })
    rows = section(run("duplicates", app, { count = 3 }), "The most wasteful values").rows
    assert.same({ "t0", "str", 2, 20000, 1019949 }, fields(rows[1], "value", "type", "len", "count", "wasted"))
    assert.same({ "t1", 12000, 611949 }, fields(rows[2], "value", "count", "wasted"))
    assert.equal(3, #rows)
  end)

  local long = ("y"):rep(100)
  local heap = dryad.load({
    '{"address": 1, "type": "str", "size": 52, "len": 3, "value": "abc", "refs": []}',
    '{"address": 2, "type": "str", "size": 52, "len": 3, "value": "abc", "refs": []}',
    '{"address": 3, "type": "str", "size": 52, "len": 3, "value": "abc", "refs": []}',
    ('{"address": 4, "type": "bytes", "size": 190, "len": 150, "value": "%s", "refs": []}'):format(long),
    ('{"address": 5, "type": "bytes", "size": 190, "len": 150, "value": "%s", "refs": []}'):format(long),
    ('{"address": 6, "type": "bytes", "size": 191, "len": 151, "value": "%s", "refs": []}'):format(long),
    '{"address": 7, "type": "list", "size": 80, "len": 1, "refs": [1]}',
  }, { progress = false })

  it("says by type what would be saved and how, and where values may differ after all", function()
    local report = run("duplicates", heap)
    assert.equal("3 redundant strings, 294B", report.title)
    assert.matches("1 of these values are longer, and may differ after that %(190B of the bytes%)", report.text)
    local types = section(report, "By type").rows
    assert.same({ 2, 104 }, fields(row(types, "type", "str"), "count", "wasted"))
    assert.equal("s = sys.intern(s)", row(types, "type", "str").remedy)
    assert.same({ 1, 190 }, fields(row(types, "type", "bytes"), "count", "wasted"))
    assert.is_nil(row(types, "type", "bytes").remedy:find "intern")
    assert.equal("<0x7>[0]", row(section(report, "The most wasteful values").rows, "type", "str").way)
  end)

  it("leaves out what wastes less than asked", function()
    local rows = section(run("duplicates", heap, { least = "150" }), "The most wasteful values").rows
    assert.same({ "bytes" }, { rows[1].type, rows[2] })
  end)
end)

describe("waste", function()
  local CONTAINERS, INSTANCES, STRINGS = 1, 2, 3

  it("counts empty containers, and nearly empty ones that are larger than an empty one", function()
    local heap = dryad.load({
      '{"address": 1, "type": "list", "size": 56, "len": 0, "refs": []}',
      '{"address": 2, "type": "list", "size": 64, "len": 0, "refs": []}',
      '{"address": 3, "type": "list", "size": 56, "len": 1, "refs": [1]}',
      '{"address": 4, "type": "list", "size": 88, "len": 2, "refs": [1, 2]}',
      '{"address": 5, "type": "list", "size": 90, "len": 3, "refs": [1, 2, 3]}',
      '{"address": 6, "type": "tuple", "size": 40, "len": 0, "refs": []}',
    }, { progress = false })
    local report = run("waste", heap)
    assert.equal("About 120B of 394B could be saved", report.title)
    local rows = report.sections[CONTAINERS].rows
    assert.equal(1, #rows)
    assert.same({ "list", 5, 2, 120, 1, 88 },
      fields(rows[1], "type", "count", "empty", "empty_size", "few", "few_size"))
    rows = run("waste", heap, { few = 3 }).sections[CONTAINERS].rows
    assert.same({ 2, 178 }, fields(rows[1], "few", "few_size"))
  end)

  it("agrees with the reference counts of real dumps", function()
    local rows = run("waste", small).sections[CONTAINERS].rows
    assert.same({ 2672, 2042, 571760 }, fields(row(rows, "type", "dict"), "count", "empty", "empty_size"))
    assert.same({ 5293, 4450, 320400 }, fields(row(rows, "type", "list"), "count", "empty", "empty_size"))
    rows = run("waste", app).sections[CONTAINERS].rows
    assert.same({ 30192, 4966, 318352 }, fields(row(rows, "type", "dict"), "count", "empty", "empty_size"))
  end)

  local lines = {
    '{"address": 1, "type": "P", "size": 64, "refs": [2, 10]}',
    '{"address": 2, "type": "dict", "size": 280, "len": 2, "refs": [20, 21, 22, 21]}',
    '{"address": 3, "type": "P", "size": 64, "refs": [4, 10]}',
    '{"address": 4, "type": "dict", "size": 280, "len": 1, "refs": [20, 21]}',
    '{"address": 5, "type": "Slotted", "size": 56, "refs": [21, 6, 11]}',
    '{"address": 6, "type": "dict", "size": 64, "len": 1, "refs": [21, 21]}',
    '{"address": 10, "type": "type", "size": 900, "name": "P", "refs": []}',
    '{"address": 11, "type": "type", "size": 900, "name": "Slotted", "refs": []}',
    '{"address": 20, "type": "str", "size": 40, "len": 4, "value": "name", "refs": []}',
    '{"address": 21, "type": "int", "size": 28, "value": 1, "refs": []}',
    '{"address": 22, "type": "str", "size": 40, "len": 4, "value": "size", "refs": []}',
  }

  it("estimates what instances would take with slots, with their dicts in them or apart", function()
    for _, collapse in ipairs { true, false } do
      local rows = run("waste", dryad.load(lines, { progress = false, collapse = collapse })).sections[INSTANCES].rows
      assert.equal(1, #rows)
      -- two attributes: 16 + 16 + 2 * 8
      assert.same({ "P", 2, 2, 344, 48, 2 * 344 - 2 * 48 },
        fields(rows[1], "class", "count", "attributes", "each", "slots", "saved"))
    end
  end)

  it("advises them only to classes of the program whose instances have a dict", function()
    local heap = dryad.load({
      '{"address": 20, "type": "str", "size": 40, "len": 4, "value": "name", "refs": []}',
      '{"address": 21, "type": "str", "size": 40, "len": 8, "value": "__dict__", "refs": []}',
      '{"address": 22, "type": "getset_descriptor", "size": 72, "name": "__dict__", "refs": []}',
      '{"address": 30, "type": "type", "size": 400, "name": "object", "qualname": "builtins.object", "refs": []}',
      '{"address": 31, "type": "tuple", "size": 48, "len": 1, "refs": [30]}',
      -- With a dict, with slots only, with slots below a class with a dict, and one of the standard library.
      '{"address": 40, "type": "dict", "size": 200, "len": 1, "refs": [21, 22]}',
      '{"address": 41, "type": "tuple", "size": 56, "len": 2, "refs": [42, 30]}',
      '{"address": 42, "type": "type", "size": 1000, "name": "Open", "qualname": "shop.Open", '
        .. '"refs": [40, 41, 31, 30]}',
      '{"address": 50, "type": "dict", "size": 200, "len": 1, "refs": [20, 22]}',
      '{"address": 51, "type": "tuple", "size": 56, "len": 2, "refs": [52, 30]}',
      '{"address": 52, "type": "type", "size": 1000, "name": "Slots", "qualname": "shop.Slots", '
        .. '"refs": [50, 51, 31, 30]}',
      '{"address": 60, "type": "dict", "size": 64, "len": 0, "refs": []}',
      '{"address": 61, "type": "tuple", "size": 64, "len": 3, "refs": [62, 42, 30]}',
      '{"address": 62, "type": "type", "size": 1000, "name": "Half", "qualname": "shop.Half", '
        .. '"refs": [60, 61, 31, 42]}',
      '{"address": 71, "type": "type", "size": 1000, "name": "Add", "qualname": "ast.Add", "refs": []}',
      '{"address": 100, "type": "Open", "size": 104, "refs": [20, 20, 42]}',
      '{"address": 101, "type": "Slots", "size": 104, "refs": [20, 20, 52]}',
      '{"address": 102, "type": "Half", "size": 105, "refs": [20, 20, 62]}',
      '{"address": 103, "type": "Add", "size": 104, "refs": [20, 20, 71]}',
    }, { progress = false })
    local rows = run("waste", heap).sections[INSTANCES].rows
    assert.equal(2, #rows)
    assert.same({ "shop.Half", 105 - 40, "shop.Open", 104 - 40 },
      { rows[1].class, rows[1].saved, rows[2].class, rows[2].saved })
  end)

  it("does the same for real dumps", function()
    local rows = run("waste", small).sections[INSTANCES].rows
    assert.same({ "__main__.Course", 1000, 8, 96, 1016000 },
      fields(rows[1], "class", "count", "attributes", "slots", "saved"))
    local report = run("waste", app)
    assert.same({ "__main__.Item", 40000, 4, 96, 64, 1280000 },
      fields(report.sections[INSTANCES].rows[1], "class", "count", "attributes", "each", "slots", "saved"))
    assert.matches("^87,406 are redundant; `dryad run duplicates`", report.sections[STRINGS].text)
  end)
end)

describe("dominated_by", function()
  local heap = dryad.load({
    '{"address": 1, "type": "module", "size": 100, "name": "shop", "refs": [3, 4]}',
    '{"address": 2, "type": "module", "size": 110, "name": "cart", "refs": [3, 6]}',
    '{"address": 3, "type": "str", "size": 30, "value": "orders", "refs": []}',
    '{"address": 4, "type": "list", "size": 40, "len": 2, "refs": [5, 6]}',
    '{"address": 5, "type": "str", "size": 50, "value": "only here", "refs": []}',
    '{"address": 6, "type": "str", "size": 60, "value": "there too", "refs": []}',
  }, { progress = false })

  it("has what is freed with the module, without what others also hold", function()
    local report = run("dominated_by", heap, { "shop" })
    assert.equal("shop keeps 190B alive, 48.7% of the heap", report.title)
    local types = section(report, "By type").rows
    assert.equal(3, #types)
    assert.same({ 1, 50 }, fields(row(types, "type", "str"), "count", "size"))
    local tree = section(report, "What holds most of it").rows
    assert.same({ 4 }, { tree[1].address, tree[2] })
    assert.matches("list%(4 40B 2refs 1par%)", tostring(report))
    local top = through_json(report).sections[1].rows
    assert.same({ 1, 190, 4, 90 },
      { top.object.address, top.retained, top.dominated[1].object.address, top.dominated[1].retained })
  end)

  it("suggests the nearest names", function()
    assert.error_matches(function() run("dominated_by", heap, { "shp" }) end,
      "argument 'module': 'shp' is not a module of this heap; did you mean 'shop'%?")
  end)
end)

describe("what_if", function()
  local heap = dryad.load({
    '{"address": 1, "type": "module", "size": 100, "name": "m", "refs": [10, 2, 11, 3]}',
    '{"address": 2, "type": "list", "size": 40, "len": 2, "refs": [4, 5]}',
    '{"address": 3, "type": "dict", "size": 50, "len": 1, "refs": [10, 5]}',
    '{"address": 4, "type": "Job", "size": 64, "refs": [6]}',
    '{"address": 5, "type": "Job", "size": 64, "refs": []}',
    '{"address": 6, "type": "bytes", "size": 1000, "refs": []}',
    '{"address": 10, "type": "str", "size": 30, "value": "jobs", "refs": []}',
    '{"address": 11, "type": "str", "size": 30, "value": "by_name", "refs": []}',
  }, { progress = false })

  it("shows what is freed with objects", function()
    local report = run("what_if", heap, { "Job" })
    assert.matches("^1%.1KiB would be freed, ", report.title)
    assert.equal("Objects gone: 2. With what only they hold: 3.", report.text)
    assert.same({ 1, 1000 }, fields(row(report.sections[1].rows, "type", "bytes"), "count", "size"))
    assert.same({ 2, 128 }, fields(row(report.sections[1].rows, "type", "Job"), "count", "size"))
    assert.equal("Objects gone: 1. With what only they hold: 1.", run("what_if", heap, { "5" }).text)
    assert.equal(report.text, run("what_if", heap, { "5,4" }).text)
  end)

  it("shows what is freed without references, and who holds the rest", function()
    local report = run("what_if", heap, { from = "list", to = "Job" })
    assert.equal("Objects that lose references: 1. Objects that become garbage: 2.", report.text)
    assert.same({ 1, 64 }, fields(row(report.sections[1].rows, "type", "Job"), "count", "size"))
    assert.same({ 1, 1000 }, fields(row(report.sections[1].rows, "type", "bytes"), "count", "size"))
    assert.equal("Still held: 1", report.sections[2].title)
    assert.same({ 1, "m.by_name['jobs']", heap[3] },
      fields(report.sections[2].rows[1], "held", "by", "object"))
    report = run("what_if", heap, { from = "list,dict", to = "Job" })
    assert.matches("^1%.1KiB would be freed", report.title)
    assert.equal(1, #report.sections)
  end)

  it("leaves the heap unchanged, even if nothing is cut or an error occurs", function()
    local own = dryad.load({
      '{"address": 1, "type": "module", "size": 1, "refs": [2]}',
      '{"address": 2, "type": "list", "size": 2, "refs": [3]}',
      '{"address": 3, "type": "str", "size": 3, "refs": []}',
    }, { progress = false })
    own:remove_references("list", "str")
    run("what_if", own, { from = "module", to = "str" })
    assert.same({ 1, 0 }, { #own[1], #own[2] })
    run("what_if", own, { from = "module", to = "list" })
    assert.same({ 1, 0 }, { #own[1], #own[2] })
    local methods = require "dryad.core".heap.methods
    local unreachable, calls = methods.unreachable, 0
    methods.unreachable = function(...)
      calls = calls + 1
      return calls == 1 and unreachable(...) or error "no luck"
    end
    local ok = pcall(run, "what_if", own, { from = "module", to = "list" })
    methods.unreachable = unreachable
    assert.is_false(ok)
    assert.equal(1, #own[1])
    assert.is_true(own:undo())
    assert.equal(1, #own[2])
  end)

  it("is the same on a real dump as what the threads retain", function()
    local bytes = 0
    for _, found in ipairs(through_json(run("what_if", small, { "Thread" })).sections[1].rows) do
      bytes = bytes + found.size
    end
    assert.equal(5992890, bytes)
  end)

  it("requires one or the other", function()
    for _, args in ipairs { {}, { from = "list" }, { objects = "Job", from = "list", to = "Job" } } do
      assert.error_matches(function() run("what_if", heap, args) end, "either objects, or both from= and to=")
    end
  end)
end)

describe("a dump of a type for each object", function()
  --- The processor time of a recipe with so many types, all of whose objects have a dangling reference.
  local function seconds(name, count)
    local lines = {}
    for i = 1, count do
      lines[i] = ('{"address": %d, "type": "t%d", "size": 8, "refs": [%d]}'):format(i, i, count + i)
    end
    local heap <close> = dryad.load(lines, { progress = false })
    local start = os.clock()
    run(name, heap)
    return os.clock() - start
  end

  it("takes time in proportion to their number, not to its square", function()
    for _, name in ipairs { "dangling", "unreferenced" } do
      assert.is_true(seconds(name, 20000) < 10 * seconds(name, 4000) + 0.2, name)
    end
  end)
end)
