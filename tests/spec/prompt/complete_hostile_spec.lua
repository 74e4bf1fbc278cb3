-- SPDX-License-Identifier: MIT
-- Completion with names that were made to run, to end a quote, or to act as keys.
local complete = require "dryad.prompt.complete"
local core = require "dryad.core"
local dryad = require "dryad"
local format = require "dryad.text.format"
local lexer = require "dryad.prompt.lexer"
local places = require "dryad.prompt.places"
local program = require "tests.spec.support.program"
local sessions = require "dryad.prompt.session"

-- What follows the part that is typed.
local ENDINGS = {
  'A" os.execute("touch MARKER") --', "B' os.execute('touch MARKER') --", "C]] os.execute('touch MARKER') --",
  "D]=] os.execute('touch MARKER') --", "E\nos.execute('touch MARKER')", "F\ros.execute('touch MARKER')\r",
  "G\27]52;c;AAAA\7", "H\27[2J", "I\\", "J\\\" .. os.execute('touch MARKER') --", "K\1\11\21\23", "L\u{9b}2J",
  "N\u{202e}", "O\u{2028}x", "P\u{dc80}", "R\u{301}", "S''; drop table obj; --", "T x", "U = os.exit()", "V;os.exit()",
  "W(os.exit())", "X{}", "Y]", "Z$HOME", "a&", "b^", "c#0", "d\0e", "f\127", "g\t", "h日本", "i.<locals>.f", "j%s",
  "k\\n", "l`m`", "m\u{200b}\u{feff}\u{e0041}", "n--", "o<", "p!q", "q?", "r/s", "s|t", "t\\065",
}

