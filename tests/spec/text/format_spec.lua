-- SPDX-License-Identifier: MIT
local format = require "dryad.text.format"
local repr = require "dryad.text.repr"

describe("format.value", function()
  it("quotes text on one line", function()
    assert.equal('"a\\nb\\"\\x1b"', format.value 'a\nb"\27')
    assert.equal("12", format.value(12))
    assert.equal("nil", format.value(nil))
  end)
end)

describe("format.pretty", function()
  it("writes short tables on a line, with sorted keys", function()
    assert.equal('{1, "b", ["a b"] = true, n = 2, z = {}}',
      format.pretty { 1, "b", z = {}, n = 2, ["a b"] = true })
  end)

  it("writes long tables on several lines", function()
    local long = ("x"):rep(50)
    assert.equal(('{\n  "%s",\n  "%s"\n}'):format(long, long), format.pretty { long, long })
    assert.equal(('{\n  a = {\n    "%s",\n    "%s"\n  }\n}'):format(long, long), format.pretty { a = { long, long } })
  end)

  it("ends for tables within themselves, and deep ones", function()
    local t = { 1 }
    t[2] = t
    assert.equal("{1, <the table around>}", format.pretty(t))
    assert.equal("{{{{{{...}}}}}}", format.pretty { { { { { { {} } } } } } })
  end)

  it("lets values print themselves", function()
    local thing = setmetatable({}, { __tostring = function() return "two\nlines" end })
    assert.equal("two\nlines", format.pretty(thing))
    assert.equal("{\n  two\n  lines\n}", format.pretty { thing })
  end)
end)

describe("repr", function()
  it("writes floats with the fewest digits", function()
    assert.equal("1e+100", repr.float(1e100))
    assert.equal("-1.25e-05", repr.float(-1.25e-5))
    assert.equal("123456789.0", repr.float(123456789.0))
    assert.equal("inf", repr.float(math.huge))
    assert.equal("-inf", repr.float(-math.huge))
    assert.equal("nan", repr.float(0 / 0))
  end)

  it("shows bytes that are not UTF-8 as escapes in text", function()
    assert.equal([['a\xff\xe4']], repr.text "a\xff\xe4")
  end)
end)
