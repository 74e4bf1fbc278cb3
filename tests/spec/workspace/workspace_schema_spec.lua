-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"
local program = require "tests.spec.support.program"
local workspaces = require "tests.spec.support.workspaces"

local message = dumps.message

local MEMSEE = {
  "create table gen (num int, current int)",
  "create table env (name text, value text)",
  "create table obj (address int primary key, type text, name text, value text, size int, len int)",
  "create table ref (parent int, child int)",
  "create index size1 on obj (size)",
  "insert into gen values (1, 1)",
  "insert into obj values (1, 'module', 'app', null, 10, null)",
}

-- Never ends, whichever column is asked for.
local ENDLESS = "with recursive x (i) as (select 1 union all select i + 1 from x) select i num, i current, i name, "
  .. "i value, i address, i parent, i child, i type, i size, i len from x"

--- A database of memsee's, changed by these statements.
local function written(...)
  local path = workspaces.path()
  local db = core.database(path, { create = true })
  for _, statements in ipairs { MEMSEE, { ... } } do
    for _, statement in ipairs(statements) do
      db:run(statement, nil, true)
    end
  end
  db:close()
  return path
end

describe("a workspace of others", function()
  after_each(workspaces.clean)
  after_each(program.clean)

  local function assert_refused(problem, ...)
    local path = written(...)
    assert.equal(("%s: not opened, since its %s; a workspace has plain tables"):format(path, problem),
      message(dryad.workspace, path))
  end

  it("is opened if it is made of plain tables, whatever else is in it", function()
    local path = written("create view other as " .. ENDLESS, 'create table "check" (x check (x > 1), y as (x + 1))',
      "create trigger t after insert on \"check\" begin delete from gen; end",
      'create table obj7 ("check" text, address int, "default" text)')
    assert.equal(10, dryad.workspace(path).heap.total_size)
  end)

  it("is refused if a view has the name of a table that is read", function()
    for _, name in ipairs { "gen", "env", "obj", "ref" } do
      assert_refused(name .. " is a view", "drop table " .. name, ("create view %s as %s"):format(name, ENDLESS))
    end
    assert_refused("obj3 is a view", "create view obj3 as " .. ENDLESS)
    assert_refused("edit is a view", "create view edit as " .. ENDLESS)
    assert_refused("GEN is a view", "drop table gen", "create view GEN as " .. ENDLESS)
  end)

  it("is refused if a table that is read runs or computes something", function()
    assert_refused("gen has a trigger", "create trigger t after update on gen begin delete from env; end")
    assert_refused("obj has a trigger", "create trigger gen after insert on obj begin delete from env; end")
    assert_refused("ref is a virtual table", "drop table ref", "create virtual table ref using fts5 (parent, child)")
    assert_refused("ref3 has a computed column", "create table ref3 (parent int, child int as (parent + 1))")
    assert_refused("ref3 has a computed column",
      "create table ref3 (parent int, child int generated always as (parent + 1) stored)")
    assert_refused("edit has a constraint", "create table edit (gen int, seq int, check/**/(seq > 1))")
    assert_refused("edit has a computed default", "create table edit (gen int, seq int DEFAULT (random()))")
    assert_refused("obj has an index with an expression", "create index i on obj (length(name))")
    assert_refused("obj has an index with an expression", "create index i on obj (name) where size > 1")
  end)

  it("is refused if its generations have no numbers, or its names stand for endless text", function()
    local function refused(problem, ...)
      local path = written(...)
      assert.equal(("%s: not opened, since %s"):format(path, problem), message(dryad.workspace, path))
    end
    for _, number in ipairs { "2.5", "'x'", "null", "9223372036854775807", "'1, (select 1)'" } do
      refused("its gen has a generation without a proper number", ("insert into gen values (%s, 0)"):format(number))
    end
    refused("its env has a name that stands for more than 64 KiB",
      "insert into env values ('a', cast(zeroblob(65537) as text))", "update env set value = hex(zeroblob(32769))")
    local path = written "insert into env values ('a', hex(zeroblob(32768)))"
    assert.equal(65536, #dryad.workspace(path).names.a)
    local store = require("dryad.workspace.store").create(workspaces.path())
    store:run "drop table env"
    path = store.path
    store:close()
    assert.equal(path .. ": not opened, since it has no table env of a workspace", message(dryad.workspace, path))
  end)

  it("takes no name that could not be read again", function()
    local ws = workspaces.small()
    assert.matches("a name stands for at most 64 KiB", message(ws.set, ws, "big " .. ("x"):rep(65537)))
    ws:set("big " .. ("x"):rep(65536))
  end)

  it("is refused as a backup too, and the workspace stays as it is", function()
    local path = workspaces.path()
    local ws = workspaces.open(path)
    ws:read(workspaces.dump(workspaces.LINES))
    local trap = written("drop table env", "create view env as " .. ENDLESS)
    assert(os.rename(trap, path .. ".bak"))
    assert.equal(("%s.bak: not opened, since its env is a view; a workspace has plain tables"):format(path),
      message(ws.restore, ws))
    assert.equal(6, #ws.heap)
  end)

  it("says that it is damaged", function()
    local path = written()
    local text = program.read_file(path)
    local page = string.unpack(">I2", text, 17)
    for _, damaged in ipairs {
      text:sub(1, 16), text:sub(1, page), text:sub(1, -page - 1), text:sub(1, page) .. ("\xff"):rep(#text - page),
    } do
      local file <close> = assert(io.open(path, "wb"))
      file:write(damaged)
      file:close()
      local _, err, status = program.run({ "20", program.path, "summary", path }, { path = "timeout" })
      assert.equal(2, status)
      assert.matches("^dryad: " .. path:gsub("%p", "%%%0") .. ": [^\n]+\n$", err)
    end
  end)

  it("is not opened where others may have put it or its journal", function()
    if not program.is_root() then
      pending "only root can give files away"
    end
    local path, folder = written(), program.folder()
    local function give(name, user)
      assert(os.execute(("chown %d %s"):format(user, name)))
    end
    give(path, 4242)
    assert.matches(": belongs to another user, in a folder that others can write; copy it to a folder of yours$",
      message(dryad.workspace, path))
    assert(os.execute(("mv %s %s/own.db"):format(path, folder)))
    path = folder .. "/own.db"
    assert.equal(10, dryad.workspace(path).heap.total_size)
    for _, ending in ipairs { "-journal", "-wal", "-shm" } do
      assert(os.execute(("touch %s%s"):format(path, ending)))
      give(path .. ending, 4243)
      assert.matches(ending .. ": belongs to another user, who does not own the database",
        message(dryad.workspace, path), 1, true)
      assert(os.execute(("ln -sf %s %s%s"):format("/etc/passwd", path, ending)))
      assert.matches(ending .. ": is not a regular file", message(dryad.workspace, path), 1, true)
      os.remove(path .. ending)
    end
  end)

  it("cannot be made one by one's own statements", function()
    local ws = workspaces.small()
    for _, statement in ipairs {
      "create trigger t after update on gen begin delete from env; end", "create index i on env (length(name))",
    } do
      assert.matches("is a table of the workspace: it takes no index or trigger", message(ws.shell, ws, statement))
    end
    ws:shell "create table mine (x)"
    ws:shell "create index i on mine (length(x))"
  end)
end)
