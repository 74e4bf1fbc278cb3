-- SPDX-License-Identifier: MIT
local dumps = require "tests.spec.support.dumps"
local program = require "tests.spec.support.program"

-- 1 refers to 2, 3, 3 and to 99, which does not exist; nothing refers to 1 and 5.
local LINES = {
  '{"address": 1, "type": "dict", "size": 10, "len": 2, "refs": [2, 3, 3, 99]}',
  '{"address": 2, "type": "str", "size": 20, "value": "it\'s", "refs": []}',
  '{"address": 3, "type": "list", "size": 30, "len": 1, "refs": [4]}',
  '{"address": 4, "type": "str", "size": 40, "value": "x", "refs": []}',
  '{"address": 5, "type": "list", "size": 50, "len": 2, "refs": [4, 2]}',
}

local function addresses(list)
  return list:map(function(o) return o.address end)
end

describe("SQL of a heap", function()
  local heap

  before_each(function()
    heap = dumps.heap(LINES)
  end)

  it("answers any query with rows by position and by name", function()
    local r = heap:sql("select type, count(*) n, sum(size) from obj group by type order by n, type")
    assert.same({ "type", "n", "sum(size)" }, r.columns)
    assert.equal(3, #r)
    assert.same({ "dict", 1, 10 }, { r[1][1], r[1][2], r[1][3] })
    assert.same({ "str", 2, 60 }, { r[3].type, r[3].n, r[-1]["sum(size)"] })
  end)

  it("returns nil for NULL", function()
    local row = heap:sql("select len, name, value from obj where address = 4")[1]
    assert.is_nil(row.len)
    assert.is_nil(row[2])
    assert.equal("x", row.value)
  end)

  it("binds parameters in order, by name, or none", function()
    assert.equal(3, heap:sql("select address from obj where type = ? and size > ?", "list", 25)[1].address)
    assert.equal(2, #heap:sql("select 1 from obj where type = :type and size < :most", { type = "str", most = 50 }))
    assert.equal(1, #heap:sql("select 1 from obj where value = ?", "it's"))
    assert.equal(0, #heap:sql("select 1 from obj where len = ?", nil))
  end)

  it("binds objects and lists", function()
    assert.equal(30, heap:sql("select size from obj where address = ?", heap[3])[1].size)
    assert.equal(90, heap:sql("select sum(size) s from obj where address in list(?)", heap "str" + heap[3])[1].s)
    local children = heap[1].c:of "list"
    assert.equal(30, heap:sql("select sum(size) s from obj where address in list(:l)", { l = children })[1].s)
  end)

  it("gives the objects of its address column back as a list", function()
    local l = heap:sql("select address from obj where type = 'list' order by size desc"):objects()
    assert.same({ 5, 3 }, addresses(l))
    assert.equal(heap[5], l[1])
  end)

  it("expands children, parents, and objects without a referrer", function()
    assert.same({ 3, 2 }, addresses(heap:where "address in 1&"))
    assert.same({ 5, 3 }, addresses(heap:where "address in 4^"))
    assert.same({ 1 }, addresses(heap:where "address in 4^^"))
    assert.same({ 5, 1 }, addresses(heap:where "address in 0&"))
    assert.equal(6, heap:sql("select count(*) n from ref where parent in 0& and child not in 0&")[1].n)
  end)

  it("has a row for each reference, dangling ones too, with its position", function()
    local r = heap:sql "select child, position from ref where parent = 1"
    assert.same({ 2, 3, 3, 99 }, r:column "child")
    assert.same({ 0, 1, 2, 3 }, r:column "position")
    assert.equal(1, heap:sql("select count(*) n from ref where child = 99")[1].n)
  end)

  it("knows retained sizes and dominators", function()
    local row = heap:sql("select retained, idom, num_refs, num_parents from obj where address = 3")[1]
    assert.same({ 30, 1, 1, 1 }, { row.retained, row.idom, row.num_refs, row.num_parents })
    assert.is_nil(heap:sql("select idom from obj where address = 4")[1].idom)
    assert.same({ 3 }, addresses(heap:where "idom = 1"))
  end)

  it("accepts conditions wherever objects are named", function()
    assert.same({ 1, 3, 4 }, addresses(heap:path("len = 2 and type = 'dict'", "value = 'x'").objects))
    assert.equal(2, heap:summarize("address = 1", "type = 'str'").total_count)
    assert.equal(40, heap[1]:compute_total_size "size = 20" - heap[1]:compute_total_size { "size = 20", "size = 40" })
    assert.equal(150, heap:retained_size "len > 0")
  end)

  it("filters lists in order, keeping duplicates", function()
    local l = heap("str") + heap("list")
    assert.same({ 4, 5, 3 }, addresses(l:filter "size > 20"))
    assert.same({ 3, 3 }, addresses(heap[1].c:filter "size = 30"))
  end)

  it("changes references and objects, and undoes it", function()
    assert.equal(2, heap:sql "delete from ref where parent = 1 and child = 3")
    assert.same({ 2, 99 }, heap[1].children)
    assert.equal(1, heap:sql("insert into ref (parent, child) values (?, ?)", heap[2], 5))
    assert.same({ 5 }, heap[2].children)
    assert.is_true(heap:undo())
    assert.is_true(heap:undo())
    assert.same({ 2, 3, 3, 99 }, heap[1].children)
  end)

  it("reports errors on the caller's line", function()
    for message, use in pairs {
      ["no such column: sise"] = function() return (heap:sql "select sise from obj") end,
      ["syntax error"] = function() return (heap:sql "select from") end,
      ["sql: query must be a text, not 3"] = function() return (heap:sql(3)) end,
      ["attach"] = function() return (heap:sql "attach 'x.db' as x") end,
      ["no such column: sise "] = function() return (heap "sise > 3") end,
      ["#0.1"] = function() return (heap "address = #0.1") end,
    } do
      assert.matches("query_spec.lua:%d+: .*" .. message:gsub(" $", ""), dumps.message(use))
    end
  end)

  it("is stopped by nothing but its end when a condition tries to break out", function()
    assert.matches("query_spec.lua", dumps.message(function()
      return (heap:where "1; delete from ref")
    end))
    assert.equal(7, heap.num_refs)
    assert.equal(5, #heap:where "1 -- a comment")
  end)

  it("has results that are safe to use in a finalizer, which may run after theirs", function()
    local code = [[
      last = setmetatable({}, { __gc = function(self)
        for _, use in ipairs { function(r) return r[1] end, function(r) return #r end, function(r) return r.columns end,
            function(r) return r:column "address" end, function(r) return r:objects() end } do
          print((select(2, pcall(use, self.result)):gsub("^.*: ", "")))
        end
      end })
      last.result = heap:sql "select address from obj"
    ]]
    local out, err, status = program.run { "-e", code, program.file(table.concat(LINES, "\n")) }
    assert.same({ ("the result is gone\n"):rep(5), 0 }, { out, status }, err)
    program.clean()
  end)

  it("is freed with its heap", function()
    heap:sql "select 1"
    heap:close()
    assert.matches("closed", dumps.message(function()
      return (heap:sql "select count(*) from obj")
    end))
  end)
end)

describe("attributes in SQL", function()
  -- Two instances; the user of the first is an instance too. A frame names what it refers to.
  local heap = dumps.heap {
    '{"address": 1, "type": "Request", "size": 10, "refs": [11, 2, 12, 21, 13, 22, 14, 23, 15, 24, 16, 25, 3]}',
    '{"address": 2, "type": "User", "size": 10, "refs": [17, 26, 4]}',
    '{"address": 3, "type": "type", "size": 10, "name": "Request", "refs": []}',
    '{"address": 4, "type": "type", "size": 10, "name": "User", "refs": []}',
    '{"address": 5, "type": "Request", "size": 10, "refs": [12, 27, 3]}',
    '{"address": 6, "type": "frame", "size": 10, "value": "handle", "refs": [5, 21], "names": ["request", "it\'s"]}',
    '{"address": 11, "type": "str", "size": 1, "value": "user", "refs": []}',
    '{"address": 12, "type": "str", "size": 1, "value": "path", "refs": []}',
    '{"address": 13, "type": "str", "size": 1, "value": "is_safe", "refs": []}',
    '{"address": 14, "type": "str", "size": 1, "value": "session", "refs": []}',
    '{"address": 15, "type": "str", "size": 1, "value": "seconds", "refs": []}',
    '{"address": 16, "type": "str", "size": 1, "value": "sizes", "refs": []}',
    '{"address": 17, "type": "str", "size": 1, "value": "plan", "refs": []}',
    '{"address": 21, "type": "str", "size": 1, "value": "/item/7", "refs": []}',
    '{"address": 22, "type": "bool", "size": 1, "value": "True", "refs": []}',
    '{"address": 23, "type": "NoneType", "size": 1, "refs": []}',
    '{"address": 24, "type": "float", "size": 1, "value": 0.5, "refs": []}',
    '{"address": 25, "type": "list", "size": 1, "len": 0, "refs": []}',
    '{"address": 26, "type": "str", "size": 1, "value": "free", "refs": []}',
    '{"address": 27, "type": "str", "size": 1, "value": "/home", "refs": []}',
  }

  it("are values, or the addresses of objects", function()
    local row = heap:sql("select .path, .is_safe, .session, .seconds, .sizes, .user, .user.plan, .none, .path.none, "
      .. "attr(address, 'user.plan') from obj where address = 1")[1]
    assert.same({ "/item/7", 1, nil, 0.5, 25, 2, "free", nil, nil, "free" },
      { row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10] })
    assert.same({ 5, "/home", "/item/7" }, (function(r)
      return { r[1], r[2], r[3] }
    end)(heap:sql([[select .request, .request.path, attr(address, 'it''s') from obj where type = 'frame']])[1]))
  end)

  it("are conditions", function()
    assert.same({ 1 }, addresses(heap("Request"):filter ".path like '/item/%' and .user.plan = 'free'"))
    assert.same({ 1 }, addresses(heap:where ".seconds > .25"))
    assert.same({ 5 }, addresses(heap:where "type = 'Request' and .user is null"))
    assert.same({}, addresses(heap:where ".path = 'none'"))
  end)

  it("are asked of the table that the address comes from", function()
    assert.equal("/home", heap:sql("select attr(o.address, 'path') from obj o where o.address = 5")[1][1])
    assert.equal("free", heap:sql("select attr(child, 'plan') from ref where parent = 1 and position = 1")[1][1])
    assert.equal("/home", heap:sql("select attr(5, 'path')")[1][1])
    for _, nothing in ipairs { "attr('5', 'path')", "attr(null, 'path')", "attr(99, 'path')", "attr(5, null)",
      "attr(5, '')", "attr(5, '.')", "attr(5, 'path.')" } do
      assert.is_nil(heap:sql("select " .. nothing)[1][1], nothing)
    end
  end)
end)
