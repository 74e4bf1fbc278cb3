-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local program = require "tests.spec.support.program"

local LINES = {
  '{"address": 1, "type": "dict", "size": 100, "len": 1, "refs": [4, 5]}',
  '{"address": 2, "type": "dict", "size": 300, "len": 1, "refs": [4, 1]}',
  '{"address": 3, "type": "list", "size": 200, "len": 3, "refs": [1, 1, 9]}',
  '{"address": 4, "type": "str", "size": 40, "len": 4, "value": "name", "refs": []}',
  '{"address": 5, "type": "str", "size": 50, "name": "b", "refs": []}',
  '{"address": 18446744073709551615, "type": "int", "size": 5000000000, "value": 3, "refs": []}',
}
local FIELDS = {
  "address", "type", "type_str", "size", "len", "num_refs", "num_parents", "retained_size", "value", "name",
}

describe("a column", function()
  local heap

  before_each(function()
    heap = dumps.heap(LINES)
  end)

  it("has the field of every object, in the order of heap:objects", function()
    for _, field in ipairs(FIELDS) do
      local column, i = heap:column(field), 0
      for o in heap:objects() do
        i = i + 1
        assert.same({ field, i, o[field] }, { field, i, column[i] })
      end
      assert.equal(i, #column)
    end
  end)

  it("has the field of every object of a sample, also large and absent ones", function()
    local sample = dumps.sample "threads-small.dump.gz"
    for _, field in ipairs(FIELDS) do
      local column, i, different = sample:column(field), 0, 0
      for o in sample:objects() do
        i = i + 1
        different = different + (column[i] == o[field] and 0 or 1)
      end
      assert.same({ field, 0 }, { field, different })
    end
  end)

  it("has the field of every member of a list, dangling ones too", function()
    local list = heap("list").c + heap "str"
    for _, field in ipairs(FIELDS) do
      local column = list:column(field)
      for i = 1, #list do
        assert.same({ field, i, list[i][field] }, { field, i, column[i] })
      end
    end
    assert.same({ 4, "<missing>" }, { #list, list:column("type")[2] })
  end)

  it("is indexed from 1, from the end when negative, nil beyond", function()
    local c = heap:column "size"
    assert.same({ 100, 5000000000, 50 }, { c[1], c[-1], c[-2] })
    assert.is_nil(c[0])
    assert.is_nil(c[7])
    assert.is_nil(c[-7])
    assert.is_nil(c[math.mininteger])
    assert.equal(100, c[1.0])
  end)

  it("works with pairs, ipairs and table.unpack", function()
    local from_pairs, from_ipairs = {}, {}
    for i, size in pairs(heap:column "size") do
      from_pairs[i] = size
    end
    for i, type_str in ipairs(heap:column "type") do
      from_ipairs[i] = type_str
    end
    assert.same({ 100, 300, 200, 40, 50, 5000000000 }, from_pairs)
    assert.same({ "dict", "dict", "list", "str", "str", "int" }, from_ipairs)
    assert.same({ 2, 2, 3, 0, 0, 0 }, { table.unpack(heap:column "num_refs") })
  end)

  it("yields only the position and the value, whatever its iterator is called with", function()
    local next_value, c = pairs(heap:column "type")
    assert.same({ 3, "list" }, { next_value(c, 2, "more", "still more") })
  end)

  it("works with pairs over positions without a value", function()
    local places = 0
    for i in pairs(heap:column "len") do
      places = i
    end
    assert.equal(6, places)
  end)

  it("returns the object at a position", function()
    local c = heap("dict"):column "size"
    assert.equal(heap[2], c:object(1))
    assert.equal(heap[1], c:object(-1))
    assert.is_nil(c:object(3))
    assert.matches("i must be a whole number, not x", dumps.message(c.object, c, "x"))
    assert.matches("i must be a whole number, not nil$", dumps.message(c.object, c))
  end)

  it("keeps its list and its heap alive", function()
    local c = dumps.heap(LINES):get_all("str"):column "size"
    collectgarbage()
    collectgarbage()
    assert.same({ 50, 40 }, { c[1], c[2] })
  end)

  it("is safe to use in a finalizer, which may run after the list's", function()
    local code = [[
      last = setmetatable({}, { __gc = function(self)
        print(select(2, pcall(function() return self.column[1] end)))
        print(self.all[1])
      end })
      last.heap, last.all, last.column = heap, heap:column "size", heap:get_all():column "size"
    ]]
    local out, err, status = program.run { "-e", code, program.file(table.concat(LINES, "\n")) }
    assert.same({ "the list of this column is gone\n100\n", 0 }, { (out:gsub("^[^\n]-:%d+: ", "")), status }, err)
    program.clean()
  end)

  it("reports that the heap was changed, also by undo", function()
    local before = heap:column "retained_size"
    heap:remove_references("dict", "str")
    local between = heap("str"):column "size"
    assert.matches("the heap has changed since", dumps.message(function() return before[1] end))
    heap:undo()
    assert.matches("the heap has changed since", dumps.message(function() return between[1] end))
    assert.matches("the heap has changed since", dumps.message(function() return #before end))
    assert.equal(100, heap:column("size")[1])
  end)

  it("reports that the roots were changed", function()
    local c = heap:column "retained_size"
    heap:set_roots "str"
    assert.matches("the heap has changed since", dumps.message(function() return c[1] end))
  end)

  it("reports that the heap is closed", function()
    local c, next_value = heap:column "size", (pairs(heap:column "size"))
    heap:close()
    assert.matches("the heap is closed", dumps.message(function() return c[1] end))
    assert.matches("the heap is closed", dumps.message(next_value, c, 0))
    assert.matches("the heap is closed", dumps.message(tostring, c))
  end)

  it("prints as its length, its field and its first values", function()
    assert.equal("2 values of size: 300, 100", tostring(heap("dict"):column "size"))
    assert.equal("1 value of type: 'list'", tostring(heap("list"):column "type"))
    assert.equal("2 values of value: 'b', 'name'", tostring(heap("str"):column "value"))
    assert.equal("0 values of len", tostring(heap:get_all("nothing"):column "len"))
    local many = heap:get_all():totable()
    table.move(many, 1, #many, #many + 1)
    assert.equal("12 values of len: nil, 1, 3, 1, nil, 4, nil, 1, ...",
      tostring(core.list_of(heap, many):column "len"))
    assert.equal("size", heap:column("size").field)
  end)

  it("exists only for known fields", function()
    assert.matches("an object has no field 'sise'; did you mean 'size'%?", dumps.message(heap.column, heap, "sise"))
    assert.matches("no column of 'children': columns are address, type,", dumps.message(heap.column, heap, "children"))
    assert.matches("field must be the name of a field, not nil", dumps.message(heap.column, heap))
    assert.matches("column is a method of a heap", dumps.message(heap.column, "size"))
  end)

  it("is read only by its own functions", function()
    local meta = core.column.meta
    assert.is_false(pcall(meta.__index, heap, 1))
    assert.is_false(pcall(meta.__len, heap))
    assert.is_false(pcall((pairs(heap:column "size")), heap, 0))
    assert.is_nil((pairs(heap:column "size"))(heap:column "size", -1))
  end)
end)
