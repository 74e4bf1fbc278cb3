-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"
local json = core.json

describe("core.json.encode", function()
  it("writes plain values, keys sorted", function()
    assert.equal('{"a":[1,2.5,"x",true,false,null],"b":{"c":-7}}',
      json.encode { b = { c = -7 }, a = { 1, 2.5, "x", true, false, dryad.None } })
    assert.equal("null", json.encode(nil))
    assert.equal('"x"', json.encode "x")
  end)

  it("writes integers exactly", function()
    assert.equal("[9223372036854775807,-9223372036854775808,9007199254740993]",
      json.encode { math.maxinteger, math.mininteger, 9007199254740993 })
  end)

  it("keeps the key order of a metatable, and distinguishes empty arrays from empty objects", function()
    local ordered = setmetatable({ z = 1, a = 2, m = 3 }, { __jsonorder = { "z", "nothing", "m" } })
    assert.equal('{"z":1,"m":3,"a":2}', json.encode(ordered))
    assert.equal('[{},[]]', json.encode { {}, setmetatable({}, { __jsontype = "array" }) })
  end)

  it("escapes what it must, and reads bytes that are not UTF-8 as Latin-1", function()
    assert.equal('"a\\"\\\\\\n\\u0001"', json.encode 'a"\\\n\1')
    assert.equal('"a\\u0000b"', json.encode "a\0b")
    assert.equal('"\u{e4}"', json.encode "\xe4")
    assert.equal('"Grüße\u{1f600}"', json.encode "Grüße\u{1f600}")
    assert.equal('{"\u{e4}":1}', json.encode { ["\xe4"] = 1 })
    assert.equal('"a\\"\\u0000\\n"', json.encode 'a"\0\n')
    assert.equal('{"a\\u0000b":1}', json.encode { ["a\0b"] = 1 })
    assert.equal('"/\\b\\f\\r\\t\\u007f"', json.encode "/\b\f\r\t\127")
    assert.equal('"\\u009b\\u202e\\u2028"', json.encode "\u{9b}\u{202e}\u{2028}")
    assert.equal('"\\ud800 \\udfff"', json.encode "\xed\xa0\x80 \xed\xbf\xbf")
  end)

  it("writes floats with the digits that they need", function()
    assert.equal("[2.5,1,-3,0.1,0.30000000000000004,0.3333333333333333,3000000000,1e+16,1e-05]",
      json.encode { 2.5, 1.0, -3.0, 0.1, 0.1 + 0.2, 1 / 3, 3e9, 1e16, 1e-5 })
  end)

  it("can indent", function()
    local empty = setmetatable({}, { __jsontype = "array" })
    assert.equal('{\n\t"a":\t1\n}', json.encode({ a = 1 }, "indented"))
    assert.equal("[]", json.encode(empty, "indented"))
    assert.equal("{\n}", json.encode({}, "indented"))
    assert.equal('[1, [2, "x"], {\n\t\t"a":\t[],\n\t\t"b":\t{\n\t\t\t"c":\ttrue\n\t\t}\n\t}]',
      json.encode({ 1, { 2, "x" }, { a = empty, b = { c = true } } }, "indented"))
  end)

  it("leaves no markup in the form for a script element", function()
    assert.equal([[{"\u0026":["\u003c/script\u003e","\u003c!--",1e999,"a/b\u2028"]}]],
      json.encode({ ["&"] = { "</script>", "<!--", math.huge, "a/b\u{2028}" } }, "script"))
    assert.matches("invalid option 'html'", dumps.message(json.encode, 1, "html"))
  end)

  it("refuses what JSON cannot hold", function()
    assert.matches("a function cannot be written as JSON", dumps.message(json.encode, { print }))
    local deep = {}
    for _ = 1, 300 do
      deep = { deep }
    end
    assert.matches("nested more than 200 deep", dumps.message(json.encode, deep))
    assert.equal("[null,1e999,-1e999]", json.encode { 0 / 0, math.huge, -math.huge })
  end)
end)

describe("core.json.decode", function()
  it("reads what encode writes", function()
    local value = { a = { 1, 2.5, "x", true }, b = { c = -7, d = "ä" } }
    assert.same(value, json.decode(json.encode(value)))
    assert.equal("integer", math.type(json.decode "[3]"[1]))
    assert.equal(dryad.None, json.decode "[null]"[1])
  end)

  it("reports the position of an error", function()
    assert.matches("not JSON: error at byte %d+", dumps.message(json.decode, '{"a": }'))
    assert.matches("not JSON", dumps.message(json.decode, "[1] x"))
  end)
end)
