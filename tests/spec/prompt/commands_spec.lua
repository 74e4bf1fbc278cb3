-- SPDX-License-Identifier: MIT
local argument_values = require "dryad.prompt.argument_values"
local commands = require "dryad.prompt.commands"
local core = require "dryad.core"
local program = require "tests.spec.support.program"
local usage = require "dryad.prompt.usage"
local workspaces = require "tests.spec.support.workspaces"

local SMALL, GC = "tests/data/threads-small.dump.gz", "tests/data/threads-small-gc.dump.gz"

--- The output of the lines, without that of the preparation; errors are returned separately.
local function prompt(lines, words)
  local out, err = program.prompt(lines, words)
  return out, err:gsub("loaded line[^\n]*\n", ""):gsub("collapsed %d+\n", "")
end

local function small()
  return workspaces.dump(workspaces.LINES)
end

describe("every command of the prompt", function()
  local TYPES = setmetatable({ sql = true, text = true }, { __index = argument_values })

  it("declares what help and completion need", function()
    for _, name in ipairs(commands.names()) do
      local command = commands.get(name)
      assert.equal(name, command.name)
      assert.matches("^%u.*%.%.*$", command.summary, name)
      assert.equal("function", type(command.run), name)
      assert.equal(command, (commands.parse(command.example)), name)
      for _, argument in ipairs(command.arguments) do
        local is_literal = argument[1] and argument[1]:find "^%l+$"
        if argument.type and not is_literal then
          program.assert_type(argument.type, TYPES, name .. " " .. argument[1])
        end
      end
    end
  end)

  it("that is a method of workspaces has help as one", function()
    for _, name in ipairs(commands.names()) do
      assert.equal(core.workspace.methods[name] ~= nil, commands.get(name).method ~= nil, name)
    end
  end)

  it("has a usage line made from its arguments", function()
    for name, line in pairs {
      gen = "gen [N|none] [from FILE]", read = "read FILE [raw]", timer = "timer on|off", stats = "stats",
      run = "run RECIPE [WORD ...]", path = 'path from "CONDITION" to "CONDITION" [reversed] [all]',
    } do
      assert.equal(line, usage.line(commands.get(name)))
    end
  end)
end)

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

  it("say what to do when nothing has been read", function()
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

  it("make heap follow, and keep every heap open", function()
    local out = prompt({ "gen none", "heap", "gen 1", "#heap" }, { small() })
    assert.matches("\nUsing no generation, of 1\nnil\n.*Using generation 1 of 1\n6\n$", out)
  end)

  it("add a heap that was loaded in Lua", function()
    local load = ("heap = dryad.load('%s', { progress = false })"):format(small())
    local out, err = prompt {
      load, "stats", "gen", load, "select count(*) from obj2", "heap = heaps[1]", "undo", "gen",
    }
    assert.equal("", err)
    assert.matches("^6 objects, 6 references, 210 total bytes\n1 generation, current is 1\n", out)
    assert.matches("\n#0%.0 +6\n1 row\nnothing to undo\n2 generations, current is 1\n", out)
  end)

  it("have a heap that was loaded in Lua among the generations", function()
    local out = prompt { ("heap = dryad.load('%s', { progress = false })"):format(small()), "gen" }
    assert.matches("^1 generation, current is 1\n", out)
  end)

  it("say so when they take no words", function()
    local out, err = prompt { "gc now", "stats x", "undo 3", "stats = 5", "stats" }
    assert.equal("error: gc takes no words\nerror: stats takes no words\nerror: undo takes no words\n", err)
    assert.equal("5\n", out)
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

  it("have a heap that subcommands use too", function()
    local path = workspaces.path()
    prompt { "create " .. path, "read " .. small(), "delete from obj where address = 6" }
    assert.equal("count(*)\n5\n", (program.run { "sql", "--csv", path, "select count(*) from obj" }))
    prompt({ "gen none" }, { path })
    local _, err, status = program.run { "summary", path }
    assert.equal(2, status)
    assert.matches("no generation of this workspace is current", err)
  end)

  it("show the time of queries on request", function()
    local out = prompt({ "timer on", "select 1", "timer off", "select 1" })
    assert.matches("^timer on\n.-1 row\n%(%d+%.%d+s%)\ntimer off\n.-1 row\n$", out)
  end)

  it("print columns with the widths that were set", function()
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

  it("leave the tables of the workspace where they are", function()
    local _, err = prompt { "!drop table gen", "!alter table env rename to x", "!alter table main.edit add column x",
      "!create table gen2 (x)", "!alter table gen2 add column y", "!drop table gen2" }
    local said = {}
    for name in err:gmatch "error: (%a+) is a table of the workspace: it cannot be dropped or altered\n" do
      said[#said + 1] = name
    end
    assert.same({ "gen", "env", "edit" }, said)
    assert.equal(3, select(2, err:gsub("\n", "")))
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

  it("are SQL if Lua's function select has no use for the line", function()
    local out, err = prompt { "select -1", "select (1)", 'select "x"', "SELECT 4", "select(2, 'a', 'b')", "select = 5",
      "select" }
    assert.equal("", err)
    assert.matches("\n#0%.0  %-1\n.-\n#1%.0 +1\n.-\n#2%.0  x\n.-\n#3%.0  4\n1 row\n\"b\"\n5\n$", out)
  end)

  it("continue over several lines while a quote, a comment or a parenthesis is open", function()
    local out, err = prompt { "select 'a", "b' as x", "select (1 +", "2) as x /* a", "comment */", "select '", "", "7" }
    assert.equal("error: unrecognized token: \"'\"\n  select '\n         ^\n", err)
    assert.matches("\n#0%.0  a\\nb\n1 row\n.-\n#1%.0  3\n1 row\n7\n$", out)
  end)

  it("suggest columns and tables", function()
    local _, err = prompt({ "select sise from obj", "select o.adress from obj o", "select 1 from obj3" }, { small() })
    assert.matches("no such column: sise\n  select sise from obj\n         %^\ndid you mean size%?\n", err)
    assert.matches("no such column: o%.adress\n  [^\n]+\n +%^\ndid you mean address%?\n", err)
    assert.matches("no such table: obj3\ndid you mean obj or obj1%?\n", err)
  end)

  it("hint at the tables to a user of SQLite's shell", function()
    local _, err = prompt({ ".tables" }, { small() })
    assert.matches("\nthe tables are obj and ref; help heap:sql lists their columns\n$", err)
  end)

  it("hint at a type without quotes", function()
    local _, err = prompt({ "select * from obj where type = dict" }, { small() })
    assert.matches("^error: no such column: dict\n.*\n +%^\ndict is a type: in SQL, quote text: type = 'dict'\n$", err)
  end)

  it("suggest what was mistyped before SQL", function()
    assert.matches("did you mean select%?\n$", select(2, prompt { "selct * from obj" }))
  end)

  it("suggest read to a user who opens a dump", function()
    local path = small()
    local _, err = prompt { "open " .. path }
    assert.matches("if it is a dump, read " .. path:gsub("%p", "%%%0") .. " reads it\n$", err)
  end)

  it("reset a width", function()
    local out = prompt({ "width type 3", "width type 0", "width", "select type from obj limit 1" }, { small() })
    assert.matches("\nno widths are set\n.*\n#0%.0  module\n", out)
  end)

  it("may have quotes or parentheses after their name", function()
    local out, err = prompt({ "echo '$x' \"y\" -- z", "kids (4)", "stats()", "select :a", "2 + 3" }, { small() })
    assert.equal("error: the query has 1 parameter, but 0 values were given\n", err)
    assert.matches("\n'$x' \"y\" %-%- z\n.*\n#1%.0 +5 +int.*\n6 objects, [^\n]+\n5\n$", out)
  end)

  it("leave a line that is Lua to Lua", function()
    local out = prompt { "path = 5", "path", "local stats = 6", "stats" }
    assert.equal("5\n6\n", out)
  end)
end)

describe("a shorthand alone at the prompt", function()
  after_each(program.clean)
  after_each(workspaces.clean)

  it("shows the result or the object that it names", function()
    local out, err = prompt({
      "select * from obj where type = 'dict'", "print '++'", "#0", "print '++'", "#0.0", "_.address", "set it #0.0",
      "$it", "_.type",
    }, { small() })
    assert.equal("", err)
    local first, again, rest = out:match "(#[^\n]*\n[^\n]*\n#0%.0.-)%+%+\n(.-)%+%+\n(.*)"
    assert.equal(first, again)
    assert.matches("^dict%(4 40B 2refs 2par%)\n.*\n4\n.*\n\"dict\"\n$", rest)
  end)

  it("is a result with the objects where it names several", function()
    local out, err = prompt({ "4^", "#0.address", "2&&;", "0x2^" }, { small() })
    assert.equal("", err)
    assert.matches("^.-\n#0%.0 +2 +list.-\n#0%.1 +6 +tuple.-\n2 rows\n", out)
    assert.matches("\n#1%.0 +2 +list.-\n#1%.1 +6 +tuple.-\n2 rows\n", out)
    assert.matches("\n#2%.0 +5 +int.-\n1 row\n", out)
    assert.matches("\n#3%.0 +1 +module.-\n1 row\n$", out)
  end)

  it("is the text of a name that stands for something else, and of a column that has no addresses", function()
    local out = prompt({ "set big size > 10", "$big", "select type from obj where size = 40", "#0.type" }, { small() })
    assert.matches("\nsize > 10\n.*\n%('dict'%)\n$", out)
  end)

  it("reports what does not exist", function()
    local _, err = prompt({ "#3", "#0.1", "$x", "select 77 as address", "#0.0" }, { small() })
    assert.matches("error: #3%.0: there is no result 3 %(there are none yet%)\n", err)
    assert.matches("error: #0%.1: there is no result 0 ", err)
    assert.matches("error: $x: no name 'x' is set\n", err)
    assert.matches("error: #0%.0: no object has the address 77\n$", err)
  end)
end)

describe("a terminal", function()
  after_each(program.clean)

  it("stops a query that never ends at Ctrl-C", function()
    local out = program.plain(program.terminal({ SMALL }, {
      "expect > ", "send with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n\\r",
      "work 0.3", "send \\x03", "expect interrupted", "expect > ", "send stats\\r", "expect objects", "expect > ",
      "send \\x04",
    }))
    assert.not_matches("never saw", out)
    assert.matches("%[exit 0%]", out)
  end)
end)
