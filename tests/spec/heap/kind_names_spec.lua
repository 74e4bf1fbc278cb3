-- SPDX-License-Identifier: MIT
-- The classes of objects, and the objects that a name of a type or class stands for.
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local kind_names = require "dryad.heap.kind_names"

-- Two classes Entry and one Order; 106 is of one of the former, but does not say of which.
local LINES = {
  '{"address": 10, "type": "type", "size": 400, "name": "Entry", "qualname": "shop.cache.Entry", "refs": []}',
  '{"address": 11, "type": "type", "size": 400, "name": "Entry", "qualname": "audit.cache.Entry", "refs": []}',
  '{"address": 12, "type": "type", "size": 400, "name": "Order", "qualname": "shop.orders.Order", "refs": []}',
  '{"address": 13, "type": "type", "size": 400, "name": "list", "qualname": "builtins.list", "refs": []}',
  '{"address": 101, "type": "Entry", "size": 50, "refs": [10]}',
  '{"address": 102, "type": "Entry", "size": 70, "refs": [10]}',
  '{"address": 103, "type": "Entry", "size": 60, "refs": [11]}',
  '{"address": 104, "type": "Order", "size": 80, "refs": [12]}',
  '{"address": 105, "type": "list", "size": 90, "len": 5, "refs": [101, 103, 102, 104, 999]}',
  '{"address": 106, "type": "Entry", "size": 40, "refs": []}',
}

