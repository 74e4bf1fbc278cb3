-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"
local workspaces = require "tests.spec.support.workspaces"

local LINES, column, message = workspaces.LINES, workspaces.column, dumps.message

describe("a workspace in memory", function()
  after_each(workspaces.clean)

  it("has nothing at first", function()
    local ws = workspaces.open()
    assert.is_nil(ws.heap)
    assert.is_nil(ws.generation)
    assert.is_nil(ws.file)
    assert.equal(0, #ws.heaps)
    assert.equal("0 generations, current is -none-", tostring(ws:gen()))
    assert.equal("workspace in memory: 0 generations", tostring(ws))
  end)

  it("says what to do when a command needs a heap", function()
    local ws = workspaces.open()
    for _, name in ipairs { "stats", "gc", "summary", "undo" } do
      assert.matches("no heap is loaded: read FILE", message(ws[name], ws))
    end
    assert.matches("no heap is loaded: read FILE", message(ws.select, ws, "* from obj"))
    assert.equal(1, ws:select("1")[1][1])
  end)

  it("reads dumps as generations, the last of which is current", function()
    local ws = workspaces.open()
    local text = ws:read(workspaces.dump(LINES))
    assert.matches("^6 objects and 6 references totalling 210 bytes %(%d+%.%ds%)\n", text)
    assert.matches("generation 1, collapsed: 0 dicts folded into instances", text)
    assert.matches("generation 2, raw", ws:read(workspaces.dump { LINES[1], LINES[2] } .. " raw"))
    assert.equal(2, ws.generation)
    assert.equal(2, #ws.heaps)
    assert.equal(ws.heap, ws.heaps[2])
    assert.equal(6, #ws.heaps[1])
    assert.is_nil(ws.heaps[3])
  end)

  it("reads files whose names have blanks", function()
    local path = workspaces.path " 1 raw.dump"
    local file = assert(io.open(path, "w"))
    file:write(table.concat(LINES, "\n"))
    file:close()
    local ws = workspaces.open()
    assert.matches("generation 1, collapsed", ws:read(path))
    assert.matches("generation 2, raw", ws:read(('"%s" raw'):format(path)))
  end)

  it("reports the problems of a dump", function()
    local ws = workspaces.open()
    assert.matches("\n1 line could not be used; line 2: ", ws:read(workspaces.dump { LINES[1], "nonsense" }))
    assert.matches("no such file", message(ws.read, ws, "/nonexistent.dump"))
    assert.matches("^read takes a file", message(ws.read, ws, ""))
    assert.matches("^read takes a file", message(ws.read, ws, "a.dump rwa"))
  end)

  it("switches among generations", function()
    local ws = workspaces.small()
    ws:read({ LINES[3] }, { progress = false })
    assert.equal(1, ws:select("count(*) from obj")[1][1])
    assert.equal("Using generation 1 of 2", ws:gen(1))
    assert.equal(6, ws:select("count(*) from obj")[1][1])
    assert.equal(6, ws:select("count(*) from obj1 a, obj2 b")[1][1])
    assert.equal("2 generations, current is 1", tostring(ws:gen()):match "^[^\n]+")
    assert.equal("Using no generation, of 2", ws:gen "none")
    assert.is_nil(ws.heap)
    assert.equal("2 generations, current is -none-", tostring(ws:gen()):match "^[^\n]+")
    assert.matches("no generation is current", message(ws.select, ws, "* from obj"))
    assert.equal(6, ws:select("count(*) from obj1")[1][1])
    assert.matches("there is no generation 3: there are 1 to 2", message(ws.gen, ws, 3))
    assert.matches("gen takes a number", message(ws.gen, ws, "x"))
  end)

  it("joins generations", function()
    local ws = workspaces.small()
    ws:read({ LINES[1], LINES[2], '{"address": 9, "type": "set", "size": 1, "refs": []}' }, { progress = false })
    local fresh = ws:select [[b.address from obj2 b left join obj1 a using (address) where a.address is null]]
    assert.same({ 9 }, column(fresh, "address"))
  end)

  it("adds a heap that was loaded without it, once", function()
    local ws, heap = workspaces.open(), dumps.heap(LINES)
    assert.equal(1, ws:adopt(heap))
    assert.equal(heap, ws.heap)
    ws:read({ LINES[1] }, { progress = false })
    assert.equal(1, ws:adopt(heap))
    assert.equal(1, ws.generation)
    assert.equal(2, #ws.heaps)
  end)

  it("lists its generations", function()
    local ws = workspaces.small()
    local path = workspaces.dump(LINES)
    ws:read(path)
    local text = tostring(ws:gen())
    assert.matches("^2 generations, current is 2\n", text)
    assert.matches("\n +1 +%(lines%) +6 +6 +210 +raw +0\n", text)
    assert.matches("\n +2 +" .. path:gsub("%p", "%%%0") .. " +6 +6 +210 +collapsed +0$", text)
  end)
end)

describe("queries of a workspace", function()
  after_each(workspaces.clean)

  it("may begin with their first word or not", function()
    local ws = workspaces.small()
    assert.same({ 4 }, column(ws:select "address from obj where type = 'dict'", "address"))
    assert.same({ 4 }, column(ws:select "select address from obj where type = 'dict'", "address"))
    assert.same({ 4 }, column(ws:select "SELECT address from obj where type = 'dict'", "address"))
    assert.same({ 4 }, column(ws:with "d as (select * from obj where type = 'dict') select * from d", "address"))
    assert.is_true(#ws:explain "query plan select * from obj" > 0)
  end)

  it("take parameters in order and by name", function()
    local ws = workspaces.small()
    assert.same({ 4 }, column(ws:select("address from obj where type = ? and size > ?", "dict", 1), "address"))
    assert.same({ 4 }, column(ws:select("address from obj where type = :t", { t = "dict" }), "address"))
    assert.same({ 4, 5 }, column(ws:select("address from obj where address in list(?) order by 1",
      ws.heap "dict" + ws.heap "int"), "address"))
  end)

  it("are numbered from 0 and can be referred to", function()
    local ws = workspaces.small()
    ws:select "* from obj order by address"
    ws:select "address, type from obj where address in #0.01& order by 1"
    assert.same({ 3, 4 }, column(ws.results[1], "address"))
    assert.same({ 1, 6 }, column(ws:select "* from obj where address in 0& order by 1", "address"))
    assert.same({ 3, 4 }, column(ws:select "* from obj where type in #1.type order by 1", "address"))
    assert.same({ 2, 6 }, column(ws:select "* from obj where address in #1.1^ order by 1", "address"))
    assert.matches("^#9%.1: there is no result 9 %(the last is #4%)", message(ws.select, ws, "#9.1"))
  end)

  it("print with labels, and names for addresses", function()
    local ws = workspaces.small()
    ws:set "top 2"
    local lines = {}
    for line in tostring(ws:select "address, type, value from obj where address < 4"):gmatch "[^\n]+" do
      lines[#lines + 1] = line
    end
    assert.matches("^#%s+address%s+type%s+value$", lines[1])
    assert.matches("^#0%.0%s+1%s+module%s+∘$", lines[3])
    assert.matches("^#0%.1%s+%$top%s+list%s+∘$", lines[4])
    assert.matches("^#0%.2%s+3%s+str%s+x$", lines[5])
  end)

  it("cannot reach outside, unless that is allowed", function()
    local path = workspaces.path()
    local ws = workspaces.open()
    assert.is_false(pcall(ws.shell, ws, ("attach '%s' as x"):format(path)))
    assert.is_nil(io.open(path))
    ws = workspaces.open(nil, { unguarded = true })
    ws:shell(("attach '%s' as x"):format(path))
    ws:shell "create table x.t (a)"
    assert.is_not_nil(io.open(path))
  end)

  it("answer SQL asked of one of its heaps", function()
    local ws = workspaces.small()
    ws:read({ LINES[3] }, { progress = false })
    ws:set "wanted 3"
    assert.equal(6, ws.heaps[1]:sql("select count(*) from obj")[1][1])
    assert.equal(1, ws.heaps[2]:sql("select count(*) from obj")[1][1])
    assert.equal("list", ws.heaps[1]:where("address in $wanted^")[1].type_str)
  end)
end)

describe("names", function()
  after_each(workspaces.clean)

  it("stand for texts that are expanded when they are set", function()
    local ws = workspaces.small()
    ws:select "* from obj order by address"
    ws:set "my.pool #0.1"
    assert.equal("2", ws.names["my.pool"])
    ws:set "inside address in $my.pool&"
    assert.equal("address in (select child from ref where parent = 2)", ws:echo "$inside")
    assert.equal(2, ws:select("count(*) from obj where $inside")[1][1])
    local rows = ws:set()
    assert.same({ "inside", "my.pool" }, { rows[1].name, rows[2].name })
  end)

  it("can be set and forgotten in Lua", function()
    local ws = workspaces.small()
    ws.names.big = "size > 40"
    assert.equal(2, ws:select("count(*) from obj where $big")[1][1])
    local seen = {}
    for name, text in pairs(ws.names) do
      seen[name] = text
    end
    assert.same({ big = "size > 40" }, seen)
    ws.names.big = nil
    assert.matches("no name 'big' is set", message(ws.echo, ws, "$big"))
  end)

  it("have letters, digits and few other characters", function()
    local ws = workspaces.small()
    assert.matches("a name has only letters", message(ws.set, ws, "a'b 1"))
    assert.matches("set takes a name and the text", message(ws.set, ws, "a"))
    assert.is_false(pcall(function()
      ws.names["x y"] = "1"
    end))
  end)
end)

describe("a workspace", function()
  after_each(workspaces.clean)

  it("reports a wrong call", function()
    local ws = workspaces.open()
    assert.matches("call it with a colon: ws:gen%(%)", message(function()
      ws.gen()
    end))
    assert.matches("a workspace has no field 'hepa'", message(function()
      return ws.hepa
    end))
    assert.matches("cannot be set", message(function()
      ws.x = 1
    end))
    assert.matches("workspace: path must be the name of a file, not 5", message(dryad.workspace, 5))
  end)

  it("is closed once", function()
    local ws
    do
      local inner <close> = dryad.workspace()
      ws = inner
    end
    assert.is_false(ws:is_open())
    ws:close()
    assert.matches("the workspace is closed", message(ws.gen, ws))
    assert.equal("workspace (closed)", tostring(ws))
  end)
end)
