-- SPDX-License-Identifier: MIT
local builder = require "tests.spec.support.dump_builder"
local core = require "dryad.core"
local views = require "tests.spec.support.views"

-- A list of texts of 100, 101 and 102 bytes, and what holds it.
local function made_heap()
  local made, texts = builder.new(), {}
  for i = 1, 3 do
    texts[i] = made:add("str", {}, { value = "text " .. i, size = 99 + i })
  end
  local list = made:add("list", texts, { len = 3 })
  made:module("m", { { "texts", list } })
  return made:heap()
end

describe("a list", function()
  it("keeps its order until it is sorted", function()
    local heap = made_heap()
    local list = views.open("list", { heap }, heap:where "value like 'text _'":sort("size", "asc"), "texts")
    assert.same({ { "str 'text 1'", 100, 100, 0 }, { "str 'text 2'", 101, 101, 0 }, { "str 'text 3'", 102, 102, 0 } },
      views.rows(list, { "name", "retained", "size", "refs" }))
    assert.is_nil(list.sorted)
    list:sort "size"
    assert.same({ "str 'text 3'", "str 'text 2'", "str 'text 1'" }, views.column(list, "name"))
    list:sort "address"
    assert.same({ "str 'text 1'", "str 'text 2'", "str 'text 3'" }, views.column(list, "name"))
    local sorted = views.open("list", { heap }, heap:where "value like 'text _'", "texts", "size")
    assert.same({ "size", "str 'text 3'" }, { sorted.sorted, sorted:row(1).name })
    views.check(list)
  end)

  it("has no column of shares where all of them round to nothing", function()
    local function keys_of(size)
      local made = builder.new()
      made:module("m", {
        { "small", made:add("Small", {}, { size = size }) }, { "rest", made:add("x", {}, { size = 100000 }) },
      })
      local heap, keys = made:heap(), {}
      for i, column in ipairs(views.open("list", { heap }, heap "Small", "small", "retained_size").columns) do
        keys[i] = column[1]
      end
      return table.concat(keys, " ")
    end
    assert.equal("retained size refs name address", keys_of(40)) -- of 100,440 bytes
    assert.equal("retained share share size refs name address", keys_of(60))
  end)

  it("leads to its objects", function()
    local heap = made_heap()
    local list = views.open("list", { heap }, heap "list", "lists")
    assert.equal("list, 3 items", list:enter(1).title)
    assert.equal("list", list:row(1).object.type)
  end)

  it("is searched among its members only", function()
    local heap = made_heap()
    local list = views.open("list", { heap }, heap:where "size > 100", "large")
    assert.same({ "str 'text 3'", "str 'text 2'" }, views.column(list:search "text", "name"))
    assert.same({ "str 'text 3'" }, views.column(list:search "size > 101 and type = 'str'", "name"))
    assert.same({ nil, "no object satisfies size < 101" }, { list:search "size < 101" })
  end)

  it("says what is gone", function()
    local heap = made_heap()
    local list = views.open("list", { heap }, heap "str", "texts")
    heap:set_roots { heap:where "value = 'text 3'"[1] }
    core.gc(heap, true)
    assert.same({ 4, "str 'text 3'", "<gone>" }, { list:count(), list:row(1).name, list:row(4).name })
    assert.is_nil(list:enter(4))
  end)

  it("may be empty", function()
    local heap = made_heap()
    local list = views.check(views.open("list", { heap }, heap:where "size > 1000"))
    assert.same({ 0, "0 objects", "no objects" }, { list:count(), list.title, list.empty })
  end)
end)
