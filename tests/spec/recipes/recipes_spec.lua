-- SPDX-License-Identifier: MIT
local program = require "tests.spec.support.program"
local recipes = require "dryad.recipes.recipes"
local dumps = require "tests.spec.support.dumps"

local function write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

local function make_directory()
  local path = os.tmpname()
  os.remove(path)
  assert(os.execute(("mkdir -p '%s/dryad/recipes'"):format(path)))
  return path
end

--- Runs `f` with these environment variables (false: unset), as seen by os.getenv.
local function with_environment(variables, f)
  local getenv = os.getenv
  os.getenv = function(name) -- luacheck: ignore 122
    if variables[name] ~= nil then
      return variables[name] or nil
    end
    return getenv(name)
  end
  local ok, message = pcall(f)
  os.getenv = getenv -- luacheck: ignore 122
  if not ok then error(message, 0) end
end

local GREETER = [[
-- %s
return {
  args = {
    { name = "who", type = "string", summary = "whom to greet" },
    { name = "count", type = "integer", default = 3 },
    { name = "least", type = "size", optional = true },
    { name = "loud", type = "boolean", default = false },
    { name = "share", type = "number", optional = true },
    { name = "how", type = "string", default = "well", choices = { "well", "badly" } },
  },
  run = function(heap, args) return args end,
}]]

