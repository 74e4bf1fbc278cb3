-- SPDX-License-Identifier: MIT
local commands = require "dryad.program.commands"
local core = require "dryad.core"
local facts = require "tests.spec.support.facts"
local program = require "tests.spec.support.program"

local SMALL = "tests/data/threads-small.dump.gz"
local LATER = "tests/data/threads-small-gc.dump.gz"

local function run(...)
  return program.run { ... }
end

--- The findings that a command printed as JSON.
local function data_of(out)
  local found = core.json.decode(out)
  assert.same({ 1, core.version }, { found.schema, found.version })
  return found.data
end

describe("the command line", function()
  after_each(program.clean)

  it("gives help and version", function()
    local out, err, status = run "--help"
    assert.matches("usage: dryad %[options%] %[DUMP, PID or DATABASE", out)
    assert.matches("\n  summary ", out)
    assert.equal("", err)
    assert.equal(0, status)
    assert.equal(out, (run "-h"))
    out, err, status = run "--version"
    assert.equal("", err)
    local version, commit, libraries = out:match "^dryad (%d+%.%d+%.%d+)([^\n]*)\n([^\n]+)\n$"
    assert.equal(require("dryad").version, version)
    assert.is_truthy(commit == "" or commit:match "^ %(%x%x%x%x%x%x%x%x%x%x%x%x%)$" or
      commit:match "^ %(%x%x%x%x%x%x%x%x%x%x%x%x%-dirty%)$")
    assert.matches("^Lua 5%.4%.%d+, SQLite 3%.%d+%.%d+$", libraries)
    assert.equal(0, status)
    assert.equal(out, (run "-v"))
    assert.equal(out, (run "version"))
  end)

  it("gives help for every command", function()
    for _, name in ipairs(commands.names()) do
      local out, err, status = run(name, "--help")
      assert.matches("^usage: dryad " .. name, out)
      assert.equal("", err)
      assert.equal(0, status)
      assert.equal(out, (run("help", name)))
    end
  end)

  it("refuses what it does not know, with near names", function()
    for words, message in pairs {
      [{ "--rwa" }] = "dryad: no option '--rwa'; did you mean '--raw'?; see dryad --help\n",
      [{ "overview", SMALL }] = "dryad: no command or file 'overview'; the recipe of that name is run by "
        .. "`dryad run overview DUMP`\n",
      [{ "sumary", SMALL }] = "dryad: no command or file 'sumary'; did you mean `dryad summary`?\n",
      [{ "verson" }] = "dryad: no command or file 'verson'; did you mean `dryad version`?\n",
      [{ "version", "1" }] = "dryad: version takes no arguments\n",
      [{ "help", "leeks" }] = "dryad: no help for 'leeks'; did you mean 'leaks'?\n",
      [{ "-e" }] = "dryad: -e needs CODE; see dryad --help\n",
      [{ "--strict", "summary", SMALL }] = "dryad: no file 'summary'; the command comes first, then its options: "
        .. "`dryad summary [options] ...`; see dryad summary --help\n",
      [{ "--json", "summary", SMALL }] = "dryad: no option '--json'; the command comes first, then its options: "
        .. "`dryad summary [options] ...`; see dryad summary --help\n",
      [{ "summary", "--jsn", SMALL }] = "dryad: summary: no option '--jsn'; did you mean '--json'?;"
        .. " see dryad summary --help\n",
      [{ "summary" }] = "dryad: summary takes one dump\n",
      [{ "summary", "--top", "x", SMALL }] = "dryad: --top takes a whole number from 1, not 'x'\n",
      [{ "summary", "--top", "0", SMALL }] = "dryad: --top takes a whole number from 1, not '0'\n",
      [{ "why", "--paths", "0", SMALL, "Thread" }] = "dryad: --paths takes a whole number from 1, not '0'\n",
      [{ "summary", "--threads", "x", SMALL }] = "dryad: --threads takes a whole number from 1 to 64, not 'x'\n",
      [{ "--threads", "0", SMALL }] = "dryad: --threads takes a whole number from 1 to 64, not '0'\n",
      [{ "dump" }] = "dryad: dump takes the id of one process, such as 1234; see pgrep -a python\n",
      [{ "dump", "x" }] = "dryad: dump takes the id of one process, such as 1234, not 'x'; see pgrep -a python\n",
      [{ "dump", "1", "--values", "some" }] = "dryad: --values is full, hash or none, not 'some'\n",
      [{ "dump", "1", "--timeout", "soon" }] = "dryad: --timeout takes a number, not 'soon'\n",
      [{ "dump", "4194305" }] = "dryad: there is no process 4194305\n",
      [{ "convert", "a" }] = "dryad: convert takes the dump to read and the file to write\n",
    } do
      local out, err, status = program.run(words)
      assert.equal(message, err)
      assert.equal("", out)
      assert.equal(2, status)
    end
  end)

  it("takes the id of a process in place of a dump, and says where it has no place", function()
    local missing, keep = "4194305", program.name ".dump"
    local none = "dryad: there is no process 4194305\n"
    local kept = "dryad: --keep FILE keeps the dump of a process, but no process id is given\n"
    local dumped = "`dryad dump 4194305 -o FILE` dumps process 4194305 into one\n"
    local several = "dryad: --keep FILE keeps the dump of one process, not of 2; "
      .. "dump each with `dryad dump PID -o FILE`\n"
    for words, message in pairs {
      [{ missing }] = none,
      [{ "--keep", keep, missing }] = none,
      [{ "leaks", missing }] = none,
      [{ "summary", missing, "--keep", keep }] = none,
      [{ "why", missing, "Session" }] = none,
      [{ "sql", missing, "select 1" }] = none,
      [{ "run", "holders", missing, "type=str" }] = none,
      [{ "diff", missing, missing }] = none,
      [{ "diff", missing, SMALL, "--keep", keep }] = none,
      [{ "index", missing }] = "dryad: index takes a file: " .. dumped,
      [{ "convert", missing, keep }] = "dryad: convert takes a file: " .. dumped,
      [{ "leaks", SMALL, "--keep", keep }] = kept,
      [{ "--keep", keep }] = kept,
      [{ "--keep", keep, SMALL }] = kept,
      [{ "run", "holders", SMALL, "1", "--keep", keep }] = kept,
      [{ "diff", missing, missing, "--keep", keep }] = several,
      [{ "leaks", missing, "--keep", "-" }] = "dryad: --keep takes the name of a file, not '-'\n",
      [{ "leaks", missing, "--keep", "" }] = "dryad: --keep takes the name of a file, not ''\n",
      [{ "leaks", missing, "--keep", "/dev/null" }] = "dryad: --keep takes the name of a file, not '/dev/null'\n",
      [{ "leaks", missing, "--force" }] = "dryad: --force applies only to the file of --keep FILE\n",
      [{ "leaks", missing, "--keep", SMALL }] = "dryad: " .. SMALL .. ": exists already; --force replaces it\n",
      [{ "leaks", "2147483648" }] = "dryad: 2147483648: no such file\n",
      [{ "leaks", "01" }] = "dryad: 01: no such file\n",
    } do
      local out, err, status = program.run(words)
      assert.equal(message, err, table.concat(words, " "))
      assert.equal("", out)
      assert.equal(2, status)
    end
    assert.is_nil(io.open(keep))
  end)

  it("does not keep a dump in place of one that it compares with", function()
    local path = program.file '{"address": 16, "type": "int", "size": 28, "refs": []}\n'
    local text = program.read_file(path)
    local _, err, status = program.run { "diff", path, "2147483647", "--keep", path, "--force" }
    assert.equal(2, status)
    assert.matches("would overwrite its own input", err)
    assert.equal(text, program.read_file(path))
  end)

  it("names a file that is not there, and what is like it", function()
    local _, err, status = run "tests/data/thread-small.dump.gz"
    assert.matches("^dryad: .*thread%-small.dump.gz", err)
    assert.matches("did you mean 'threads%-small.dump.gz'", err)
    assert.equal(2, status)
    _, err, status = run "tests/data"
    assert.matches("^dryad: tests/data: .*directory", err)
    assert.equal(2, status)
    _, err, status = run "nowhere.lua"
    assert.matches("^dryad: .*nowhere.lua: No such file or directory", err)
    assert.equal(2, status)
    _, err, status = run("summary", "nowhere.dump")
    assert.matches("^dryad: nowhere.dump: ", err)
    assert.equal(2, status)
  end)

  it("runs scripts with arguments", function()
    local script = program.file("print(arg[0], arg[1], arg[2], #arg, ...) return 7", ".lua")
    local out, err, status = run(script, "a", "-e")
    assert.equal(script .. "\ta\t-e\t2\ta\t-e\n", out)
    assert.equal("", err)
    assert.equal(0, status)
    script = program.file("os.exit(3)", ".lua")
    assert.equal(3, (select(3, run(script))))
  end)

  it("shows the script's lines when it fails", function()
    local script = program.file([[
#!/usr/bin/env dryad
local function f()
  error "boo"
end
local x = f()
return x
]], ".lua")
    local out, err, status = run(script)
    assert.equal("", out)
    assert.equal(
      (("dryad: FILE:3: boo\n  FILE:3: in function 'f'\n  FILE:5: in the script\n"):gsub("FILE", script)),
      err
    )
    assert.equal(2, status)
    script = program.file("x = = 1", ".lua")
    out, err, status = run(script)
    assert.equal("", out)
    assert.equal("dryad: " .. script .. ":1: unexpected symbol near '='\n", err)
    assert.equal(2, status)
    script = program.file("require('dryad').load('nowhere.dump')", ".lua")
    err = select(2, run(script))
    assert.matches("^dryad: " .. script:gsub("%p", "%%%0") .. ":1: .*nowhere.dump", err)
    assert.not_matches("lua/dryad", err)
  end)

  it("runs code", function()
    assert.equal("2\n", (run("-e", "print(1 + 1)")))
    assert.equal("2\n", (run("-e", "1 + 1")))
    assert.equal("2\n", (run("-e", "=1 + 1")))
    assert.equal("x", (run("-e", "io.write('x')")))
    assert.equal("1\n2\n", (run("-e", "a = 1", "-e", "print(a)", "-e", "print(2)")))
    local out, _, status = run("-e", "print(#heap == heap.num_objects, heap == om, heap == heaps[1])", SMALL)
    assert.equal("true\ttrue\ttrue\n", out)
    assert.equal(0, status)
    local _, err
    _, err, status = run("-e", "error 'boo'")
    assert.matches("^dryad: %-e:1: boo\n", err)
    assert.equal(2, status)
    for code, message in pairs {
      leaks = "-e runs Lua, and `leaks` is a command: see dryad leaks --help",
      ["why Thread"] = "-e runs Lua, and `why` is a command: see dryad why --help",
      stats = "-e runs Lua, and `stats` is a command of the prompt; `dryad -i` takes such lines",
    } do
      out, err, status = run("-e", code)
      assert.equal("dryad: " .. message .. "\n", err)
      assert.equal("", out)
      assert.equal(2, status)
    end
    assert.equal("7\n", (run("-e", "leaks = 7", "-e", "leaks")))
    _, err = run("-e", "heap.summarize()", SMALL)
    assert.matches("heap:summarize%(%)", err)
  end)

  it("takes options behind a dump too, but leaves those behind a script to it", function()
    local out, _, status = run(SMALL, "--raw", "-e", "print(#heap)")
    assert.equal("70158\n", out)
    assert.equal(0, status)
    local path = program.file("print(...)", ".lua")
    assert.equal("-e\t--raw\n", (run(path, "-e", "--raw")))
  end)

  it("goes on to the prompt with -i", function()
    local out, err, status = program.run({ "-i", "-e", "a = 20" }, { input = "a + 1\n" })
    assert.equal("21\n", out)
    assert.equal("", err)
    assert.equal(0, status)
    local script = program.file("b = 30", ".lua")
    assert.equal("31\n", (program.run({ "-i", script }, { input = "b + 1\n" })))
  end)

  it("reads lines where standard input is no terminal", function()
    local out, _, status = program.run({ SMALL }, { input = "#heap\n" })
    assert.matches("^Total %d+ objects.*\n%d+\n$", out)
    assert.equal(0, status)
    assert.equal("2\n", (program.run({}, { input = "1 + 1" })))
  end)

  it("loads several dumps", function()
    local out = program.run({ "-e", "print(#heaps, heaps[2] == heap, heap.file)", SMALL, SMALL })
    assert.equal("2\ttrue\t" .. SMALL .. "\n", out)
  end)

  it("reads a dump from standard input", function()
    local out, _, status = program.run({ "summary", "-" }, { shell = "" , input = program.read_file(SMALL) })
    assert.equal((run("summary", SMALL)), out)
    assert.equal(0, status)
    out = program.run({ "-e", "print(#heap > 1000)", "-" }, { input = program.read_file(SMALL) })
    assert.equal("true\n", out)
  end)

  it("says when its output cannot be written", function()
    for _, words in ipairs { { "summary", SMALL }, { "-e", "print(1)" }, { "-e", "for i = 1, 1e5 do print(i) end" } } do
      local _, err, status = program.run(words, { shell = ">/dev/full" })
      assert.matches("not all of the output could be written\n$", err)
      assert.equal(2, status)
    end
  end)

  it("lets no control character of a dump reach the terminal", function()
    local path = program.file('{"address": 1, "type": "t\\u001b[31m\\u009b", "size": 9, "refs": [2]}\n'
      .. '{"address": 2, "type": "str", "size": 9, "value": "a\\n\\u001b]0;x\\u0007", "refs": []}\n')
    for _, code in ipairs {
      "heap:get_all()", "heap:summarize()", "heap:summarize()[1]", "heap.types", "heap[2].value", "heap[1].d",
      "error(heap[2].value)", "heap:get_all():group_by('type')",
    } do
      local out, err = run("-e", code, path)
      assert.is_nil((out .. err):find "[\27\7]", code)
      assert.is_nil((out .. err):find("\u{9b}", 1, true), code)
    end
  end)

  it("ends quietly when nobody reads on", function()
    local script = program.file("while true do print 'x' end", ".lua")
    local out, err = program.run({ script }, { shell = "| head -n 1" })
    assert.equal("x\n", out)
    assert.equal("", err)
  end)
end)

