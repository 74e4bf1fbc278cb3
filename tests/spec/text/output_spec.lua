-- SPDX-License-Identifier: MIT
local writer = require "dryad.text.output"
local program = require "tests.spec.support.program"

local HOSTILE = [["a\27[2J\u{9b}K\u{202e}\27[31mb\27[0m\r\n\tc"]]
local UNSTYLED = "a\\x1b[2J\\x9bK\\u202e\\x1b[31mb\\x1b[0m\\x0d\n\tc"
local SHOWN = "a\\x1b[2J\\x9bK\\u202e\27[31mb\27[0m\\x0d\n\tc"

describe("output", function()
  teardown(program.clean)

  local function script(code)
    return program.file('local output = require "dryad.text.output"\n' .. code, ".lua")
  end

  local function on_terminal(code)
    local output = program.terminal({ script(code) }, {}, { env = { NO_COLOR = "" } })
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
    assert.equal(UNSTYLED .. "\tnil\t1", on_terminal(("print(%s, nil, 1)"):format(HOSTILE)))
    assert.equal("\n", piped "print()")
  end)

  it("of print has the styles of Dryad's own values alone", function()
    local function printed(code)
      return on_terminal(([[
        local text = "a\27[31mb"
        local foreign = setmetatable({}, { __tostring = function() return text end })
        local function present(value) return require("dryad.text.render").present(value) end
        local own = present { title = "T", text = text }
        print(%s)]]):format(code))
    end
    assert.equal("\27[1mT\27[0m\na\\x1b[31mb", printed "own")
    assert.equal("T\na\\x1b[31mb", printed "tostring(own)")
    assert.equal("T\na\\x1b[31mb", printed "('%s'):format(own)")
    for _, code in ipairs {
      "text", "foreign", "present { sections = { foreign } }", "present { sections = { text } }",
    } do
      assert.equal("a\\x1b[31mb", printed(code))
    end
    assert.matches("^a\\x1b%[31mb\nstack traceback:", printed "debug.traceback(text)")
  end)

  it("of the values and errors of -e has no styles of a dump", function()
    local path = program.file [[{"address":7,"type":"str","size":5,"value":"a\u001b[31mb","refs":[]}]]
    local foreign = "setmetatable({}, { __tostring = function() return heap(7).value end })"
    for _, code in ipairs {
      "=heap(7).value", "=" .. foreign, "={ " .. foreign .. " }", "error(heap(7).value)", "error(" .. foreign .. ")",
    } do
      assert.matches("a\\x1b[31mb", program.terminal({ path, "-e", code }, {}), 1, true)
    end
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

  it("is captured with what a function returns, and only while it runs", function()
    local text, first, second = writer.capture(function(a)
      writer.write "1\27[2J\n"
      writer.tell "2"
      writer.print("3", nil)
      return a, (writer.capture(writer.write, "4"))
    end, "a")
    assert.equal("1\\x1b[2J\n2\n3\tnil\n", text)
    assert.equal("a", first)
    assert.equal("4", second)
    assert.equal("2", (program.run {
      script 'pcall(output.capture, function() output.write "1" error "x" end) output.write "2"',
    }))
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
