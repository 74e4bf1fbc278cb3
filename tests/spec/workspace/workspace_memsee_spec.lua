-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dryad = require "dryad"
local program = require "tests.spec.support.program"
local workspaces = require "tests.spec.support.workspaces"

local column = workspaces.column

-- As memsee made them; later ones have the columns mark and repr, and a row 0 in obj.
local OLD = [[
create table gen (num int, current int);
create table env (name text, value text);
create table obj (address int primary key, type text, name text, value text, size int, len int);
create index size1 on obj (size);
create index type1 on obj (type);
create index name1 on obj (name);
create index value1 on obj (value);
create table ref (parent int, child int);
create index parent1 on ref (parent);
create index child1 on ref (child);
insert into gen values (1, 1);
insert into env values ('cache', '2');
insert into env values ('cache', '3');
insert into obj values (1, 'module', 'app', null, 10, null), (2, 'dict', null, null, 20, 1),
  (3, 'str', null, '17', 30, 2), (4, 'int', null, 17, 40, null),
  (5, 'long', null, null, 50, null), (6, 'float', null, 1.5, 60, null), (7, 'list', null, null, 70, 0);
update obj set value = '123456789012345678901234567890' where address = 5;
insert into ref values (1, 2), (2, 4), (2, 3), (2, 99), (2, 3), (7, 5), (7, 6);
insert into ref (parent, child) select 0, address from obj where address not in (select child from ref);
]]

local NEW = [[
create table gen (num int, current int);
create table env (name text, value text);
create table obj1 (address int primary key, type text, name text, value text, size int, len int, mark int, repr text);
create table ref1 (parent int, child int);
create table obj (address int primary key, type text, name text, value text, size int, len int, mark int, repr text);
create table ref (parent int, child int);
insert into gen values (1, 0), (2, 1);
insert into obj1 values (5, 'list', null, null, 1, 0, null, 'list'), (0, null, null, null, null, null, null, null);
insert into obj values (0, null, null, null, null, null, null, null), (1, 'module', 'a', null, 10, null, 1, 'a'),
  (2, 'list', null, null, 20, 1, null, 'list'), (3, 'list', null, null, 30, 1, null, 'list'),
  (4, 'list', null, null, 40, 0, null, 'list');
create index size1 on obj1 (size);
create index child1 on ref1 (child);
create index size2 on obj (size);
create index child2 on ref (child);
insert into ref values (2, 3), (3, 2), (0, 0), (0, 1), (0, 4), (0, 77);
]]

local function written(sql)
  local path = workspaces.path()
  local db = core.database(path, { create = true })
  for statement in sql:gmatch "[^;]+" do
    if statement:find "%S" then
      db:run(statement, nil, true)
    end
  end
  db:close()
  return path
end

