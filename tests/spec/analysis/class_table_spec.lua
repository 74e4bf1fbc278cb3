-- SPDX-License-Identifier: MIT
local builder = require "tests.spec.support.dump_builder"
local class_table = require "dryad.analysis.class_table"
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local json_value = require "dryad.text.json_value"

describe("a class table", function()
  local heap = dumps.load {
    '{"address": 8, "type": "list", "size": 10, "refs": [16, 24]}',
    '{"address": 16, "type": "str", "size": 100, "refs": []}',
    '{"address": 24, "type": "str", "size": 101, "refs": []}',
    '{"address": 32, "type": "tuple", "size": 30, "refs": []}',
  }

  it("has what the objects of each class retain, the most first", function()
    local rows = class_table.of(heap)
    assert.same({ "list", 1, 10, 211, 8 },
      { rows[1].class, rows[1].count, rows[1].size, rows[1].retained, rows[1].address })
    assert.same({ "str", 2, 201, 201, 24 },
      { rows[2].class, rows[2].count, rows[2].size, rows[2].retained, rows[2].address })
    assert.same({ "tuple", 3 }, { rows[3].class, #rows })
  end)

  it("tells of classes beyond its last row", function()
    local rows = class_table.of(heap, { most = 1, order = "size" })
    assert.same({ 1, 3, 4, 241 }, { #rows, rows.classes, rows.count, rows.size })
    assert.equal("str", rows[1].class)
  end)

  it("counts only the classes whose names contain a text", function()
    local rows = class_table.of(heap, { text = "LIS" })
    assert.same({ 1, 1, 1, 10 }, { #rows, rows.classes, rows.count, rows.size })
  end)

  it("is an array in JSON", function()
    local rows = core.json.decode(core.json.encode(json_value(class_table.of(heap, { text = "list" }))))
    assert.same({ "list", 211, 1 }, { rows[1].class, rows[1].retained, #rows })
  end)

  it("makes only the rows that are asked for, of a hundred thousand classes", function()
    local made = builder.new()
    for i = 1, 100000 do
      made:add("T" .. i)
    end
    local rows = class_table.of(made:heap())
    assert.same({ class_table.MOST, 100000, 100000, 10000000 }, { #rows, rows.classes, rows.count, rows.size })
  end)
end)
