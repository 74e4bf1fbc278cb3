-- SPDX-License-Identifier: MIT
local dumps = require "tests.spec.support.dumps"

local LINES = {
  '{"address": 1, "type": "dict", "size": 100, "len": 1, "refs": [4, 5]}',
  '{"address": 2, "type": "dict", "size": 300, "len": 1, "refs": [4, 1]}',
  '{"address": 3, "type": "list", "size": 200, "len": 3, "refs": [1, 1, 9]}',
  '{"address": 4, "type": "str", "size": 40, "len": 4, "value": "name", "refs": []}',
  '{"address": 5, "type": "str", "size": 50, "len": 1, "value": "b", "refs": []}',
  '{"address": 6, "type": "str", "size": 50, "len": 1, "value": "a", "refs": []}',
  '{"address": 7, "type": "int", "size": 24, "value": 3, "refs": []}',
}

local function addresses(list)
  return list:map(function(o) return o.address end)
end

describe("a list", function()
  local heap

  before_each(function()
    heap = dumps.heap(LINES)
  end)

  it("is indexed from 1, from the end when negative, nil beyond", function()
    local l = heap "dict"
    assert.equal(2, #l)
    assert.same({ 2, 1 }, { l[1].address, l[2].address })
    assert.equal(l[2], l[-1])
    assert.equal(l[1], l[-2])
    assert.is_nil(l[0])
    assert.is_nil(l[3])
    assert.is_nil(l[-3])
  end)

  it("works with ipairs, pairs and table.unpack", function()
    local found = {}
    for i, o in ipairs(heap "dict") do
      found[i] = o.address
    end
    for i, o in pairs(heap "dict") do
      found[i + 2] = o.address
    end
    assert.same({ 2, 1, 2, 1 }, found)
    assert.same({ heap[2], heap[1] }, { table.unpack(heap "dict") })
  end)

  it("returns the distinct children and parents, in order of first appearance", function()
    assert.same({ 4, 1, 5 }, addresses(heap("dict").c))
    assert.same({ 1, 9 }, addresses(heap("list").c))
    assert.equal("<missing>(9)", tostring(heap("list").c[2]))
    assert.same({ 2, 3 }, addresses((heap[1].p)))
    assert.same({ 1, 2 }, addresses(heap("str").p))
    assert.same({}, addresses(heap("list").c.c.c.c))
  end)

  it("filters by a function", function()
    assert.same({ 5, 6 }, addresses(heap("str"):filter(function(o) return o.len == 1 end)))
    assert.equal(0, #heap("str"):filter(function() end))
  end)

  it("keeps those of a type", function()
    local all = heap:where(function() return true end)
    assert.same({ 2, 1 }, addresses(all:of "dict"))
    assert.equal(0, #all:of "none such")
  end)

  it("maps, leaving out what is nil", function()
    assert.same({ 1, 1, 4 }, heap("str"):map(function(o) return o.len end))
    assert.same({ "b" }, heap("str"):map(function(o) return o.value == "b" and "b" or nil end))
  end)

  it("returns the values of an attribute or key", function()
    assert.same({ heap[1], "b" }, heap("dict"):attr "name")
    assert.same({}, heap("dict"):attr "other")
    assert.same({}, heap("int"):attr "name")
  end)

  it("sorts by a field, largest first, members without it last, stably", function()
    local l = heap:where(function() return true end)
    assert.same({ 2, 3, 1, 5, 6, 4, 7 }, addresses(l:sort "size"))
    assert.same({ 7, 4, 5, 6, 1, 3, 2 }, addresses(l:sort("size", "asc")))
    assert.same({ 4, 3, 2, 1, 5, 6, 7 }, addresses(l:sort "len"))
    assert.same({ 2, 1, 5, 6, 3, 4, 7 }, addresses(l:sort("len", "asc")))
    assert.same({ 4, 5, 6, 7, 2, 3, 1 }, addresses(l:sort "value"))
    assert.same({ 7, 6, 5, 4, 2, 3, 1 }, addresses(l:sort("value", "asc")))
    assert.same({ 1, 2, 3, 4, 5, 6, 7 }, addresses(l:sort("address", "asc")))
    assert.same({ 4, 3, 1, 2 }, addresses((heap "list" + heap[1] + heap[2] + heap[4]):sort "type"))
  end)

  it("sorts addresses as unsigned", function()
    heap = dumps.heap {
      '{"address": 18446744073709551615, "type": "x", "size": 1, "refs": []}',
      '{"address": 7, "type": "x", "size": 1, "refs": []}',
    }
    assert.same({ -1, 7 }, addresses(heap("x"):sort "address"))
    assert.same({ 7, -1 }, addresses(heap("x"):sort("address", "asc")))
  end)

  it("returns its first members", function()
    assert.same({ 5 }, addresses(heap("str"):head(1)))
    assert.equal(3, #heap("str"):head(99))
    assert.equal(0, #heap("str"):head(0))
    assert.equal(0, #heap("str"):head(-1))
  end)

  it("sums a field", function()
    assert.equal(140, heap("str"):sum "size")
    assert.equal(6, heap("str"):sum "len")
    assert.equal(0, heap("str"):sum "num_refs")
    assert.equal(3, heap("int"):sum "value")
    assert.equal(100, heap("list").c:sum "size")
  end)

  it("groups by a field, an attribute or a function, the most bytes first", function()
    local all = heap:where(function() return true end)
    local by_type = all:group_by "type"
    local keys = {}
    for i, group in ipairs(by_type) do
      keys[i] = group.key
    end
    assert.same({ "dict", "list", "str", "int" }, keys)
    assert.same({ 2, 400 }, { by_type[1].count, by_type[1].size })
    assert.same({ 2, 1 }, addresses(by_type[1].objects))
    assert.equal(by_type[3], by_type:get "str")
    assert.is_nil(by_type:get "none such")
    local by_name = heap("dict"):group_by ".name"
    assert.same({ heap[1], "b" }, { by_name[1].key, by_name[2].key })
    local by_len = all:group_by(function(o) return o.len end)
    assert.equal(1, by_len:get(nil).count)
    assert.same({ 1, 3, 4 }, { by_len[1].key, by_len[2].key, by_len[3].key })
    assert.is_nil(by_len[4].key)
    assert.equal("key  count  size\n1        2  100B\n4        1   40B", tostring(heap("str"):group_by "len"))
  end)

  it("summarizes its members", function()
    local s = (heap "str" + heap "dict"):summarize()
    assert.same({ 5, 540, 2 }, { s.total_count, s.total_size, #s })
    assert.same({ 2, 1 }, addresses(s["dict"].objects))
  end)

  it("becomes a table", function()
    assert.same({ heap[5], heap[6], heap[4] }, heap("str"):totable())
  end)

  it("has union, difference and intersection, with lists and objects, in order", function()
    local a, b = heap "str", heap[4] + heap "int"
    assert.same({ 5, 6, 4, 7 }, addresses(a + b))
    assert.same({ 5, 6 }, addresses(a - b))
    assert.same({ 4 }, addresses(a & b))
    assert.same({ 4, 5, 6 }, addresses(heap[4] + a))
    assert.same({ 5, 4 }, addresses(a - heap[6]))
    assert.same({ 6 }, addresses(heap[6] & a))
    assert.same({ 5, 6, 4 }, addresses(a + a))
    assert.same({}, addresses(a - a))
  end)

  it("is never changed by lists derived from it", function()
    local l = heap "str"
    local made = { l:sort("size", "asc"), l - l, l + heap "dict", l:head(1) }
    assert.equal(4, #made)
    assert.same({ 5, 6, 4 }, addresses(l))
    assert.matches("read%-only", dumps.message(function()
      l[1] = nil
    end))
  end)

  it("prints its count and bytes, then one numbered object a line", function()
    assert.equal(table.concat({
      "3 objects, 140B (140 bytes)", "   1 str(5 50B 1par 'b')", "   2 str(6 50B 'a')", "   3 str(4 40B 2par 'name')",
    }, "\n"), tostring(heap "str"))
    assert.equal("0 objects, 0B (0 bytes)", tostring(heap[7].c))
    assert.equal("1 object, 24B (24 bytes)\n   1 int(7 24B 3)", tostring(heap "int"))
    assert.equal("3 objects, 140B (140 bytes)\n   1 str(5 50B 1par 'b')\n... 2 more", heap("str"):format(1))
  end)

  it("prints a hundred members, then how many more, without a terminal", function()
    local lines = {}
    for i = 1, 150 do
      lines[i] = ('{"address": %d, "type": "x", "size": 1, "refs": []}'):format(i)
    end
    local text = tostring(dumps.heap(lines) "x")
    local _, newlines = text:gsub("\n", "\n")
    assert.equal(101, newlines)
    assert.matches("\n... 50 more$", text)
  end)

  it("reports wrong arguments on the caller's line", function()
    local l = heap "str"
    local cases = {
      { "filter: condition must be SQL or a function, not 3", function() l:filter(3) end },
      { "no such column: sise", function() l:filter "sise > 3" end },
      { "map: f must be a function, not nil", function() l:map() end },
      { "sort: order must be \"asc\" or \"desc\", not 'down'", function() l:sort("size", "down") end },
      { "no field 'sise'; did you mean 'size'", function() l:sort "sise" end },
      { "sum: field must be the name of a field, not a table", function() l:sum {} end },
      { "group_by: by must be", function() l:group_by(true) end },
      { "%+: a list takes a list or an object, not a number", function() return l + 1 end },
      { "of another heap", function() return l + dumps.heap(LINES) "str" end },
      { "a list has no field 'fliter'; did you mean 'filter'", function() return (l.fliter) end },
      { "colon: l:filter%(print%)", function() l.filter(print) end },
      { "colon: l:head%(1%)", function() l.head(1) end },
      { "head: n must be a whole number", function() l:head "x" end },
    }
    for _, case in ipairs(cases) do
      local message = dumps.message(case[2])
      assert.matches(case[1], message)
      assert.matches("list_spec.lua:%d+: ", message)
    end
  end)

  it("does not outlive its heap's closing", function()
    local l = heap "str"
    heap:close()
    assert.matches("closed", dumps.message(function()
      return #l
    end))
    assert.matches("closed", dumps.message(function()
      return (l[1])
    end))
  end)
end)
