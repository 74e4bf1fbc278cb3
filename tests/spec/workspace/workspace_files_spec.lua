-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"
local program = require "tests.spec.support.program"
local workspaces = require "tests.spec.support.workspaces"

local LINES, column, message = workspaces.LINES, workspaces.column, dumps.message

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

describe("a workspace in a file", function()
  after_each(workspaces.clean)

  local function made(lines)
    local path, dump = workspaces.path(), workspaces.dump(lines or LINES)
    local ws <close> = dryad.workspace(path)
    ws:read(dump)
    return path, dump
  end

  it("is restored with generations, names and edits", function()
    local path = made()
    do
      local ws <close> = dryad.workspace(path)
      ws:read(workspaces.dump { LINES[1] })
      ws:gen "1"
      ws:set "cache 4"
      ws:delete "from ref where parent = 2"
      ws:insert "into obj (address, type, size) values (7, 'note', 9)"
      ws:pin "address = 5"
      ws:update "obj set mark = 3 where address = 6"
      ws.heap:undo()
      ws.heap:remove_references(6, 4)
    end
    local ws = workspaces.open(path)
    assert.equal("2 generations, current is 1", tostring(ws:gen()):match "^[^\n]+")
    assert.equal("4", ws.names.cache)
    assert.equal(7, #ws.heap)
    assert.same({ 1, 4 }, column(ws:select "distinct parent from ref order by 1", "parent"))
    assert.equal(0, ws:select("count(*) from obj where mark is not null")[1][1])
    assert.same({ 5 }, column(ws:select("address from obj where address in (5, 3) and address in list(?)",
      ws.heap:roots()), "address"))
    assert.equal("undone: the removal of references (1 reference back)", ws:undo())
    assert.equal("undone: the pinning of objects", ws:undo())
    ws:close()
    ws = workspaces.open(path)
    assert.equal(4, ws.heap.num_refs)
  end)

  it("keeps edits at each method, so that a crash loses none", function()
    local path = made()
    local ws = workspaces.open(path)
    ws:delete "from ref where parent = 2"
    ws.heap:remove_references(6, 4)
    ws:stats()
    local other = workspaces.open(path)
    assert.equal(3, other.heap.num_refs)
  end)

  it("keeps the edits made in Lua when another file is opened", function()
    local path = made()
    local ws, other = workspaces.open(path), made()
    ws.heap:remove_references(6, 4)
    ws:open(other)
    assert.equal(6, ws.heap.num_refs)
    assert.equal(5, workspaces.open(path).heap.num_refs)
  end)

  it("keeps working on a full disk, reports it once for each change, and saves when it can", function()
    local path = made()
    local ws = workspaces.open(path, { unguarded = true })
    ws:set("name 1")
    ws:shell(("pragma max_page_count = %d"):format(ws:shell("pragma page_count")[1][1]))
    local insert = "into obj (address, type, name) values (%d, 'note', '" .. ("x"):rep(20000) .. "')"
    local full = "database or disk is full; changes of heaps were not saved$"
    assert.matches(full, message(ws.insert, ws, insert:format(100)))
    assert.matches("^7 objects", ws:stats())
    assert.matches(full, message(ws.insert, ws, insert:format(101)))
    assert.matches("^8 objects", ws:stats())
    assert.matches(full, message(ws.keep, ws))
    assert.matches(full, message(ws.backup, ws))
    assert.equal(6, #workspaces.open(path).heap)
    ws:shell "pragma max_page_count = 1000"
    assert.equal(8, #workspaces.open(path).heap)
  end)

  it("reports a full disk at closing, and is closed", function()
    local path = made()
    local ws = dryad.workspace(path, { unguarded = true })
    ws:shell(("pragma max_page_count = %d"):format(ws:shell("pragma page_count")[1][1]))
    local heap = ws.heap
    message(ws.insert, ws, "into obj (address, type, name) values (9, 'note', '" .. ("x"):rep(20000) .. "')")
    assert.matches("disk is full", message(ws.close, ws))
    assert.is_false(ws:is_open())
    assert.equal(7, #heap)
  end)

  it("follows the changes of another process", function()
    local path = made()
    local a, b = workspaces.open(path), workspaces.open(path)
    assert.equal(6, #b.heap)
    a:delete "from obj where address = 6"
    a:set "x 1"
    assert.equal(5, b:select("count(*) from obj")[1][1])
    assert.equal("1", b.names.x)
    b:delete "from obj where address = 5"
    assert.equal(4, a:select("count(*) from obj")[1][1])
    a:undo()
    a:undo()
    assert.equal(6, b:select("count(*) from obj")[1][1])
  end)

  it("merges concurrent changes of two processes", function()
    local path = made()
    local a, b = workspaces.open(path), workspaces.open(path)
    assert.equal(12, #a.heap + #b.heap)
    a.heap:sql "delete from obj where address = 6"
    b.heap:sql "delete from obj where address = 5"
    a:keep()
    b:keep()
    assert.equal(4, a:select("count(*) from obj")[1][1])
    assert.equal(4, b:select("count(*) from obj")[1][1])
    assert.equal(4, #workspaces.open(path).heap)
  end)

  it("numbers what two processes read at once differently", function()
    local path, dump = made()
    local a, b = workspaces.open(path), workspaces.open(path)
    a:read(dump)
    b:read(dump)
    assert.equal(2, a.generation)
    assert.equal(3, b.generation)
    assert.equal("3 generations, current is 2", tostring(a:gen()):match "^[^\n]+")
  end)

  it("reports a dump that moved, and reads it from its new place", function()
    local path, dump = made()
    do
      local ws <close> = dryad.workspace(path)
      ws:delete "from obj where address = 6"
    end
    local moved = workspaces.path ".dump"
    os.rename(dump, moved)
    local ws = workspaces.open()
    local text = ws:open(path)
    assert.matches("^1 generation, current is 1\n", text)
    assert.matches("\ngeneration 1: .*: No such file or directory; if the dump was moved, gen 1 from FILE takes it "
      .. "from there$", text)
    assert.matches("gen 1 from FILE", message(ws.stats, ws))
    assert.equal("Using generation 1 of 1", ws:gen("1 from " .. moved))
    assert.equal(5, #ws.heap)
    ws:close()
    assert.equal(5, #workspaces.open(path).heap)
  end)

  it("reports a dump that changed, and reads it as it is", function()
    local path, dump = made()
    write(dump, LINES[1] .. "\n" .. LINES[2] .. "\n")
    local ws = workspaces.open()
    local text = ws:open(path)
    assert.matches("changed since it was read %(had %d+ bytes, has %d+ bytes%)", text)
    assert.matches(("gen 1 from '%s' reads it as it is now, read '%s' makes it a new generation"):format(dump, dump)
      :gsub("%p", "%%%0"), text)
    ws:gen(("1 from '%s'"):format(dump))
    assert.equal(2, #ws.heap)
    ws:close()
    assert.equal(2, #workspaces.open(path).heap)
  end)

  it("leaves out edits that no longer apply, and reports it", function()
    local path, dump = made()
    do
      local ws <close> = dryad.workspace(path)
      ws:insert "into obj (address, type, size) values (9, 'x', 1)"
      ws:insert "into ref (parent, child) values (9, 1)"
      ws:delete "from obj where address = 6"
    end
    write(dump, LINES[1] .. "\n" .. LINES[6] .. "\n" .. '{"address": 9, "type": "set", "size": 1, "refs": []}\n')
    local ws = workspaces.open()
    ws:open(path)
    local warned
    local globals = debug.getregistry()["dryad.globals"]
    local warn_before = globals.warn
    globals.warn = function(text) warned = text end
    ws:gen(("1 from '%s'"):format(dump))
    globals.warn = warn_before
    assert.matches("generation 1: edit 1 %(edit%) cannot be repeated: .*; 2 edits after it left out", warned)
    assert.equal(3, #ws.heap)
  end)

  it("reports that a source in Lua or standard input cannot be read again", function()
    local path = workspaces.path()
    do
      local ws <close> = dryad.workspace(path)
      ws:read(LINES, { progress = false })
    end
    local ws = workspaces.open()
    assert.matches("generation 1 came from %(lines%), which cannot be read again; gen 1 from FILE", ws:open(path))
  end)

  it("takes over a workspace in memory when it is created", function()
    local path = workspaces.path()
    local ws = workspaces.open()
    ws:read(workspaces.dump(LINES))
    ws:set "x 1"
    ws:delete "from obj where address = 6"
    assert.equal(("created %s with 1 generation"):format(path), ws:create(path))
    assert.equal(path, ws.file)
    assert.equal(5, ws:select("count(*) from obj")[1][1])
    local second = workspaces.path()
    assert.equal("created " .. second, ws:create(second))
    assert.equal(0, #ws.heaps)
    ws:open(path)
    assert.equal(5, #ws.heap)
    assert.equal("1", ws.names.x)
  end)

  it("does not replace a file, and is not opened if there is none", function()
    local ws, path = workspaces.open(), made()
    assert.matches("already exists; open", message(ws.create, ws, path))
    assert.matches("there is no such file; create", message(ws.open, ws, "/nonexistent/x.db"))
    assert.matches("create takes the name of a file", message(ws.create, ws, ""))
  end)

  it("is distinguished from files of other kinds", function()
    local ws, path = workspaces.open(), workspaces.path()
    write(path, "no database at all, but long enough to be one, or so it seems to me: it goes on and on and on and on")
    assert.matches(path:gsub("%p", "%%%0"), message(ws.open, ws, path))
    write(path, "")
    assert.matches("not a workspace of Dryad or memsee", message(ws.open, ws, path))
    os.remove(path)
    local db = core.database(path, { create = true })
    db:run("create table t (a)", nil, true)
    db:run("pragma user_version = 7", nil, true)
    db:close()
    assert.matches("not a workspace of Dryad or memsee", message(ws.open, ws, path))
    os.remove(path)
    dryad.workspace(path):close()
    db = core.database(path)
    db:run("pragma user_version = 99", nil, true)
    db:close()
    assert.matches("a later version of Dryad", message(ws.open, ws, path))
    assert.equal(0, #ws.heaps)
  end)
end)

local function mode_of(path)
  local process <close> = io.popen("stat -c %a " .. path)
  return process:read "l"
end

describe("backup", function()
  after_each(workspaces.clean)

  local function changed(ws)
    ws:read(workspaces.dump(LINES))
    ws:set "x 1"
    ws:delete "from obj where address = 6"
    local said = ws:backup()
    ws:delete "from obj where address = 5"
    ws:set "x 2"
    ws:read(workspaces.dump { LINES[1] })
    return said
  end

  it("in memory restores names, generations and edits", function()
    local ws = workspaces.open()
    assert.matches("there is no backup", message(ws.restore, ws))
    assert.equal("backed up in memory", changed(ws))
    assert.equal("backed up in memory, as number 2; restore 1 takes the first", ws:backup())
    ws:restore()
    assert.equal("2", ws.names.x)
    ws:restore(1)
    assert.equal("1 generation, current is 1", tostring(ws:gen()):match "^[^\n]+")
    assert.equal("1", ws.names.x)
    assert.same({ 1, 2, 3, 4, 5 }, column(ws:select "* from obj order by 1", "address"))
    assert.matches("1 object back", ws:undo())
  end)

  it("also restores what Lua changed since the last method", function()
    local ws = workspaces.small()
    ws:backup()
    ws.heap:remove_references(6, 4)
    ws:restore()
    assert.equal(6, ws.heap.num_refs)
  end)

  it("of a file lies beside it, and the first one stays", function()
    local path = workspaces.path()
    local ws = workspaces.open(path)
    assert.equal(("backed up to %s.bak"):format(path), changed(ws))
    ws:restore()
    assert.equal(1, #ws.heaps)
    assert.same({ 1, 2, 3, 4, 5 }, column(ws:select "* from obj order by 1", "address"))
    ws:set "x 3"
    assert.equal(("backed up to %s.bak.2; restore 2 takes this one, restore 1 the first"):format(path), ws:backup())
    ws:set "x 4"
    assert.matches("%.bak%.2$", ws:restore())
    assert.equal("3", ws.names.x)
    assert.matches("%.bak$", ws:restore "1")
    assert.equal("1", ws.names.x)
    assert.matches("restore takes the number of a backup, 1 to 2, not '3'", message(ws.restore, ws, 3))
    assert.equal("600", mode_of(path .. ".bak"))
    assert.equal("600", mode_of(path))
    ws:close()
    assert.equal(5, #workspaces.open(path).heap)
    assert.equal(5, #workspaces.open(path .. ".bak").heap)
    assert.equal("600", mode_of(path .. ".bak.2"))
  end)
end)

describe("a backup", function()
  after_each(workspaces.clean)

  it("replaces no other file", function()
    local path = workspaces.path()
    local ws = workspaces.open(path)
    write(path .. ".bak", "notes")
    assert.matches("^backed up to [^ ]+%.bak%.2;", ws:backup())
    assert.equal("notes", program.read_file(path .. ".bak"))
  end)
end)

describe("export", function()
  after_each(workspaces.clean)

  it("writes plain tables with memsee's schema and indexes", function()
    local ws, path = workspaces.open(), workspaces.path()
    ws:read(workspaces.dump(LINES))
    ws:delete "from ref where parent = 6"
    ws:update "obj set mark = 2 where address = 1"
    ws:set "cache 4"
    ws:read(workspaces.dump { LINES[1], LINES[3] })
    assert.equal(("exported 2 generations to %s"):format(path), ws:export(path))
    local db <close> = setmetatable({ db = core.database(path) }, { __close = function(x) x.db:close() end })
    local function all(sql)
      local found = {}
      for a, b, c in db.db:rows(sql) do
        found[#found + 1] = table.concat({ tostring(a), tostring(b), tostring(c) }, " ")
      end
      return found
    end
    assert.same({ "1 0 nil", "2 1 nil" }, all "select num, current from gen order by num")
    assert.same({ "cache 4 nil" }, all "select name, value from env")
    assert.same({ "0 nil nil", "1 module app", "3 str nil" }, all "select address, type, name from obj order by 1")
    assert.same({ "0 nil nil", "1 2 nil", "2 nil nil", "3 nil x", "4 nil nil", "5 nil 7", "6 nil nil" },
      all "select address, mark, value from obj1 order by 1")
    assert.same({ "integer nil nil" }, all "select typeof(value) from obj1 where address = 5")
    assert.same({ "1 2 nil", "2 3 nil", "2 4 nil", "4 5 nil", "4 5 nil" },
      all "select parent, child from ref1 where parent <> 0")
    assert.same({ "1 nil nil", "6 nil nil" }, all "select child from ref1 where parent = 0 order by 1")
    assert.same({ "child1", "child2", "mark1", "mark2", "name1", "name2", "parent1", "parent2", "repr1", "repr2",
      "size1", "size2", "type1", "type2", "value1", "value2" },
      column(db.db:run("select name from sqlite_master where type = 'index' and sql is not null order by 1"), "name"))
  end)

  it("replaces a file only with force", function()
    local ws, path = workspaces.small(), workspaces.path()
    write(path, "mine")
    assert.matches("%.db: exists already; export [^ ]+ force replaces it$", message(ws.export, ws, path))
    assert.equal("mine", program.read_file(path))
    assert.is_false(pcall(ws.export, ws, path .. "/x.db"))
    assert.equal(("exported 1 generation to %s"):format(path), ws:export(path .. " force"))
    assert.equal("600", mode_of(path))
    write(path, "mine")
    ws:export(path, { force = true })
    assert.equal(6, #workspaces.open(path).heap)
    assert.matches("is no file, and a database needs one", message(ws.export, ws, "/dev/null"))
  end)

  it("replaces neither the workspace nor a dump that it reads, even with force", function()
    local path, dump = workspaces.path(), workspaces.dump(LINES)
    local text = program.read_file(dump)
    local ws = workspaces.open(path)
    ws:read(dump)
    for _, file in ipairs { path, dump } do
      assert.matches("would overwrite its own input, [^ ]+; write to another file$",
        message(ws.export, ws, file, { force = true }))
    end
    assert.equal(text, program.read_file(dump))
    assert.is_true(dryad.workspace(path).heap:is_open())
  end)

  it("leaves nothing when it fails", function()
    local path, dump = workspaces.path(), workspaces.dump(LINES)
    local code = ("dryad.workspace():export(%q)"):format(path)
    local process <close> = io.popen(("trap '' XFSZ; ulimit -f 8; %s -e %s %s 2>&1"):format(program.path,
      program.quote(code), dump))
    assert.matches("error", process:read "a")
    assert.is_nil(core.file_facts(path))
    assert.equal(0, select(3, program.run { "-e", code, dump }))
    assert.is_truthy(core.file_facts(path))
  end)

  it("writes valid UTF-8, with NULs, and says how many texts have lone surrogates", function()
    local ws, path = workspaces.open(), workspaces.path()
    ws:read(workspaces.dump {
      '{"address": 1, "type": "T\\ud800", "name": "n\\udc80", "size": 1, "value": "\\udfff\\ud800", "refs": []}',
      '{"address": 2, "type": "str", "size": 1, "value": "a\\u0000b\\u00e9", "refs": []}',
      '{"address": 3, "type": "int", "size": 1, "value": 18446744073709551615, "refs": []}',
    })
    ws:set "odd \xed\xa0\x80"
    assert.matches("; lone surrogates of 3 texts in generation 1 are written as \\udc80$", ws:export(path))
    local db = core.database(path)
    assert.same({ "T\\ud800", "n\\udc80", "\\udfff\\ud800", "a\0bé", "18446744073709551615", "text", "\\ud800" }, {
      db:run("select type from obj where address = 1")[1][1], db:run("select name from obj where address = 1")[1][1],
      db:run("select value from obj where address = 1")[1][1], db:run("select value from obj where address = 2")[1][1],
      db:run("select value from obj where address = 3")[1][1],
      db:run("select typeof(value) from obj where address = 3")[1][1], db:run("select value from env")[1][1],
    })
    db:close()
  end)

  it("can be opened again, as memsee's databases can", function()
    local ws, path = workspaces.small(), workspaces.path()
    ws:export(path)
    ws:open(path)
    assert.equal("6 objects, 6 references, 210 total bytes", ws:stats())
    assert.equal(7, ws.heap[5].value)
  end)
end)
