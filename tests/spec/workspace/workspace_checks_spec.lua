-- SPDX-License-Identifier: MIT
-- Databases that lack something: a check of them is refused.
local core = require "dryad.core"
local dryad = require "dryad"
local program = require "tests.spec.support.program"
local workspaces = require "tests.spec.support.workspaces"

after_each(function()
  workspaces.clean()
  program.clean()
end)

--- Runs one of Dryad's own statements, which are not guarded, on a file.
local function change(path, sql)
  local db = core.database(path)
  db:run(sql, nil, true)
  db:close()
end

--- The file of the small workspace's dump, exported.
local function exported(lines)
  local ws, path = workspaces.open(), workspaces.path()
  ws:read(workspaces.dump(lines or workspaces.LINES) .. " raw")
  ws:export(path)
  return path
end

--- The report of a database's heap; what it warns of goes to the listing.
local function report_of(path)
  local ws = workspaces.open()
  ws:open(path)
  return ws.heap.report
end

--- Checks that `leaks` and `diff` refuse to check a database for this reason, and say what JSON says.
local function assert_refused(path, reason)
  local whole = workspaces.dump(workspaces.LINES)
  for _, words in ipairs { { "leaks", "--fail-over", "1G" }, { "diff", "--fail-on-growth", whole } } do
    table.insert(words, path)
    local _, err, status = program.run(words)
    assert.equal(2, status)
    local said = reason .. "; --allow-incomplete checks what is there"
    assert(err:find("the check was not made: ", 1, true) and err:find(said, 1, true), err)
  end
  local out, err = program.run { "summary", "--json", path }
  assert(out:find('"complete":false', 1, true), out)
  assert(err:find("generation 1", 1, true), err)
end

