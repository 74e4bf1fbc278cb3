-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local commands = require "dryad.prompt.commands"
local dryad = require "dryad"
local help = require "dryad.prompt.help"
local kinds = require "dryad.prompt.value_types"
local manual = require "dryad.prompt.manual"
local program = require "tests.spec.support.program"
local program_commands = require "dryad.program.commands"
local sessions = require "dryad.prompt.session"
local workspaces = require "tests.spec.support.workspaces"

local SMALL = "tests/data/threads-small.dump.gz"

local function widest(text)
  local most = 0
  for line in text:gmatch "[^\n]+" do
    most = math.max(most, utf8.len(line))
  end
  return most
end

describe("help", function()
  local PREFIX = {}
  for _, kind in ipairs(kinds) do
    PREFIX[kind.name] = kind.variable
  end

  -- Names in the examples, and their replacements in the test.
  local FILES = {
    ["app.dump"] = SMALL, ["my.db"] = workspaces.path(), ["plain.db"] = workspaces.path(),
    ["app.dryad"] = os.tmpname() .. ".dryad",
  }

  teardown(function()
    os.remove(FILES["app.dryad"])
    os.remove((FILES["app.dryad"]:gsub("%.dryad$", "")))
  end)

  teardown(workspaces.clean)

  it("has an entry for every field and method", function()
    local missing = {}
    for kind, prefix in pairs(PREFIX) do
      for name in pairs(core[kind].methods) do
        local as_field = core[kind].getters[name] and help.entry(prefix .. "." .. name)
        if name:sub(1, 1) ~= "_" and not as_field and not help.entry(prefix .. ":" .. name) then
          missing[#missing + 1] = prefix .. ":" .. name
        end
      end
      for name in pairs(core[kind].getters) do
        if not help.entry(prefix .. "." .. name) then
          missing[#missing + 1] = prefix .. "." .. name
        end
      end
    end
    assert.same({}, missing)
  end)

  it("has an entry for every function of the module, and every command", function()
    for name in pairs(dryad) do
      assert.truthy(help.entry("dryad." .. name), "dryad." .. name)
    end
    for _, name in ipairs(commands.names()) do
      assert.truthy(help.entry(name), name)
    end
  end)

  it("has no entry for anything else", function()
    for _, name in ipairs(help.names()) do
      local prefix, separator, member = name:match("^(%a+)([.:])([%w_]+)$")
      for kind, letter in pairs(PREFIX) do
        if letter == prefix then
          local members = separator == ":" and core[kind].methods or core[kind].getters
          assert.truthy(members[member], name)
        end
      end
      if prefix == "dryad" then
        assert.not_nil(dryad[member], name)
      end
    end
  end)

  it("gives examples that run", function()
    local heap = dryad.load(SMALL, { progress = false })
    local list = heap "Thread"
    local ws <close> = dryad.workspace()
    ws:adopt(heap)
    local pager, print, write = require "dryad.text.pager", _G.print, io.write
    for _, name in ipairs(help.names()) do
      local entry = help.entry(name)
      if entry and not commands.get(name) then
        local silent = function() end
        local session = sessions.new(setmetatable({
          heap = heap, om = heap, heaps = { heap }, dryad = dryad, pp = silent, print = silent, help = silent,
          ws = ws, o = list[1], l = list, s = heap:summarize(), d = list[1].d, _ = list,
          r = heap:sql "select * from obj limit 3",
        }, { __index = _G }))
        local run, message = session:compile((entry.example:gsub("%w+%.%w+", FILES)))
        assert(run, name .. ": " .. tostring(message))
        _G.print, io.write = silent, silent -- luacheck: ignore 122
        local ok, problem = pcall(run)
        _G.print, io.write = print, write -- luacheck: ignore 122
        assert(ok, name .. ": " .. tostring(problem))
      end
    end
    assert.truthy(pager)
  end)

  it("finds names in any spelling", function()
    local text = help.text "heap:get_all"
    for _, name in ipairs { "get_all", "heap.get_all", "om:get_all", "heap:get_all(type)" } do
      assert.equal(text, (help.text(name)))
    end
    assert.equal(help.text "o.d", (help.text "object.d"))
    assert.equal(help.text "l:filter", (help.text "list:filter"))
    local both = help.text "summarize"
    for _, name in ipairs { "heap:summarize", "o:summarize", "l:summarize" } do
      assert.truthy(both:find(name, 1, true))
    end
  end)

  it("finds every name by itself", function()
    for _, name in ipairs(help.names()) do
      local text, found = help.text(name)
      assert.is_true(found, name)
      local entry = help.entry(name)
      if entry then
        local head = entry.signature:match "^[^\n]*":sub(1, 30):match "^(.-)%s*$"
        assert.equal(head, text:sub(1, #head), name)
      end
    end
  end)

  it("finds no name behind others or behind rubbish", function()
    for _, name in ipairs {
      "!!load", "/tmp/e/h.dump", "x y load", "load!", "nothing.load", "a.heap:why", "heap:why:load", ".load", "", "(",
    } do
      assert.is_false((select(2, help.text(name))), name)
    end
  end)

  describe("with recipes of the user", function()
    local directory, trace

    setup(function()
      directory = os.tmpname()
      os.remove(directory)
      assert(os.execute(("mkdir '%s'"):format(directory)))
      trace = directory .. "/ran"
      for _, name in ipairs { "limits", "overview", "mine" } do
        local file <close> = assert(io.open(("%s/%s.lua"):format(directory, name), "w"))
        file:write(("-- %s\nio.open(%q, 'a'):write '%s '\nreturn { run = print }"):format(name, trace, name))
      end
    end)

    teardown(function() os.execute(("rm -r '%s'"):format(directory)) end)

    --- What `dryad help NAME` prints, and the recipes whose files it ran.
    local function shown(...)
      local out, err = program.run({ "help", ... }, { env = { DRYAD_RECIPES = directory } })
      local file <close> = io.open(trace)
      local ran = file and file:read "a" or ""
      os.remove(trace)
      return out .. err, ran
    end

    it("shows a chapter rather than a recipe of its name", function()
      local text, ran = shown "limits"
      assert.equal(manual.text "limits" .. "\n", text)
      assert.equal("", ran)
    end)

    it("explains a recipe, and runs none", function()
      local text, ran = shown "mine"
      assert.matches("^mine: mine\n", text)
      assert.equal("", ran)
      for _, words in ipairs { {}, { "nothing" }, { "heap:why" }, { "heap" }, { "exploring" } } do
        assert.equal("", (select(2, shown(table.unpack(words)))), words[1])
      end
    end)

    it("lists them without running them", function()
      local session = "print((require 'dryad.prompt.help'.text 'recipes'))"
      local out = program.run({ "-e", session }, { env = { DRYAD_RECIPES = directory } })
      assert.matches("\n  mine +mine\n", out)
      assert.matches("\n  holders +who refers", out)
      assert.is_nil(io.open(trace))
    end)
  end)

  it("has examples with a type of the heap", function()
    local out = program.prompt({ "help", "help ws:why" }, { "tests/data/shop.dump.zst" })
    local name = out:match '\n  heap "(%u%l+)" '
    assert.is_true(#dryad.load("tests/data/shop.dump.zst", { progress = false }):get_all(name) > 0)
    assert.matches('ws:why%("' .. name .. '"%)', out)
    assert.matches('\n  heap "Thread" ', (program.prompt { "help" }))
    assert.matches('\n  heap "Thread" ', (program.prompt({ "help" }, { SMALL })))
  end)

  it("explains topics and recipes, and suggests near names", function()
    assert.truthy((select(2, help.text "list")))
    assert.matches("dryad run holders", (help.text "holders"))
    local text, found = help.text "get_al"
    assert.is_false(found)
    assert.matches("did you mean 'get_all'", text)
  end)

  it("fits a screen at first", function()
    local _, lines = help.overview():gsub("\n", "")
    assert.is_true(lines <= 24)
    assert.is_true(widest(help.overview()) <= 80)
  end)

  it("is at most 80 columns wide, entry by entry", function()
    for _, name in ipairs(help.names()) do
      if not manual.text(name) then
        assert.is_true(widest((help.text(name))) <= 80, name)
      end
    end
    for _, recipe in ipairs(dryad.recipes()) do
      local text = help.text(recipe.name):gsub("\n  from [^\n]+$", "") -- a path may be long
      assert.is_true(widest(text) <= 80, recipe.name)
    end
  end)

  it("is as narrow as the terminal", function()
    local out = program.plain(program.terminal({ "leaks", "--help" }, { "expect --json prints" }, {
      columns = 50,
    }))
    assert.matches("usage: dryad leaks %[options%] DUMP|PID\n", out)
    assert.is_true(widest(out:match "usage.-examples:") <= 50)
    assert.is_true(widest(out:match "usage.-examples:") > 40)
  end)

  it("explains each global of the prompt", function()
    local of_lua = {}
    for name in ([[
      _G _VERSION arg assert collectgarbage coroutine debug dofile error getmetatable io ipairs load loadfile
      math next os package pairs pcall print rawequal rawget rawlen rawset require select setmetatable string
      table tonumber tostring type utf8 warn xpcall]]):gmatch "%S+" do
      of_lua[name] = true
    end
    local count = 0
    for name in program.run({ "-e", "for name in pairs(_G) do print(name) end", SMALL }):gmatch "[^\n]+" do
      if not of_lua[name] then
        assert.truthy(help.entry(name), name)
        count = count + 1
      end
    end
    assert.equal(7, count) -- dryad, heap, heaps, help, om, pp, ws
  end)

  it("knows the first parameter of a function", function()
    for name, parameter in pairs {
      get_all = "type", objects = "type", column = "field", load = "source", export = "file", save = "path",
    } do
      assert.equal(parameter, help.first_parameter(name))
    end
    assert.is_nil(help.first_parameter "size")
    assert.is_nil(help.first_parameter "nothing")
  end)
end)

describe("the manual", function()
  it("has chapters with unique names", function()
    for _, name in ipairs(manual.names()) do
      assert.matches("^[a-z0-9_-]+$", name)
      assert.is_nil(help.entry(name), name)
      assert.is_nil(commands.get(name), name)
      assert.is_nil(program_commands.get(name), name)
      assert.equal(manual.text(name), (help.text(name)))
    end
  end)

  it("has chapters that begin with a title and a summary, and are filled to 80 columns", function()
    for _, name in ipairs(manual.names()) do
      local text = manual.text(name)
      assert.matches("^[^\n]+\n\n[^\n]", text, name)
      assert.is_true(#manual.summary(name) > #name, name)
      for line in text:gmatch "[^\n]+" do
        local is_kept = line:find "^    " or line:find "%S  " -- code, and rows of tables
        assert.is_true(is_kept ~= nil or utf8.len(line) <= 80, name .. ": " .. line)
      end
    end
  end)

  it("has no chapter outside its folder", function()
    for _, name in ipairs { "../init", "a/b", "", "nothing" } do
      assert.is_nil(manual.text(name))
      assert.is_nil(manual.summary(name))
    end
  end)
end)