describe("finding recipes", function()
  local directory
  before_each(function() directory = make_directory() end)
  after_each(function() os.execute(("rm -r '%s'"):format(directory)) end)

  local function find_all(variables, f)
    variables.HOME = variables.HOME or directory .. "/nobody"
    variables.XDG_CONFIG_HOME = variables.XDG_CONFIG_HOME or false
    variables.DRYAD_RECIPES = variables.DRYAD_RECIPES or false
    with_environment(variables, function()
      local by_name, list = {}, recipes.list()
      for _, recipe in ipairs(list) do by_name[recipe.name] = recipe end
      f(by_name, list)
    end)
  end

  it("lists the installed ones, by name", function()
    find_all({}, function(found, list)
      assert.equal("dryad", found.overview.from)
      assert.matches("/scripts/overview%.lua$", found.overview.path)
      for i = 2, #list do assert.is_true(list[i - 1].name < list[i].name) end
    end)
  end)

  it("lets DRYAD_RECIPES shadow the installed ones, and the user's directory both", function()
    os.execute(("mkdir '%s/a' '%s/b'"):format(directory, directory))
    write(directory .. "/a/overview.lua", GREETER:format("from a"))
    write(directory .. "/a/greet.lua", GREETER:format("from a"))
    write(directory .. "/b/greet.lua", GREETER:format("from b"))
    write(directory .. "/dryad/recipes/greet.lua", GREETER:format("from the user"))
    local variable = directory .. "/a:" .. directory .. "/b"
    find_all({ DRYAD_RECIPES = variable }, function(found)
      assert.equal("from a", found.overview.summary)
      assert.equal("DRYAD_RECIPES", found.overview.from)
      assert.equal("from b", found.greet.summary)
    end)
    find_all({ DRYAD_RECIPES = variable, XDG_CONFIG_HOME = directory }, function(found)
      assert.equal("from the user", found.greet.summary)
      assert.equal("user", found.greet.from)
    end)
  end)

  it("prints them in 80 columns, with the files of those that are not Dryad's own", function()
    local path = directory .. "/dryad/recipes/greet.lua"
    write(path, GREETER:format("from the user"))
    find_all({ XDG_CONFIG_HOME = directory }, function(_, list)
      local text = tostring(list)
      assert.matches("\n  overview +what is in the dump: ", text)
      assert.matches("\n  greet +from the user %(" .. path:gsub("%p", "%%%0") .. "%)\n", (text:gsub("\n +%(", " (")))
      assert.equal(1, select(2, text:gsub("%(/", "")))
      for line in text:gmatch "[^\n]+" do
        assert.is_true(#line <= 80 or line:find(path, 1, true) ~= nil, line)
      end
    end)
  end)

  it("takes ~/.config for the user's configuration where XDG_CONFIG_HOME is not set", function()
    os.execute(("mkdir -p '%s/.config/dryad/recipes'"):format(directory))
    write(directory .. "/.config/dryad/recipes/greet.lua", GREETER:format("at home"))
    find_all({ HOME = directory }, function(found) assert.equal("at home", found.greet.summary) end)
  end)

  it("skips files that are not named like recipes", function()
    for _, name in ipairs { ".hidden.lua", "notes.txt", "greet.lua~", "lua" } do
      write(directory .. "/dryad/recipes/" .. name, "error 'not to be run'")
    end
    find_all({ XDG_CONFIG_HOME = directory }, function(_, list)
      for _, recipe in ipairs(list) do assert.equal("dryad", recipe.from) end
    end)
  end)

  it("names a recipe after its file, whatever name it declares", function()
    write(directory .. "/dryad/recipes/mine.lua", GREETER:format("renamed"))
    find_all({ XDG_CONFIG_HOME = directory }, function(found)
      assert.equal("renamed", found.mine.summary)
      assert.is_nil(found.yours)
    end)
  end)

  it("lists a recipe whose comment is malformed with its problem, and all the others", function()
    local unknown = "(known: string, integer, number, size, boolean, type, address, objects, module, heap)"
    local wrong = {
      unnamed = { "-- a\n-- : string", ":2: an argument must be declared as `:NAME TYPE [= DEFAULT | optional]" },
      untyped = { "-- a\n--\n-- :a text", ":3: 'a' has an unknown type " .. unknown },
      twice = { "-- a\n-- :a size\n-- :a size", ":3: a second argument 'a'" },
      many = { "-- a\n" .. ("-- :a%d size\n"):rep(102):gsub("%%d", (function()
        local n = 0
        return function() n = n + 1 return tostring(n) end
      end)()), ":102: more than 100 arguments" },
    }
    for name, case in pairs(wrong) do write(("%s/dryad/recipes/%s.lua"):format(directory, name), case[1]) end
    find_all({ XDG_CONFIG_HOME = directory }, function(found, list)
      for name, case in pairs(wrong) do
        assert.is_truthy(found[name].error:find(case[2], 1, true), name .. ": " .. found[name].error)
      end
      assert.is_nil(found.overview.error)
      local path = directory .. "/dryad/recipes/twice.lua"
      assert.is_truthy(tostring(list):gsub("%s+", " "):find(
        ("twice cannot be used: %s:3: a second argument 'a' (%s)"):format(path, path), 1, true))
      local recipe, message = recipes.find "twice"
      assert.is_nil(recipe)
      assert.equal(("recipe 'twice' cannot be used: %s:3: a second argument 'a' (%s)"):format(path, path), message)
      assert.error_matches(function() found.twice({}) end, "twice: cannot be used: /.*:3: a second argument 'a'")
    end)
  end)

  it("reports what is wrong with its code when a recipe is run, trusted or not", function()
    local heap = dumps.heap { '{"address": 1, "type": "dict", "size": 1, "refs": []}' }
    local wrong = {
      syntax = { "return {", "unexpected symbol near <eof>" },
      raises = { "error 'no luck'", "no luck" },
      nothing = { "local x = 1", "it does not return a table" },
      idle = { "return { summary = 's' }", "it has no function run(heap, args)" },
      arguments = { "return { run = print, args = 5 }", "args is not an array" },
      unnamed = { "return { run = print, args = { { type = 'string' } } }", "args[1] has no name" },
    }
    for name, case in pairs(wrong) do
      local path = ("%s/dryad/recipes/%s.lua"):format(directory, name)
      write(path, case[1])
      for _, trust in ipairs { true, false } do
        with_environment({ XDG_CONFIG_HOME = directory, DRYAD_RECIPES = false }, function()
          local message = dumps.message(recipes.find(name, { trust = trust }), heap)
          assert.is_truthy(message:find(("recipe '%s' cannot be used: "):format(name), 1, true), message)
          assert.is_truthy(message:find(case[2], 1, true), message)
          assert.is_truthy(message:find(("(%s)"):format(path), 1, true), message)
        end)
      end
    end
  end)

  it("runs none of them", function()
    local trace = directory .. "/trace"
    write(directory .. "/dryad/recipes/mine.lua",
      ("local file = io.open(%q, 'w') file:close() return { summary = 's', run = print }"):format(trace))
    find_all({ XDG_CONFIG_HOME = directory }, function(found, list)
      assert.equal("", found.mine.summary)
      assert.is_nil(found.mine.args)
      assert.matches("mine +%(/.*/mine%.lua%)", (tostring(list):gsub("%s+", " ")))
      assert.matches("^mine: it does not say what it answers\n\n  dryad run mine DUMP %[NAME=VALUE %.%.%.%]\n",
        tostring(recipes.find "mine"))
    end)
    assert.is_nil(io.open(trace))
  end)

  it("takes what a hostile comment says as text that can be printed, and little of it", function()
    write(directory .. "/dryad/recipes/mine.lua", "\n-- a\27[2Jb\xff\xc2\x9b\r\n--- c" .. ("d"):rep(5000)
      .. "\n-- :x string = \27[31m  \0e" .. "\n" .. ("-- f\n"):rep(100000))
    write(directory .. "/dryad/recipes/\27[31m.lua", "-- a name that is not safe to print\n")
    find_all({ XDG_CONFIG_HOME = directory }, function(found)
      assert.equal([[a\x1b[2Jb\xff\x9b c]], found.mine.summary:sub(1, 19))
      assert.equal(1000, utf8.len(found.mine.summary))
      assert.same({ { name = "x", type = "string", default = [[\x1b[31m]], summary = [[\x00e]] } }, found.mine.args)
      for name in pairs(found) do assert.is_nil(name:find "%c") end
    end)
  end)

  it("reads regular files only", function()
    assert(os.execute(("mkfifo '%s/dryad/recipes/pipe.lua'"):format(directory)))
    find_all({ XDG_CONFIG_HOME = directory }, function(found)
      assert.matches("not a regular file$", found.pipe.error)
    end)
  end)

  it("finds what LuaRocks packages installed, which hides nothing and runs in the sandbox", function()
    assert(os.execute(("mkdir -p '%s/tree/dryad/recipes' '%s/.luarocks/share/lua/5.4/dryad/recipes'"):format(directory,
      directory)))
    write(directory .. "/tree/dryad/recipes/packed.lua",
      "-- of a package\nreturn { run = function() return io.open end }")
    write(directory .. "/tree/dryad/recipes/overview.lua", "-- not the one")
    write(directory .. "/.luarocks/share/lua/5.4/dryad/recipes/local_pack.sql", "-- of the home\nselect 1")
    local path = package.path
    package.path = directory .. "/tree/?.lua;./?.lua;" .. path -- luacheck: ignore 122
    find_all({ HOME = directory }, function(found, list)
      package.path = path -- luacheck: ignore 122
      assert.equal("of a package", found.packed.summary)
      assert.equal("luarocks", found.packed.from)
      assert.equal("of the home", found.local_pack.summary)
      assert.equal("dryad", found.overview.from)
      assert.matches("; hides " .. (directory .. "/tree/dryad/recipes/overview.lua"):gsub("%p", "%%%0"),
        (tostring(list):gsub("%s+", " ")))
      local heap = dumps.heap { '{"address": 1, "type": "dict", "size": 1, "refs": []}' }
      assert.matches("io is not available to a recipe in the sandbox", dumps.message(found.packed, heap))
    end)
  end)

  it("says whose recipe runs in place of one of Dryad's own", function()
    write(directory .. "/dryad/recipes/overview.lua", "-- not the one\nreturn { run = function() return 'forged' end }")
    local dump = program.file '{"address": 1, "type": "dict", "size": 1, "refs": []}'
    local env = { XDG_CONFIG_HOME = directory }
    local said = ("overview: the recipe of %s/dryad/recipes/overview.lua, not Dryad's own"):format(directory)
    local out, err = program.run({ "run", "overview", dump }, { env = env })
    assert.equal("forged\n", out)
    assert(err:find(said, 1, true), err)
    err = select(2, program.run({ "-i", dump }, { env = env, input = "run overview" }))
    assert(err:find(said, 1, true), err)
    err = select(2, program.run({ "run", "holders", dump, "type=dict" }, { env = env }))
    assert.is_nil(err:find("not Dryad's own", 1, true))
    program.clean()
  end)

  it("takes a word with a slash as the path of a recipe, which is trusted", function()
    write(directory .. "/mine.lua", "-- mine\nreturn { run = function() return os.getenv 'HOME' end }")
    local heap = dumps.heap { '{"address": 1, "type": "dict", "size": 1, "refs": []}' }
    local recipe = recipes.find(directory .. "/mine.lua")
    assert.equal("mine", recipe.name)
    assert.equal("path", recipe.from)
    assert.equal(os.getenv "HOME", recipe(heap))
    assert.is_nil((recipes.find(directory .. "/other.lua")))
  end)

  it("lists a directory of DRYAD_RECIPES that does not exist", function()
    find_all({ DRYAD_RECIPES = directory .. "/none" }, function(found)
      assert.equal(directory .. "/none: No such file or directory", found[directory .. "/none"].error)
    end)
  end)

  it("suggests names near an unknown one", function()
    with_environment({ HOME = false, XDG_CONFIG_HOME = false, DRYAD_RECIPES = false }, function()
      local recipe, message = recipes.find "overveiw"
      assert.is_nil(recipe)
      assert.equal("no recipe 'overveiw'; did you mean 'overview'?", message)
      assert.matches("^no recipe 'xyzzy'; there are biggest, caches, classes, ", select(2, recipes.find "xyzzy"))
    end)
  end)
end)

describe("arguments of recipes", function()
  local directory, greet
  local heap = dumps.heap {
    '{"address": 140558134395408, "type": "Thread", "size": 1, "refs": []}',
    '{"address": 18446744073709551615, "type": "dict", "size": 1, "refs": []}',
    '{"address": 5, "type": "thread.lock", "size": 1, "refs": []}',
    '{"address": 6, "type": "a,b", "size": 1, "refs": []}',
    '{"address": 7, "type": "module", "name": "os.path", "size": 1, "refs": []}',
  }

  setup(function()
    directory = make_directory()
    write(directory .. "/dryad/recipes/greet.lua", GREETER:format("greets"))
    write(directory .. "/dryad/recipes/look.lua", [[
      return {
        name = "look", summary = "looks",
        args = {
          { name = "type", type = "type", optional = true },
          { name = "address", type = "address", optional = true },
          { name = "after", type = "heap", optional = true },
          { name = "later", type = "heap", optional = true },
          { name = "what", type = "objects", optional = true },
          { name = "module", type = "module", optional = true },
        },
        run = function(heap, args) args.heap = heap; return args end,
      }]])
  end)
  teardown(function() os.execute(("rm -r '%s'"):format(directory)) end)

  local function run(name, words, heaps)
    local result
    with_environment({ XDG_CONFIG_HOME = directory, DRYAD_RECIPES = false }, function()
      greet = assert(recipes.find(name))
      result = recipes.run(greet, heaps or { heap }, words)
    end)
    return result
  end

  local function message_of(name, words)
    local ok, message = pcall(run, name, words)
    assert.is_false(ok)
    return message
  end

  it("are taken by name or in the order of declaration, with defaults", function()
    assert.same({ who = "you", count = 3, loud = false, how = "well" }, run("greet", { "you" }))
    assert.same({ who = "you", count = 5, loud = true, how = "badly" },
      run("greet", { "loud=yes", "you", "how=badly", "5" }))
    assert.same({ who = "a=b c", count = 3, loud = false, how = "well" }, run("greet", { "who=a=b c" }))
    assert.same({ who = "x", count = 7, loud = false, how = "well" }, run("greet", { "7", "who=x" }))
  end)

  it("understand sizes, numbers and booleans", function()
    local sizes = { ["300"] = 300, ["50M"] = 52428800, ["1.5G"] = 1610612736, ["2 KiB"] = 2048, ["1kb"] = 1024 }
    for text, bytes in pairs(sizes) do
      assert.equal(bytes, run("greet", { "x", "least=" .. text }).least)
    end
    for text, value in pairs { ["true"] = true, ON = true, ["1"] = true, no = false, ["0"] = false, False = false } do
      assert.equal(value, run("greet", { "x", "loud=" .. text }).loud)
    end
    assert.equal(0.25, run("greet", { "x", "share=0.25" }).share)
    assert.equal(16, run("greet", { "x", "count=0x10" }).count)
  end)

  it("report an invalid word", function()
    local usage = "; usage: dryad run greet DUMP WHO [count=3] [least=SIZE] [loud=false] [share=NUMBER] [how=well]"
    for word, problem in pairs {
      ["count=many"] = "argument 'count': 'many' is not a whole number",
      ["count=1.5"] = "argument 'count': '1.5' is not a whole number",
      ["least=50X"] = "argument 'least': '50X' is not a size, such as 300, 50K, 50M or 1.5G",
      ["least=-1"] = "argument 'least': '-1' is not a size, such as 300, 50K, 50M or 1.5G",
      ["loud=perhaps"] = "argument 'loud': 'perhaps' is neither true nor false",
      ["share=x"] = "argument 'share': 'x' is not a number",
      ["how=so"] = "argument 'how': 'so' is not one of well, badly",
      ["coutn=5"] = "no argument 'coutn'; did you mean 'count'?",
      ["zzz=5"] = "no argument 'zzz'; it takes who, count, least, loud, share, how",
    } do
      assert.equal("recipe 'greet': " .. problem .. usage, message_of("greet", { "x", word }))
    end
    assert.equal("recipe 'greet': argument 'who' is missing (whom to greet)" .. usage, message_of("greet", {}))
    assert.equal("recipe 'greet': one argument too many: 'h'" .. usage,
      message_of("greet", { "a", "2", "3", "no", "5", "well", "h" }))
  end)

  it("can be checked without a heap", function()
    with_environment({ XDG_CONFIG_HOME = directory }, function()
      local look = recipes.find "look"
      assert.is_nil(recipes.problem(look, { "Thread" }))
      assert.matches("no argument 'typ'; did you mean 'type'%?", recipes.problem(look, { "typ=Thread" }))
    end)
  end)

  it("are checked against the heap's types, with near names", function()
    assert.equal("Thread", run("look", { "Thread" }).type)
    assert.matches("argument 'type': 'Thred' is not a type of this heap; did you mean 'Thread'%?",
      message_of("look", { "Thred" }))
  end)

  it("are checked against the heap's addresses, in any notation", function()
    assert.equal(140558134395408, run("look", { "address=140558134395408" }).address)
    assert.equal(140558134395408, run("look", { "address=0x7fd63dabc210" }).address)
    assert.equal(-1, run("look", { "address=18446744073709551615" }).address)
    assert.matches("'17' is not the address of an object of this heap", message_of("look", { "address=17" }))
    assert.matches("'here' is not the address of an object of this heap", message_of("look", { "address=here" }))
    assert.matches("'18446744073709551616' is not an address", message_of("look", { "address=18446744073709551616" }))
  end)

  it("of type heap take the further heaps, else are paths of dumps", function()
    local later = dumps.heap { '{"address": 1, "type": "dict", "size": 1, "refs": []}' }
    local args = run("look", { "Thread" }, { heap, later })
    assert.equal(later, args.after)
    assert.equal(heap, args.heap)
    assert.equal("Thread", args.type)
    assert.error_matches(function() run("look", { "after=/no/such.dump" }) end, "/no/such%.dump")
  end)

  it("of type heap take as many of the further heaps as there are", function()
    local second = dumps.heap { '{"address": 1, "type": "dict", "size": 1, "refs": []}' }
    local third = dumps.heap { '{"address": 2, "type": "dict", "size": 1, "refs": []}' }
    local args = run("look", { "Thread" }, { heap, second, third })
    assert.equal(second, args.after)
    assert.equal(third, args.later)
    assert.is_nil(run("look", { "Thread" }, { heap, second }).later)
  end)

  it("name objects by addresses and types, one or several", function()
    local function found(what)
      return run("look", { "what=" .. what }).what:map(function(o) return o.address end)
    end
    assert.same({ 140558134395408 }, found "Thread")
    assert.same({ 5 }, found "0x5")
    assert.same({ 140558134395408, 5, -1 }, found "Thread, 5,dict")
    assert.same({ 5 }, found "5,thread.lock")
    assert.same({ 6 }, found "a,b")
    assert.matches("argument 'what': 'Thred' is neither an address nor a type of this heap; did you mean 'Thread'%?",
      message_of("look", { "what=Thred" }))
    assert.matches("argument 'what': '5,Thred' has 'Thred', which is neither an address nor a type",
      message_of("look", { "what=5,Thred" }))
    assert.matches("argument 'what': '17' is not the address of an object of this heap",
      message_of("look", { "what=17" }))
  end)

  it("name objects in Lua also by a list, an object or an array", function()
    with_environment({ XDG_CONFIG_HOME = directory }, function()
      local look = recipes.find "look"
      assert.equal(heap[140558134395408], look(heap, { what = heap "Thread" }).what[1])
      assert.equal(heap[5], look(heap, { what = heap[5] }).what[1])
      assert.equal(2, #look(heap, { what = { 5, "Thread" } }).what)
    end)
  end)

  it("name a module, with near names", function()
    assert.equal(heap[7], run("look", { "module=os.path" }).module)
    assert.matches("argument 'module': 'os.pth' is not a module of this heap; did you mean 'os.path'%?",
      message_of("look", { "module=os.pth" }))
  end)

  it("are given as values in Lua, by name or position, with errors on the caller's line", function()
    with_environment({ XDG_CONFIG_HOME = directory }, function()
      local look = recipes.find "look"
      assert.equal("dict", look(heap, { "dict" }).type)
      assert.equal("dict", look(heap, { type = "dict" }).type)
      assert.equal(-1, look(heap, { address = -1 }).address)
      assert.equal(140558134395408, look(heap, { address = heap[140558134395408] }).address)
      assert.is_nil(look(heap).type)
      local _, message = pcall(function() look(heap, { typ = "dict" }) end)
      assert.matches("recipes_spec.lua:%d+: recipe 'look': no argument 'typ'; did you mean 'type'%?$", message)
      assert.error_matches(function() look(heap, { type = 5 }) end, "'5' is not the name of a type")
      assert.error_matches(function() look() end, "recipe 'look' needs a heap: recipe%(heap, {...}%)")
    end)
  end)
end)

describe("a recipe's help", function()
  it("says what it answers, how to run it, its arguments and its path", function()
    local text = tostring(recipes.find "holders")
    assert.matches("^holders: who refers to the instances of a type, grouped by the referrers' type\n", text)
    assert.matches("\n  dryad run holders DUMP TYPE\n", text)
    assert.matches("\n  type  the type of the instances %(type%)\n", text)
    assert.matches("\n  from .*/scripts/holders%.lua$", text)
  end)
end)

describe("a recipe in SQL", function()
  local directory
  local heap = dumps.heap {
    '{"address": 1, "type": "dict", "size": 100, "len": 2, "refs": [2, 3]}',
    '{"address": 2, "type": "str", "size": 20, "value": "a", "refs": []}',
    '{"address": 3, "type": "str", "size": 30, "value": "b", "refs": []}',
    '{"address": 4, "type": "module", "size": 40, "name": "m", "refs": [1]}',
  }

  before_each(function() directory = make_directory() end)
  after_each(function() os.execute(("rm -r '%s'"):format(directory)) end)

  --- The recipe in a file with this text.
  local function recipe_of(text)
    write(directory .. "/dryad/recipes/ask.sql", text)
    local found
    with_environment({ XDG_CONFIG_HOME = directory, DRYAD_RECIPES = false }, function()
      for _, recipe in ipairs(recipes.list()) do
        found = recipe.name == "ask" and recipe or found
      end
    end)
    return found
  end

  local function first_column(result)
    local values = {}
    for i = 1, #result do
      values[i] = result[i][result.columns[1]]
    end
    return values
  end

  it("is named after its file, and described by its comment", function()
    local ask = recipe_of [[
-- the first
-- of all
--
-- What is said further down is not told.
--
-- :type type optional   of this type
-- :most integer = 2     so many
-- :name string          what it is called

select address from obj where :type is null or type = :type or value = :name limit :most]]
    assert.is_nil(ask.error)
    assert.equal("the first of all", ask.summary)
    assert.same({
      { name = "type", type = "type", optional = true, summary = "of this type" },
      { name = "most", type = "integer", default = "2", summary = "so many" },
      { name = "name", type = "string", summary = "what it is called" },
    }, ask.args)
    assert.matches("dryad run ask DUMP %[type=TYPE%] %[most=2%] NAME", tostring(ask))
    assert.matches("\n  most  so many %(integer, 2 by default%)\n", tostring(ask))
  end)

  it("returns the result of its query, with arguments and without", function()
    assert.same({ 1, 2, 3, 4 }, first_column(recipe_of "-- all\nselect address from obj"(heap)))
    local ask = recipe_of [[
-- those that are larger
-- :least size = 25
-- :type type optional
select address from obj where size >= :least and (type = :type or :type is null) -- :least]]
    assert.same({ 1, 3, 4 }, first_column(ask(heap)))
    assert.same({ 3 }, first_column(ask(heap, { type = "str" })))
    assert.same({ 1 }, first_column(recipes.run(ask, { heap }, { "least=50" })))
  end)

  it("binds objects as a list, a module as its address, and a boolean as 0 or 1", function()
    local ask = recipe_of "-- these\n-- :objects objects\nselect size from obj where address in list(:objects)"
    assert.same({ 20, 30 }, first_column(ask(heap, { "str" })))
    assert.same({ 100, 20 }, first_column(ask(heap, { "1,2" })))
    ask = recipe_of "-- one\n-- :module module\n-- :on boolean\nselect size from obj where address = :module and :on"
    assert.same({ 40 }, first_column(ask(heap, { "m", "yes" })))
    assert.same({}, first_column(ask(heap, { "m", "no" })))
  end)

  it("injects nothing, whatever an argument holds", function()
    local ask = recipe_of "-- text\n-- :text string\nselect :text"
    assert.same({ "' or 1 --" }, first_column(ask(heap, { "' or 1 --" })))
    assert.same({ "$x #0.0 0&" }, first_column(ask(heap, { "$x #0.0 0&" })))
  end)

  it("may use shorthands", function()
    assert.same({ 2, 3 }, first_column(recipe_of "-- kids\nselect address from obj where address in 1&"(heap)))
  end)

  it("that is invalid is reported with the file and the line", function()
    local path = directory .. "/dryad/recipes/ask.sql"
    for text, message in pairs {
      ["select 1"] = ":1: a comment at the top must say what it answers",
      [""] = ":1: a comment at the top must say what it answers",
      ["-- nothing\n--\n"] = ":2: there is no query",
      ["-- a\n-- :x\nselect :x"] = ":2: an argument must be declared as `:NAME TYPE [= DEFAULT | optional]  SUMMARY`",
      ["-- a\n-- :x text\nselect :x"] = ":2: 'x' has an unknown type (known: string, integer, number, size, boolean, "
        .. "type, address, objects, module, heap)",
      ["-- a\n-- :x heap\nselect :x"] = ":2: 'x' cannot be a heap: a query runs on a single one",
      ["-- a\n-- :x size\n-- :x size\nselect :x"] = ":3: a second argument 'x'",
      ["-- a\n\nselect 1,\n :y"] = ":4: no argument is declared for ':y'",
      ["-- a\nselect ?"] = ":2: no argument is declared for '?'",
      ["-- a\nselect @y"] = ":2: no argument is declared for '@y'",
      ["-- a\n-- :x size\nselect ':x'"] = ": the query does not use its argument 'x'",
    } do
      assert.equal(path .. message, recipe_of(text).error)
    end
  end)

  it("whose query is invalid is reported when it is run", function()
    local path = directory .. "/dryad/recipes/ask.sql"
    local message = dumps.message(function() recipe_of "-- a\n\nselect missing from obj"(heap) end)
    assert.equal(1, (message:find(path .. ":3: no such", 1, true)))
    assert.matches("no such column: missing\n  select missing from obj\n         %^$", message)
  end)
end)
