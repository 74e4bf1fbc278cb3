-- SPDX-License-Identifier: MIT
local program = require "tests.spec.support.program"

local HOSTILE = [["a\27[2J\u{9b}K\u{202e}\27[31mb\27[0m\r\n\tc"]]
local SHOWN = "a\\x1b[2J\\x9bK\\u202e\27[31mb\27[0m\\x0d\n\tc"

describe("output", function()
  teardown(program.clean)

  local function script(code)
    return program.file('local output = require "dryad.text.output"\n' .. code, ".lua")
  end

  local function on_terminal(code)
    local output = program.terminal({ script(code) }, {})
    return (output:gsub("\r\n", "\n"):gsub("\n*%[exit 0%]\n$", ""))
  end

  local function piped(code)
    local out, err = program.run { script(code) }
    return out, err
  end

  it("for people is printable wherever it goes", function()
    for _, code in ipairs { "output.write(%s)", "output.tell(%s)", "output.ask(%s)" } do
      assert.equal(SHOWN, on_terminal(code:format(HOSTILE)))
    end
    assert.equal(SHOWN, piped(("output.write(%s)"):format(HOSTILE)))
    assert.equal(SHOWN .. "\n", select(2, piped(("output.tell(%s)"):format(HOSTILE))))
  end)

  it("for programs is exact in a pipe, and printable on a terminal", function()
    local exact = load("return " .. HOSTILE)()
    assert.equal(exact, piped(("output.data(%s)"):format(HOSTILE)))
    assert.equal((SHOWN:gsub("\27", "\\x1b")), on_terminal(("output.data(%s)"):format(HOSTILE)))
  end)

  it("of print is Lua's in a pipe, and printable on a terminal", function()
    local exact = load("return " .. HOSTILE)()
    assert.equal(exact .. "\tnil\t1\n", piped(("print(%s, nil, 1)"):format(HOSTILE)))
    assert.equal(SHOWN .. "\tnil\t1", on_terminal(("print(%s, nil, 1)"):format(HOSTILE)))
    assert.equal("\n", piped "print()")
  end)

  it("of warn is printable", function()
    assert.equal((SHOWN:gsub("\27", "\\x1b")) .. "\n", select(2, piped(("warn(%s)"):format(HOSTILE))))
  end)

  it("draws a line anew", function()
    assert.equal("\r\27[K" .. SHOWN, on_terminal(("output.redraw(%s)"):format(HOSTILE)))
  end)

  it("that is a dump is refused by a terminal", function()
    local output = program.terminal({ "convert", "tests/data/hostile.dump", "-" }, {})
    assert.equal("dryad: standard output: is a terminal; name a file, or pipe the output to a program\r\n\n[exit 2]\n",
      output)
  end)

  it("to standard error comes after what was written before", function()
    local out = program.run({ script 'output.write "1"\noutput.tell "2"\noutput.write "3"' }, { shell = "2>&1" })
    assert.equal("12\n3", out)
  end)
end)

describe("line input", function()
  teardown(program.clean)

  local function read(code, keys)
    local path = program.file(([[
      local reader = require("dryad.input").new(function() %s end)
      print(("read %%q"):format(reader:read "> "))]]):format(code), ".lua")
    return (program.terminal({ path }, { "expect > ", "send " .. keys .. "\\r" }))
  end

  it("inserts printable text", function()
    assert.matches('read "a日b"', read('return "日"', "a\\tb"), 1, true)
  end)

  it("inserts nothing that acts as a key, or does not show", function()
    for _, text in ipairs { [["x\r"]], [["\27[D"]], [["\1x"]], [["\u{202e}"]], [["\x80"]] } do
      assert.matches('read "ab"', read("return " .. text, "a\\tb"), 1, true)
    end
  end)

  it("escapes what it shows", function()
    local output = read([[return nil, "x\27[2J\ny\u{202e}"]], "a\\t")
    assert.matches("\nx\\x1b[2J\r\ny\\u202e\r\n", output, 1, true)
  end)
end)
