-- SPDX-License-Identifier: MIT
local command_line = require "dryad.text.command_line"
local commands = require "dryad.report.commands"
local program = require "tests.spec.support.program"

describe("a word for the shell", function()
  --- What a shell makes of a word.
  local function read(word)
    local script = program.file(("printf %%s %s"):format(word))
    return (program.run({ script }, { path = "bash" }))
  end
  after_each(program.clean)

  it("is what the shell reads again, and printable", function()
    for _, word in ipairs { "app.dump", "my app.dump", "it's", "$(date)", "`date`", "a\27[31mb", "a\nb", "-x", "~/x",
      "\u{202e}x", "back\\slash", "'\27'", "é", "a;b", "*" } do
      local quoted = command_line.quoted(word)
      assert.equal(word, read(quoted))
      assert.is_nil(quoted:find "[%c]")
      assert.is_nil(quoted:find "\u{202e}")
    end
  end)

  it("has no quotes if it needs none", function()
    assert.equal("logs/app-1.dump.zst", command_line.quoted "logs/app-1.dump.zst")
    assert.equal("''", command_line.quoted "")
    assert.equal("'a b'", command_line.quoted "a b")
    assert.equal("~x", (command_line.quoted "~x"):gsub("'", ""))
  end)
end)

describe("the lines that show more", function()
  it("name the dump", function()
    assert.equal("dryad leaks --fraction 1% 'my app.dump'", commands.of({ "my app.dump" }).findings[1].command)
    assert.equal("dryad why app.dump shop.Session", commands.line("dryad why", commands.dumps { "app.dump" },
      "shop.Session"))
    assert.equal("dryad why app.dump '<thread>'", commands.line("dryad why", "app.dump", "<thread>"))
  end)

  it("name the last of several dumps, and all where they are compared", function()
    local found = commands.of { "a.dump", "b.dump" }
    assert.equal("dryad stacks b.dump", found.stacks[1].command)
    assert.equal("dryad diff a.dump b.dump", found.growth[1].command)
    assert.is_nil(commands.of({ "a.dump" }).growth)
    local many = {}
    for i = 1, 11 do
      many[i] = i .. ".dump"
    end
    assert.equal("dryad diff 1.dump 11.dump", commands.of(many).growth[1].command)
  end)

  it("do not take a dump for an option, and stand for one without a name", function()
    assert.equal("./-x.dump", commands.dumps { "-x.dump" })
    assert.equal("DUMP", commands.dumps { "-" })
    assert.equal("DUMP", commands.dumps { ("x"):rep(401) })
    assert.equal(("x"):rep(400), commands.dumps { ("x"):rep(400) })
    assert.is_nil(commands.line("dryad why", "app.dump", ("x"):rep(401)))
  end)
end)
