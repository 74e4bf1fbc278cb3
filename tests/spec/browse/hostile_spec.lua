-- SPDX-License-Identifier: MIT
-- Every view of dumps that nobody expects: all rows of it that a screen shows, and the views that these lead to.
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"
local hostile = require "tests.spec.support.hostile"
local menu = require "dryad.browse.menu"
local program = require "tests.spec.support.program"
local views = require "tests.spec.support.views"

local ROWS, DEPTH = 12, 3

--- Looks at a view, and at those that its rows lead to. Returns the number of views looked at.
local function look(view, depth)
  views.check(view, ROWS)
  local seen = 1
  for i = 1, depth < DEPTH and math.min(ROWS, view:count()) or 0 do
    local row, found = view:row(i), view:enter(i)
    seen = seen + (found and look(found, depth + 1) or 0)
    for _, key in ipairs { "objects", "way" } do
      local value = row[key]
      if type(value) == "function" then
        value = value()
      end
      assert(value == nil or type(value) == (key == "way" and "string" or "userdata"), key)
    end
  end
  return seen
end

local function look_at_all(heaps)
  local seen = 0
  for _, entry in ipairs(menu) do
    if not entry.why_not(heaps) then
      seen = seen + look(views.open(entry.name, heaps), 1)
    end
  end
  local heap = heaps[#heaps]
  for _, name in ipairs { "why", "referrers" } do
    seen = seen + look(views.open(name, heaps, heap:get_all()), 1)
    seen = seen + look(views.open(name, heaps, heap:get_all():head(1)), 1)
  end
  return seen
end

describe("the views of a dump", function()
  it("with a hostile text wherever one can be are whole", function()
    local before, after = program.name ".dump", program.name ".dump"
    finally(program.clean)
    hostile.write_dump(before, 900)
    hostile.write_dump(after, 1000)
    assert.is_true(look_at_all { dumps.load(before), dumps.load(after) } > 100)
  end)

  it("of one object are whole", function()
    assert.is_true(look_at_all { dumps.load { '{"address": 8, "type": "x", "size": 9, "refs": []}' } } > 5)
  end)

  it("in which everything refers to itself, to all others, and to what is not there, are whole", function()
    local lines = {}
    for i = 1, 20 do
      local refs = { 999 }
      for k = 1, 20 do
        refs[#refs + 1] = 16 * k
      end
      lines[i] = ('{"address": %d, "type": "%s", "size": %d, "refs": [%s]}'):format(16 * i,
        i % 2 == 0 and "dict" or "module", math.maxinteger // 4, table.concat(refs, ", "))
    end
    assert.is_true(look_at_all { dumps.load(lines) } > 20)
  end)

  it("without anything alive are whole", function()
    local heap = dumps.load(facts.dump {
      '{"address": 16, "type": "list", "size": 100, "refcount": 1, "refs": [24]}',
      '{"address": 24, "type": "list", "size": 100, "refcount": 1, "refs": [16]}',
    })
    assert.is_true(look_at_all { heap } > 5)
  end)

  it("from which everything was dropped are empty", function()
    local heap = dumps.load { '{"address": 8, "type": "x", "size": 9, "refs": []}' }
    heap:set_roots {}
    core.gc(heap, true)
    assert.equal(0, #heap)
    for _, entry in ipairs(menu) do
      if not entry.why_not { heap } then
        assert.equal(0, views.check(views.open(entry.name, { heap })):count())
      end
    end
  end)
end)
