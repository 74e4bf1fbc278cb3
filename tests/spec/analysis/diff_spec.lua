-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"

describe("dryad.diff", function()
  local before, after, rows

  before_each(function()
    before = dumps.heap {
      '{"address": 1, "type": "a", "size": 10, "value": 1, "refs": []}',
      '{"address": 2, "type": "b", "size": 20, "value": "x", "refs": []}',
      '{"address": 3, "type": "b", "size": 20, "value": "y", "refs": []}',
      '{"address": 4, "type": "gone", "size": 100, "refs": []}',
      '{"address": 5, "type": "a", "size": 10, "refs": []}',
    }
    after = dumps.heap {
      '{"address": 1, "type": "a", "size": 10, "value": 1, "refs": [2]}',
      '{"address": 2, "type": "b", "size": 20, "value": "z", "refs": []}',
      '{"address": 3, "type": "a", "size": 30, "value": "y", "refs": []}',
      '{"address": 5, "type": "a", "size": 10, "refs": []}',
      '{"address": 6, "type": "new", "size": 5, "refs": []}',
    }
    rows = dryad.diff(before, after)
  end)

  it("has a row for each type of either, largest growth first", function()
    local types = {}
    for i, row in ipairs(rows) do
      types[i] = row.type_str
    end
    assert.same({ "a", "new", "b", "gone" }, types)
    assert.same({
      type_str = "a", count_before = 2, count_after = 3, count_growth = 1,
      size_before = 20, size_after = 50, size_growth = 30, counts = { 2, 3 }, sizes = { 20, 50 }, steady = true,
    }, rows[1])
    assert.same({ 1, 0, -1, 100, 0, -100 }, { rows[4].count_before, rows[4].count_after, rows[4].count_growth,
      rows[4].size_before, rows[4].size_after, rows[4].size_growth })
  end)

  it("has the rows that summaries of the heaps tell", function()
    local heaps, seed = {}, 7
    local function chance(n)
      seed = (seed * 1103515245 + 12345) % 2147483648
      return seed // 65536 % n
    end
    for h = 1, 3 do
      local lines = {}
      for i = 1, 300 do
        lines[i] = ('{"address": %d, "type": "t%d", "size": %d, "refs": []}'):format(i, chance(40 + 30 * h),
          10 * chance(3))
      end
      heaps[h] = dumps.heap(lines)
    end
    local found, expected, names = dryad.diff(table.unpack(heaps)), {}, {}
    for h, heap in ipairs(heaps) do
      for _, row in ipairs(heap:summarize()) do
        local one = expected[row.type_str] or { type_str = row.type_str, counts = { 0, 0, 0 }, sizes = { 0, 0, 0 } }
        expected[row.type_str], one.counts[h], one.sizes[h] = one, row.count, row.total_size
      end
    end
    for name, one in pairs(expected) do
      names[#names + 1] = name
      one.count_before, one.count_after, one.count_growth = one.counts[1], one.counts[3], one.counts[3] - one.counts[1]
      one.size_before, one.size_after, one.size_growth = one.sizes[1], one.sizes[3], one.sizes[3] - one.sizes[1]
      one.steady = one.sizes[1] < one.sizes[2] and one.sizes[2] < one.sizes[3]
    end
    table.sort(names, function(a, b)
      local one, other = expected[a], expected[b]
      if one.size_growth ~= other.size_growth then
        return one.size_growth > other.size_growth
      elseif one.count_growth ~= other.count_growth then
        return one.count_growth > other.count_growth
      end
      return a < b
    end)
    assert.equal(#names, #found)
    for i, name in ipairs(names) do
      assert.same(expected[name], found[i])
    end
    assert.is_nil(found[0])
    assert.is_nil(found[#names + 1])
    assert.equal(found[2], found[2])
  end)

  it("distinguishes objects by address, type and value", function()
    local function addresses(what)
      return rows:objects(what):sort("address", "asc"):map(function(o) return o.address end)
    end
    assert.same({ 2, 3, 6 }, addresses "added")
    assert.same({ 2, 3, 4 }, addresses "removed")
    assert.same({ 1, 5 }, addresses "kept")
    assert.equal(after[1], rows:objects("kept"):sort("address", "asc")[1])
    assert.equal(before[4], rows:objects("removed")[1])
  end)

  it("prints as a table", function()
    assert.matches("^type +count before +after +growth", tostring(rows))
  end)

  it("reports wrong arguments", function()
    assert.matches("diff_spec.lua:%d+: diff: heap 3 must be a heap, not a table", dumps.message(function()
      dryad.diff(before, after, {})
    end))
    assert.matches("diff_spec.lua:%d+: diff: after must be a heap, not nil", dumps.message(function()
      dryad.diff(before)
    end))
    assert.matches("objects: what must be", dumps.message(function() rows:objects "all" end))
    assert.matches("colon: rows:objects", dumps.message(function() rows.objects "added" end))
  end)
end)
