-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"

local LINES = {
  '{"address": 16, "type": "Thread", "size": 100, "refs": [32, 48, 32, 999]}',
  '{"address": 32, "type": "str", "size": 40, "len": 3, "value": "abc", "refs": []}',
  '{"address": 48, "type": "int", "size": 24, "value": 7, "refs": []}',
  '{"address": 18446744073709551600, "type": "str", "size": 41, "value": "x\\u0000y", "refs": [16]}',
}

local function open(...)
  local heap = dumps.heap(LINES)
  local db = core.database(...)
  db:put("", heap)
  return db, heap
end

local function rows(result)
  local all = {}
  for i, row in ipairs(result) do
    all[i] = { table.unpack(row, 1, #result.columns) }
  end
  return all
end

local function message(f, ...)
  local ok, text = pcall(f, ...)
  assert.is_false(ok)
  return text
end

describe("a database", function()
  it("is in memory or a file, and says which", function()
    local db <close> = core.database()
    assert.equal(":memory:", tostring(db))
    assert.is_nil(db.path)
    local path = os.tmpname()
    os.remove(path)
    do
      local file <close> = core.database(path, { create = true })
      assert.equal(path, tostring(file))
      assert.equal(path, file.path)
      file:run "create table t as select 5 as a"
    end
    assert.matches("already", message(core.database, path, { create = true }), 1, true)
    local again = core.database(path)
    assert.equal(5, again:run("select a from t")[1].a)
    assert.is_true(again:is_open())
    again:close()
    again:close()
    assert.is_false(again:is_open())
    assert.matches("the database is closed", message(again.run, again, "select 1"), 1, true)
    os.remove(path)
    assert.matches(path, message(core.database, path), 1, true)
  end)

  it("returns rows by number and name, from both ends", function()
    local db <close> = open()
    local r, changes = db:run "select address, type, value, size * 1.5 as size, size from obj where address > 0"
    assert.same({}, changes)
    assert.equal(3, #r)
    assert.same({ "address", "type", "value", "size", "size" }, r.columns)
    assert.same({ { 16, "Thread", nil, 150.0, 100 }, { 32, "str", "abc", 60.0, 40 }, { 48, "int", 7, 36.0, 24 } },
      rows(r))
    assert.equal("str", r[2].type)
    assert.equal(150.0, r[1].size)
    assert.is_nil(r[1].value)
    assert.is_nil(r[1].nothing)
    assert.equal(5, #r[1])
    assert.equal(48, r[-1].address)
    assert.is_nil(r[4])
    assert.is_nil(r[0])
    assert.equal("abc", core.cell(r, 2, 3))
    assert.equal(7, core.cell(r, -1, 3))
    assert.is_nil(core.cell(r, 4, 1))
    assert.has_error(function() return core.cell(r, 1, 6) end)
    assert.has_error(function() r.columns = 1 end)
  end)

  it("binds values by order and by name", function()
    local db <close>, heap = open()
    local r = db:run("select ?, ?, ?, ?, typeof(?), ?", { 1, 2.5, "a\0b", true, nil, { blob = "\xff" }, n = 6 })
    assert.same({ 1, 2.5, "a\0b", 1, "null", "\xff" }, { table.unpack(r[1], 1, 6) })
    r = db:run("select :a || @b || $a, hex(:c), typeof(:d)", { a = "x", b = "y", c = "\xe9", d = dryad.None })
    assert.same({ { "xyx", "C3A9", "null" } }, rows(r))
    assert.equal(3, db:run("select :n", { n = 3 })[1][1])
    assert.equal("str", db:run("select type from obj where address = ?", { heap[32], n = 1 })[1].type)
    local list = heap(16).c
    assert.same({ { 32 }, { 48 } },
      rows(db:run("select address from obj where address in list(:l) order by 1", { l = list })))
  end)

  it("reports invalid values", function()
    local db <close> = open()
    local function fails(words, sql, values)
      assert.matches(words, message(db.run, db, sql, values), 1, true)
    end
    fails("the query has 2 parameters, but 1 value was given", "select ?, ?", { 1, n = 1 })
    fails("the query has 1 parameter, but 0 values were given", "select ?")
    fails("the query has no parameter :b", "select :a", { a = 1, b = 2 })
    fails("no value was given for the parameter :a", "select :a, :b", { b = 2 })
    fails("parameter 1 has no name", "select ?, :a", { a = 2 })
    fails("not function", "select ?", { print, n = 1 })
    fails("not table", "select ?", { {}, n = 1 })
  end)

  it("returns the objects of a query as a list", function()
    local db <close>, heap = open()
    local list = db:ids(heap, "select child from ref where parent = ?", { 16, n = 1 })
    assert.same({ 32, 48, 32 }, list:map(function(o) return o.address end))
    assert.equal(0, #db:ids(heap, "select 'x'"))
    assert.matches("only a query", message(db.ids, db, heap, "delete from obj"), 1, true)
    assert.matches("not allowed", message(db.ids, db, heap, "attach 'x' as y"), 1, true)
    local r = db:run "select type, address from obj union all select 'none', 5 order by 2 desc"
    assert.same({ 48, 32, 16, -16 }, core.result_list(r, 2, heap):map(function(o) return o.address end))
  end)

  it("iterates over rows", function()
    local db <close>, heap = open()
    local seen = {}
    for address, kind in db:rows("select address, type from obj where size > ? order by address", { 40, n = 1 }) do
      seen[#seen + 1] = { address, kind }
    end
    assert.same({ { -16, "str" }, { 16, "Thread" } }, seen)
    assert.matches("only a query", message(db.rows, db, "delete from obj"), 1, true)
    local next_row = db:rows "select address from obj"
    next_row()
    db:run "delete from obj where address = 48"
    assert.matches("a heap changed", message(next_row), 1, true)
    next_row = db:rows "select address from obj"
    heap:close()
    assert.matches("no such table", message(next_row), 1, true)
  end)

  it("makes the changes of a statement, which undo takes back", function()
    local db <close>, heap = open()
    local r, changes = db:run "delete from obj where type = 'str'"
    assert.equal(0, #r.columns)
    assert.equal(2, changes.rows)
    assert.equal(1, #changes)
    assert.equal(heap, changes[1].heap)
    assert.equal(2, changes[1].objects_gone)
    assert.equal(2, #heap)
    assert.is_true(heap:undo())
    assert.equal(4, #heap)
    changes = select(2, db:run "update obj set mark = 3 where address = 16")
    assert.equal(1, changes[1].changed)
    assert.equal(3, db:run("select mark from obj where address = 16")[1].mark)
    changes = select(2, db:run "insert into ref(parent, child) values (0, 48), (48, 32)")
    assert.equal(2, #changes)
    assert.equal(1, changes[1].refs_come)
    assert.equal(1, changes[2].changed)
    assert.equal("given", heap:root_reason(heap[48]))
    changes = select(2, db:run "create table t(a)")
    assert.same({ rows = 0 }, changes)
  end)

  it("keeps objects and lists through its changes", function()
    local db <close>, heap = open()
    local thread, text = heap[16], heap[-16]
    db:run "delete from obj where address < 0"
    assert.equal(thread, heap[16])
    assert.matches("is gone", message(function() return text.size end), 1, true)
    assert.equal(3, #heap)
  end)

  it("serves several heaps, until they are closed", function()
    local db <close>, heap = open()
    local other = dumps.heap { LINES[2] }
    db:put("1", heap)
    db:put("2", other)
    assert.same({ { 4, 4, 1 } },
      rows(db:run "select (select count(*) from obj), (select count(*) from obj1), (select count(*) from obj2)"))
    heap:close()
    assert.matches("no such table", message(db.run, db, "select * from obj"), 1, true)
    assert.equal(1, db:run("select count(*) from obj2")[1][1])
    db:put("", other)
    assert.equal(1, db:run("select count(*) from obj")[1][1])
    db:put("", nil)
    assert.matches("no such table", message(db.run, db, "select * from obj"), 1, true)
    assert.equal(1, db:run("select count(*) from obj2")[1][1])
    assert.has_error(function() db:put("x", other) end)
  end)

  it("keeps its heaps alive, and releases them when it is freed", function()
    local db = core.database()
    local kept = setmetatable({}, { __mode = "k" })
    do
      local heap = dumps.heap(LINES)
      kept[heap] = true
      db:put("", heap)
    end
    collectgarbage()
    assert.is_truthy(next(kept))
    assert.equal(4, db:run("select count(*) from obj")[1][1])
    db = nil -- luacheck: ignore
    collectgarbage()
    collectgarbage()
    assert.is_nil(next(kept))
  end)

  it("guards users' statements and not trusted ones", function()
    local db <close> = open()
    assert.matches("attach is not allowed here", message(db.run, db, "attach '' as x"), 1, true)
    db:run("attach '' as x", nil, true)
    local free <close> = core.database(nil, { unguarded = true })
    free:run "attach '' as x"
  end)

  it("is copied without its heaps", function()
    local db <close> = open()
    local other <close> = core.database()
    db:run "create table t as select count(*) as n from obj"
    db:copy_to(other)
    assert.equal(4, other:run("select n from t")[1].n)
    assert.matches("no such table", message(other.run, other, "select * from obj"), 1, true)
  end)

  it("shows how to call a method", function()
    local db <close> = open()
    assert.matches("run is a method of a database: call it with a colon", message(db.run, "select 1"), 1, true)
    assert.matches("no field 'size'", message(function() return db.size end), 1, true)
  end)
end)
