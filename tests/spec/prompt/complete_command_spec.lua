-- SPDX-License-Identifier: MIT
local complete = require "dryad.prompt.complete"
local sessions = require "dryad.prompt.session"
local workspaces = require "tests.spec.support.workspaces"

describe("completion of commands", function()
  local session, ws

  setup(function()
    ws = workspaces.small()
    ws.names.cache, ws.names.big = "1", "size > 1"
    session = sessions.new(setmetatable({ ws = ws, heap = ws.heap, heaps = ws.heaps }, { __index = _G }))
  end)

  teardown(workspaces.clean)

  local function inserted(before)
    return (complete.complete(before, "", session))
  end

  it("knows the commands", function()
    assert.equal("ue_gc", inserted "contin")
    assert.equal("s", inserted "stat")
  end)

  it("knows SQL, columns and tables", function()
    assert.equal("ess", inserted "select addr")
    assert.equal("ined", inserted "select * from obj where reta")
    assert.equal("p", inserted "select type from obj grou")
    assert.matches("obj +obj1", (select(2, complete.complete("select * from obj", "", session))))
    assert.equal("erenced", inserted "delete from unref")
    assert.equal("d", inserted "!select chil")
  end)

  it("knows types in quotes, and closes them", function()
    assert.equal("t'", inserted "select * from obj where type = 'dic")
    assert.equal("le'", inserted "pin type in ('dict', 'tup")
    assert.equal("t", inserted "why dic")
  end)

  it("knows names", function()
    assert.equal("ache", inserted "select * from obj where address in $c")
    assert.equal("ig", inserted "echo $b")
  end)

  it("knows results and their columns, and shorthands alone", function()
    ws:select "address, type, len from obj"
    assert.equal("ype", inserted "select * from obj where type in #0.t")
    assert.equal("en", inserted "#0.l")
    assert.equal("0", inserted "info #")
    assert.equal("ig", inserted "$b")
    assert.is_nil(inserted "select #7.a")
  end)

  it("knows what timer and gen take", function()
    assert.equal("f", inserted "timer of")
    assert.equal("one", inserted "gen n")
  end)

  it("knows the types of arguments that commands declare", function()
    assert.equal("m", inserted "gen 1 fro")
    assert.equal("rview", inserted "recipes ove")
    assert.equal("ust", inserted "run --tr")
    assert.equal("rview", inserted "run --trust ove")
    assert.equal("nt=", inserted "run --trust overview cou")
    assert.equal("d", inserted "path from 'x' to 'y' reverse")
    assert.equal("1", inserted "diff ")
    assert.equal("ue", inserted "width value 20 val")
  end)

  it("leaves an assignment or a call to Lua", function()
    assert.equal("p", inserted "diff = hea")
    assert.equal("es", inserted 'width("type" .. heap.typ')
  end)

  it("knows commands in capitals too", function()
    assert.equal("t'", inserted "SELECT * from obj where type = 'dic")
  end)

  it("knows files", function()
    assert.equal("tile.dump", inserted "read tests/data/hos")
    assert.equal("ython311-app.", inserted "open tests/data/p")
    assert.equal("ython311-app.", inserted "gen 1 from tests/data/p")
  end)
end)
