-- SPDX-License-Identifier: MIT
local canonical = require("dryad.text.python_literal").canonical

describe("python_literal.canonical", function()
  it("writes literals as Python does", function()
    for text, expected in pairs {
      ["7"] = "7", ["-7"] = "-7", ["+7"] = "7", ["007"] = "7", ["1_000"] = "1000", ["0x1F"] = "31", ["-0"] = "0",
      ["12345678901234567890123"] = "12345678901234567890123", ["1.50"] = "1.5", ["1e3"] = "1000.0", [".5"] = "0.5",
      ["-2.5E-7"] = "-2.5e-07", ["inf"] = "inf", ["-inf"] = "-inf", ["nan"] = "nan", ["None"] = "None",
      ["True"] = "True", [" False "] = "False", ["'a'"] = "'a'", ['"a"'] = "'a'", ['"it\'s"'] = '"it\'s"',
      ["'it\\'s'"] = '"it\'s"', ["'\\x41\\n'"] = "'A\\n'", ["'\\u00fc\\U0001F600'"] = "'ü😀'", ["'\\101'"] = "'A'",
      ["'\\q'"] = "'\\\\q'", ["b'\\xff'"] = "b'\\xff'", ['B"a"'] = "b'a'", ["u'a'"] = "u'a'",
      ["()"] = "()", ["(1,)"] = "(1,)", ["(1)"] = "1", ["( 1 ,'a', )"] = "(1, 'a')",
      ["((1,2),None)"] = "((1, 2), None)",
    } do
      assert.equal(expected, canonical(text))
    end
  end)

  it("takes nothing else", function()
    for _, text in ipairs {
      "", " ", "a", "1 2", "'a", "'a' 'b'", "(1", "(1 2)", "1,", "[1]", "Nones", "0x", "--1", "f()", "'a'.b", "(,)",
      "1a", "0x12345678901234567",
    } do
      assert.is_nil(canonical(text), text)
    end
    local deep = ("("):rep(100) .. ("),"):rep(99) .. ")"
    assert.equal(deep, canonical(deep))
    for _, depth in ipairs { 101, 200000 } do
      assert.is_nil(canonical(("("):rep(depth) .. ("),"):rep(depth - 1) .. ")"))
    end
  end)
end)
