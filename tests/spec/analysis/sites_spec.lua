-- SPDX-License-Identifier: MIT
-- Where objects were allocated: list:sites, the recipe, and the line under a suspect.
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"

-- A list in a module holds 300 entries of 10 bytes, each with a body of 100 from another line, reached by three ways,
-- and one entry that was made before tracing began; a str from elsewhere is larger than each of them.
local function lines()
  local refs = {}
  local all = {
    '{"address": 8, "type": "module", "size": 1, "name": "app", "root": "modules", "refs": [16, 24]}',
    '{"address": 16, "type": "str", "size": 5000, "value": "x", "allocated": ["<string>:1"], "refs": []}',
  }
  for i = 1, 301 do
    local entry, body = 1000 + 16 * i, 100000 + 16 * i
    refs[i] = entry
    all[#all + 1] = ('{"address": %d, "type": "Entry", "size": 10, %s"refs": [%d]}'):format(entry,
      i <= 300 and ('"allocated": ["app/cache.py:41", "app/views.py:%d"], '):format(i % 3) or "", body)
    all[#all + 1] = ('{"address": %d, "type": "body", "size": 100, "allocated": ["lib/io.py:7", "app/cache.py:41"], '
      .. '"refs": []}'):format(body)
  end
  all[#all + 1] = ('{"address": 24, "type": "list", "size": 20, "len": 301, "allocated": ["app/cache.py:3"], '
    .. '"refs": [%s]}'):format(table.concat(refs, ", "))
  return facts.dump(all)
end

local function rows_of(rows)
  local found = {}
  for i, row in ipairs(rows) do
    found[i] = { row.site, row.count, row.size }
  end
  return found
end

describe("the sites of a list", function()
  local heap

  setup(function()
    heap = dumps.load(lines())
  end)

  it("are the innermost lines with what was allocated there, the most bytes first", function()
    assert.same({
      { "lib/io.py:7", 301, 30100 }, { "<string>:1", 1, 5000 }, { "app/cache.py:41", 300, 3000 },
      { "app/cache.py:3", 1, 20 },
    }, rows_of(heap:get_all():sites()))
    assert.same({ { "app/cache.py:41", 300, 3000 } }, rows_of(heap("Entry"):sites()))
    assert.matches("^site +count +size\napp/cache%.py:41 +300 +2%.9KiB$", tostring(heap("Entry"):sites()))
  end)

  it("have as many lines as asked for", function()
    local expected = {}
    for i = 0, 2 do
      expected[i + 1] = { ("app/cache.py:41 < app/views.py:%d"):format(i), 100, 1000 }
    end
    assert.same(expected, rows_of(heap("Entry"):sites(2)))
    assert.same(expected, rows_of(heap("Entry"):sites(9)))
  end)

  it("are none for objects without a site", function()
    assert.equal(0, #heap("module"):sites())
    assert.equal("the dump does not say where these objects were allocated", tostring(heap("module"):sites()))
  end)

  it("need a number of frames from 1", function()
    for _, frames in ipairs { 0, -1, 1.5, "2" } do
      assert.matches("sites: frames must be a number of frames, from 1, not ", dumps.message(function()
        return heap("Entry"):sites(frames)
      end))
    end
  end)
end)

describe("the recipe sites", function()
  local recipe = dryad.recipe "sites"

  it("says how much of the heap has a site", function()
    local report = recipe(dumps.load(lines()), {})
    assert.equal("Known for 603 of 605 objects, 37.2KiB of 37.2KiB.", report.text)
    assert.same({ "lib/io.py:7", 301, 30100 }, { report.rows[1].site, report.rows[1].count, report.rows[1].size })
    assert.near(100 * 30100 / (1 + 5000 + 301 * 110 + 20), report.rows[1].percent, 1e-9)
  end)

  it("takes a type, a number of frames and a number of rows", function()
    local report = recipe(dumps.load(lines()), { "Entry", frames = 2, count = 2 })
    assert.equal("Known for 300 of 301 objects, 2.9KiB of 2.9KiB.", report.text)
    assert.equal(2, #report.rows)
    assert.equal("app/cache.py:41 < app/views.py:1", report.rows[2].site)
  end)

  it("says what to do if the dump has no sites", function()
    local heap = dumps.heap { '{"address": 8, "type": "list", "size": 9, "refs": []}' }
    assert.matches("python %-X tracemalloc", tostring(recipe(heap, {})))
    assert.matches("python %-X tracemalloc", tostring(recipe(heap, { "list" })))
    assert.not_matches("tracemalloc", tostring(recipe(dumps.load(lines()), { "module" })))
  end)

  it("says that the sites were left out of the dump of a process in which tracemalloc was tracing", function()
    local line = '{"address": 8, "type": "list", "size": 9, "refs": []}'
    local traced, untraced = { tracemalloc = { frames = 8 } }, { tracemalloc = false }
    assert.matches("without `%-%-allocation%-frames 0`", tostring(recipe(dumps.load(facts.dump({ line }, traced)), {})))
    assert.matches("python %-X tracemalloc", tostring(recipe(dumps.load(facts.dump({ line }, untraced)), {})))
  end)
end)

describe("a leak suspect", function()
  it("names the line that allocated what piles up", function()
    local found = dryad.leak_suspects(dumps.load(lines()), 0.5)
    assert.equal("group", found[1].kind)
    assert.same({ site = "app/cache.py:41", count = 300, of = 301 }, found[1].allocated)
    assert.matches("\n   They were allocated at app/cache%.py:41 %(300 of 301 objects%)", tostring(found))
  end)

  it("that is one object names the line of what it holds", function()
    local heap = dumps.load(facts.dump {
      '{"address": 8, "type": "module", "size": 1, "name": "app", "root": "modules", "refs": [16]}',
      '{"address": 16, "type": "list", "size": 20, "allocated": ["a.py:1"], "refs": [24, 32, 40]}',
      '{"address": 24, "type": "x", "size": 30, "allocated": ["a.py:3"], "refs": []}',
      '{"address": 32, "type": "y", "size": 30, "allocated": ["a.py:3"], "refs": []}',
      '{"address": 40, "type": "z", "size": 35, "allocated": ["a.py:2"], "refs": []}',
    })
    local found = dryad.leak_suspects(heap, 0.9)
    assert.equal(heap[16], found[1].object)
    assert.same({ site = "a.py:3", count = 2, of = 3 }, found[1].allocated)
    assert.matches("\n   What piles up was allocated at a%.py:3 %(2 of 3 objects%)", tostring(found))
  end)

  it("has no line without sites", function()
    local heap = dumps.load(facts.dump {
      '{"address": 8, "type": "module", "size": 1, "name": "app", "root": "modules", "refs": [16]}',
      '{"address": 16, "type": "list", "size": 2000, "refs": []}',
    })
    local found = dryad.leak_suspects(heap, 0.1)
    assert.is_nil(found[1].allocated)
    assert.not_matches("was allocated", tostring(found))
  end)
end)
