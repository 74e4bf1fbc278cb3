local program = require "tests.spec.support.program"
local workspaces = require "tests.spec.support.workspaces"

local SMALL, GC = "tests/data/threads-small.dump.gz", "tests/data/threads-small-gc.dump.gz"

--- What the lines print after those that only prepare; errors are told apart.
local function prompt(lines, words)
  local out, err = program.prompt(lines, words)
  return out, err:gsub("loaded line[^\n]*\n", ""):gsub("collapsed %d+\n", "")
end

local function small()
  return workspaces.dump(workspaces.LINES)
end

describe("commands of workspaces at the prompt", function()
  after_each(program.clean)
  after_each(workspaces.clean)

  it("take the rest of the line as it is", function()
    local out, err = prompt {
      "read " .. small(), "select address, type from obj where type = 'dict'", "set it #0.0", "echo address in $it&",
      "info $it", "stats",
    }
    assert.equal("", err)
    assert.matches("^6 objects and 6 references totalling 210 bytes", out)
    assert.matches("\n#0%.0 +4 +dict\n", out)
    assert.matches("\naddress in %(select child from ref where parent = 4%)\n", out)
    assert.matches("\n#1%.0 +%$it +dict ", out)
    assert.matches("\n6 objects, 6 references, 210 total bytes\n$", out)
  end)

  it("say what to do where nothing is read", function()
    for _, line in ipairs { "stats", "gc", "select * from obj", "kids 1", "leaks" } do
      local _, err = prompt { line }
      assert.matches("^error: no heap is loaded: read FILE", err)
    end
  end)

  it("have dumps of the command line as generations", function()
    local out = prompt({ "gen", "#heaps, heap == heaps[2], om == heap, ws.heap == heap", "gen 1", "heap == heaps[1]" },
      { SMALL, GC })
    assert.matches("\n2 generations, current is 2\n", out)
    assert.matches("\n2\ntrue\ntrue\ntrue\nUsing generation 1 of 2\ntrue\n$", out)
  end)

  it("make heap follow, and none go away", function()
    local out = prompt({ "gen none", "heap", "gen 1", "#heap" }, { small() })
    assert.matches("\nUsing no generation, of 1\nnil\n.*Using generation 1 of 1\n6\n$", out)
  end)

  it("take in a heap that was loaded in Lua", function()
    local load = ("heap = dryad.load('%s', { progress = false })"):format(small())
    local out, err = prompt {
      load, "stats", "gen", load, "select count(*) from obj2", "heap = heaps[1]", "undo", "gen",
    }
    assert.equal("", err)
    assert.matches("^6 objects, 6 references, 210 total bytes\n1 generation, current is 1\n", out)
    assert.matches("\n#0%.0 +6\n1 row\nnothing to undo\n2 generations, current is 1\n", out)
  end)

  it("keep what Lua changes in a file", function()
    local path = workspaces.path()
    local _, err = prompt { "create " .. path, "read " .. small(), "n = heap:remove_references(2, 4)" }
    assert.equal("", err)
    local out = prompt({ "stats" }, { path })
    assert.matches("\n6 objects, 5 references, 210 total bytes\n$", out)
  end)

  it("open a database from the command line, and read dumps into it", function()
    local path = workspaces.path()
    prompt { "create " .. path, "read " .. small(), "set x 1" }
    local out, err = prompt({ "gen", "echo $x" }, { path, small() })
    assert.equal("", err)
    assert.matches("^1 generation, current is 1\n", out)
    assert.matches("\n2 generations, current is 2\n.*\n1\n$", out)
    local _, twice, status = program.run { path, path }
    assert.equal(2, status)
    assert.matches("one database at a time", twice)
  end)

  it("tell the time of queries when asked to", function()
    local out = prompt({ "timer on", "select 1", "timer off", "select 1" })
    assert.matches("^timer on\n.-1 row\n%(%d+%.%d+s%)\ntimer off\n.-1 row\n$", out)
  end)

  it("print columns as wide as they were told", function()
    local out = prompt({ "width type 3", "select type from obj where type = 'module'" }, { small() })
    assert.matches("\n#0%.0 +mo…\n", out)
  end)

  it("run raw SQL, guarded", function()
    local out, err = prompt({ "!select num, current from gen", "shell attach 'x' as y" }, { small() })
    assert.matches("\n#0%.0 +1 +1\n", out)
    assert.matches("attach", err)
    local allowed
    allowed, err = prompt({ "!attach ':memory:' as y", "!select count(*) from y.sqlite_master" },
      { "--unguarded", small() })
    assert.equal("", err)
    assert.matches("\n#0%.0 +0\n", allowed)
  end)

  it("explain themselves", function()
    local out = prompt { "help kids", "?path", "help workspace" }
    assert.matches("kids ADDRESS\n", out)
    assert.matches('path from "CONDITION" to "CONDITION"', out)
    assert.matches("ws:continue_gc", out)
  end)

  it("expand shorthands in why and run", function()
    local out, err = prompt({
      "select * from obj where type = 'Thread' limit 1", "set t #0.0", "print '++'", "why $t 1", "print '++'",
      "why #0.0 1", "print '++'",
    }, { SMALL })
    assert.equal("", err)
    local first, second = out:match "%+%+\n(.-)%+%+\n(.-)%+%+\n"
    assert.equal(first, second)
    assert.matches("^Thread%(", first)
  end)

  it("leave a line that is Lua to Lua", function()
    local out = prompt { "path = 5", "path", "local stats = 6", "stats" }
    assert.equal("5\n6\n", out)
  end)
end)

describe("a terminal", function()
  after_each(program.clean)

  it("stops a query that never ends at Ctrl-C", function()
    local out = program.plain(program.terminal({ SMALL }, {
      "expect > ", "send with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n\\r",
      "wait 0.7", "send \\x03", "expect interrupted", "expect > ", "send stats\\r", "expect objects", "expect > ",
      "send \\x04",
    }))
    assert.not_matches("never saw", out)
    assert.matches("%[exit 0%]", out)
  end)
end)
