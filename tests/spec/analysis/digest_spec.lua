-- SPDX-License-Identifier: MIT
local digest = require "dryad.analysis.digest"
local dryad = require "dryad"
local facts = require "tests.spec.support.facts"

local function load(lines)
  return dryad.load(lines, { progress = false })
end

local function object(address, kind, size)
  return ('{"address": %d, "type": "%s", "size": %d, "refs": []}'):format(address, kind, size)
end

describe("the digest of a heap", function()
  it("has its totals, and counts and sizes by class", function()
    local heap <close> = load { object(8, "str", 50), object(16, "str", 60), object(24, "int", 28) }
    assert.same({ objects = 3, bytes = 138, classes = {
      str = { count = 2, size = 110 }, int = { count = 1, size = 28 },
    } }, digest.of(heap))
  end)

  it("has the resident memory of the process, if the dump tells", function()
    for rss, expected in pairs { [4096] = 4096, ['"x"'] = false, ["1.5"] = false } do
      local heap <close> = load { ([[{"address": 1, "type": "<process>", "size": 0, "value": "%s", "refs": []}]])
        :format((('{"rss": %s}'):format(rss):gsub('"', '\\"'))), object(8, "str", 50) }
      assert.equal(expected or nil, digest.of(heap).resident)
    end
  end)

  it("says that a dump is incomplete", function()
    local lines = facts.dump({ object(8, "str", 50) }, { pid = 7 })
    assert.is_nil(digest.of(load(lines)).incomplete)
    lines[#lines] = nil
    assert.matches("^is incomplete", digest.of(load(lines)).incomplete)
  end)

  it("is bounded, with the largest classes and printable names", function()
    local lines = {}
    for i = 1, 2000 do
      lines[i] = object(8 * i, ("c%d_%s"):format(i, ("x"):rep(5000)), i)
    end
    lines[#lines + 1] = object(80000, "red\\u001b[31m", 99999)
    local count, bytes = 0, 0
    local classes = digest.of(load(lines)).classes
    for name in pairs(classes) do
      count, bytes = count + 1, bytes + #name
    end
    assert.equal(500, count)
    assert.is_true(bytes < 100000)
    assert.equal(99999, classes["red\\x1b[31m"].size)
  end)
end)
