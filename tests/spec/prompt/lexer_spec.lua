-- SPDX-License-Identifier: MIT
local lexer = require "dryad.prompt.lexer"

local function texts(code)
  local found = {}
  for i, token in ipairs(lexer.tokens(code)) do
    found[i] = token.text
  end
  return found
end

describe("the lexer", function()
  it("splits code into tokens, without comments", function()
    assert.same({ "local", "a", "=", "b", ".", "c", "..", "'x y'", ";" }, texts "local a=b.c..'x y'; -- done\n")
    assert.same({ "a", "b" }, texts "a --[[ x\n y ]] b")
    assert.same({ "a", "~=", "b", "//", "2", "...", "::", "e", "::" }, texts "a~=b//2 ... ::e::")
  end)

  it("knows numbers and strings of every form", function()
    assert.same({ "0x1p+4", "1e-5", "3", "..", "4", ".5" }, texts "0x1p+4 1e-5 3 ..4 .5")
    assert.same({ "'it\\'s'", '"a\\"b"', "[==[ ]] ]==]" }, texts [=['it\'s' "a\"b" [==[ ]] ]==]]=])
  end)

  it("distinguishes keywords from names", function()
    local tokens = lexer.tokens "while x"
    assert.equal("keyword", tokens[1].kind)
    assert.equal("name", tokens[2].kind)
  end)

  it("says where each token is, and whether it is still open", function()
    local tokens = lexer.tokens 'f("abc'
    assert.equal(3, tokens[3].from)
    assert.equal(6, tokens[3].to)
    assert.is_true(tokens[3].open)
    assert.is_nil(lexer.tokens("f('abc'")[3].open)
    assert.is_true(lexer.tokens("x = [[abc")[3].open)
  end)
end)
