-- SPDX-License-Identifier: MIT
local commands = require "dryad.report.commands"

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
