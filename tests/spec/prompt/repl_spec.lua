-- SPDX-License-Identifier: MIT
local program = require "tests.spec.support.program"

local SMALL = "tests/data/threads-small.dump.gz"

local function prompt(lines, words)
  local out, err = program.prompt(lines, words)
  return out, err
end

describe("lines at the prompt", function()
  after_each(program.clean)

  it("print the values of expressions", function()
    assert.equal("3\n", (prompt { "1 + 2" }))
    assert.equal('1\n"a"\nnil\n', (prompt { "1, 'a', nil" }))
    assert.equal("7\n", (prompt { "=7" }))
    assert.equal("nil\n", (prompt { "nil" }))
  end)

  it("print nothing for statements", function()
    assert.equal("", (prompt { "x = 5", "local y = 6", "for i = 1, 3 do end" }))
  end)

  it("never break the program by what they assign", function()
    local names = {}
    for name in (prompt { "for name in pairs(_G) do print(name) end" }):gmatch "[^\n]+" do
      names[#names + 1] = name ~= "ws" and name ~= "heap" and name or nil
    end
    assert.is_true(#names > 25)
    for _, value in ipairs { "nil", "'x'" } do
      local lines = {}
      for i, name in ipairs(names) do
        lines[i] = ("%s = %s"):format(name, value)
      end
      for _, line in ipairs { "nothing()", "summary", "run overview", "help heap:why", "1 + 2" } do
        lines[#lines + 1] = line
      end
      local out, err, status = program.prompt(lines, { SMALL })
      assert.matches("Largest objects\n.*heap:why%(.*\n3\n$", out)
      assert.matches("\nerror: attempt to call a nil value %(global 'nothing'%)\n[^\n]*\n?$", err)
      assert.equal(0, status)
    end
  end)

  it("survive globals with metamethods that fail", function()
    local out, err, status = program.prompt {
      "do setmetatable(_G, { __index = function(_, name) error('no ' .. name) end }) end",
      "unknown", "unknown 1", "1 + 2",
    }
    assert.equal("3\n", out)
    assert.matches("no unknown", err)
    assert.equal(0, status)
  end)

  it("assign globals that files, loaded code and modules see", function()
    local file = program.file "print(zebra, type, _G.zebra)"
    assert.equal("1\t2\t1\n1\n1\ntrue\n", (prompt {
      "zebra = 1; type = 2", ("dofile %q"):format(file), "load 'print(zebra)'()", "_G.zebra", "_G.heap == heap",
    }))
  end)

  it("print the value after a last semicolon", function()
    assert.equal("11\n", (prompt { "x = 5; y = 6; x + y" }))
    assert.equal("3\n", (prompt { "local a, b = 1, 2; a + b" }))
    assert.equal("2\n", (prompt { "#{ 1; 2 }" }))
    assert.equal('";"\n', (prompt { "local s = ';'; s" }))
  end)

  it("keep local variables", function()
    assert.equal("1\n", (prompt { "local a = 1", "a" }))
    assert.equal("120\n", (prompt { "local function f(n) return n < 2 and 1 or n * f(n - 1) end", "f(5)" }))
    assert.equal("5\n", (prompt { "local c <const> = 5", "c" }))
    assert.equal("nil\n", (prompt { "do local inner = 1 end", "(inner)" }))
  end)

  it("share a local variable with the functions that use it", function()
    local count = { "local a = 1", "function f() a = a + 1 return a end" }
    assert.equal("2\n2\n11\n", (prompt { count[1], count[2], "f()", "a", "a = 10", "f()" }))
    assert.equal("2\n5\n3\n", (prompt { count[1], count[2], "f()", "local a = 5", "a", "f()" }))
  end)

  it("go on over several lines until they are complete", function()
    assert.equal("1\n2\n", (prompt { "for i = 1, 2 do", "  print(i)", "end" }))
    assert.equal("3\n", (prompt { "1 +", "2" }))
    assert.equal("2\n", (prompt { "#{", "1,", "2 }" }))
    assert.equal("3\n", (prompt { "#[[a", "b]]" }))
  end)

  it("keep the last value as _", function()
    assert.equal("3\n6\n", (prompt { "1 + 2", "_ * 2" }))
    assert.equal("3\nnil\n3\n", (prompt { "3", "nil", "_" }))
  end)

  it("are read to the end of the input, with or without a newline", function()
    assert.equal("1\n2\n", (prompt "1\n2"))
  end)

  it("end an unfinished input with an empty line", function()
    local out, err = prompt { "for i = 1, 2 do", "", "7" }
    assert.equal("7\n", out)
    assert.matches("^error: input:2: 'end' expected", err)
    assert.equal("7\n", (prompt { "select (1", "", "7" }))
  end)

  it("run a recipe by its name", function()
    local out, err = prompt({ "holders Thread", "overview", "leaks = 5", "leaks" }, { SMALL })
    assert.matches("\n2,000 Thread, 2%.1MiB\n.*\nOverview\n.*\n5\n$", out)
    assert.not_matches("error", err)
    assert.matches("did you mean overview%?", (prompt({ "overveiw" }, { SMALL })))
  end)

  it("show the object at a way, unless its first word is a variable", function()
    local out, err = prompt({
      "__main__.big[0]", "_.address == heap:at('__main__.big[0]').address", "threading._active", "why __main__.t 1",
      "__main__.nothing", "threading = { _active = 7 }", "threading._active", "=__main__",
    }, { SMALL })
    assert.matches("\nThread%(%d+ .-\n__main__%.big%[0%]\n", out)
    assert.matches("\ntrue\ndict%(%d+ ", out)
    assert.matches("\n1%. __main__%.t\n", out)
    assert.matches("\n7\nnil\n", out)
    assert.matches("error: `__main__` is module%([^\n]* which has no %.nothing; it has ", err)
  end)

  it("explain why as a call does", function()
    local lines = { "threads = heap 'Thread'", "why(threads[1], 1)", "why('Thread')", 'why ("Thread")' }
    local out = prompt(lines, { SMALL })
    assert.matches("\n1%. __main__%.t\n", out)
    assert.not_matches("\n2%. ", out)
    assert.equal(2, select(2, out:gsub("2,000 threading.Thread, 2%.1MiB, retain", "")))
  end)

  it("report an incomplete input, and nonsense", function()
    local out, err = prompt { "for i = 1, 2 do" }
    assert.equal("", out)
    assert.matches("'end' expected near <eof>", err)
    out, err = prompt { "a = = 2", "1" }
    assert.equal("1\n", out)
    assert.matches("error: unexpected symbol near '='", err)
  end)
end)

describe("errors at the prompt", function()
  after_each(program.clean)

  it("leave the session going", function()
    local out, err = prompt { "error 'boo'", "1" }
    assert.equal("1\n", out)
    assert.equal("error: boo\n", err)
  end)

  it("show only the user's lines", function()
    local _, err = prompt { "function f() error 'boo' end", "function g() f() return 1 end", "g()" }
    assert.matches("^error: boo\n  input:1: in function 'f'\n  input:1: in function 'g'\n", err)
    assert.not_matches("lua/dryad", err)
    assert.not_matches("%[C%]", err)
  end)

  it("say how Lua writes what is Python", function()
    for line, hint in pairs {
      ["len(heap)"] = "in Lua: #heap",
      ["dir(heap)"] = "in Lua: heap.d",
      ["for x in heap:get_all():"] = "in Lua: for _, x in ipairs(heap:get_all()) do ... end",
      ["if True:"] = "in Lua: if true then ... end",
      ["while x[1]: "] = "in Lua: while x[1] do ... end",
      ["def f(x):"] = "in Lua: function f(x)  ... end",
      ["print heap"] = "in Lua: print(heap)",
      ["print 3"] = "in Lua: print(3)",
      ["[t for t in heap 'Thread' if t.size != 3]"]
        = "in Lua: heap 'Thread':filter(function(t) return t.size ~= 3 end)",
      ["import meliae"] = "nothing needs an import here: heap is the dump, dryad the module; help lists the rest",
      ["threads[1]"] = "threads is a method: heap:threads()",
      ["heap('Thread')[1].d:json()"] = "dryad.json(x) writes any value as JSON",
    } do
      local out, err = prompt({ line, "7" }, { SMALL })
      assert.equal(hint, err:match "error: [^\n]*\n(.*)\n$", line)
      assert.equal("7\n", out:match "\n(7\n)$") -- no statement is left open
    end
    assert.matches("nil\nin Lua: nil\n$", (prompt { "None" }))
    assert.matches("nil\nLua counts from 1: l%[1%]\n$", (prompt({ "l = heap 'Thread'", "l[0]" }, { SMALL })))
    assert.matches("\n5\n$", (prompt({ "for x in", "pairs { 5 } do print(5)", "end" }, { SMALL })))
  end)

  it("suggest the attribute that a field was taken for", function()
    local dump = program.file([[
{"address": 1, "type": "T", "size": 16, "refs": [2, 4]}
{"address": 2, "type": "dict", "size": 16, "len": 1, "refs": [3, 3]}
{"address": 3, "type": "str", "size": 16, "value": "customer", "refs": []}
{"address": 4, "type": "type", "name": "T", "size": 16, "refs": []}
]])
    local function error_of(line)
      return select(2, prompt({ "s = heap('T')", line }, { dump })):match "error: [^\n]*"
    end
    assert.equal("error: an object has no field 'customer'; did you mean 's[1].d.customer'?",
      error_of "s[1].customer")
    assert.equal("error: an object has no field 'name_'; did you mean 'name'?", error_of "s[1].name_")
  end)

  it("suggest near names", function()
    local _, err = prompt { "prnt(1)" }
    assert.matches("did you mean print", err)
    local out = prompt({ "heep" }, { SMALL })
    assert.matches("nil\ndid you mean heap", out)
    assert.equal("nil\ntry dryad.version\n", (prompt { "version" }))
    _, err = prompt({ "sumary x" }, { SMALL })
    assert.matches("did you mean summary", err)
    _, err = prompt({ "heap:sumarize()" }, { SMALL })
    assert.matches("did you mean 'summarize'", err)
    _, err = prompt({ "heap 'Thred'" }, { SMALL })
    assert.matches("did you mean 'Thread'", err)
    out = prompt({ "Thread" }, { SMALL })
    assert.matches('heap "Thread" gives its objects', out)
  end)

  it("show how to call a method that was called with a dot", function()
    local _, err = prompt({ "heap.summarize()" }, { SMALL })
    assert.matches("heap:summarize%(%)", err)
    _, err = prompt({ "t = heap('Thread')[1]", "t.compute_total_size()" }, { SMALL })
    assert.matches("t:compute_total_size%(%)", err)
  end)
end)

describe("commands at the prompt", function()
  after_each(program.clean)

  it("are bare words, and lines that are not Lua", function()
    assert.matches("A line is Lua", (prompt { "help" }))
    assert.matches("heap:get_all%(type%)", (prompt { "help heap:get_all" }))
    assert.matches("heap:get_all%(type%)", (prompt { 'help "get_all"' }))
    assert.matches("heap:get_all%(type%)", (prompt { "?get_all" }))
    assert.matches("overview", (prompt { "recipes" }))
  end)

  it("leave the word to a variable of that name", function()
    assert.equal("5\n", (prompt { "summary = 5", "summary" }))
    assert.equal("5\n", (prompt { "local undo = 5", "undo" }))
  end)

  it("work on the heap", function()
    local out = prompt({ "print '--'", "summary" }, { SMALL })
    local first, second = out:match("^(.*)%-%-\n(.*)$")
    assert.equal(first, second)
    assert.matches("^Total %d+ objects", second)
    assert.matches("nothing to undo", (prompt({ "undo" }, { SMALL })))
    out = prompt({ "n = heap.num_refs", "heap:remove_expensive_references()", "undo", "n == heap.num_refs" }, { SMALL })
    assert.matches("undone: the removal of expensive references %(%d+ references back%)\ntrue\n$", out)
  end)

  it("run recipes", function()
    local out = prompt({ "run overview" }, { SMALL })
    assert.matches("Thread", out)
    local _, err = prompt({ "run overvew" }, { SMALL })
    assert.matches("did you mean 'overview'", err)
  end)

  it("say when there is no heap", function()
    for _, line in ipairs { "summary", "leaks", "why Thread" } do
      local _, err = prompt { line }
      assert.matches("no heap is loaded", err)
    end
    local _, err = prompt { "diff 1 2" }
    assert.matches("diff: there is no dump 1: 0 dumps read so far", err)
  end)

  it("explain why, find leaks and compare, as in Lua", function()
    local lines, pairs_of = {}, {
      "why Thread", 'heap:why "Thread"', "why 140558123471568", "heap:why(140558123471568)",
      "why 140558123471568 1", "heap[140558123471568]:why(1)", "leaks", "dryad.leak_suspects(heap)",
      "leaks 0.3", "dryad.leak_suspects(heap, 0.3)",
      "diff 1 2", 'dryad.recipe "growth"(heaps[1], { after = heaps[2] })',
      "diff 1 2 1", "dryad.diff(heaps[1], heaps[2], heaps[1]):report()",
    }
    for i, line in ipairs(pairs_of) do
      lines[2 * i - 1], lines[2 * i] = "print '--'", line
    end
    local out, err = prompt(lines, { SMALL, "tests/data/threads-small-gc.dump.gz" })
    assert.not_matches("error", err)
    local found = {}
    local rest = out:match "^.-%-%-\n(.*)$" .. "--\n"
    while rest ~= "" do
      local part, after = rest:match "^(.-)%-%-\n(.*)$"
      found[#found + 1], rest = part, after
    end
    assert.equal(#pairs_of, #found)
    for i = 1, #found, 2 do
      assert.equal(found[i], found[i + 1])
      assert.is_true(#found[i] > 100)
    end
  end)

  it("take a condition for why as a condition, and assign nothing", function()
    local as_method = prompt({ 'heap:why "type = \'Thread\'"' }, { SMALL })
    local out, err = prompt({ "why type = 'Thread'", "print('++', type(1))" }, { SMALL })
    assert.not_matches("error", err)
    assert.equal(as_method .. "++\tnumber\n", out)
    out, err = prompt({ "why heap = nil", "why x = 5", "print('++', #heap, x)" }, { SMALL })
    assert.matches("error: .*\n.*error: ", err)
    assert.matches("%+%+\t60413\tnil\n$", out)
    out = prompt({ "why heap('Thread')[1]" }, { SMALL })
    assert.matches("Thread%(", out)
  end)

  it("report wrong words", function()
    local lines = {
      "why", "why Thred", "why 1", "why 140558123471568 0", "leaks x", "leaks 0", "diff",
      "diff 1", "diff 1 5", "diff a b",
    }
    local _, err = prompt(lines, { SMALL })
    local found = {}
    for message in err:gmatch "error: ([^\n]+)" do
      found[#found + 1] = message
    end
    assert.same({
      "why takes an address and a number of paths, or a type: why 140203053926864, why Thread",
      "no object is of type 'Thred'; did you mean 'Thread'?", "no object has the address 1",
      "why: n must be a number of paths, from 1, not 0",
      "leaks takes a share of the heap, such as 0.05 or 5%, not 'x'",
      "leaks takes a share of the heap, such as 0.05 or 5%, not '0'",
      "diff takes the numbers of two or more dumps: diff 1 2",
      "diff takes the numbers of two or more dumps: diff 1 2",
      "diff: there is no dump 5: 1 dump read so far; `gen` lists them",
      "diff takes the numbers of dumps that were read, not 'a': `read FILE` reads another, `gen` lists them",
    }, found)
  end)

  it("name the dump that diff has not read, and the shell's part of a line", function()
    local _, err = prompt({ "diff other.dump", "dryad leaks other.dump", "dryad dmup 7" }, { SMALL })
    assert.matches("not 'other.dump': `read FILE` reads another, `gen` lists them", err)
    assert.matches("leave out `dryad` and the name of the dump: `leaks` is about the heap that is loaded", err)
    assert.matches("that is a line for the shell", err)
  end)

  it("print nothing for a recipe that only prints", function()
    local folder = program.folder()
    local file <close> = assert(io.open(folder .. "/says.lua", "wb"))
    file:write "return { run = function() print 'said' end }"
    file:close()
    local out, err = program.prompt({ "run says", "'end'" }, { SMALL }, { DRYAD_RECIPES = folder })
    assert.not_matches("error", err)
    assert.equal("said\n\"end\"\n", out:match "said.*")
  end)

  it("leave", function()
    assert.equal("1\n", (prompt { "1", "quit", "2" }))
    assert.equal("1\n", (prompt { "1", "exit", "2" }))
  end)
end)

describe("an address alone", function()
  after_each(program.clean)

  it("shows the object, what holds it, its referrers and what it refers to", function()
    local out = prompt({ "print '--'", "140558123471568", "_" }, { SMALL }):match("%-%-\n(.*)$")
    local lines = {}
    for line in out:gmatch "[^\n]+" do
      lines[#lines + 1] = line
    end
    assert.equal("Thread(140558123471568 1112B 25refs 4par)", lines[1])
    assert.equal("__main__.t", lines[2])
    assert.equal("4 referrers", lines[3])
    assert.matches("^   1 dict%(%d+ .*%)  %[1999%]$", lines[4])
    assert.matches("^   4 module%(%d+ .*%)  %.t$", lines[7])
    assert.equal("25 references", lines[8])
    assert.equal(lines[1], lines[#lines])
    local hex = prompt({ "print '--'", ("0x%x"):format(140558123471568) }, { SMALL }):match("%-%-\n(.*)$")
    assert.equal(lines[1], hex:match "^[^\n]+")
  end)

  it("is just a number with more than 64 bits", function()
    local out = prompt({ "print '--'", "44444444444444444444" }, { SMALL }):match("%-%-\n(.*)$")
    assert.equal("4.4444444444444e+19\n", out)
  end)

  it("names the root, or says that no root reaches it", function()
    local path = program.file('{"address": 101, "type": "module", "name": "app", "size": 1, "refs": [102, 103]}\n'
      .. '{"address": 102, "type": "list", "size": 1, "refs": []}\n')
    local out = prompt({ "print '--'", "101", "print '--'", "102", "n = heap:remove_references(101, 102)", "print '--'",
      "102" }, { path })
    local root, held, garbage = out:match "%-%-\n(.-)%-%-\n(.-)%-%-\n(.*)$"
    assert.matches("^module%(101 1B 2refs 'app'%)\na root: module\n", root)
    assert.matches("^list%(102 1B 1par%)\napp%[ref 1%]\n", held)
    assert.matches("^list%(102 1B%)\ngarbage: no root leads to it\n?$", garbage)
  end)

  it("is a number if no object is there", function()
    assert.equal("16\n", (prompt { "0x10" }))
    assert.matches("\n42\n$", (prompt({ "42" }, { SMALL })))
  end)
end)

describe("the walk", function()
  after_each(program.clean)

  it("goes from the threads to what holds them", function()
    local out, err = prompt({
      "print '--1'", 'threads = heap "Thread"',
      "print '--2'", "threads[1]",
      "print '--3'", "threads[1].c",
      "print '--4'", "threads[1].d",
      "print '--5'", "threads[1].p[2].p",
      "print '--6'", 'heap:summarize(threads[1], "module")',
    }, { SMALL })
    assert.not_matches("error", err)
    local function part(n)
      return out:match(("--%d\n(.-)\n?%%-%%-%d\n"):format(n, n + 1):gsub("^%-%-", "%%-%%-")) or
        out:match(("%%-%%-%d\n(.*)$"):format(n))
    end
    assert.equal("", part(1))
    assert.equal("Thread(140558123471568 1112B 25refs 4par)", part(2))
    assert.matches("^25 objects", part(3))
    assert.matches("\n *1 %S+%(", part(3))
    assert.matches("'_Thread__daemonic': False", part(4))
    assert.matches("objects?, ", part(5))
    assert.matches("^Total %d+ objects, %d+ types", part(6))
  end)
end)

describe("the references of an object", function()
  it("say why numbers are left out", function()
    local said = "numbers left out are of names and keys, which the labels show"
    local out = prompt({ "140558123471568" }, { SMALL })
    assert.truthy(out:find(said, 1, true))
    assert.is_nil(prompt({ "heap('list')[1].address" }, { SMALL }):find(said, 1, true))
  end)
end)

describe("the prompt on a terminal", function()
  local WALK = { SMALL }
  after_each(program.clean)

  it("prints the summary and a hint, then asks", function()
    local out = program.plain(program.terminal(WALK, { "expect > ", "send quit\\r" }))
    assert.matches("Total %d+ objects, %d+ types.-heap \"TYPE\".-\n> quit\n\n%[exit 0%]", out)
  end)

  it("says how to load without a dump", function()
    local out = program.plain(program.terminal({}, { "expect > ", "send \\x04" }))
    assert.matches('dryad%.load%("FILE"%)', out)
    assert.matches("%[exit 0%]", out)
  end)

  it("begins with lines that fit 80 columns", function()
    for _, words in ipairs { WALK, {} } do
      local out = program.plain(program.terminal(words, { "expect > ", "send \\x04" }, { columns = 80 }))
      for line in out:gmatch "[^\n]+" do
        assert.is_true(utf8.len(line) < 80, line)
      end
    end
  end)

  it("continues a statement with another prompt", function()
    local out = program.plain(program.terminal({}, {
      "expect > ", "send for i = 1, 2 do\\r", "expect >> ", "send print(i * 7) end\\r", "expect 14",
      "expect > ", "send \\x04",
    }))
    assert.matches("7\n14\n", out)
    assert.matches("%[exit 0%]", out)
  end)

  it("stops an endless loop at Ctrl-C, and keeps the heap", function()
    local out = program.plain(program.terminal(WALK, {
      "expect > ", "send while true do end\\r", "work 0.3", "send \\x03", "expect interrupted", "expect > ",
      "send while true do pcall(function() while true do end end) end\\r", "work 0.3", "send \\x03", "work 0.3",
      "send \\x03", "expect interrupted", "expect > ",
      "send coroutine.wrap(function() while true do end end)()\\r", "work 0.3", "send \\x03",
      "expect interrupted", "expect > ", "send #heap('Thread') > 0\\r", "expect true", "expect > ", "send \\x04",
    }))
    assert.matches("%[exit 0%]", out)
    assert.not_matches("never saw", out)
  end)

  it("stops long work in C at Ctrl-C", function()
    local out = program.plain(program.terminal({ "tests/data/python311-app.dump.zst" }, {
      "expect > ", "send for i = 1, 1000 do heap:summarize(heap('module')) end\\r", "work 0.3", "send \\x03",
      "expect interrupted", "expect > ", "send #heap > 0\\r", "expect true", "expect > ", "send \\x04",
    }))
    assert.matches("%[exit 0%]", out)
    assert.not_matches("never saw", out)
  end)

  it("stops an analysis at Ctrl-C, and repeats it on request", function()
    local settle = "for i = 1, 1000 do heap:set_roots() "
    local steps = { "expect > " }
    for _, work in ipairs {
      settle .. "heap:dominators() end", settle .. "dryad.leak_suspects(heap) end",
      "for i = 1, 1000 do heap:why('str') end", "for i = 1, 1000 do heap:retained_size('dict') end",
    } do
      table.move({ "send " .. work .. "\\r", "work 0.3", "send \\x03", "expect interrupted", "expect > " }, 1, 5,
        #steps + 1, steps)
    end
    table.move({
      "send #heap:dominators() > 0 and heap:dominators().reachable_size == heap.total_size\\r", "expect true",
      "expect > ", "send dryad.leak_suspects(heap)[1].count == 20000\\r", "expect true", "expect > ", "send \\x04",
    }, 1, 7, #steps + 1, steps)
    local out = program.plain(program.terminal({ "tests/data/python311-app.dump.zst" }, steps))
    assert.matches("%[exit 0%]", out)
    assert.not_matches("never saw", out)
  end)

  it("clears the line at Ctrl-C", function()
    local out = program.plain(program.terminal({}, {
      "expect > ", "send nonsense", "expect nonsense", "send \\x03", "expect ^C", "expect > ",
      "send 6 * 7\\r", "expect 42", "expect > ", "send \\x04",
    }))
    assert.matches("%[exit 0%]", out)
  end)

  it("completes at Tab", function()
    local out = program.plain(program.terminal(WALK, {
      "expect > ", "send #heap:get_all(\"Thre\\t", "expect ad", "send )\\r", "expect > ", "send \\x04",
    }))
    assert.not_matches("error", out)
    assert.matches('#heap:get_all%("Thread"%)', out)
  end)

  it("keeps a history", function()
    local state = os.tmpname()
    os.remove(state)
    local steps = { "expect > ", "send 6 *\\r", "expect >> ", "send 7\\r", "expect 42", "expect > ", "send \\x04" }
    program.terminal({}, steps, { state = state })
    local out = program.plain(program.terminal({}, {
      "expect > ", "send \\x1b[A", "expect 7", "send \\r", "expect 42", "expect > ", "send \\x04",
    }, { state = state }))
    assert.matches("42", out)
    assert.not_matches("never saw", out)
    os.execute("rm -r " .. state)
  end)

  it("pages what is higher than the terminal", function()
    local out = program.plain(program.terminal({}, {
      "expect > ", "send ('x\\\\n'):rep(30)\\r", "expect paged", "expect > ", "send \\x04",
    }, { rows = 10, env = { PAGER = "sed -e s/x/paged/" } }))
    assert.matches("paged\npaged\n", out)
  end)

  it("prints directly if the pager does not exist", function()
    local out = program.plain(program.terminal({}, {
      "expect > ", "send ('x\\\\n'):rep(30)\\r", "expect x", "expect > ", "send \\x04",
    }, { rows = 10, env = { PAGER = "no-such-pager" } }))
    assert.matches("x\nx\nx\n", out)
    assert.matches("%[exit 0%]", out)
  end)

  it("survives a pager that is left early", function()
    local out = program.plain(program.terminal({}, {
      "expect > ", "send ('x\\\\n'):rep(300000)\\r", "expect > ", "send 6 * 7\\r", "expect 42",
      "expect > ", "send \\x04",
    }, { rows = 10, env = { PAGER = "head -n 2" } }))
    assert.matches("%[exit 0%]", out)
  end)

  it("explains NULL and how to go on once", function()
    local out = program.terminal(WALK, {
      "expect >", "send select null\\r", "expect 1 row", "expect >", "send select null\\r", "expect 1 row", "expect >",
      "send leaks\\r", "expect Held by", "expect >", "send leaks\\r", "expect Held by", "expect >", "send \\x04",
    }, { env = { NO_COLOR = "" } })
    assert.matches("%[exit 0%]", out)
    assert.equal(1, select(2, out:gsub("∘ is NULL", "")))
    assert.equal(1, select(2, out:gsub("next: why threading.Thread", "")))
  end)

  it("colours, unless NO_COLOR is set", function()
    local steps = { "expect >", "send error 'boo'\\r", "expect boo", "expect >", "send \\x04" }
    assert.matches("\27%[31merror", program.terminal(WALK, steps, { env = { NO_COLOR = "" } }))
    local list = { [[send heap "Pool"\r]], "expect 15refs", "expect >", "send \\x04" }
    assert.matches("\n1 object, 1.1KiB %(1112 bytes%)[\r\n]+   \27%[2m1\27%[0m "
      .. "\27%[1mPool\27%[0m\27%[2m%(%d+ 1112B[^\27]*%)\27%[0m",
      program.terminal(WALK, list, { env = { NO_COLOR = "" } }))
    local out = program.terminal(WALK, steps)
    assert.not_matches("\27%[3[0-9]m", out)
    assert.not_matches("\27%[2m", out)
  end)
end)