describe("dryad summary", function()
  after_each(program.clean)

  it("prints the summary", function()
    local out, _, status = run("summary", SMALL)
    assert.matches("^Total %d+ objects, %d+ types, Total size = ", out)
    assert.matches("\n Index   Count   %%      Size   %% Cum     Max Kind\n", out)
    assert.equal(0, status)
    assert.not_equal(out, (run("summary", "--raw", SMALL)))
    assert.equal(out, (run("summary", "--threads", "1", SMALL)))
    local _, rows = run("summary", "--top", "3", SMALL):gsub("\n *%d+ ", "")
    assert.equal(3, rows)
  end)

  it("prints JSON", function()
    local value = data_of((run("summary", "--json", SMALL)))
    local expected = core.json.decode(program.read_file "tests/data/threads-small.expected.json")
    assert.equal(expected.summary.objects, value.total_count)
    assert.equal(expected.summary.size, value.total_size)
    assert.equal(expected.summary.types, #value.types)
  end)

  it("prints CSV and JSON lines of all types, or of the first", function()
    local out = run("summary", "--csv", SMALL)
    assert.equal("type_str,count,total_size,max_size,max_address,avg,stddev\n", out:match "^[^\n]*\n")
    assert.equal(88, select(2, out:gsub("\n", "\n")) - 1)
    local first = run("summary", "--csv", "--top", "1", SMALL)
    assert.equal("Thread,2000,2224000,1112,", first:match "\n(Thread,%d+,%d+,%d+,)")
    local row = core.json.decode((run("summary", "--jsonl", "--top", "1", SMALL)))
    assert.equal("Thread", row.type_str)
    assert.equal(2000, row.count)
  end)
end)

describe("dryad run and dryad recipes", function()
  after_each(program.clean)

  it("runs each -e and the recipes whatever an earlier -e assigned", function()
    local words = {
      "-e", "print, require, type, pairs, tostring = nil", "-e", "1 + 2", "-e", "stray", "-e", "= ws:run 'spoiled'",
      "-e", "stray",
    }
    local directory = program.name ""
    assert(os.execute(("mkdir '%s'"):format(directory)))
    local path = directory .. "/spoiled.lua"
    do
      local file <close> = assert(io.open(path, "w"))
      file:write "return { summary = 's', run = function() stray = 1; return type(stray) end }"
    end
    words[#words + 1] = SMALL
    local out, err = program.run(words, { env = { DRYAD_RECIPES = directory } })
    os.remove(path)
    os.remove(directory)
    assert.not_matches("dryad: ", err)
    assert.matches("^3\nnil\n.*number.*\nnil\n$", out)
  end)

  it("list, explain and run", function()
    local out, _, status = run "recipes"
    assert.matches("\n  overview ", out)
    assert.equal(0, status)
    assert.matches("dryad run holders DUMP", (run("recipes", "holders")))
    out, _, status = run("run", "holders", SMALL, "Thread")
    assert.equal(0, status)
    assert.equal(out, (run("run", "holders", SMALL, "type=Thread")))
    assert.truthy(data_of((run("run", "--json", "holders", SMALL, "Thread"))))
  end)

  it("say what is missing or wrong before a dump is loaded", function()
    for words, message in pairs {
      [{ "run" }] = "run takes a recipe, then a dump; `dryad recipes` lists the recipes",
      [{ "run", SMALL }] = "run takes a recipe, then a dump; `dryad recipes` lists the recipes",
      [{ "run", "1234", "x" }] = "run takes a recipe, then a dump; `dryad recipes` lists the recipes",
      [{ "nonsense" }] = "no command or file 'nonsense'; the commands are dump, leaks, ",
      [{ "run", "overview" }] = "needs a dump",
      [{ "run", "overvew", "nowhere" }] = "no recipe 'overvew'; did you mean 'overview'%?",
      [{ "run", "holders", "nowhere", "x", "colour=red" }] = "recipe 'holders'",
    } do
      local _, err, status = program.run(words)
      assert.matches("^dryad: .*" .. message, err)
      assert.equal(2, status)
    end
  end)

  it("load every dump in the same way", function()
    local out, err = run("run", "--raw", "growth", SMALL, SMALL)
    assert.equal((run("diff", "--raw", SMALL, SMALL)), out)
    assert.is_nil(err:find "collapsed")
  end)

  it("take recipes from DRYAD_RECIPES", function()
    local directory = os.tmpname()
    os.remove(directory)
    os.execute("mkdir " .. directory)
    local file = io.open(directory .. "/count.lua", "w")
    file:write("return { name = 'count', summary = 'objects', run = function(heap) return tostring(#heap > 5) end }")
    file:close()
    local out = program.run({ "run", "count", SMALL }, { env = { DRYAD_RECIPES = directory } })
    assert.equal("true\n", out)
    file = io.open(directory .. "/fails.lua", "w")
    file:write("local function f()\n  error 'boo'\nend\n"
      .. "return { name = 'fails', summary = 'fails', run = function()\n  f()\nend }")
    file:close()
    local _, err = program.run({ "run", "fails", SMALL }, { env = { DRYAD_RECIPES = directory } })
    assert.matches("dryad: (%S+/fails.lua):2: boo\n  %1:2: in [^\n]+ 'f'\n  %1:5: in [^\n]+ 'run'\n$", err)
    os.execute("rm -r " .. directory)
  end)
end)

describe("a file that is a pipe", function()
  after_each(program.clean)

  it("is read from its first byte on, at the prompt too", function()
    local pipe = os.tmpname()
    local command = ("rm %s; mkfifo %s; zcat %s > %s & echo stats | %s -i %s 2>&1"):format(pipe, pipe, SMALL, pipe,
      program.path, pipe)
    local output <close> = io.popen(command)
    assert.matches("\n60413 objects, 202940 references, 11803076 total bytes\n", output:read "a")
    os.remove(pipe)
  end)
end)

describe("dryad sql, and --csv", function()
  after_each(program.clean)

  local DUMP = table.concat({
    '{"address": 1, "type": "list", "size": 64, "len": 2, "refs": [2, 3]}',
    '{"address": 2, "type": "str", "size": 50, "value": "a,b", "refs": []}',
    '{"address": 3, "type": "dict", "size": 70, "len": 0, "refs": []}', "",
  }, "\n")
  local QUERY = "select address, value, len from obj where address in 1&"
  local NUMBERS = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1500) select i from n"

  it("print a grid, CSV or JSON", function()
    local dump = program.file(DUMP, ".dump")
    local out, _, status = run("sql", dump, QUERY)
    assert.equal(0, status)
    assert.equal("address  value  len\n-------  -----  ---\n      2  a,b      ∘\n      3  ∘        0\n2 rows\n", out)
    assert.equal('address,value,len\n2,"a,b",\n3,,0\n', (run("sql", "--csv", dump, QUERY)))
    local found = data_of((run("sql", "--json", dump, QUERY)))
    assert.same({ "address", "value", "len" }, found.columns)
    assert.same({ { 2, "a,b", core.None }, { 3, core.None, 0 } }, found.rows)
    assert.same({ columns = { "address" }, rows = {} },
      data_of((run("sql", "--json", dump, "select address from obj where size > 99"))))
    found = data_of((run("sql", "--json", dump, NUMBERS)))
    assert.equal(1500, #found.rows) -- more than are written at once
    assert.same({ { 1 }, { 1500 } }, { found.rows[1], found.rows[1500] })
  end)

  it("print JSON lines, and CSV for spreadsheets", function()
    local dump = program.file(DUMP, ".dump")
    assert.equal('{"address":2,"value":"a,b","len":null}\n{"address":3,"value":null,"len":0}\n',
      (run("sql", "--jsonl", dump, QUERY)))
    assert.equal("\xef\xbb\xbfv,n\r\n'=1+1,-2\r\n", (run("sql", "--csv=excel", dump, "select '=1+1' as v, -2 as n")))
    assert.equal("v,n\n=1+1,-2\n", (run("sql", dump, "--csv", "select '=1+1' as v, -2 as n")))
  end)

  it("say how many lone surrogates CSV escapes", function()
    local dump = program.file(DUMP, ".dump")
    local out, err = run("sql", "--csv", dump, "select cast(x'edb280' as text) as v")
    assert.equal("v\n\\udc80\n", out)
    assert.matches("\ndryad: 1 lone surrogate written as \\udc80, since UTF%-8 has none\n$", err)
    assert.is_nil(select(2, run("sql", "--csv", dump, QUERY)):find "surrogate")
  end)

  it("print what a statement changes or returns in every form", function()
    local dump = program.file(DUMP, ".dump")
    local UPDATE = "update obj set mark = 7 where address < 3"
    assert.equal("changed\n2\n", (run("sql", "--csv", dump, UPDATE)))
    assert.equal('{"changed":2}\n', (run("sql", "--jsonl", dump, UPDATE)))
    assert.same({ columns = { "changed" }, rows = { { 2 } } }, data_of((run("sql", "--json", dump, UPDATE))))
  end)

  it("print nothing of a query that fails at its first rows", function()
    local dump = program.file(DUMP, ".dump")
    for _, form in ipairs { "--json", "--jsonl", "--csv", "--csv=excel" } do
      local out, err, status = run("sql", form, dump, "select abs(-9223372036854775807 - (size > 0)) from obj")
      assert.same({ "", 2 }, { out, status })
      assert.matches("dryad: integer overflow: [^\n]+\n$", err)
    end
  end)

  it("print the rows of recipes", function()
    local dump = program.file(DUMP, ".dump")
    assert.equal("type,len,count,size,example\ndict,0,1,70,3\nlist,2,1,64,1\n",
      (run("run", "--csv", "container_lengths", dump)))
    assert.equal("type,count,holds,percent,size,example\nlist,1,1,100.0,64,list(1 64B 2refs)\n",
      (run("run", "--csv", "holders", dump, "str")))
    assert.equal('{"type":"dict","len":0,"count":1,"size":70,"example":3}\n'
      .. '{"type":"list","len":2,"count":1,"size":64,"example":1}\n',
      (run("run", "--jsonl", "container_lengths", dump)))
  end)

  it("print a list that a recipe returns", function()
    local dump = program.file(DUMP, ".dump")
    local recipe = program.file("return { summary = 's', args = {}, run = function(h) return h 'str' end }", ".lua")
    assert.equal('address,type,size,len,value,name,num_refs,num_parents\n2,str,50,,"a,b",,0,1\n',
      (run("run", "--csv", recipe, dump)))
    assert.equal('{"address":2,"type":"str","size":50,"len":null,"value":"a,b","name":null,"num_refs":0,'
      .. '"num_parents":1}\n', (run("run", "--jsonl", recipe, dump)))
  end)

  it("ask a workspace, and keep what they change in it", function()
    local dump, db = program.file(DUMP, ".dump"), program.file("", ".db")
    os.remove(db)
    program.run({ "-i" }, { input = ("create '%s'\nread '%s'\n"):format(db, dump) })
    assert.equal("2 rows\n", (run("sql", db, QUERY)):match "\n(2 rows\n)$")
    assert.equal("1\n", (run("sql", db, "delete from ref where child = 2")))
    assert.equal("1 row\n", (run("sql", db, QUERY)):match "\n(1 row\n)$")
    assert.matches("Total 3 objects", (run("summary", db)))
  end)

  it("say that a dump does not keep what they change", function()
    local dump = program.file(DUMP, ".dump")
    local out, err, status = run("sql", dump, "delete from ref where child = 2")
    assert.same({ "1\n", 0 }, { out, status })
    assert.matches("\nchanged in memory only: the dump stays as it is; see dryad help workspaces\n$", err)
    assert.equal(DUMP, program.read_file(dump))
    for _, query in ipairs { "delete from ref where child = 99", QUERY } do
      assert.is_nil(select(2, run("sql", dump, query)):find("changed", 1, true))
    end
  end)

  it("say what cannot be done", function()
    local dump = program.file(DUMP, ".dump")
    for words, message in pairs {
      [{ "sql", dump }] = "sql takes a dump and a query in quotes, ",
      [{ "sql", "--csv", "--json", dump, "select 1" }] = "--json or --csv, not both",
      [{ "run", "--csv", "--json", "overview", dump }] = "--json or --csv, not both",
      [{ "sql", "--jsonl", "--csv=excel", dump, "select 1" }] = "--jsonl or --csv, not both",
      [{ "sql", "--csv=calc", dump, "select 1" }] = "--csv is excel, not 'calc'",
      [{ "run", "--jsonl", "overview", dump }] = "--jsonl: the result is not a single table; --json prints all of it",
      [{ "run", "--csv", "overview", dump }] = "--csv: the result is not a single table; --json prints all of it",
      [{ "sql", dump, "select missing from obj" }] = "no such column: missing; the tables are obj and ref, "
        .. "`dryad help heap:sql` lists their columns\n  select missing from obj\n         ^\n",
      [{ "sql", dump, "select sise from obj" }] = "no such column: sise; did you mean 'size'?\n"
        .. "  select sise from obj\n         ^\n",
      [{ "sql", dump, "select * from objs" }] = "no such table: objs; did you mean 'obj'?\n",
      [{ "sql", dump, "select * from things" }] = "no such table: things; the tables are obj and ref, ",
      [{ "sql", dump, ".tables" }] = ".tables is a command of SQLite's shell, not a query; the tables are obj and ",
    } do
      local out, err, status = program.run(words)
      assert.equal("", out)
      assert.truthy(err:find("dryad: ", 1, true) and err:find(message, 1, true), err)
      assert.equal(2, status)
    end
  end)
end)

--- A dump of a module that holds two items and a text that both refer to.
local HELD = table.concat({
  '{"address": 1, "type": "module", "name": "app", "size": 100, "refs": [2, 3, 4]}',
  '{"address": 2, "type": "Item", "size": 2000, "refs": [4]}',
  '{"address": 3, "type": "Item", "size": 3000, "refs": [4]}',
  '{"address": 4, "type": "str", "value": "x", "size": 50, "refs": []}',
}, "\n")

describe("dryad leaks", function()
  after_each(program.clean)

  it("prints the suspects, and says that there are none", function()
    local out, _, status = run("leaks", SMALL)
    assert.matches("^1%. 2,000 threading%.Thread retain 5.7MiB, 50.8%% of the heap", out)
    assert.matches("\n2%. 1,000 __main__%.Course ", out)
    assert.equal(0, status)
    assert.not_matches("Course", (run("leaks", "--fraction", "20%", SMALL)))
    assert.equal((run("leaks", "--fraction", "0.2", SMALL)), (run("leaks", "--fraction", "20%", SMALL)))
    out, _, status = run("leaks", "--fraction", "0.9", SMALL)
    assert.matches("^No leak suspects: nothing retains 90%.0%% or more of 11%.3MiB", out)
    assert.equal(0, status)
  end)

  it("prints JSON with the names that scripts rely on", function()
    local found = data_of((run("leaks", "--json", SMALL)))
    assert.equal(2, #found)
    local suspect = found[1]
    assert.same({ "group", "Thread", 2000 }, { suspect.kind, suspect.type, suspect.count })
    assert.is_true(suspect.retained > 5000000 and suspect.fraction > 0.5 and suspect.fraction < 0.51)
    assert.equal("Thread", suspect.objects[1].type)
    assert.equal("__main__.big", suspect.path.expression)
    assert.equal(suspect.accumulation.address, suspect.path.steps[2].object.address)
    assert.same({}, data_of((run("leaks", "--json", "--fraction", "0.9", SMALL))))
    local object = data_of((run("leaks", "--json", program.file(HELD))))[1]
    assert.same({ "object", "Item", 3 }, { object.kind, object.type, object.object.address })
  end)

  it("fails over a limit", function()
    local out, err, status = run("leaks", "--fail-over", "5M", SMALL)
    assert.equal(1, status)
    assert.matches("^1%. 2,000 threading%.Thread", out)
    assert.matches("\ndryad: the first suspect retains 5%.7MiB, more than the 5%.0MiB that %-%-fail%-over allows\n$",
      err)
    out, err, status = run("leaks", "--fail-over", "6M", SMALL)
    assert.equal(0, status)
    assert.matches("^1%. 2,000 threading%.Thread", out)
    assert.not_matches("fail-over", err, 1, true)
    local file = program.file(HELD)
    assert.equal(1, (select(3, run("leaks", "--fraction", "1", "--fail-over", "2999", file))))
    assert.equal(0, (select(3, run("leaks", "--fraction", "1", "--fail-over", "1G", file))))
    assert.equal(1, (select(3, run("leaks", "--json", "--fail-over", "0", file))))
  end)
end)

describe("--json", function()
  after_each(program.clean)

  it("says which dumps were read, and whether they are whole", function()
    local bad = HELD .. "\nno object\n"
    local file, cut = program.file(bad), program.file(HELD:sub(1, -4))
    local found = core.json.decode((run("diff", "--json", cut, file)))
    assert.equal("diff", found.command)
    assert.same({
      file = cut, objects = 3, bytes = 5100, file_bytes = #HELD - 3, python = 3, complete = false, bad_lines = 0,
      process = core.None,
    }, found.dumps[1])
    local second = found.dumps[2]
    assert.same({ #bad, core.None, 1 }, { second.file_bytes, second.complete, second.bad_lines })
    local lossy = program.file(HELD:gsub('"size": %d+', '"size": -1', 1))
    assert.is_false(core.json.decode((run("summary", "--json", lossy))).dumps[1].complete)
    local whole = program.file(table.concat(facts.dump { HELD:match "[^\n]+" }, "\n") .. "\n")
    local dump = core.json.decode((run("summary", "--json", whole))).dumps[1]
    assert.is_true(dump.complete)
    assert.equal(7, dump.process.pid)
    assert.same({}, core.json.decode((run("recipes", "--json"))).dumps)
  end)
end)

describe("a check of a dump that is not whole", function()
  after_each(program.clean)

  for defect, text in pairs {
    ["is incomplete: it is truncated"] = HELD:sub(1, -4),
    ["has 1 line that cannot be used"] = "no object\n" .. HELD,
    ["has 1 line whose size or references were lost"] = HELD
      .. '\n{"address": 99, "type": "list", "size": -8, "refs": []}',
    ["has 1 line at odds with an earlier one of the same address"] = HELD .. "\n"
      .. HELD:match("[^\n]+"):gsub('"size": %d', '%09'),
  } do
    it("is an error if it " .. defect, function()
      local file, whole = program.file(text), program.file(HELD)
      for _, words in ipairs {
        { "leaks", file }, { "why", file, "Item" }, { "diff", whole, file }, { "diff", file, whole },
      } do
        local command = table.remove(words, 1)
        local out, err, status = run(command, "--fail-over", "1G", table.unpack(words))
        assert.equal(2, status)
        assert.not_equal("", out)
        local message = ("dryad: the check was not made: %s %s; --allow-incomplete"):format(file, defect)
        assert.truthy(err:find(message, 1, true), err)
        assert.equal(0, (select(3, run(command, "--fail-over", "1G", "--allow-incomplete", table.unpack(words)))))
        assert.equal(0, (select(3, run(command, table.unpack(words)))))
      end
      assert.equal(1, (select(3, run("leaks", "--fail-over", "1K", "--allow-incomplete", file))))
    end)

    it("is an error for an index, a copy, a workspace and standard input if it " .. defect, function()
      local path = program.folder() .. "/x"
      local dump, copy, database = path .. ".dump", path .. ".copy.zst", path .. ".db"
      assert(os.rename(program.file(text), dump))
      assert.equal(0, (select(3, run("convert", dump, copy))))
      assert.equal(0, (select(3, run("-e", ("ws:create %q"):format(database), dump))))
      assert.equal(0, (select(3, run("index", dump))))
      for _, file in ipairs { dump, dump .. ".dryad", copy, database, "-" } do
        local _, err, status = program.run({ "leaks", "--fail-over", "1G", file }, { input = text })
        assert.equal(2, status, file)
        assert.matches("dryad: the check was not made: ", err)
      end
    end)
  end

  it("is an error even so if the sizes are too large to be added up", function()
    local large = '{"address": %d, "type": "list", "size": 9223372036854775000, "refs": []}\n'
    local file, whole = program.file(large:format(1) .. large:format(2)), program.file(HELD)
    for _, words in ipairs { { "leaks", file }, { "diff", whole, file }, { "diff", file, whole } } do
      for _, option in ipairs { "--raw", "--allow-incomplete" } do
        local _, err, status = run(words[1], "--fail-over", "1G", option, table.unpack(words, 2))
        assert.equal(2, status)
        local message = ("dryad: the check was not made: the sizes in %s add up to 2^63 - 1 bytes or more"):format(file)
        assert.truthy(err:find(message, 1, true), err)
      end
    end
    local dump = core.json.decode((run("summary", "--json", file))).dumps[1]
    assert.equal(core.None, dump.bytes)
  end)

  it("is an error if a repeated record hides a missing one", function()
    local lines = facts.dump { '{"address": 10, "type": "module", "size": 500, "refs": [20]}',
      '{"address": 10, "type": "module", "size": 500, "refs": [20]}',
      '{"address": 20, "type": "list", "size": 900, "refs": [30]}' }
    local file = program.file(table.concat(lines, "\n") .. "\n")
    local _, err, status = run("leaks", "--fail-over", "50M", file)
    assert.equal(2, status)
    assert.matches("1 line repeated an address; line %d+: the dump is incomplete: 1 of the records that its end record "
      .. "counts repeats an address", err)
    assert.matches("the check was not made: [^ ]+ is incomplete: 1 of the records", err)
  end)

  it("is made of a dump without an end that repeats equal records, which is said", function()
    local file = program.file(HELD .. "\n" .. HELD)
    local _, err, status = run("leaks", "--fail-over", "1G", file)
    assert.equal(0, status)
    assert.matches("\n4 lines repeated an address %(see heap.report%)\n", err)
  end)

  it("is an error wherever the dump was cut, plain or compressed", function()
    local dump = '{"address": 1, "type": "<process>", "size": 0, "value": "{\\"pid\\": 7}", "refs": []}\n' .. HELD
      .. '\n{"address": 2, "type": "<end>", "size": 0, "value": 5, "refs": []}\n'
    local whole = program.file(dump)
    local texts = { [""] = dump }
    for _, ending in ipairs { ".gz", ".zst" } do
      local path = program.name(ending)
      assert.equal(0, (select(3, run("convert", whole, path))))
      texts[ending] = program.read_file(path)
    end
    -- One program tries every cut; a dump without any object cannot be loaded at all.
    local script = program.file([[
      local dryad = require "dryad"
      for last = 1, tonumber(arg[2]) do
        local source = io.open(arg[1], "rb"):read(last)
        local done
        local loaded, heap = pcall(dryad.load, function()
          if not done then
            done = true
            return source
          end
        end, { progress = false })
        if loaded and heap.report.complete ~= false and heap.report.bad_lines == 0 then
          print(last)
        end
      end]], ".lua")
    for ending, text in pairs(texts) do
      local path = program.file(text, ending)
      -- The last byte of a plain dump is a newline, which may be missing.
      local whole_from = ending == "" and #text - 1 or #text
      local out = run(script, path, tostring(#text))
      local expected = ending == "" and ("%d\n%d\n"):format(whole_from, #text) or #text .. "\n"
      assert.equal(expected, out, ending)
    end
  end)
end)

describe("dryad why", function()
  after_each(program.clean)

  it("prints the ways to an object, and the tree of many", function()
    local out, _, status = run("why", SMALL, "140558123471568")
    assert.matches("^Thread%(140558123471568 .*\n1%. __main__%.t\n.*\n2%. __main__%.big%[1999%]\n.*\n3%. ", out)
    assert.equal(0, status)
    assert.equal(out, (run("why", SMALL, ("0x%x"):format(140558123471568))))
    local last = program.file '{"address": 18446744073709551615, "type": "list", "size": 5, "refs": []}'
    for _, address in ipairs { "18446744073709551615", "0xffffffffffffffff", "-1" } do
      assert.matches("^list%(18446744073709551615 5B%)", (run("why", last, "--", address)))
    end
    assert.matches("no object has the address %-2", (select(2, run("why", last, "--", "-2"))))
    assert.not_matches("\n2%. ", (run("why", "--paths", "1", SMALL, "140558123471568")))
    assert.matches("^2,000 threading.Thread, 2%.1MiB, retain 5%.7MiB together\n", (run("why", SMALL, "Thread")))
  end)

  it("prints JSON", function()
    local file = program.file(HELD)
    local one = data_of((run("why", "--json", file, "4")))
    assert.same({ 4, 50, "app[ref 3]" }, { one.object.address, one.retained, one.paths[1].expression })
    local many = data_of((run("why", "--json", file, "Item")))
    assert.same({ 2, 5000, 5000, 0 }, { many.count, many.size, many.retained, many.unreached })
    assert.same({ 1, 2, "app" }, { #many.branches, many.branches[1].count, many.branches[1].object.name })
    assert.same({ 2, 1 }, { many.holders[1].held, many.holders[1].object.address })
    assert.equal("module", data_of((run("why", "--json", file, "1"))).root)
  end)

  it("takes its words in either order", function()
    local file = program.file(HELD)
    assert.equal((run("why", file, "Item")), (run("why", "Item", file)))
    assert.equal((run("sql", file, "select 1")), (run("sql", "select 1", file)))
    local words = { "why", "Item", "-" }
    assert.equal((program.run({ "why", "-", "Item" }, { input = HELD })), (program.run(words, { input = HELD })))
    assert.equal("dryad: nothing: no such file\n", (select(2, run("why", "nothing", "Item"))))
  end)

  it("fails over a limit", function()
    local file = program.file(HELD)
    local _, err, status = run("why", "--fail-over", "4K", file, "Item")
    assert.equal(1, status)
    assert.matches("\ndryad: Item retains 4%.9KiB, more than the 4%.0KiB that %-%-fail%-over allows\n$", err)
    assert.equal(0, (select(3, run("why", "--fail-over", "5K", file, "Item"))))
    assert.equal(1, (select(3, run("why", "--fail-over", "2999", file, "3"))))
    assert.equal(0, (select(3, run("why", "--fail-over", "3000", file, "3"))))
  end)
end)

describe("dryad diff", function()
  after_each(program.clean)

  local GROWN = HELD:gsub('"size": 3000', '"size": 9000') .. '\n{"address": 5, "type": "New", "size": 7, "refs": []}'

  it("prints what grew", function()
    local out, _, status = run("diff", SMALL, LATER)
    assert.matches("shrunk by 1%.1MiB", out)
    assert.equal(0, status)
    assert.equal(0, (select(3, run("diff", SMALL, LATER, LATER))))
    out = run("diff", program.file(HELD), program.file(GROWN))
    assert.matches("grown by 5%.9KiB", out)
    assert.matches("\nItem +2 +2 +0 +4%.9KiB +10%.7KiB +5%.9KiB\n", out)
    assert.matches("\nNew +0 +1 +1 +0B +7B +7B\n", out)
  end)

  it("prints JSON with the names that scripts rely on", function()
    local found = data_of((run("diff", "--json", program.file(HELD), program.file(GROWN))))
    local rows = found.sections[1].rows
    assert.same({
      type_str = "Item", count_before = 2, count_after = 2, count_growth = 0, size_before = 5000, size_after = 11000,
      size_growth = 6000,
    }, setmetatable(rows[1], nil))
    assert.same({ "New", 0, 1, 7 },
      { rows[2].type_str, rows[2].count_before, rows[2].count_after, rows[2].size_growth })
  end)

  it("fails over a limit", function()
    local before, after = program.file(HELD), program.file(GROWN)
    local _, err, status = run("diff", "--fail-over", "5K", before, after)
    assert.equal(1, status)
    assert.matches("\ndryad: the heap grew by 5%.9KiB, more than the 5%.0KiB that %-%-fail%-over allows\n$", err)
    assert.equal(0, (select(3, run("diff", "--fail-over", "6K", before, after))))
    assert.equal(0, (select(3, run("diff", "--fail-over", "0", after, before))))
    assert.equal(0, (select(3, run("diff", "--fail-over", "0", before, before))))
  end)

  it("fails on steady growth", function()
    local function sized(size)
      return program.file((HELD:gsub('"size": 3000', ('"size": %d'):format(size))))
    end
    local small, larger, largest = sized(3000), sized(9000), sized(15000)
    local function status(...)
      return (select(3, run("diff", "--fail-on-growth", ...)))
    end
    local _, err = run("diff", "--fail-on-growth", small, larger)
    assert.matches("\ndryad: grew by 5%.9KiB: a larger Item.-; %-%-fail%-on%-growth does not allow that\n$", err)
    assert.equal(1, status(small, larger))
    assert.equal(1, status(small, larger, largest))
    assert.equal(0, status(small, largest, largest))
    assert.equal(0, status(larger, small, largest))
    assert.equal(0, status(largest, small))
    assert.equal(0, status("--least", "6001", small, larger))
    assert.equal(1, status("--least", "6000", small, larger))
    assert.equal(0, (select(3, run("diff", small, larger, largest, largest))))
  end)
end)

describe("dryad leaks, why and diff", function()
  after_each(program.clean)

  it("say what is wrong with their use", function()
    for words, message in pairs {
      [{ "leaks" }] = "dryad: leaks takes one dump\n",
      [{ "leaks", SMALL, SMALL }] = "dryad: leaks takes one dump\n",
      [{ "leaks", "--fraction", "0", SMALL }] =
        "dryad: --fraction takes a share of the heap, such as 0.1 or 10%, not '0'\n",
      [{ "leaks", "--fraction", "150%", SMALL }] =
        "dryad: --fraction takes a share of the heap, such as 0.1 or 10%, not '150%'\n",
      [{ "leaks", "--fail-over", "5X", SMALL }] =
        "dryad: --fail-over takes a size, such as 300, 50K, 50M or 1.5G, not '5X'\n",
      [{ "leaks", "--fail-over" }] = "dryad: leaks: --fail-over needs SIZE; see dryad leaks --help\n",
      [{ "leaks", "--fail-ovr", "5", SMALL }] =
        "dryad: leaks: no option '--fail-ovr'; did you mean '--fail-over'?; see dryad leaks --help\n",
      [{ "why", SMALL }] = "dryad: why takes a dump and an address, a way or the name of a type\n",
      [{ "why", "--paths", "0", SMALL, "Thread" }] = "dryad: --paths takes a whole number from 1, not '0'\n",
      [{ "why", "--fail-over", "much", SMALL, "Thread" }] =
        "dryad: --fail-over takes a size, such as 300, 50K, 50M or 1.5G, not 'much'\n",
      [{ "diff", SMALL }] = "dryad: diff takes two or more dumps\n",
      [{ "diff", "--fail-over", "", SMALL, SMALL }] =
        "dryad: --fail-over takes a size, such as 300, 50K, 50M or 1.5G, not ''\n",
    } do
      local out, err, status = program.run(words)
      assert.equal(message, err)
      assert.equal("", out)
      assert.equal(2, status)
    end
    for words, message in pairs {
      [{ "why", SMALL, "Thred" }] = "no object is of type 'Thred'; did you mean 'Thread'%?",
      [{ "why", SMALL, "1234" }] = "no object has the address 1234",
      [{ "why", SMALL, "0x10" }] = "no object has the address 0x10",
      [{ "leaks", "nowhere.dump" }] = "nowhere.dump: no such file",
      [{ "diff", SMALL, "nowhere.dump" }] = "nowhere.dump: no such file",
    } do
      local out, err, status = program.run(words)
      assert.matches("dryad: " .. message .. "\n$", err)
      assert.equal("", out)
      assert.equal(2, status)
    end
  end)
end)
