-- SPDX-License-Identifier: MIT
-- Dumps as written: Meliae's own lines byte for byte, and always lines that load back equal.
local dumps = require "tests.spec.support.dumps"

local small = "tests/data/threads-small.dump.gz"
local shop = "tests/data/shop.dump.zst"

local load = dumps.load

local function assert_same_heaps(expected, actual)
  assert.equal(#expected, #actual)
  assert.equal(expected.num_refs, actual.num_refs)
  assert.equal(expected.total_size, actual.total_size)
  local next_actual = actual:objects()
  for object in expected:objects() do
    local other = next_actual()
    if object:to_json() ~= other:to_json() then assert.equal(object:to_json(), other:to_json()) end
  end
end

describe("to_json", function()
  it("returns the lines of Meliae byte for byte", function()
    local lines = {}
    local dump = assert(io.popen("gzip -dc " .. small))
    for line in dump:lines() do lines[line] = true end
    dump:close()
    local heap <close> = load(small, { collapse = false })
    for object in heap:objects() do
      local line = object:to_json()
      if not lines[line] then assert.is_nil(line) end
    end
  end)

  it("returns lines that load back equal", function()
    for _, source in ipairs { small, shop } do
      for _, collapse in ipairs { true, false } do
        local heap <close> = load(source, { collapse = collapse })
        local lines = {}
        for object in heap:objects() do lines[#lines + 1] = object:to_json() end
        local again <close> = load(lines, { collapse = false, strict = true, python = heap.report.python })
        assert_same_heaps(heap, again)
      end
    end
  end)
end)