describe("a database of plain tables", function()
  it("is whole if each row is what a dump can have", function()
    local path = exported()
    assert.equal(0, select(3, program.run { "leaks", "--fail-over", "1G", path }))
    local _, err = program.run { "summary", path }
    assert.equal("", err)
    assert.is_nil(workspaces.open(path).heap.report.complete)
  end)

  it("is incomplete with a size, an address or a reference that is none", function()
    for statement, reason in pairs {
      ["update obj set size = 'x' where address = 4"] = "1 row of obj cannot be used",
      ["update obj set size = -5 where address = 4"] = "1 row of obj cannot be used",
      ["update obj set size = null where address in (4, 5)"] = "2 rows of obj cannot be used",
      ["update obj set size = 1e300 where address = 4"] = "1 row of obj cannot be used",
      ["update obj set size = size + 0.5 where address = 4"] = "1 row of obj cannot be used",
      ["update obj set size = x'34' where address = 4"] = "1 row of obj cannot be used",
      ["update obj set address = null where address = 4"] = "1 row of obj cannot be used",
      ["update obj set address = 'x' where address = 4"] = "1 row of obj cannot be used",
      ["update ref set child = null where parent = 2"] = "2 rows of ref cannot be used",
      ["update ref set child = 4.5 where child = 4"] = "2 rows of ref cannot be used",
      ["update ref set parent = null where parent = 2"] = "2 rows of ref cannot be used",
      ["update ref set child = null where parent = 0"] = "2 rows of ref cannot be used",
    } do
      local path = exported()
      change(path, statement)
      local report = report_of(path)
      assert.is_false(report.complete)
      assert.equal(reason, report.incomplete)
    end
    local path = exported()
    change(path, "update obj set size = 'x' where address = 4")
    change(path, "update ref set child = null where parent = 2")
    assert_refused(path, " is incomplete: 1 row of obj and 2 rows of ref cannot be used")
  end)

  it("keeps the roots beside one that cannot be used", function()
    local path = exported()
    change(path, "update ref set child = null where parent = 0 and child = 1")
    change(path, "update ref set rowid = 0 where child is null")
    local ws = workspaces.open()
    ws:open(path)
    assert.equal(6, ws.heap:roots()[1].address)
  end)

  it("keeps what was missing when it was exported", function()
    local lines = table.move(workspaces.LINES, 1, 6, 1, {})
    lines[7], lines[8] = "{", "}"
    local path = exported(lines)
    assert_refused(path, " is incomplete: its dump has 2 lines that cannot be used")
    local again, ws = workspaces.path(), workspaces.open()
    ws:open(path)
    ws:export(again)
    assert_refused(again, " is incomplete: its dump has 2 lines that cannot be used")
  end)

  it("keeps that sizes were lost, and that records contradict each other", function()
    local lines = table.move(workspaces.LINES, 1, 6, 1, {})
    lines[7] = '{"address": 7, "type": "list", "size": -70, "refs": []}'
    assert_refused(exported(lines), " is incomplete: its dump has 1 line whose size or references were lost")
    lines[7] = '{"address": 6, "type": "tuple", "size": 61, "len": 1, "refs": [4]}'
    assert_refused(exported(lines), "its dump has 1 line at odds with an earlier one of the same address")
  end)

  it("keeps why a dump was incomplete, for each generation", function()
    local path, ws = workspaces.path(), workspaces.open()
    local process = '{"address": 1, "type": "<process>", "size": 0, "value": "{}", "refs": []}'
    ws:read(workspaces.dump { process, '{"address": 8, "type": "int", "size": 1, "refs": []}' } .. " raw")
    ws:read(workspaces.dump(workspaces.LINES) .. " raw")
    local why = ws.heaps[1].report.incomplete
    assert.matches("no end record", why)
    ws:export(path)
    assert.is_nil(report_of(path).complete) -- of the second, which is current
    assert.equal(0, select(3, program.run { "leaks", "--fail-over", "1G", path }))
    local out = program.run({ "-i", path }, { input = "gen 1\nws.heap.report.incomplete" })
    assert(out:find(why, 1, true), out)
  end)

  it("shows a reason that somebody else wrote as text", function()
    local path = exported()
    change(path, "create table incomplete (gen int, reason text)")
    change(path, "insert into incomplete values (1, '\27[31m' || cast(x'ff' as text) || printf('%.1000c', 'x'))")
    local reason = report_of(path).incomplete
    assert.is_nil(reason:find "\27")
    assert.is_true(#reason <= 103)
  end)

  it("is refused if its reasons are a view", function()
    local path = exported()
    change(path, "create view incomplete as select 1 as gen, 'x' as reason")
    assert.has_error(function() dryad.workspace(path) end)
  end)
end)

describe("a workspace", function()
  --- The file of one whose generation has these edits.
  local function edited(...)
    local path = workspaces.path()
    do
      local ws <close> = dryad.workspace(path)
      ws:read(workspaces.dump(workspaces.LINES))
    end
    for _, statement in ipairs { ... } do
      change(path, statement)
    end
    return path
  end

  it("is incomplete with an edit that cannot be repeated", function()
    assert_refused(edited "insert into edit values (1, 1, 'cut', x'00')",
      "is incomplete: edit 1 (cut) of its workspace cannot be repeated")
  end)

  it("keeps that in an index", function()
    local ws, index = workspaces.open(), workspaces.path ".dryad"
    ws:open(edited "insert into edit values (1, 1, 'cut', x'00')")
    ws.heap:save(index)
    local loaded = dryad.load(index, { progress = false })
    assert.equal("edit 1 (cut) of its workspace cannot be repeated", loaded.report.incomplete)
  end)

  it("with a size of its dump that is none has a dump that changed", function()
    for _, size in ipairs { "'x'", "1.5", "x'00'", "null" } do
      local said = workspaces.open():open(edited("update gen set size = " .. size))
      assert.matches("changed since it was read %(other contents%)", said)
    end
  end)

  it("reads the edits after one without a kind", function()
    local path = edited("drop table edit", "create table edit (gen int, seq int, kind text, change blob)",
      "insert into edit values (1, 1, null, x'00')")
    assert_refused(path, "is incomplete: edit 1 (?) of its workspace cannot be repeated")
  end)

  it("says what its dumps lack when it is opened", function()
    local path = workspaces.path()
    do
      local ws <close> = dryad.workspace(path)
      ws:read(workspaces.dump { workspaces.LINES[1], "{" })
    end
    assert.matches("generation 1 has 1 line that cannot be used", workspaces.open():open(path))
  end)
end)
