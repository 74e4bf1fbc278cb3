-- SPDX-License-Identifier: MIT
-- What a recipe of others can do: everything that a question about a heap needs.
local core = require "dryad.core"
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"
local files = require "dryad.recipes.files"
local json_value = require "dryad.text.json_value"
local printer = require "dryad.text.printer"
local program = require "tests.spec.support.program"
local recipes = require "dryad.recipes.recipes"
local sandboxed = require "tests.spec.support.sandboxed"

local SMALL = "tests/data/threads-small.dump.gz"
local heap = dumps.heap {
  '{"address": 1, "type": "dict", "size": 100, "len": 2, "refs": [2, 3, 99]}',
  '{"address": 2, "type": "str", "size": 20, "value": "a", "refs": []}',
  '{"address": 3, "type": "str", "size": 30, "value": "b", "refs": []}',
  '{"address": 4, "type": "module", "size": 40, "name": "m", "refs": [1]}',
}

after_each(function()
  sandboxed.clean()
  program.clean()
end)

local function json(value)
  return core.json.encode(json_value(value))
end

describe("the result of a recipe in the sandbox", function()
  it("is what it returned: plain values", function()
    for code, expected in pairs {
      ["5"] = 5, ["2^53"] = 2.0 ^ 53, ["-1 << 63"] = math.mininteger, ["1/0"] = 1 / 0, ["false"] = false,
      ["'a\\0\\xff\\n'"] = "a\0\xff\n", ["''"] = "", ["('x'):rep(1e6)"] = ("x"):rep(1000000),
    } do
      local result = sandboxed.body("return " .. code)(heap)
      assert.equal(expected, result)
      assert.equal(math.type(expected), math.type(result))
    end
    assert.is_nil(sandboxed.body "return nil"(heap))
    assert.is_nil(sandboxed.body ""(heap))
    local nan = sandboxed.body "return 0/0"(heap)
    assert.is_true(nan ~= nan)
  end)

  it("is what it returned: tables", function()
    local result = sandboxed.body [[return {
      1, nil, 3, name = "x", [2.5] = { { {} } }, [true] = false, [heap[1] ] = 7, none = require "dryad".None }]](heap)
    assert.equal(1, result[1])
    assert.is_nil(result[2])
    assert.equal(3, result[3])
    assert.equal("x", result.name)
    assert.same({ { {} } }, result[2.5])
    assert.equal(false, result[true])
    assert.equal(7, result[heap[1]])
    assert.equal(core.None, result.none)
  end)

  it("is what it returned: objects, lists and heaps", function()
    local result = sandboxed.body [[
      return { heap = heap, object = heap[2], missing = heap[1].c[3], list = heap:get_all "str", args = args }]](heap)
    assert.equal(heap, result.heap)
    assert.equal(heap[2], result.object)
    assert.equal("<missing>(99)", tostring(result.missing))
    assert.same({ 3, 2 }, result.list:map(function(o) return o.address end))
    assert.same({}, result.args)
  end)

  it("has objects of the heaps that its arguments brought", function()
    local other = dumps.heap { '{"address": 7, "type": "int", "size": 1, "refs": []}' }
    local recipe = sandboxed.recipe [[
-- compares
-- :after heap
-- :what objects optional
return { run = function(heap, args) return { args.after[7], args.after, heap[1], args.what } end }]]
    local result = recipe(heap, { after = other, what = heap "str" })
    assert.equal(other[7], result[1])
    assert.equal(other, result[2])
    assert.equal(heap[1], result[3])
    assert.equal(2, #result[4])
  end)

  it("shows what Dryad's other values show, as text, JSON and CSV", function()
    local shop = dumps.sample "shop.dump.zst"
    for _, code in ipairs {
      "heap:summarize()", "heap:dominators()", "heap:why 'dict'", "heap:roots()[1]:why()", "heap:get_all 'dict'",
      "heap:sql 'select type, count(*) as n from obj group by type order by 2 desc, 1'", "heap('dict')[1].d",
      "heap:get_all('dict'):group_by 'len'", "require 'dryad'.leak_suspects(heap)", "heap:classes()", "heap:stacks()",
      "require 'dryad'.duplicates(heap)", "require 'dryad'.diff(heap, heap)", "require 'dryad'.garbage(heap)",
      "heap:path(heap:roots(), heap:get_all 'dict')", "heap:summarize()[1]", "{ rows = heap:summarize(), title = 't' }",
    } do
      local trusted = sandboxed.body("return " .. code, { trust = true })(shop)
      local result = sandboxed.body("return " .. code)(shop)
      assert.equal(printer.text(trusted), printer.text(result), code)
      assert.equal(json(trusted), json(result), code)
    end
  end)

  it("is CSV where a trusted one's would be", function()
    for _, code in ipairs {
      "heap:sql 'select type, size from obj order by address'", "require 'dryad'.diff(heap, heap)",
      "heap:get_all():group_by 'len'", "{ columns = { 'a' }, { a = '=1' } }",
    } do
      local out = {}
      for i, option in ipairs { "--raw", "--trust" } do
        local path = sandboxed.folder(("return { run = function(heap) return %s end }"):format(code))
        out[i] = program.run({ "run", "--csv", option, "--raw", "mine", SMALL },
          { env = { DRYAD_RECIPES = path } })
      end
      assert.equal(out[1], out[2])
      assert.is_true(#out[1] >= #"a\n=1\n")
    end
  end)

  it("is the same as a trusted one's, for each of Dryad's own recipes", function()
    local shop = dumps.sample "shop.dump.zst"
    local words = { dominated_by = { "__main__" }, holders = { "dict" }, instances = { "dict" }, what_if = { "list" },
                    why = { "dict" } }
    local count = 0
    for _, file in ipairs(recipes.files()) do
      if file.path:find "%.lua$" and file.from == "dryad" then
        local code = program.read_file(file.path)
        local shown = {}
        for i, trust in ipairs { true, false } do
          local recipe = sandboxed.recipe(code, { trust = trust })
          shown[i] = recipes.run(recipe, { shop, shop }, words[file.name] or {})
        end
        assert.equal(printer.text(shown[1]), printer.text(shown[2]), file.name)
        assert.equal(json(shown[1]), json(shown[2]), file.name)
        count = count + 1
      end
    end
    assert.is_true(count > 20)
  end)

  it("comes from spilled heaps and from indexes too, which stay as they are", function()
    local index = program.name ".dryad"
    dumps.sample("threads-small.dump.gz"):save(index)
    local code = [[
      local before = heap:get_all():retained_size()
      heap:remove_references(heap "Thread", heap:get_all())
      return { before, #heap("Thread").c, heap("str"):sort("size")[1], #heap:sql "select * from obj order by value" }]]
    for _, options in ipairs { { spill = "/tmp", index = false }, { index = index } } do
      local loaded = dumps.load(options.index or SMALL, { spill = options.spill })
      local result = sandboxed.body(code)(loaded)
      assert.equal(11803076, result[1])
      assert.equal(0, result[2])
      assert.equal(5062, result[3].size)
      assert.equal(60413, result[4])
      assert.is_true(#loaded("Thread").c > 1000)
      assert.equal(202940, loaded.num_refs)
      loaded:close()
    end
  end)
end)

describe("a recipe in the sandbox", function()
  it("has the documented modules", function()
    assert.same({ "1,000", "1.5KiB", "  a\n" }, sandboxed.body [[
      local units, render, top = require "dryad.text.units", require "dryad.text.render", require "dryad.text.top"
      top({ { n = 1 } }, "n", 1)
      return { units.count(1000), units.bytes(1536), render.text { text = "  a" } .. "\n" }]](heap))
  end)

  it("prints, but nothing that would act on a terminal", function()
    local path = sandboxed.folder [[
      return { run = function(heap) print("a\tb", "\27]52;c;x\7\xff") heap:get_all():show() return "done" end }]]
    local out = program.run({ "run", "mine", SMALL }, { env = { DRYAD_RECIPES = path } })
    assert.equal("a\tb\t\\x1b]52;c;x\\x07\\xff\n60413 objects", out:match "^[^\n]*\n%d+ objects")
    assert.matches("\ndone\n$", out)
  end)

  it("prints to standard error when standard output is for programs, trusted or not", function()
    local path = sandboxed.folder [[
      return { run = function() print "forged" return { columns = { "c" }, { c = 1 } } end }]]
    local function run(...)
      local out, err = program.run({ "run", "mine", "tests/data/threads-small.dump.gz", ... },
        { env = { DRYAD_RECIPES = path } })
      return out, err:match "forged\n" ~= nil
    end
    for _, trust in ipairs { "--verbose", "--trust" } do
      assert.same({ '{"c":1}\n', true }, { run("--jsonl", trust) })
      assert.same({ "c\n1\n", true }, { run("--csv", trust) })
      local document, is_told = run("--json", trust)
      assert.matches('^{"schema":', document)
      assert.is_true(is_told)
      assert.same({ "forged\nc\n1\n", false }, { run(trust) })
    end
  end)

  it("prints nothing twice", function()
    local path = sandboxed.folder "print 'in the code' return { run = function() print 'in run' return 5 end }"
    local out = program.run({ "-e", "io.write 'before ' print(dryad.recipe 'mine'(heap)) print 'after'", SMALL },
      { env = { DRYAD_RECIPES = path } })
    assert.equal("before in the code\nin the code\nin run\n5\nafter\n", out)
  end)

  it("fails with its own lines, after what it printed", function()
    local recipe = sandboxed.recipe "local function f()\n  error 'boo'\nend\nreturn { run = function()\n  f()\nend }"
    local message = dumps.message(recipe, heap)
    local path = recipe.path:gsub("%p", "%%%0")
    assert.matches(("^%s:2: boo\n  %s:2: in .* 'f'\n  %s:5: in .* 'run'$"):format(path, path, path), message)
  end)

  it("that does not end is stopped by Ctrl-C", function()
    local path = sandboxed.folder [[
      return { run = function() while true do pcall(function() while true do end end) end end }]]
    local out, err, status = program.run({ "run", "mine", SMALL }, {
      env = { DRYAD_RECIPES = path }, shell = "& pid=$!; while ! pgrep -P $pid >/dev/null; do sleep 0.05; done; "
        .. "child=$(pgrep -P $pid); kill -INT $pid; wait $pid; code=$?; kill -0 $child 2>/dev/null && echo alive; "
        .. "exit $code",
    })
    assert.equal("", out)
    assert.matches("interrupted", err)
    assert.is_true(status ~= 0)
  end)

  it("is trusted on request: in the program, at the prompt and in Lua", function()
    local path = sandboxed.folder "return { run = function() return io.type(io.stdout) end }"
    local env = { DRYAD_RECIPES = path }
    local refused = "io is not available to a recipe in the sandbox; --trust runs it without one"
    local out, err = program.run({ "run", "mine", SMALL }, { env = env })
    assert.equal("", out)
    assert.is_truthy(err:find(refused, 1, true))
    assert.equal("file\n", (program.run({ "run", "--trust", "mine", SMALL }, { env = env })))
    assert.equal("file\n", (program.run({ "run", path .. "/mine.lua", SMALL })))
    out, err = program.prompt({ "run mine", "run --trust mine" }, { SMALL }, env)
    assert.matches("\nfile\n$", out)
    assert.is_truthy(err:find(refused, 1, true))
    assert.equal("file", sandboxed.body("return io.type(io.stdout)", { trust = true })(heap))
  end)

  it("does not run where the kernel does not confine it", function()
    local confined = core.confined
    core.confined = function() return "unconfined", "the kernel does not allow it" end
    local ok, message = pcall(sandboxed.body "return 5", heap)
    core.confined = confined
    assert.is_false(ok)
    assert.equal("the recipe 'mine' did not run: the kernel does not allow it, which the sandbox needs; --trust runs "
      .. "it without one", message)
  end)

  it("has limits that the options set, and that say how to raise them", function()
    local path = sandboxed.folder [[
      return { run = function() local t = {} for i = 1, 2e5 do t[i] = { i } end return #t end }]]
    local env = { DRYAD_RECIPES = path }
    local _, err = program.run({ "run", "--recipe-memory", "4M", "mine", SMALL }, { env = env })
    if not program.is_sanitized() then
      assert.is_truthy(err:find(
        "dryad: the recipe 'mine' used more than 4.0MiB beyond the heap; --recipe-memory 16M allows more\n", 1, true))
    end
    assert.equal("200000\n", (program.run({ "run", "--recipe-memory=64M", "mine", SMALL }, { env = env })))
    for words, message in pairs {
      ["--recipe-memory x"] = "--recipe-memory takes a size, such as 512M or 2G, not 'x'",
      ["--recipe-time 0"] = "--recipe-time takes whole seconds, such as 60, not '0'",
      ["--recipe-time 1.5"] = "--recipe-time takes whole seconds, such as 60, not '1.5'",
    } do
      local option, value = words:match "(%S+) (%S+)"
      _, err = program.run({ "run", option, value, "mine", SMALL }, { env = env })
      assert.equal("dryad: " .. message .. "\n", err)
    end
    assert.error_matches(function() dryad.recipe("holders", { time = 0 }) end, "recipe: time must be whole seconds")
    assert.error_matches(function() dryad.recipe("holders", { memory = "4M" }) end, "recipe: memory must be bytes")
  end)

  it("leaves no process and no descriptor behind", function()
    local function descriptors()
      return #core.directory "/proc/self/fd"
    end
    local recipe, failing = sandboxed.body "return 5", sandboxed.body "error 'x'"
    recipe(heap)
    local before = descriptors()
    for _ = 1, 50 do
      assert.equal(5, recipe(heap))
      assert.is_false(pcall(failing, heap))
    end
    assert.equal(before, descriptors())
    local children <close> = io.popen("ps -o stat= --ppid " .. program.read_file("/proc/self/stat"):match "^%d+")
    assert.is_nil(children:read "a":find "Z")
  end)

  it("shares the machine with many others", function()
    local path = sandboxed.folder "return { run = function(heap) return #heap:get_all 'Thread' end }"
    local one = ("%s run mine %s 2>/dev/null &\n"):format(program.quote(program.path), SMALL)
    local all <close> = io.popen(("export DRYAD_RECIPES=%s\n%swait"):format(program.quote(path), one:rep(25)))
    assert.equal(("2000\n"):rep(25), all:read "a")
  end)
end)

describe("a recipe in SQL", function()
  --- A query with so many rows in `n`; without a sandbox it would end as well.
  local function over(rows, query)
    return ("-- hostile\nwith recursive n(i) as (select 1 union all select i + 1 from n limit %d) %s"):format(rows,
      query)
  end

  it("reaches nothing outside", function()
    for statement, reason in pairs {
      ["attach '/tmp/x.db' as x"] = "attach is not allowed here",
      ["pragma journal_mode = wal"] = "pragma journal_mode cannot be set here",
      ["select load_extension('/tmp/x.so')"] = "load_extension%(%) is not allowed here",
      ["select * from gen"] = "no such table: gen",
    } do
      assert.matches(reason, dumps.message(sandboxed.query("-- hostile\n" .. statement), heap))
    end
  end)

  it("only reads", function()
    for _, statement in ipairs {
      "update obj set size = 1", "create table t(x)", "create view v as select 1", "vacuum", "delete from ref",
      "insert into obj (address, type) values (99, 'x')", "drop table if exists t",
    } do
      assert.matches("mine%.sql:2: only a query is allowed here",
        dumps.message(sandboxed.query("-- hostile\n" .. statement), heap))
    end
  end)

  it("leaves the workspace as it is, unless it is trusted", function()
    local path = program.name ".db"
    program.run({ "-i" }, { input = ("create %s\nread tests/data/threads-small.dump.gz\n"):format(path) })
    local before = program.read_file(path)
    for _, statement in ipairs {
      "delete from gen", "update gen set path = '/etc/hostname'", "insert into env values ('heap', '1')",
      "insert into edit values (1, 1, 'cut', x'00')", "create table t as select randomblob(1000000)",
    } do
      local folder = sandboxed.folder("-- hostile\n" .. statement, "sql")
      local _, err, status = program.run({ "run", "mine", path }, { env = { DRYAD_RECIPES = folder } })
      assert.equal(2, status)
      assert.matches("mine%.sql:2: ", err)
      assert.equal(before, program.read_file(path))
    end
    local folder = sandboxed.folder("-- his own\ndelete from gen", "sql")
    assert.equal(0, select(3, program.run({ "run", "mine", path, "--trust" }, { env = { DRYAD_RECIPES = folder } })))
    assert.are_not.equal(before, program.read_file(path))
    program.clean()
  end)

  it("ends at the limits of the sandbox", function()
    local time = dumps.message(sandboxed.query(over(50000000, "select count(*) from n"), { time = 1 }), heap)
    assert(time:find("the recipe 'mine' ran for more than 1 second", 1, true)
      or time:find("the recipe 'mine' took more than", 1, true), time)
    if not program.is_sanitized() then
      local memory = dumps.message(sandboxed.query(over(300, "select i, randomblob(1000000) b from n order by b"),
        { time = 20, memory = 64 << 20 }), heap)
      assert.matches("used more than 64.0MiB beyond the heap", memory)
    end
  end)

  it("returns the rows that it returns without a sandbox", function()
    local text = "-- mine\n-- :least integer = 1\nselect address, type, size from obj where size >= :least order by 1"
    local trusted = sandboxed.query(text, { trust = true })(heap, { least = 30 })
    local shown = sandboxed.query(text)(heap, { least = 30 })
    assert.equal(tostring(trusted), tostring(shown))
    assert.equal(dryad.json(trusted), dryad.json(shown))
    assert.same(trusted.columns, shown.columns)
    assert.equal(#trusted, #shown)
    assert.equal(trusted[1][1], shown[1].address)
  end)

  it("has all rights when it is given by its path", function()
    local path = sandboxed.folder("-- mine\ncreate table t as select 1", "sql") .. "/mine.sql"
    assert.equal(0, recipes.find(path)(dumps.heap { '{"address": 1, "type": "dict", "size": 1, "refs": []}' }))
  end)
end)

describe("a query that comes with Dryad", function()
  it("only reads", function()
    local own = sandboxed.folder("-- not so\ncreate table t(x)", "sql") .. "/mine.sql"
    local at, by_name = files.at, files.by_name
    files.at = function() end
    files.by_name = function()
      return { mine = { path = own, ending = "sql", from = "dryad" } }
    end
    local recipe = recipes.find "mine"
    files.at, files.by_name = at, by_name
    assert.matches("only a query is allowed here", dumps.message(recipe, heap))
  end)
end)
