-- SPDX-License-Identifier: MIT
local comparisons = require "dryad.sql.comparisons"
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"

local LINES = {
  '{"address": 1, "type": "dict", "size": 10, "len": 0, "refs": [2, 3, 3, 99]}',
  '{"address": 2, "type": "str", "size": 20, "value": "24", "refs": []}',
  '{"address": 3, "type": "24", "size": 24, "len": -5, "refs": [2]}',
  '{"address": 5, "type": "a.b <c>-d", "size": 0, "len": 9223372036854775807, "refs": [2, 1]}',
  '{"address": 9223372036854775807, "type": "str", "size": 9223372036854775807, "refs": [5]}',
  '{"address": 9223372036854775808, "type": "\\u00e9", "size": 9007199254740993, "len": 3, "refs": [3]}',
  '{"address": 18446744073709551615, "type": "dict", "size": 2147483648, "len": 2147483648, "refs": []}',
}

local FIELDS = { "address", "size", "len", "num_refs", "num_parents", "retained", "SIZE" }
local OPERATORS = { "=", "==", "<", "<=", ">", ">=", "<>", "!=" }
local NUMBERS = {
  "0", "1", "2", "3", "5", "-1", "-5", "007", "24", "24.0", "2.4e1", "24.5", "1e300", "2147483647", "2147483648",
  "9007199254740992.0", "9007199254740993", "9007199254740993.0", "9223372036854775807", "9223372036854775808",
  "-9223372036854775808", "-9223372036854775809", "'24'", "'x'", "null", "0x18", "-0", "-0.0", "1E2",
}
local TEXTS = { "'dict'", "'str'", "'24'", "'a.b <c>-d'", "''", "'\u{e9}'", "'nothing'", "24", "'DICT'", "'di''ct'" }

local function random_of(values)
  return values[math.random(#values)]
end

local function random_comparison()
  local space = random_of { " ", "", "\t", "\n " }
  local field, constant = random_of(FIELDS), random_of(NUMBERS)
  if math.random(3) == 1 then
    field, constant = random_of { "type", "Type" }, random_of(TEXTS)
  end
  return field .. space .. random_of(OPERATORS) .. space .. constant
end

local function random_condition()
  local parts = {}
  for i = 1, math.random(3) do
    parts[i] = random_comparison()
  end
  return table.concat(parts, random_of { " and ", "\nAND\t", " And " })
end

--- The addresses that SQLite returns for a condition, each as often as it is in a list.
local function by_sql(heap, list, condition)
  local holds, found = {}, {}
  for _, address in ipairs(heap:sql("select address from obj where " .. condition):column "address") do
    holds[address] = true
  end
  for i = 1, #list do
    if holds[list[i].address] then
      found[#found + 1] = list[i].address
    end
  end
  return found
end

local function addresses(list)
  return list:map(function(o) return o.address end)
end

--- Compares both evaluations on many conditions; returns how many needed no SQL.
local function compare(heap, list, count)
  local parsed = 0
  for _ = 1, count do
    local condition = random_condition()
    parsed = parsed + (comparisons.parse(condition) and 1 or 0)
    assert.same({ condition, by_sql(heap, list, condition) }, { condition, addresses(list:filter(condition)) })
    assert.same({ condition, by_sql(heap, heap:get_all(), condition) }, { condition, addresses(heap:where(condition)) })
  end
  return parsed
end

describe("a condition of fields, operators and constants", function()
  it("selects the same objects as SQLite", function()
    math.randomseed(6)
    local heap = dumps.heap(LINES)
    local twice = core.list_of(heap, { 5, 1, 2, 5, 3, -1, 1 << 63, math.maxinteger, 1 })
    assert.is_true(compare(heap, twice, 1500) > 500)
  end)

  it("selects the same objects as SQLite in a sample", function()
    math.randomseed(7)
    local heap = dumps.sample "threads-small.dump.gz"
    local list = heap:get_all "dict":head(100)
    for _ = 1, 30 do
      local condition = ("%s %s %d and type %s 'dict' and size > %d"):format(random_of(FIELDS), random_of(OPERATORS),
        math.random(0, 20), random_of { "=", "<>" }, math.random(0, 500))
      assert.truthy(comparisons.parse(condition))
      assert.equal(heap:sql("select count(*) n from obj where " .. condition)[1].n, #heap:where(condition))
      assert.same(by_sql(heap, list, condition), addresses(list:filter(condition)))
    end
  end)

  it("is distinguished from other SQL", function()
    for _, condition in ipairs {
      "size > 1", " size>1 ", "len = -5 and type = 'dict'", "TYPE != 'a.b <c>-d'", "retained >= 1e6",
    } do
      assert.truthy(comparisons.parse(condition), condition)
    end
    for _, condition in ipairs {
      "", "size", "size >", "size > 1 and", "size > 1 or len = 1", "size > 1 -- all", "size > '1'", "size > len",
      "size > 1.5", "size > 1&", "size > 0x10", "size > 1_000", "size > 1 and (len = 1)", "not size > 1", "size = = 1",
      "sise > 1", "type > 'dict'", "type = 'it''s'", "type = $name", "type = '$name'", "type = dict", "type = 5",
      "value = 'x'", "idom = 1", "size > 1; delete from ref", "size > 1and len = 1", "size > 1 and\vlen = 1",
    } do
      assert.is_nil(comparisons.parse(condition), condition)
    end
  end)

  it("is left to SQL if it looks up a single address", function()
    local heap, select, asked = dumps.heap(LINES), core.select, 0
    core.select = function(...)
      asked = asked + 1
      return select(...)
    end
    local found = {
      heap:where "address = 3", heap:where "size > 1 and address == -1", heap:where "address <> 3",
      heap:get_all():filter "address = 3", heap:where "address >= 3 and size > 0",
    }
    core.select = select
    assert.same({ 1, 1, 6, 1, 2, 3 }, { #found[1], #found[2], #found[3], #found[4], #found[5], asked })
  end)

  it("never selects a dangling reference", function()
    local heap = dumps.heap(LINES)
    assert.equal(1, #heap[1].c:filter "size < 21")
    assert.equal(2, #heap[1].c:filter "address <> 2")
  end)

  it("reports objects that are gone, and a closed heap", function()
    local heap = dumps.heap(LINES)
    local list = heap "dict"
    heap:sql "delete from obj where address = -1"
    assert.matches("dict%(18446744073709551615%) is gone", dumps.message(list.filter, list, "size > 1"))
    heap:close()
    assert.matches("where: the heap is closed", dumps.message(heap.where, heap, "size > 1"))
  end)

  it("covers all members of a list of many blocks", function()
    local lines = {}
    for i = 1, 10000 do
      lines[i] = ('{"address": %d, "type": "%s", "size": %d, "refs": []}'):format(i, i % 2 == 0 and "a" or "b", i % 7)
    end
    local heap = dumps.heap(lines)
    assert.equal(714, #heap:where "type = 'a' and size = 3")
    assert.equal(10000, #heap:where "size >= 0")
    assert.equal(714, #heap:get_all():filter "size = 3 and type = 'a'")
  end)
end)
