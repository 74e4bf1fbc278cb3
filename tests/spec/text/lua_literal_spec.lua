-- SPDX-License-Identifier: MIT
local format = require "dryad.text.format"
local literal = require "dryad.text.lua_literal"

describe("a text as a Lua string", function()
  it("is on one line, and short where Lua has a short escape", function()
    assert.equal([["a\n\r\t\\\"'\x00\x7f"]], literal.quoted "a\n\r\t\\\"'\0\x7f")
    assert.equal([[say \'hi\' "]], literal.contents("say 'hi' \"", "'"))
  end)

  it("keeps what shows, and escapes the rest as code points or bytes", function()
    assert.equal('"Grüße 日本 e\u{301}"', literal.quoted "Grüße 日本 e\u{301}")
    assert.equal([["\u{202E}\u{9B}\u{DC80}\u{E0001}"]], literal.quoted "\u{202e}\u{9b}\u{dc80}\u{e0001}")
    assert.equal([["\xff\xc0\x80\xf4\x90\x80\x80"]], literal.quoted "\xff\xc0\x80\xf4\x90\x80\x80")
    assert.equal([["\u{301}"]], literal.quoted "\u{301}")
  end)

  it("gives the same bytes, is printable, and can be written in parts", function()
    local made = 18
    local function random(most)
      made = made * 6364136223846793005 + 1442695040888963407
      return (made >> 33) % most
    end
    local pieces = { "\\", '"', "'", "\n", "0", "1", "a", "}", "{", "x", "\u{301}", "\u{202e}", "\u{d800}", "é", "日" }
    for _ = 1, 3000 do
      local parts = {}
      for i = 1, 1 + random(8) do
        parts[i] = random(3) == 0 and pieces[1 + random(#pieces)] or string.char(random(256))
      end
      local text, cut = table.concat(parts), random(9)
      local quoted = literal.quoted(text)
      assert.equal(text, literal.text(quoted))
      assert.equal(text, load("return " .. quoted)())
      assert.equal(quoted, format.printable(quoted))
      local in_parts = literal.contents(text:sub(1, cut), "'") .. literal.contents(text:sub(cut + 1), "'")
      assert.equal(text, literal.text("'" .. in_parts .. "'"))
    end
  end)

  it("is read, and nothing else is", function()
    assert.equal('a"b', literal.text [['a"b']])
    assert.equal("a]b", literal.text "[=[a]b]=]")
    for _, wrong in ipairs { "", "a", "1", '"a', "{}", "print()", [["\u{"]], "-- x" } do
      assert.is_nil(literal.text(wrong))
    end
  end)
end)