describe("completion of hostile names", function()
  local heap, session, names = nil, nil, {}

  setup(function()
    local lines = {}
    for i, ending in ipairs(ENDINGS) do
      names[i] = "Sess" .. ending
      local written = names[i]:gsub('[%c"\\]', function(c)
        return ("\\u%04x"):format(c:byte())
      end)
      lines[i] = ('{"address": %d, "type": "%s", "size": %d, "refs": []}'):format(8 * i, written, 100 + i)
    end
    heap = dryad.load(lines, { progress = false })
    session = sessions.new(setmetatable({ heap = heap }, { __index = _G }))
  end)

  teardown(function()
    heap:close()
    program.clean()
    os.remove "MARKER"
  end)

  --- The line after Tab at the end of `before`, or nil.
  local function completed(before, after)
    local inserted = complete.complete(before, after or "", session)
    return inserted and before .. inserted
  end

  --- The lines after Tab, where they differ, for each name typed as far as it is unique.
  local function each_line(before, visit)
    local count = 0
    for i, name in ipairs(names) do
      local line = completed(before .. "Sess" .. ENDINGS[i]:match "^.")
      if line then
        count = count + 1
        assert.equal(line, format.printable(line))
        visit(line, name, i)
      end
    end
    return count
  end

  it("gives a Lua string that is the name, whatever it is", function()
    for _, opening in ipairs { 'heap:get_all "', "heap:get_all '", 'heap("', 'x = heap:get_all("' } do
      local count = each_line(opening, function(line, name)
        local tokens = lexer.tokens(line)
        local last = tokens[#tokens]
        assert.equal("string", last.kind)
        assert.is_nil(last.open)
        assert.equal(name, load("return " .. last.text)())
      end)
      assert.equal(#names, count)
    end
  end)

  it("leaves out of long brackets what would end them or cannot stand in them", function()
    for _, opening in ipairs { "heap:get_all [[", "heap:get_all [==[" } do
      local count = each_line(opening, function(line, name)
        assert.equal(name, load("return " .. line:match "%[=*%[.*")())
        assert.equal(name, format.printable(name))
        assert.is_nil(name:find("]", 1, true))
      end)
      assert.is_true(count > 15 and count < #names)
    end
  end)

  it("goes on after what is typed as Lua writes it", function()
    assert.equal([[heap "SessE\nos.execute('touch MARKER')"]], completed [[heap "SessE\n]])
    assert.equal([[heap "\83essE\x0aos.execute('touch MARKER')"]], completed [[heap "\83essE\x0a]])
    assert.equal([[heap "SessN\u{202E}"]], completed [[heap "SessN]])
    assert.is_nil(completed [[heap "SessN\u{20]])
    assert.is_nil(completed [[heap "SessN\]])
    assert.equal([[heap "SessE\nos.execute('touch MARKER')]], completed([[heap "SessE]], '")'))
  end)

  it("doubles quotes in SQL, and leaves out what SQL cannot write", function()
    for _, before in ipairs { "select * from obj where type = '", "select * from obj where type in ('x', '",
      "pin type = '" } do
      local count = each_line(before, function(line, name)
        local literal = line:sub(#before)
        assert.equal(name, heap:sql("select " .. literal .. " as it"):column "it"[1])
      end)
      assert.is_true(count > 20 and count < #names)
    end
    assert.equal("select * from obj where type = 'SessS''''; drop table obj; --'",
      completed "select * from obj where type = 'SessS''")
  end)

  it("offers in commands only what stays a word", function()
    for _, before in ipairs { "why ", "run holders type=", "run holders " } do
      local count = each_line(before, function(line, name)
        assert.equal(before .. name, line)
        assert.is_nil(name:find "[%c%s\"'`()%[%]{};$#&^\\|!?]")
        assert.is_nil(sessions.new():compile(line))
      end)
      assert.is_true(count > 5 and count < #names)
    end
    local count = each_line('why "', function(line, name)
      assert.equal('why "' .. name .. '"', line)
    end)
    assert.is_true(count > 20 and count < #names)
  end)

  it("finds the type and runs nothing, when the line is entered", function()
    local repl = require("dryad.prompt.repl").new()
    repl.session = session
    local count = each_line('heap:get_all "', function(line, _, i)
      local result = repl:piece(line).run()
      assert.equal(1, #result)
      assert.equal(100 + i, result[1].size)
    end)
    assert.equal(#names, count)
    assert.is_nil(core.file_facts "MARKER")
  end)

  it("escapes what it lists", function()
    local _, listing = complete.complete('heap "Sess', "", session)
    assert.equal(listing, format.printable_lines(listing))
    for _, name in ipairs(names) do
      assert.truthy(listing:find(format.printable(name), 1, true))
    end
  end)
end)

describe("completion of hostile file names", function()
  local folder, session
  local FILES = {
    "e(os.exit())", 'f"os.exit()', "g = os.exit()", "h\27]0;title\7", "i\u{202e}", "j\nk", "l my dump", "m'n", "o[[p]]",
    "q{}", "r;s", "t\xff", "u ", "(v", "=w", "日本",
  }

  setup(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(os.execute("mkdir " .. folder))
    for _, name in ipairs(FILES) do
      assert(io.open(folder .. "/" .. name, "w")):close()
    end
    session = sessions.new(setmetatable({}, { __index = _G }))
  end)

  teardown(function()
    os.execute("rm -r " .. folder)
  end)

  local function completed(before)
    local inserted = complete.complete(before, "", session)
    return inserted and before .. inserted
  end

  it("quotes them in Lua", function()
    for _, name in ipairs(FILES) do
      local line = completed('dryad.load("' .. folder .. "/" .. name:match(utf8.charpattern))
      assert.equal(folder .. "/" .. name, load("return " .. line:match "%((.*)$")())
      assert.equal(line, format.printable(line))
    end
  end)

  it("offers in commands only those that the command can take", function()
    local taken = {}
    for _, name in ipairs(FILES) do
      local line = completed("read " .. folder .. "/" .. name:match(utf8.charpattern))
      taken[#taken + 1] = line and line:sub(#folder + 7)
    end
    assert.same({ "l my dump", "日本" }, taken)
  end)

  it("never begins a command's argument with what Lua takes for its own", function()
    assert.is_false(places.takes(places.file, "= os.exit()"))
    assert.is_false(places.takes(places.file, "=x"))
    assert.is_false(places.takes(places.file, ",x"))
    assert.is_false(places.takes(places.word, "<x"))
    assert.is_true(places.takes(places.file, "./=x") == false and places.takes(places.file, "./x y"))
  end)
end)
