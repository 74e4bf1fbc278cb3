-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"

describe("dryad.records", function()
  local function all(source)
    local records, lines = {}, {}
    for record, line in dryad.records(source) do
      records[#records + 1], lines[#lines + 1] = record, line
    end
    return records, lines
  end

  it("yields the records of a dump with their lines, skipping unusable ones", function()
    local records, lines = all {
      "[",
      '{"address": 1, "type": "str", "size": 40, "len": 3, "value": "abc", "refs": []},',
      "garbage",
      '{"address": 2, "type": "module", "size": 56, "name": "m", "refs": [1, 1, 3]}',
      "]",
    }
    assert.same({
      { address = 1, type = "str", size = 40, len = 3, value = "abc", refs = {} },
      { address = 2, type = "module", size = 56, name = "m", refs = { 1, 1, 3 } },
    }, records)
    assert.same({ 2, 4 }, lines)
  end)

  it("has what Dryad's dumps add, in any order of keys", function()
    local records = all {
      '{"address": 16, "type": "frame", "size": 8, "value": "main", "refcount": 3, "root": "thread", "interpreter": 2, '
        .. '"file": "a.py", "line": 7, "allocated": ["a.py:1", "b.py:22"], "refs": [32, 48, 64], '
        .. '"names": ["payload", null, "f_back"]}',
      '{"mapped": 4096, "qualname": "app.\\u00e9", "names": [null], "refs": [5], "type": "type", "address": 32}',
      '{"address": 48, "type": "x", "size": 8, "refcount": 0, "line": 0, "allocated": [], "refs": [], "names": []}',
      '{"address": 64, "type": "x", "size": 8, "refs": [16], "names": ["one", "too many"]}',
    }
    assert.same({
      address = 16, type = "frame", size = 8, value = "main", refcount = 3, root = "thread", interpreter = 2,
      file = "a.py", line = 7, allocated = { "a.py:1", "b.py:22" }, refs = { 32, 48, 64 },
      names = { [1] = "payload", [3] = "f_back" },
    }, records[1])
    assert.same({ 4096, "app.\u{e9}" }, { records[2].mapped, records[2].qualname })
    assert.same({ 0, 0 }, { records[3].refcount, records[3].line })
    assert.is_nil(records[3].root)
    assert.is_nil(records[4].names)
  end)

  it("keeps duplicates, and every kind of value", function()
    local records = all {
      '{"address": 1, "type": "x", "value": true, "refs": []}',
      '{"address": 1, "type": "x", "value": 1.5, "refs": []}',
      '{"address": 1, "type": "x", "value": null, "refs": []}',
      '{"address": 18446744073709551615, "type": "x", "value": -3, "refs": [18446744073709551614]}',
    }
    assert.same({ true, 1.5, nil, -3 }, { records[1].value, records[2].value, records[3].value, records[4].value })
    assert.same({ -1, -2, 0 }, { records[4].address, records[4].refs[1], records[4].size })
  end)

  it("reads files and functions", function()
    local count = 0
    for _ in dryad.records "tests/data/threads-small.dump.gz" do
      count = count + 1
    end
    assert.equal(70158, count)
    local given = false
    assert.equal(1, #all(function()
      if not given then
        given = true
        return '{"address": 1, "type": "x"}'
      end
    end))
  end)

  it("can be stopped in the middle", function()
    local count = 0
    for _ in dryad.records "tests/data/threads-small.dump.gz" do
      count = count + 1
      if count == 3 then
        break
      end
    end
    assert.equal(3, count)
  end)

  it("raises the errors of its function, and of the source", function()
    assert.matches("records_spec.lua:%d+: no more", dumps.message(all, function() error "no more" end))
    assert.matches("/no/such/file", dumps.message(all, "/no/such/file"))
    assert.matches("records: source must be", dumps.message(dryad.records, 3))
  end)
end)