describe("classes", function()
  local heap

  before_each(function()
    heap = dumps.heap(LINES)
  end)

  local function addresses(list)
    return list:map(function(o) return o.address end)
  end

  it("have the names that the dump gives, those of the builtins bare", function()
    assert.same({ "shop.cache.Entry", "audit.cache.Entry", "shop.orders.Order", "list", "type" },
      { heap[101].class, heap[103].class, heap[104].class, heap[105].class, heap[12].class })
    assert.is_nil(heap[106].class)
    assert.is_nil(heap[105][5].class)
  end)

  it("are a column, of all objects and of a list", function()
    local list = heap[105].c
    assert.same({ "shop.cache.Entry", "audit.cache.Entry", "shop.cache.Entry", "shop.orders.Order" },
      { table.unpack(list:column "class") })
    assert.is_nil(list:column("class")[5])
    for i, class in ipairs(heap:column "class") do
      assert.equal(heap:column("class"):object(i).class, class)
    end
  end)

  it("are summed up, of all objects and of a list", function()
    local function rows(of)
      local found, result = core.summary_by_class(of), {}
      for i, row in ipairs(found) do
        result[i] = { row.class or "?", row.type_str, row.count, row.total_size, row.versions, row.origin }
      end
      return result
    end
    assert.same({
      { "type", "type", 4, 1600, 0, "interpreter" },
      { "shop.cache.Entry", "Entry", 2, 120, 1, "program" },
      { "list", "list", 1, 90, 1, "interpreter" },
      { "shop.orders.Order", "Order", 1, 80, 1, "program" },
      { "audit.cache.Entry", "Entry", 1, 60, 1, "program" },
      { "?", "Entry", 1, 40, 0, "program" },
    }, rows(heap))
    assert.same({
      { "shop.cache.Entry", "Entry", 1, 70, 1, "program" },
      { "list", "list", 1, 90, 1, "interpreter" },
    }, { rows(core.list_of(heap, { 102, 105 }))[2], rows(core.list_of(heap, { 102, 105 }))[1] })
    local _, count, size = core.summary_by_class(heap)
    assert.same({ 10, 1990 }, { count, size })
  end)

  it("leaves out classes of few objects, which do not count among the most rows", function()
    local all, expected = core.summary_by_class(heap), {}
    for _, row in ipairs(all) do
      expected[#expected + 1] = row.count >= 2 and row or nil
    end
    assert.is_true(#expected > 1 and #expected < #all)
    assert.same(expected, (core.summary_by_class(heap, nil, 2)))
    assert.same({ expected[1], expected[2] }, (core.summary_by_class(heap, 2, 2)))
  end)

  it("have rows with their objects and definitions", function()
    local rows = heap:classes()
    assert.same({ "shop.cache.Entry", 102 }, { rows[2].class, rows[2].max.address })
    assert.same({ 102, 101 }, addresses(rows[2].objects))
    assert.same({ 10 }, addresses(rows[2].definitions))
    assert.same({ { 106 }, {} }, { addresses(rows[6].objects), addresses(rows[6].definitions) })
    assert.same({ 102 }, addresses(core.list_of(heap, { 104, 102 }):classes()[2].objects))
    assert.matches("shop.cache.Entry +program +2 +120B +1\n.*Entry %(several classes%) +program", tostring(rows))
    assert.same({ "type", 4, "interpreter" }, (function(row) return { row.class, row.count, row.origin } end)(
      core.json.decode(core.json.encode(require("dryad.text.json_value")(rows)))[1]))
  end)

  it("of one name but different bare names are one", function()
    local renamed = dumps.heap {
      '{"address": 1, "type": "type", "size": 1, "name": "A", "qualname": "m.A", "refs": []}',
      '{"address": 2, "type": "type", "size": 1, "name": "B", "qualname": "m.A", "refs": []}',
      '{"address": 3, "type": "A", "size": 1, "refs": [1]}',
      '{"address": 4, "type": "B", "size": 1, "refs": [2]}',
    }
    local row = renamed:classes()[1]
    assert.same({ "m.A", 2, 2 }, { row.class, row.count, row.versions })
    assert.same({ 3, 4 }, addresses(row.objects))
    assert.same({ 1, 2 }, addresses(row.definitions))
  end)

  it("group and sort lists", function()
    local groups = heap:get_all("Entry"):group_by "class"
    assert.same({ "shop.cache.Entry", 2, 120 }, { groups[1].key, groups[1].count, groups[1].size })
    assert.same({ 103 }, addresses(groups:get("audit.cache.Entry").objects))
    assert.same({ 106 }, addresses(groups:get(nil).objects))
    assert.same({ 103, 102, 101, 106 }, addresses(heap:get_all("Entry"):sort("class", "asc")))
  end)

  it("are a hidden column of obj, null where they are not known", function()
    local result = heap:sql("select class, count(*) from obj where type = 'Entry' group by class order by class")
    assert.same({ 3, nil, 1, "audit.cache.Entry", 1, "shop.cache.Entry", 2 },
      { #result, result[1][1], result[1][2], result[2][1], result[2][2], result[3][1], result[3][2] })
    assert.same({ 102, 101 }, addresses(heap:where "class = 'shop.cache.Entry'"))
    assert.same({ 8 }, { #heap:sql("select * from obj").columns })
    assert.matches("class cannot be set", dumps.message(function()
      heap:sql("insert into obj(address, type, class) values(1, 'x', 'y')")
    end))
  end)

  it("name their objects where no type does, whole or by an end that is theirs alone", function()
    assert.same({ 102, 103, 101, 106 }, addresses(heap "Entry"))
    assert.same({ 102, 101 }, addresses(heap "shop.cache.Entry"))
    assert.same({ 103 }, addresses(heap:get_all "audit.cache.Entry"))
    assert.same({ 104 }, addresses(heap "orders.Order"))
    assert.same({}, addresses(heap:get_all "ders.Order"))
    assert.same({ 104 }, addresses(heap:summarize("shop.orders.Order"):top()[2].objects))
    assert.same({ 102, 101 }, addresses(heap[105]:all "shop.cache.Entry"))
    assert.same({ 102, 103, 101 }, addresses(heap[105]:all "Entry"))
    assert.equal(2, heap:why("shop.cache.Entry").count)
  end)

  it("are refused by an end that several have, and suggested for a wrong name", function()
    assert.matches("'cache.Entry' stands for several classes: audit.cache.Entry, shop.cache.Entry", dumps.message(heap,
      "cache.Entry"), 1, true)
    assert.matches("no object is of type 'shop.cache.Entri'; did you mean 'shop.cache.Entry'", dumps.message(heap,
      "shop.cache.Entri"), 1, true)
  end)

  it("and types are named by their last component where no type has that name alone", function()
    local types = dumps.heap {
      '{"address": 1, "type": "_io.StringIO", "size": 1, "refs": []}',
      '{"address": 2, "type": "my.StringIO", "size": 1, "refs": []}',
      '{"address": 3, "type": "NotStringIO", "size": 1, "refs": []}',
      '{"address": 4, "type": "other.Element", "size": 1, "refs": []}',
      '{"address": 5, "type": "Element", "size": 1, "refs": []}',
    }
    assert.same({ 1, 2 }, addresses(types:get_all "StringIO":sort("address", "asc")))
    assert.same({ 5 }, addresses(types "Element"))
    assert.same({}, addresses(types:get_all "IO"))
    assert.equal(2, types:why("StringIO").count)
  end)

  it("follow the changes of a heap", function()
    heap:sql "delete from obj where address = 103"
    assert.same({ "Entry", "Order", "list", "type", "shop.cache.Entry", "shop.orders.Order" }, kind_names.all(heap))
    assert.equal("shop.cache.Entry", heap[101].class)
    assert.is_nil(heap[106].class)
    heap:undo()
    assert.equal("audit.cache.Entry", heap[103].class)
  end)
end)
