-- SPDX-License-Identifier: MIT
local dumps = require "tests.spec.support.dumps"

describe("a summary", function()
  local heap, s

  before_each(function()
    heap = dumps.heap {
      '{"address": 1, "type": "b", "size": 10, "refs": []}',
      '{"address": 2, "type": "b", "size": 30, "refs": []}',
      '{"address": 3, "type": "b", "size": 30, "refs": []}',
      '{"address": 4, "type": "a", "size": 70, "refs": []}',
      '{"address": 5, "type": "c", "size": 0, "refs": []}',
    }
    s = heap:summarize()
  end)

  it("has the totals, and a row for each type", function()
    assert.same({ 5, 140, 3 }, { s.total_count, s.total_size, #s })
    local row = s["b"]
    assert.same({ "b", 3, 70, 30, 2 }, { row.type_str, row.count, row.total_size, row.max_size, row.max_address })
    assert.is_true(math.abs(row.avg - 70 / 3) < 1e-9)
    assert.is_true(math.abs(row.stddev - math.sqrt((2 * 900 + 100) / 3 - (70 / 3) ^ 2)) < 1e-9)
    assert.is_nil(s["none such"])
  end)

  it("is sorted by size, then count, then name; by count on demand", function()
    local function types(summary)
      local names = {}
      for i, row in ipairs(summary) do
        names[i] = row.type_str
      end
      return table.concat(names)
    end
    assert.equal("bac", types(s))
    assert.equal("bac", types(s:by_count()))
    assert.equal("abc", types(heap:summarize({ 1, 4, 5, 2 }):by_size()))
    assert.equal("bac", types(heap:summarize({ 1, 4, 5, 2 }):by_count()))
    assert.equal("bac", types(s:by_count():by_size()))
    assert.equal("b", types(s:top(1)))
    assert.equal("bac", types(s:top(9)))
  end)

  it("has the objects of a row, and the largest", function()
    assert.equal(heap[2], s["b"].max)
    assert.same({ 2, 3, 1 }, s["b"].objects:map(function(o) return o.address end))
    assert.same({ 3 }, heap:summarize({ 3, 4 })["b"].objects:map(function(o) return o.address end))
  end)

  it("prints as Meliae does", function()
    assert.equal(table.concat({
      "Total 5 objects, 3 types, Total size = 0.0MiB (140 bytes)",
      " Index   Count   %      Size   % Cum     Max Kind",
      "     1       3  60        70  50  50      30 b",
      "     2       1  20        70  50 100      70 a",
      "     3       1  20         0   0 100       0 c",
    }, "\n"), tostring(s))
  end)

  it("truncates percentages, and widens columns where numbers need it", function()
    heap = dumps.heap {
      '{"address": 1, "type": "big", "size": 66666666666, "refs": []}',
      '{"address": 2, "type": "b", "size": 33333333334, "refs": []}',
    }
    assert.equal(table.concat({
      "Total 2 objects, 2 types, Total size = 95367.4MiB (100000000000 bytes)",
      " Index   Count   %        Size   % Cum         Max Kind",
      "     1       1  50 66666666666  66  66 66666666666 big",
      "     2       1  50 33333333334  33 100 33333333334 b",
    }, "\n"), tostring(heap:summarize()))
  end)

  it("prints twenty rows, or the number requested", function()
    local lines = {}
    for i = 1, 30 do
      lines[i] = ('{"address": %d, "type": "t%d", "size": 1, "refs": []}'):format(i, i)
    end
    local all = dumps.heap(lines):summarize()
    local function rows(summary)
      local _, newlines = tostring(summary):gsub("\n", "\n")
      return newlines - 1
    end
    assert.equal(20, rows(all))
    assert.equal(25, rows(all:top(25)))
    assert.equal(30, rows(all:top(99)))
    assert.matches("30 types", tostring(all:top(3)))
  end)

  it("of nothing is empty", function()
    local none = heap:summarize(heap[1], heap[1])
    assert.same({ 0, 0, 0 }, { none.total_count, none.total_size, #none })
    assert.matches("^Total 0 objects, 0 types, Total size = 0.0MiB %(0 bytes%)\n Index", tostring(none))
  end)

  it("has nothing in it but its rows and totals", function()
    local keys = {}
    for key in pairs(s) do
      keys[#keys + 1] = tostring(key)
    end
    table.sort(keys)
    assert.same({ "1", "2", "3", "total_count", "total_size" }, keys)
  end)

  it("reports wrong arguments", function()
    assert.matches("summary_spec.lua:%d+: top: n must be a whole number", dumps.message(function() s:top(-1) end))
    assert.matches("colon: s:by_count%(%)", dumps.message(function() s.by_count() end))
  end)

  it("agrees with the reference answers", function()
    local expected = dumps.expected("threads-small").summary
    local real = dumps.sample("threads-small.dump.gz"):summarize()
    assert.same({ expected.objects, expected.size, expected.types }, { real.total_count, real.total_size, #real })
    for _, x in ipairs(expected.rows) do
      local row = real[x[1]]
      assert.same(x, { row.type_str, row.count, row.total_size, row.max_size })
    end
  end)
end)
