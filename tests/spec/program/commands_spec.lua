-- SPDX-License-Identifier: MIT
local argument_values = require "dryad.prompt.argument_values"
local commands = require "dryad.program.commands"
local core = require "dryad.core"
local description = require "dryad.program.description"
local facts = require "tests.spec.support.facts"
local help_page = require "dryad.program.help_page"
local installation = require "tests.spec.support.installation"
local manual_page = require "dryad.program.manual_page"
local option_types = require "dryad.program.option_types"
local program = require "tests.spec.support.program"

local SMALL, LATER = "tests/data/threads-small.dump.gz", "tests/data/threads-small-gc.dump.gz"

local function widest(text)
  local most = 0
  for line in text:gmatch "[^\n]+" do
    most = math.max(most, utf8.len(line))
  end
  return most
end

local function options_by_name(command)
  local found = {}
  for _, option in ipairs(command.options) do
    found[option[1]] = option
  end
  return found
end

describe("every command of the program", function()
  it("declares what help needs", function()
    for _, name in ipairs(commands.names()) do
      local command = commands.get(name)
      assert.equal(name, command.name)
      assert.matches("^%u.*%.$", command.summary, name)
      assert.is_true(#command.summary <= 69, name .. ": its summary takes more than a line of dryad --help")
      assert.equal("function", type(command.run), name)
      assert.equal("table", type(command.arguments), name)
      assert.is_true(#command.examples > 0, name)
      for _, example in ipairs(command.examples) do
        assert.truthy(example[1]:find("dryad " .. name .. "%f[ \0]") and example[2], name)
        assert.is_true(#example[1] <= 78, name)
      end
    end
  end)

  it("declares arguments and options of known types", function()
    local of_arguments = setmetatable({ dump = true, pid = true, sql = true }, { __index = argument_values })
    local of_options = setmetatable({ file = true, folder = true }, { __index = option_types })
    for _, name in ipairs(commands.names()) do
      for _, argument in ipairs(commands.get(name).arguments) do
        program.assert_type(argument.type, of_arguments, name .. " " .. argument[1])
      end
      for _, option in ipairs(commands.get(name).options) do
        if option.type then
          program.assert_type(option.type, of_options, name .. " --" .. option[1])
        end
        assert.truthy(option[2] == false or option[2]:find "^%u+$", name .. " --" .. option[1])
        assert.truthy(option[3], name .. " --" .. option[1])
      end
    end
  end)

  it("has help of at most 80 columns that names every argument and option", function()
    for _, name in ipairs(commands.names()) do
      local command = commands.get(name)
      local text = help_page.of_command(command)
      assert.is_true(widest(text) <= 80, name)
      for _, argument in ipairs(command.arguments) do
        assert.truthy(text:find(argument[1], 1, true), name)
      end
      for option in pairs(options_by_name(command)) do
        assert.truthy(text:find("--" .. option, 1, true), name)
      end
    end
    assert.is_true(widest(help_page.of_program()) <= 80)
    assert.is_true(widest(help_page.contents()) <= 80)
  end)

  it("is described as plain data", function()
    local described = description.all()
    assert.equal(#commands.names(), #described.commands)
    for i, command in ipairs(described.commands) do
      local declared = commands.get(command.name)
      assert.equal(commands.names()[i], command.name)
      assert.equal(#declared.arguments, #command.arguments)
      assert.is_true(#command.options > #declared.options) -- such as --help
    end
    assert.same(described, core.json.decode(core.json.encode(described)))
    local by_name = {}
    for _, option in ipairs(described.commands[1].options) do
      by_name[option.name] = option
    end
    assert.equal("e", described.options[1].name)
    assert.equal("dump", described.commands[1].name)
    assert.same({ "full", "hash", "none" }, by_name.values.choices)
    assert.same({ "o", "FILE", "file" }, { by_name.output.short, by_name.output.value, by_name.output.type })
  end)

  it("has --json and its shape, or neither", function()
    for _, name in ipairs(commands.names()) do
      local command = commands.get(name)
      assert.equal(options_by_name(command).json ~= nil, command.json ~= nil, name)
    end
  end)
end)

describe("the declared shape of --json", function()
  after_each(program.clean)

  --- All keys in a value except those of objects (which have an address) and those below one of `SUMMARY`.
  local function add_keys(keys, value)
    for key, inner in pairs(type(value) == "table" and value or {}) do
      if type(key) == "string" then
        keys[key] = true
      end
      if key ~= "inside" and not (type(inner) == "table" and inner.address and inner.parents) then
        add_keys(keys, inner)
      end
    end
  end

  local ONE, SITES, WITHOUT = "140558123471568", "a dump with sites", "one without"
  local SUSPENDED, DEEP = "a dump with a generator", "a dump with a deep stack"
  local CHAIN, DEAD = "a dump with a chain", "a dump with garbage"
  local SHOP = "tests/data/shop.dump.zst"
  local LINES = {
    [SITES] = {
      '{"address": 8, "type": "list", "size": 900000, "root": "interpreter", "allocated": ["a.py:1"], "refs": []}',
    },
    [SUSPENDED] = {
      '{"address": 8, "type": "generator", "name": "pages", "file": "/a.py", "line": 3, "size": 90, "root": '
        .. '"interpreter", "refs": [16], "names": ["row"]}',
      '{"address": 16, "type": "Row", "size": 9000, "refs": []}',
    },
    [CHAIN] = {},
    [DEEP] = { '{"address": 8, "type": "Row", "size": 900000, "refs": []}' },
    [DEAD] = {
      '{"address": 8, "type": "Node", "size": 900, "refcount": 1, "names": ["me"], "refs": [8]}',
      facts = {
        pid = 7, rss = 1 << 20,
        gc = { enabled = false, thresholds = { 700, 10, 10 }, counts = { 5, 1, 0 }, garbage = 0 },
      },
    },
    [WITHOUT] = { '{"address": 16, "type": "list", "size": 10, "root": "interpreter", "refs": []}' },
  }

  for i = 1, 12 do
    LINES[CHAIN][i] = ('{"address": %d, "type": "Node", "size": 900, "names": ["next"], "refs": [%d]%s}'):format(8 * i,
      8 * i + 8, i == 1 and ', "root": "interpreter"' or "")
  end

  for i = 1, 40 do
    LINES[DEEP][i + 1] = ('{"address": %d, "type": "frame", "name": "f%d", "file": "/a.py", "line": %d, "size": 90, '
      .. '"names": ["row"], "refs": [8]}'):format(8 + 8 * i, i, i)
  end
  LINES[DEEP][42] = '{"address": 800, "type": "<thread>", "name": "main", "size": 0, "value": "{}", "root": "thread", '
    .. '"refs": [16'
  for i = 2, 40 do
    LINES[DEEP][42] = ("%s, %d"):format(LINES[DEEP][42], 8 + 8 * i)
  end
  LINES[DEEP][42] = LINES[DEEP][42] .. "]}"

  --- The words of a command line, with files in place of the names of LINES.
  local function real(words)
    local found = {}
    for i, word in ipairs(words) do
      found[i] = LINES[word] and program.file(table.concat(facts.dump(LINES[word], LINES[word].facts), "\n")) or word
    end
    return table.unpack(found)
  end

  for name, lines in pairs {
    summary = { { SMALL } },
    leaks = {
      { SMALL }, { "--fraction", "0.001", SMALL }, { "--fraction", "0.1", SITES }, { "--fraction", "0.002", SHOP },
      { "--fraction", "0.1", CHAIN }, { "--fraction", "0.1", DEAD },
    },
    why = { { SMALL, ONE }, { SMALL, "Thread" }, { SMALL, "140558140715472" }, { SUSPENDED, "Row" },
      { SHOP, "Session" } },
    diff = { { SMALL, LATER }, { "--least", "1", WITHOUT, SITES } },
    report = { { SMALL, LATER }, { "--fraction", "0.002", SHOP }, { DEEP }, { DEAD }, { WITHOUT, SITES, SITES } },
    recipes = { {}, { "why" } },
  } do
    it("has the keys that " .. name .. " prints", function()
      local found, declared = {}, {}
      for _, words in ipairs(lines) do
        local out = program.run { name, "--json", real(words) }
        for _, value in ipairs { core.json.decode(out).data } do
          add_keys(found, value[1] and value[1].address and {} or value)
        end
      end
      for key in commands.get(name).json:gsub("%f[%w]of .- {", "{"):gsub("or one of.*", "")
        :gsub("[%u]+", ""):gmatch "[%l_]+" do
        declared[key] = true
      end
      declared["or"] = nil
      for key in pairs(found) do
        assert.truthy(declared[key], name .. " prints " .. key)
      end
      found.error = found.error or name == "recipes" -- only where a recipe cannot be used
      for key in pairs(declared) do
        assert.truthy(found[key], name .. " declares " .. key)
      end
    end)
  end
end)

describe("a new command", function()
  after_each(program.clean)
  teardown(installation.clean)

  local MADE_UP = [[
return {
  summary = "Counts the fruit of a dump.",
  arguments = { { "DUMP", type = "dump" }, { "FRUIT", type = "type", optional = true, help = "a kind of fruit" } },
  takes = "a dump and a fruit",
  options = { { "peel", "KNIFE", "peel it first", choices = { "blunt", "sharp" } } },
  examples = { { "dryad pomology app.dump", "all of it" } },
  run = function(given, words)
    print(given.peel, #words)
  end,
}
]]
  local WORD = [[
return {
  summary = "Counts the fruit of the heap.",
  arguments = { { "FRUIT", type = "type" } },
  example = "orchard apple",
  run = function(_, words)
    return "fruit: " .. words
  end,
}
]]
  local CHAPTER = "# Growing fruit\n\nHow to grow fruit. It takes time.\n\n## Trees\n\n- `apple`\n"
  local path

  setup(function()
    path = installation.new {
      ["dryad/program/commands/pomology.lua"] = MADE_UP,
      ["dryad/prompt/commands/orchard.lua"] = WORD,
      ["dryad/manual/fruit.md"] = CHAPTER,
    }
  end)

  local function run(...)
    return program.run({ ... }, { path = path })
  end

  it("only needs its file to run and have help", function()
    assert.equal("sharp\t1\n", (run("pomology", "--peel", "sharp", "x")))
    local out = run("pomology", "--help")
    assert.equal(1, (out:find("usage: dryad pomology [options] DUMP [FRUIT]\n\nCounts the fruit of a dump.\n\n"
      .. "  FRUIT  a kind of fruit\n\n", 1, true)))
    assert.matches("\n  %-%-peel KNIFE +peel it first\n", out)
    assert.matches("\n  %-h, %-%-help +print this text\n", out)
    assert.matches("\n\nexamples:\n  dryad pomology app%.dump\n      all of it\n$", out)
    assert.equal(out, (run("help", "pomology")))
    for _, words in ipairs { { "--help" }, { "help" } } do
      assert.matches("\n  pomology +Counts the fruit of a dump%.\n", (run(table.unpack(words))))
    end
  end)

  it("has its use checked, and is suggested", function()
    for words, message in pairs {
      [{ "pomology" }] = "dryad: pomology takes a dump and a fruit\n",
      [{ "pomology", "a", "b", "c" }] = "dryad: pomology takes a dump and a fruit\n",
      [{ "pomology", "--peel", "dull", "x" }] = "dryad: --peel is blunt or sharp, not 'dull'\n",
      [{ "pomolgy" }] = "dryad: no command or file 'pomolgy'; did you mean `dryad pomology`?\n",
      [{ "help", "pomolgy" }] = "dryad: no help for 'pomolgy'; did you mean 'pomology'?\n",
      [{ "help", "friut" }] = "dryad: no help for 'friut'; did you mean 'fruit'?\n",
    } do
      local out, err, status = run(table.unpack(words))
      assert.same({ message, "", 2 }, { err, out, status })
    end
  end)

  it("is in the list and the manual page", function()
    local described = run("-e", [[
      local commands = require("dryad.program.description").all().commands
      local last = commands[#commands]
      print(last.name, last.arguments[2].name, last.arguments[2].type, last.options[1].name, last.options[1].choices[1])
    ]])
    assert.equal("pomology\tFRUIT\ttype\tpeel\tblunt\n", described)
    local page = run("-e", "io.write(require('dryad.program.manual_page').text())")
    assert.matches("\n%.SS \\fBdryad\\fR \\fBpomology\\fR %[options%] \\fIDUMP\\fR %[\\fIFRUIT\\fR%]\n", page)
    assert.matches("\n%.TP\n\\fB\\%-\\%-peel\\fR \\fIKNIFE\\fR\npeel it first\n", page)
    assert.matches("\n%.TP\n\\fBfruit\\fR\nHow to grow fruit\n", page)
  end)

  it("of the prompt runs, is explained and is completed", function()
    local out = program.run({ "-i" }, { path = path, input = "orchard apple\nhelp orchard\nhelp commands\n" })
    assert.matches("^fruit: apple\norchard FRUIT\n  Counts the fruit of the heap%.\n\n  orchard apple\n", out)
    assert.matches("\n  orchard +Counts the fruit of the heap\n", out)
    local inserted = run("-e", [[
      local complete = require("dryad.prompt.complete").complete
      local session = require("dryad.prompt.session").new(_G)
      for _, before in ipairs { "orch", "orchard Thr", "help fru" } do
        print((complete(before, "", session)))
      end
    ]], SMALL)
    assert.equal("ard\nead\nit\n", inserted)
  end)

  it("can be a chapter of the manual", function()
    local TEXT = "Growing fruit\n\nHow to grow fruit. It takes time.\n\nTrees\n\n  - `apple`\n"
    assert.equal(TEXT, (run("help", "fruit")))
    assert.equal(TEXT, (program.run({ "-i" }, { path = path, input = "help fruit\n" })))
    assert.matches("\n  fruit +How to grow fruit\n", (run "help"))
    local listed = program.run({ "-i" }, { path = path, input = "help manual\n" })
    assert.matches("\n  fruit +How to grow fruit\n", listed)
  end)
end)

describe("the manual page", function()
  after_each(program.clean)

  it("names every command, option and exit status", function()
    local page = manual_page.text()
    for _, command in ipairs(description.all().commands) do
      assert.truthy(page:find("\n.SS \\fBdryad\\fR \\fB" .. command.name .. "\\fR", 1, true), command.name)
      for _, option in ipairs(command.options) do
        assert.truthy(page:find(("--" .. option.name):gsub("-", "\\-"), 1, true), option.name)
      end
    end
    assert.matches("\n%.SH EXIT STATUS\n0 success, 1 ", page)
  end)

  it("is correct roff", function()
    if not os.execute "command -v man groff >/dev/null" then
      return pending "man is not installed"
    end
    local path = program.file(manual_page.text(), ".1")
    local pipe <close> = io.popen(("LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l %s 2>&1 >/dev/null"):format(path))
    assert.equal("", pipe:read "a")
  end)
end)
