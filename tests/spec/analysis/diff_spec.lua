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
