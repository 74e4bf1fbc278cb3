-- SPDX-License-Identifier: MIT
local dumps = require "tests.spec.support.dumps"
local workspace = require "dryad.workspace.workspace"
local workspaces = require "tests.spec.support.workspaces"

local column, message = workspaces.column, dumps.message

--- 1 (module) -> 2 -> 3 -> ... -> n, a chain of lists of size 1.
local function chain(n)
  local lines = {}
  for i = 1, n do
    lines[i] = ('{"address": %d, "type": "%s", "size": 1, "refs": [%s]}'):format(i, i == 1 and "module" or "list",
      i < n and i + 1 or "")
  end
  return lines
end

local function chained(n)
  local ws = workspaces.open()
  ws:read(chain(n), { progress = false, raw = true })
  return ws
end

describe("commands about objects", function()
  after_each(workspaces.clean)

  it("show what is known about one", function()
    local ws = workspaces.small()
    local rows = ws:info "4"
    assert.equal(1, #rows)
    assert.same({ 4, "dict", 40, 2, 2 },
      { rows[1].address, rows[1].type, rows[1].size, rows[1].num_refs, rows[1].num_parents })
    ws:set "d #0.0"
    assert.equal(4, ws:info("$d")[1].address)
    assert.equal(5, ws:info("$d&")[1].address)
    assert.equal(4, ws:info("0x4")[1].address)
    assert.equal(0, #ws:info "99")
  end)

  it("list the parents", function()
    local ws = workspaces.small()
    assert.same({ 2, 6 }, column(ws:parents "4", "address"))
    assert.same({ 4 }, column(ws:parents "5", "address"))
    assert.same({}, column(ws:parents "6", "address"))
  end)

  it("refuse anything but an address", function()
    local ws = workspaces.small()
    for _, name in ipairs { "info", "parents", "kids" } do
      for _, text in ipairs { "", "type = 'dict'", "5 or 1", "(1) or (2)" } do
        assert.matches("^" .. name .. " takes an address", message(ws[name], ws, text))
      end
    end
  end)

  it("show kids level by level, through those with one reference", function()
    local ws = workspaces.small()
    local levels = ws:kids "1"
    assert.equal(3, #levels)
    assert.same({ 1 }, column(levels[1], "address"))
    assert.same({ 2 }, column(levels[2], "address"))
    assert.same({ 3, 4 }, column(levels[3], "address"))
    assert.same({ 1, 2 }, column(levels[3], "refs"))
    assert.same({ 5 }, column(ws:kids "4"[2], "address"))
    assert.same({ 2 }, column(ws:kids "4"[2], "refs"))
  end)

  it("stop showing kids after twenty levels, and say how to continue", function()
    local ws = chained(30)
    local levels = ws:kids "1"
    assert.equal(21, #levels)
    assert.same({ 21 }, column(levels[21], "address"))
    assert.matches("\n20 levels are shown; kids with an address of the last one continues$", tostring(levels))
    assert.equal(10, #ws:kids "21")
  end)

  it("end in a cycle of kids", function()
    local ws = workspaces.open()
    ws:read({
      '{"address": 1, "type": "list", "size": 1, "refs": [2]}',
      '{"address": 2, "type": "list", "size": 1, "refs": [1]}',
    }, { progress = false })
    assert.equal(3, #ws:kids "1")
  end)

  it("count types of ancestors", function()
    local ws = workspaces.small()
    local report = ws:ancestor_types "type = 'int'"
    local found = {}
    for i = 1, #report.result do
      local row = report.result[i]
      found[i] = ("%d %s %d"):format(row[1], row[2], row[3])
    end
    assert.same({ "0 int 1", "1 dict 1", "2 list 1", "2 tuple 1", "3 module 1" }, found)
    assert.same({ "gen", "type", "count(*)" }, report.result.columns)
    report = ws:ancestor_types "type = 'int' stop list, dict"
    assert.equal(2, #report.result)
    assert.matches("^Found 1 new ancestor\n", tostring(report))
  end)

  it("find a path", function()
    local ws = workspaces.small()
    local report = ws:path [[from "type = 'module'" to "type = 'int'"]]
    assert.equal(1, #report)
    assert.same({ 1, 2, 4, 5 }, column(report[1], "address"))
    assert.is_nil(report[1][1].label)
    assert.equal("[1]", report[1][3].label)
    assert.matches("^Found 1 object at step 1\nFound 2 objects at step 2\nFound 1 object at step 3\n", tostring(report))
    assert.equal(report[1], ws.results[0])
  end)

  it("find a path along referrers, also with shorthands and single quotes", function()
    local ws = workspaces.small()
    ws:set "it 5"
    local report = ws:path [[from 'type = ''int''' to "address in 0&" reversed]]
    assert.same({ 5, 4, 6 }, column(report[1], "address"))
    report = ws:path [[from "address = $it" to "type = 'module'" reversed]]
    assert.same({ 5, 4, 2, 1 }, column(report[1], "address"))
  end)

  it("find a path to each", function()
    local ws = workspaces.small()
    local report = ws:path [[from "address = 2" to "address in (3, 5, 6)" all]]
    assert.equal(2, #report)
    assert.same({ 2, 3 }, column(report[1], "address"))
    assert.same({ 2, 4, 5 }, column(report[2], "address"))
    assert.matches("\nthere is no path to 1 object$", tostring(report))
  end)

  it("say when there is no path", function()
    local ws = workspaces.small()
    assert.matches("there is no path$", tostring(ws:path [[from "address = 3" to "address = 1"]]))
    assert.matches("no object to start from: address = 99", tostring(ws:path [[from "address = 99" to "address = 1"]]))
    for _, text in ipairs { "", "from x to y", [[from "a" to "b]], [[from "1" to "2" backwards]] } do
      assert.matches("^path takes two conditions", message(ws.path, ws, text))
    end
  end)

  it("explain why, with shorthands", function()
    local ws = workspaces.small()
    ws:select "* from obj order by address"
    assert.equal(tostring(ws.heap[4]:why(1)), tostring(ws:why "#0.3 1"))
    assert.equal(tostring(ws.heap:why "str"), tostring(ws:why "str"))
    assert.equal(tostring(ws.heap:why { 3, 4 }), tostring(ws:why "#0.1&"))
    assert.matches("no object has the address 99", message(ws.why, ws, "99"))
  end)
end)

describe("edits of a workspace", function()
  after_each(workspaces.clean)

  it("say how many rows", function()
    local ws = workspaces.small()
    assert.equal("2 rows deleted", ws:delete "from ref where parent = 2")
    assert.equal("1 row inserted", ws:insert "into ref (parent, child) values (2, 3)")
    assert.equal("2 rows inserted", ws:insert "into obj (address, type, size) values (7, 'a', 1), (8, 'b', 2)")
    assert.equal("0 rows deleted", ws:delete "from obj where address = 99")
    assert.equal("3 rows updated", ws:update "obj set mark = 5 where address < 4")
    assert.same({ 5, 5, 5 }, column(ws:select "mark from obj where mark is not null", "mark"))
    assert.equal(8, #ws.heap)
  end)

  it("are undone one by one, in words", function()
    local ws = workspaces.small()
    ws:delete "from ref where parent = 2"
    ws:delete "from obj where address = 6"
    ws:pin "address = 5"
    assert.equal("undone: the pinning of objects", ws:undo())
    assert.equal("undone: the edit of objects and references (1 object back, 1 reference back)", ws:undo())
    assert.equal("undone: the edit of objects and references (2 references back)", ws:undo())
    assert.equal("nothing to undo", ws:undo())
    assert.equal(6, #ws.heap)
  end)

  it("change nothing when they fail", function()
    local ws = workspaces.small()
    assert.is_false(pcall(ws.update, ws, "obj set size = 0"))
    assert.is_false(pcall(ws.insert, ws, "into obj (address, type) values (9, 'x'), (1, 'there already')"))
    assert.equal(6, #ws.heap)
    assert.equal("nothing to undo", ws:undo())
  end)
end)

describe("gc", function()
  after_each(workspaces.clean)

  it("drops what roots do not reach, and reports it", function()
    local ws = workspaces.small()
    ws:delete "from ref where parent = 2 and child = 3"
    local report = ws:gc()
    assert.equal(1, report.deleted)
    assert.is_true(report.complete)
    assert.equal([[
6 objects, 5 references, 210 total bytes
Marked 2 top level objects
Marked 2 objects at depth 1
Marked 1 object at depth 2
Marking complete
Deleted 1 object; undo brings them back
type  deleted  bytes
str         1     30
5 objects, 5 references, 180 total bytes]], tostring(report))
    assert.same({ 1, 2, 2, 3, 1 }, column(ws:select "mark from obj order by address", "mark"))
    assert.matches("garbage collection %(1 object back%)", ws:undo())
  end)

  it("spares what is pinned, and what that reaches", function()
    local ws = workspaces.small()
    assert.equal("1 row pinned", ws:pin "type = 'dict'")
    assert.equal("0 rows pinned", ws:pin "type = 'dict'")
    ws:delete "from ref where child = 4"
    ws:gc()
    assert.same({ 1, 2, 3, 4, 5, 6 }, column(ws:select "* from obj order by address", "address"))
  end)

  it("pins the object of an address alone, not everything", function()
    local ws = workspaces.small()
    assert.equal("1 row pinned", ws:pin "3")
    assert.equal("2 rows pinned", ws:pin "(4, 5)")
    assert.equal("0 rows pinned", ws:pin "2&")
    assert.matches("pin takes a condition", message(ws.pin, ws, ""))
  end)

  it("can be interrupted and continued, with the same end", function()
    local ws = chained(30)
    ws:insert "into obj (address, type, size) values (99, 'list', 1), (100, 'str', 1)"
    ws:delete "from ref where parent = 20"
    workspace.listen(ws, function(line)
      if line:find "depth 3$" then
        error("interrupted!", 0)
      end
    end)
    local report = ws:gc()
    workspace.listen(ws, nil)
    assert.is_false(report.complete)
    assert.matches("\nMarked 1 object at depth 3\nInterrupted; continue_gc continues at depth 4$", tostring(report))
    assert.equal(32, #ws.heap)
    local path = workspaces.path()
    ws:create(path)
    local rest = ws:continue_gc()
    assert.matches("^32 objects, 28 references, 32 total bytes\nMarked 1 object at depth 4\n", tostring(rest))
    assert.equal(20, #ws.heap)
    assert.same({ 1, 2, 3, 4, 5 }, column(ws:select "mark from obj order by address limit 5", "mark"))
  end)

  it("passes its lines to a callback as they arrive", function()
    local ws, heard = workspaces.small(), {}
    workspace.listen(ws, function(line)
      heard[#heard + 1] = line
    end)
    local report = ws:gc()
    assert.equal("Marked 2 top level objects", heard[2])
    assert.equal(table.concat(heard, "\n") .. "\n" .. report:rest(), tostring(report))
  end)

  it("reports the depths beyond the twentieth in one line", function()
    local ws = chained(30)
    local text = tostring(ws:gc())
    assert.matches("\nMarked 1 object at depth 20\nMarked 9 objects at depth 21 to 29\nMarking complete\n", text)
  end)
end)

describe("the words of a command", function()
  after_each(workspaces.clean)

  it("are a text", function()
    local ws = workspaces.small()
    for _, name in ipairs { "gen", "set", "echo", "width", "timer", "leaks", "diff", "run", "path", "help" } do
      assert.matches(name .. ": words must be a text, not a table$", message(ws[name], ws, {}))
    end
    assert.equal("5", ws:echo(5))
    assert.equal("", ws:echo())
  end)

  it("may be an object where they are an address", function()
    local ws = workspaces.small()
    assert.equal(4, ws:info(ws.heap[4])[1].address)
    assert.same({ 2, 6 }, column(ws:parents(ws.heap[4]), "address"))
    assert.equal(5, ws:kids(ws.heap[4])[2][1].address)
  end)
end)

describe("stats", function()
  after_each(workspaces.clean)

  it("are plain numbers", function()
    assert.equal("6 objects, 6 references, 210 total bytes", workspaces.small():stats())
  end)
end)
