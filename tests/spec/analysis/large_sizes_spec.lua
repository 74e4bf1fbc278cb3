-- SPDX-License-Identifier: MIT
--- Sizes whose sums exceed 2^63 - 1: every sum stops there, and none becomes negative.
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"
local units = require "dryad.text.units"

local MOST = math.maxinteger

local function line(address, type_str, size, refs, more)
  return ('{"address": %d, "type": "%s", "size": %d, %s"refs": [%s]}'):format(address, type_str, size, more or "",
    table.concat(refs, ", "))
end

--- A module that holds `count` large objects of each kind: plain ones, equal strings, containers that are empty or
-- nearly so, and a cycle; and some garbage.
local function lines_of(count)
  local lines, refs = {}, {}
  local function add(address, ...)
    lines[#lines + 1], refs[#refs + 1] = line(address, ...), address
  end
  for i = 0, count - 1 do
    add(100 + i, "Plain", MOST, { 99 })
    add(200 + i, "str", MOST - i, {}, '"len": 3, "value": "abc", ')
    add(300 + i, "dict", MOST - i, {}, '"len": 0, ')
    add(400 + i, "list", MOST // 2 + i, { 100, 101 }, ('"len": %d, '):format(i + 1))
    add(500 + i, "Node", MOST // 3, { 500 + (i + 1) % count })
  end
  table.insert(lines, 1, line(1, "module", MOST, refs, '"name": "app", '))
  lines[#lines + 1] = line(99, "Shared", MOST, {})
  for i = 0, count - 1 do
    lines[#lines + 1] = line(600 + i, "Garbage", MOST, { 600 + (i ~ 1) })
  end
  return lines
end

local heap, smaller = dumps.heap(lines_of(10)), dumps.heap(lines_of(4))

--- Fails if an integer in a value is negative.
local function assert_no_negative(value, where, seen)
  seen = seen or {}
  if math.type(value) == "integer" then
    assert.is_true(value >= 0, ("%s is %d"):format(where, value))
  elseif type(value) == "table" and not seen[value] then
    seen[value] = true
    for key, member in pairs(value) do
      assert_no_negative(member, where .. "." .. tostring(key), seen)
    end
  end
end

local function assert_printed_without_negative(value, where)
  for printed in tostring(value):gmatch "[^\n]+" do
    assert.is_nil(printed:find "%f[^%s]%-%d" or printed:find "%f[%a]nan%f[%A]", where .. ": " .. printed)
  end
end

describe("sizes that add up to more than 2^63 - 1", function()
  it("stop there", function()
    assert.equal(MOST, heap.total_size)
    assert.equal(MOST, heap "Plain":sum "size")
    assert.equal(MOST, heap:retained_size "Plain")
    assert.equal(MOST, units.add(MOST, 1))
    assert.equal(MOST, units.add(MOST, MOST))
    assert.equal(MOST, units.add(MOST - 1, 1))
    assert.equal(3, units.add(1, 2))
    assert.equal(MOST, select(2, dryad.duplicates(heap):total()))
  end)

  it("are said to be at least that much", function()
    assert.equal("at least 8.0EiB", units.bytes(MOST))
    assert.equal("8.0EiB", units.bytes(MOST - 1))
    assert.equal("-8.0EiB", units.bytes(math.mininteger))
    assert.is_true(units.is_bound(heap.total_size))
    assert.is_false(units.is_bound(MOST - 1))
    assert.matches("Total size = at least 8796093022208.0MiB %(9223372036854775807 bytes%)\n",
      tostring(heap:summarize()))
  end)

  it("have no growth", function()
    local one = dumps.heap { line(1, "module", 100, {}, '"name": "app", ') }
    for _, heaps in ipairs { { smaller, heap }, { one, heap }, { heap, one } } do
      local text = dryad.diff(table.unpack(heaps)):report().text
      assert.matches("at least 8.0EiB", text)
      assert.is_nil(text:find "grown by" or text:find "shrunk by")
    end
  end)

  it("have an exact average, and no deviation if they are equal", function()
    for _, row in ipairs(heap:summarize()) do
      if row.type_str == "Plain" then
        assert.same({ 10, MOST, MOST }, { row.count, row.total_size, row.max_size })
        assert.equal(2.0 ^ 63, row.avg)
        assert.equal(0.0, row.stddev)
      elseif row.type_str == "Node" then
        assert.is_true(math.abs(row.avg - MOST // 3) <= 512) -- the distance of such floats
      end
    end
  end)

  it("are at most all of the heap in a summary", function()
    local cumulated = {}
    for printed in tostring(heap:summarize()):gmatch "\n +%d+ +%d+ +%d+ +%d+ +%d+ +(%-?%d+)" do
      cumulated[#cumulated + 1] = printed
    end
    assert.equal(#heap:summarize(), #cumulated)
    for _, share in ipairs(cumulated) do
      assert.equal("100", share)
    end
  end)

  it("say in SQL what to do", function()
    assert.matches("integer overflow: use total%(%) for sums beyond 2%^63 %- 1",
      dumps.message(heap.sql, heap, "select sum(size) from obj"))
    assert.is_true(heap:sql("select total(size) from obj")[1][1] > 2.0 ^ 63)
  end)

  it("are never negative in a report", function()
    local found = {
      suspects = dryad.leak_suspects(heap), all_suspects = dryad.leak_suspects(heap, 1e-9),
      duplicates = dryad.duplicates(heap), garbage = dryad.garbage(heap), dominators = heap:dominators(),
      why = heap:why "Plain", classes = heap:classes(), retained = heap:get_all():retained_by_type(),
      growth = dryad.diff(smaller, heap), report = dryad.diff(smaller, heap):report(),
    }
    for _, recipe in ipairs(dryad.recipes()) do
      local good, result = pcall(recipe, heap, {})
      if good then
        found["recipe " .. recipe.name] = result
      end
    end
    assert.is_truthy(found["recipe waste"] and found["recipe collections"] and found["recipe modules"])
    for where, value in pairs(found) do
      assert_no_negative(value, where)
      assert_printed_without_negative(value, where)
    end
    -- A heap that became smaller shrinks by no more than there was.
    assert_printed_without_negative(dryad.diff(heap, smaller):report(), "shrunk")
  end)
end)
