-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local program = require "tests.spec.support.program"

local DUMP = '{"address": 16, "type": "int", "size": 28, "refs": []}\n'
local BINARY = core.file_facts(program.path).path

describe("a recipe on the command line", function()
  after_each(program.clean)

  it("is run by its path, and the error about its bare name says so", function()
    local folder = program.folder()
    for name, text in pairs { ["a.dump"] = DUMP, ["mine.lua"] = "return { run = function(heap) return #heap end }" } do
      local file <close> = assert(io.open(folder .. "/" .. name, "wb"))
      file:write(text)
    end
    local function run(recipe)
      return program.run({ "-C", folder, BINARY, "run", recipe, "a.dump" }, { path = "env" })
    end
    assert.equal("1\n", (run "./mine.lua"))
    local _, err, status = run "mine.lua"
    assert.equal(2, status)
    assert.matches("no recipe 'mine.lua'; `./mine.lua` is the file of that name", err, 1, true)
  end)
end)

describe("a dump on the command line", function()
  after_each(program.clean)

  local folder
  before_each(function()
    folder = program.folder()
  end)

  local function put(name, text)
    local file <close> = assert(io.open(folder .. "/" .. name, "wb"))
    file:write(text)
  end

  --- Runs the program in the folder.
  local function run(...)
    return program.run({ "-C", folder, BINARY, ... }, { path = "env", input = "=#heap\n" })
  end

  it("is no script, whatever its name", function()
    put("a.lua", DUMP)
    put("b.lua", "\u{FEFF} \n" .. DUMP)
    put("c.lua.dump", DUMP)
    for ending, name in pairs { gz = "d.lua", zst = "e.lua" } do
      assert.equal(0, select(3, run("convert", "a.lua", "x." .. ending)))
      assert(os.rename(folder .. "/x." .. ending, folder .. "/" .. name))
    end
    assert.equal(0, select(3, run("-e", "local ws <close> = dryad.workspace('f.lua') ws:read 'a.lua'")))
    for _, name in ipairs { "a.lua", "b.lua", "d.lua", "e.lua", "f.lua" } do
      local out, err, status = run("-i", name)
      assert.equal(0, status, err)
      assert.matches("1\n$", out)
    end
    assert.equal(0, select(3, run("index", "a.lua")))
    assert(os.rename(folder .. "/a.lua.dryad", folder .. "/g.lua"))
    assert.matches("g%.lua: not a heap dump: starts like an index of Dryad", (select(2, run "g.lua")))
  end)

  it("leaves scripts alone, also after --", function()
    put("script.lua", "-- {\nprint('ran', ...)")
    assert.equal("ran\t1\n", (run("script.lua", "1")))
    assert.equal("ran\t1\n", (run("--", "script.lua", "1")))
  end)

  it("may have the name of a command, with ./ or after --", function()
    put("leaks", DUMP)
    put("dump", DUMP)
    assert.matches("1\n$", (run("-i", "./leaks")))
    assert.matches("1\n$", (run("-i", "--", "leaks")))
    for _, name in ipairs { "leaks", "dump" } do
      assert.equal(("dryad: %s is a command; `dryad ./%s` opens the file of that name, dryad %s --help explains the "
        .. "command\n"):format(name, name, name), (select(2, run(name))))
    end
    assert.equal("dryad: summary takes one dump\n", (select(2, run "summary")))
    assert(os.execute(("mkdir %s/summary"):format(folder)))
    assert.equal("dryad: summary takes one dump\n", (select(2, run "summary")))
    assert.matches("^usage: dryad help", (run "help"))
  end)

  it("may have the name of an option, with ./ or after --", function()
    put("--json", DUMP)
    put("-x.dump", DUMP)
    for _, words in ipairs { { "./--json" }, { "--", "--json" } } do
      local out, _, status = run("summary", table.unpack(words))
      assert.equal(0, status)
      assert.matches("^Total 1 objects", out)
    end
    assert.equal("dryad: summary: no option '-x.dump'; ./-x.dump is the file of that name; see dryad summary --help\n",
      (select(2, run("summary", "-x.dump"))))
    assert.equal("dryad: no option '-x.dump'; ./-x.dump is the file of that name; see dryad --help\n",
      (select(2, run "-x.dump")))
  end)
end)
