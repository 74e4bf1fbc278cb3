-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local json_value = require "dryad.text.json_value"

local function line(address, type_str, size, value, len)
  return ('{"address": %d, "type": "%s", "size": %d, "value": %s%s, "refs": []}'):format(address, type_str, size, value,
    len and ', "len": ' .. len or "")
end

local function rows_of(groups)
  local rows = {}
  for i, g in ipairs(groups) do
    rows[i] = { g.type, g.value, g.len, g.count, g.size, g.wasted, g.address }
  end
  return rows
end

describe("dryad.duplicates", function()
  it("finds strings with the same type, value and len", function()
    local heap = dumps.heap {
      line(1, "str", 40, '"a"', 1), line(2, "str", 40, '"a"', 1), line(3, "str", 40, '"a"', 1),
      line(4, "bytes", 30, '"a"', 1), line(5, "bytes", 34, '"a"', 1),
      line(6, "unicode", 90, '"a"', 1), line(7, "str", 45, '"b"', 1), line(8, "str", 45, '"A"', 1),
    }
    local found = dryad.duplicates(heap)
    assert.same({
      { "str", "a", 1, 3, 120, 80, 1 },
      { "bytes", "a", 1, 2, 64, 30, 4 },
    }, rows_of(found))
    assert.same({ 3, 110 }, { found:total() })
    local largest, count, wasted = core.duplicates(heap, 1) -- the sums are those of all
    assert.same({ { "str", "a", 1, 3, 120, 80, 1 } }, rows_of(largest))
    assert.same({ 3, 110 }, { count, wasted })
  end)

  it("distinguishes values that the dump cuts alike by their len", function()
    local cut = '"' .. ("x"):rep(100) .. '"'
    local heap = dumps.heap {
      line(1, "str", 200, cut, 150), line(2, "str", 201, cut, 151), line(3, "str", 200, cut, 150),
      line(4, "str", 60, cut), line(5, "str", 61, cut),
    }
    assert.same({
      { "str", ("x"):rep(100), 150, 2, 400, 200, 1 },
      { "str", ("x"):rep(100), nil, 2, 121, 60, 4 },
    }, rows_of(dryad.duplicates(heap)))
  end)

  it("takes only text, and skips missing text", function()
    local heap = dumps.heap {
      line(1, "int", 40, "1"), line(2, "int", 40, "1"), line(3, "other", 40, '"a"'), line(4, "other", 40, '"a"'),
      '{"address": 5, "type": "str", "size": 9, "refs": []}', '{"address": 6, "type": "str", "size": 9, "refs": []}',
    }
    local found = dryad.duplicates(heap)
    assert.equal(0, #found)
    assert.same({ 0, 0 }, { found:total() })
    assert.equal("no two strings are equal", tostring(found))
    assert.equal("[]", core.json.encode(json_value(found)))
  end)

  it("takes values for what they are: NUL bytes, surrogates and the empty text", function()
    local heap = dumps.heap {
      line(1, "str", 50, '"a\\u0000b"', 3), line(2, "str", 50, '"a\\u0000c"', 3), line(3, "str", 50, '"a\\u0000b"', 3),
      line(4, "str", 40, '""', 0), line(5, "str", 40, '""', 0),
      line(6, "str", 30, '"\\ud800"', 1), line(7, "str", 30, '"\\ud801"', 1), line(8, "str", 30, '"\\ud800"', 1),
    }
    assert.same({
      { "str", "a\0b", 3, 2, 100, 50, 1 },
      { "str", "", 0, 2, 80, 40, 4 },
      { "str", "\u{d800}", 1, 2, 60, 30, 6 },
    }, rows_of(dryad.duplicates(heap)))
  end)

  it("prints the most wasteful ones, and how many more there are", function()
    local lines = {}
    for i = 1, 25 do
      lines[#lines + 1] = line(2 * i, "str", 1000 + i, ('"text %d"'):format(i), 7)
      lines[#lines + 1] = line(2 * i + 1, "str", 1000 + i, ('"text %d"'):format(i), 7)
    end
    local found = dryad.duplicates(dumps.heap(lines))
    assert.equal(25, #found)
    assert.same({ "text 25", "text 1" }, { found[1].value, found[25].value })
    local printed = tostring(found)
    assert.equal("25 redundant strings, 24.7KiB: 25 different ones occur more than once", printed:match "^[^\n]+")
    assert.matches("\n +2 +1%.0KiB +7  str   'text 25'\n", printed)
    assert.matches("\nand 5 more$", printed)
    assert.not_matches("'text 5'", printed, 1, true)
    assert.matches("'text 6'", printed, 1, true)
  end)

  it("becomes JSON with the names that scripts rely on", function()
    local heap = dumps.heap { line(1, "str", 40, '"a"', 1), line(2, "str", 42, '"a"', 1) }
    assert.equal('[{"type":"str","value":"a","len":1,"count":2,"size":82,"wasted":40,"address":1}]',
      core.json.encode(json_value(dryad.duplicates(heap))))
  end)

  it("reports a wrong call on the caller's line", function()
    for message, use in pairs {
      ["duplicates: heap must be a heap, not nil"] = function() return (dryad.duplicates()) end,
      ["duplicates: heap must be a heap, not 'x.dump'"] = function() return (dryad.duplicates "x.dump") end,
    } do
      assert.matches("duplicates_spec.lua:%d+: " .. message, dumps.message(use))
    end
    local heap = dumps.heap { line(1, "str", 40, '"a"', 1) }
    heap:close()
    assert.matches("the heap is closed", dumps.message(dryad.duplicates, heap))
  end)

  it("agrees with the reference answers", function()
    for sample, file in pairs {
      ["threads-small"] = "threads-small.dump.gz", ["python311-app"] = "python311-app.dump.zst",
    } do
      local found = dryad.duplicates(dumps.sample(file))
      local expected = dumps.expected(sample).dup_strings
      assert.same({ expected.groups, expected.extra }, { #found, (found:total()) })
      for i, group in ipairs(found) do
        assert.is_true(group.count > 1 and group.wasted < group.size)
        assert.is_true(i == 1 or found[i - 1].wasted >= group.wasted)
      end
    end
  end)
end)