describe("a database that memsee wrote", function()
  after_each(workspaces.clean)

  it("is read as a raw dump, without its row 0", function()
    local ws = workspaces.open(written(OLD))
    assert.equal("7 objects, 7 references, 280 total bytes", ws:stats())
    local dict = ws.heap[2]
    assert.same({ 4, 3, 99, 3 }, dict.children)
    assert.equal("app", ws.heap[1].name)
    assert.equal(0, ws:select("count(*) from obj where address = 0")[1][1])
    assert.equal(0, ws:select("count(*) from ref where parent = 0")[1][1])
    assert.same({ 1, 7 }, column(ws:select "* from obj where address in 0& order by 1", "address"))
    assert.matches("\n +1 +memsee's tables +7 +7 +280 +raw +0$", tostring(ws:gen()))
  end)

  it("has numbers again where the types are numeric, and texts where they are not", function()
    local heap = workspaces.open(written(OLD)).heap
    assert.equal("17", heap[3].value)
    assert.equal(17, heap[4].value)
    assert.equal("integer", math.type(heap[4].value))
    assert.equal("123456789012345678901234567890", heap[5].value)
    assert.equal(1.5, heap[6].value)
  end)

  it("has its names, the last of equal ones", function()
    assert.equal("3", workspaces.open(written(OLD)).names.cache)
  end)

  it("has the objects that row 0 refers to as roots", function()
    local ws = workspaces.open(written(NEW))
    assert.equal("2 generations, current is 2", tostring(ws:gen()):match "^[^\n]+")
    assert.same({ 1, 4 }, ws.heap:roots():map(function(o) return o.address end))
    assert.equal(2, #ws.heap:unreachable())
    assert.equal(2, ws:gc().deleted)
    assert.equal(1, #ws.heaps[1])
    assert.equal(5, ws:select("address from obj1")[1].address)
  end)

  it("has the marks that memsee set, which undo keeps", function()
    local path = written(NEW)
    do
      local ws <close> = dryad.workspace(path)
      assert.same({ 1 }, column(ws:select "address from obj where mark = 1", "address"))
      assert.equal("nothing to undo", ws:undo())
      ws:update "obj set mark = 9 where address = 4"
    end
    local ws = workspaces.open(path)
    assert.same({ 1, 4 }, column(ws:select "address from obj where mark is not null order by 1", "address"))
    ws:undo()
    assert.same({ 1 }, column(ws:select "address from obj where mark is not null", "address"))
  end)

  it("keeps the indexes of its tables, whichever generation is current", function()
    local path = written(NEW)
    do
      local ws <close> = dryad.workspace(path)
      ws:select "count(*) from obj1, obj2, ref1, ref2"
      for _, num in ipairs { 1, "none", 2, 1 } do
        ws:gen(num)
        assert.equal(num ~= "none" and num or nil, ws.generation)
      end
      assert.equal(1, ws:select("count(*) from obj")[1][1])
    end
    local db <close> = setmetatable({ db = core.database(path) }, { __close = function(self) self.db:close() end })
    local found = {}
    local indexes = "select name, tbl_name from sqlite_master where type = 'index' and sql <> '' order by 1"
    for name, on in db.db:rows(indexes) do
      found[#found + 1] = name .. " " .. on
    end
    assert.same({ "child1 ref", "child2 ref2", "size1 obj", "size2 obj2" }, found)
  end)

  it("stays unchanged until something has to be saved", function()
    local path = written(OLD)
    local before = program.read_file(path)
    do
      local ws <close> = dryad.workspace(path)
      ws:select "count(*) from obj"
      ws:gen(1)
    end
    assert.equal(before, program.read_file(path))
  end)

  it("then saves edits, names and new generations, and memsee can still read it", function()
    local path = written(NEW)
    do
      local ws <close> = dryad.workspace(path)
      ws:delete "from obj where address = 4"
      ws:set "first 1"
      ws:read(workspaces.dump(workspaces.LINES))
      ws:gen(1)
      ws:gen "none"
      ws:gen(2)
    end
    local ws = workspaces.open(path)
    assert.equal("3 generations, current is 2", tostring(ws:gen()):match "^[^\n]+")
    assert.equal("1", ws.names.first)
    assert.equal(3, #ws.heap)
    assert.equal(1, #ws.heaps[1])
    assert.equal(6, #ws.heaps[3])
    ws:close()
    local db = core.database(path)
    assert.equal(5, db:run("select count(*) from obj")[1][1])
    assert.equal(2, db:run("select count(*) from obj1")[1][1])
    assert.same({ 0, 1, 0 }, column(db:run "select current from gen order by num", "current"))
    db:close()
  end)

  it("may have hostile texts in it", function()
    local path = written(OLD)
    local db = core.database(path)
    local hostile = "x', 1); drop table obj; --\" \\ \n\t\1 \u{FFFF}"
    db:run("update obj set type = ?, name = ?, value = ? where address = 2", { hostile, hostile, hostile, n = 3 }, true)
    db:run("insert into obj (address, type, value) values (8, 'blob', x'00ff'), ('text', 'x', 1), (null, 'x', 1)", nil,
      true)
    db:run("insert into env values ('odd name', 'x')", nil, true)
    db:close()
    local heap = workspaces.open(path).heap
    assert.equal(hostile, heap[2].type_str)
    assert.equal(hostile, heap[2].name)
    assert.equal(hostile, heap[2].value)
    assert.equal(8, #heap)
  end)

  it("equals the dump that it was made from", function()
    local ws = workspaces.open()
    ws:read "tests/data/threads-small.dump.gz raw"
    local path = workspaces.path()
    ws:export(path)
    local dump = ws.heap
    local heap = workspaces.open(path).heap
    assert.equal(#dump, #heap)
    assert.equal(dump.num_refs, heap.num_refs)
    assert.equal(tostring(dump:summarize()), tostring(heap:summarize()))
    local different = 0
    for o in dump:objects() do
      if heap[o.address]:to_json() ~= o:to_json() then
        different = different + 1
      end
    end
    assert.equal(0, different)
  end)

  -- What memsee's own gc does: keeps what row 0 leads to.
  local MEMSEE_GC = "with recursive kept(address) as (select child from ref where parent = 0 "
    .. "union select child from ref join kept on parent = address) "
    .. "select count(*) from obj where address <> 0 and address not in (select address from kept)"

  it("has the roots and what is pinned in row 0, so that a gc of it drops as much", function()
    local ws = workspaces.open()
    ws:read "tests/data/threads-small.dump.gz raw"
    ws:pin "type = 'Pool'"
    local largest = ws:select("address from obj where type = 'dict' order by len desc limit 1")[1][1]
    ws:delete(("from ref where child = %d"):format(largest))
    local path = workspaces.path()
    ws:export(path)
    local db = core.database(path)
    assert.equal(70158 + 1, db:run("select count(*) from obj")[1][1])
    assert.equal(1744, db:run(MEMSEE_GC)[1][1])
    db:close()
    local again = workspaces.open(path)
    for _, each in ipairs { ws, again } do
      assert.equal(70158, #each.heap)
      each:gc()
      assert.equal(70158 - 1744, #each.heap)
    end
  end)

  it("has no row 0 beside an object of that address", function()
    local ws, path = workspaces.open(), workspaces.path()
    ws:read(workspaces.dump { '{"address": 0, "type": "list", "size": 1, "refs": []}' })
    assert.matches("; generation 1 without memsee's row 0, since it has an object of that address$", ws:export(path))
    local db = core.database(path)
    assert.same({ 1, 0 }, { db:run("select count(*) from obj")[1][1], db:run("select count(*) from ref")[1][1] })
    db:close()
  end)
end)
