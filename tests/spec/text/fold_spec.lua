-- SPDX-License-Identifier: MIT
-- Lines that fit a terminal, and the text of an object where there is little room.
local fold = require "dryad.text.fold"
local notation = require "dryad.text.notation"

describe("a folded line", function()
  it("is itself if it fits", function()
    assert.equal("one two", fold.line("one two", 7))
    assert.equal("\27[1mone\27[0m two", fold.line("\27[1mone\27[0m two", 7))
    assert.equal("日本 x", fold.line("日本 x", 6))
  end)

  it("goes on below what it says, after its number or its figures", function()
    assert.equal("1. one two\n   three", fold.line("1. one two three", 12))
    assert.equal("  all 300  one two\n           three", fold.line("  all 300  one two three", 22))
    assert.equal("  7   5.2%   one two three\n             four", fold.line("  7   5.2%   one two three four", 30))
    assert.equal("  7   5.2%   1.9KiB   one\n  two", fold.line("  7   5.2%   1.9KiB   one two", 28))
  end)

  it("goes on a little deeper where it begins without a number", function()
    assert.equal("one two\n  three\n  four", fold.line("one two three four", 8))
    assert.equal("   one two\n     three", fold.line("   one two three", 12))
  end)

  it("keeps gaps, and a word that is too wide for a line", function()
    assert.equal("a    b\n  c", fold.line("a    b c", 7))
    assert.equal("one twothreefour\n  five", fold.line("one twothreefour five", 8))
    assert.equal("  7 1.0%   a\n     bcdefghijklmnopqrst\n           p",
      fold.line("  7 1.0%   a bcdefghijklmnopqrst p", 24))
    assert.equal("日本\n  日本", fold.line("日本 日本", 8))
  end)

  it("does not part a count from what is counted, nor the beginning of a way", function()
    assert.equal("Inside:\n  1,000 str", fold.line("Inside: 1,000 str", 15))
    assert.equal("Inside:\n  9 str (1.5KiB)", fold.line("Inside: 9 str (1.5KiB)", 20))
    assert.equal("one (two\n  three)", fold.line("one (two three)", 12))
    assert.equal("held by\n  <task 'a'>.b", fold.line("held by <task 'a'>.b", 14))
  end)

  it("ends a style at the end of a line and begins it again", function()
    assert.equal("a \27[1mb\27[0m\n  \27[1mc\27[0m\n  d", fold.line("a \27[1mb c\27[0m d", 4))
    assert.equal("a \27[1mb\27[0m\n  c", fold.line("a \27[1mb\27[0m c", 4))
  end)
end)

describe("an object's text with little room", function()
  local MODULE = "module(140558140715472 3408B 86refs 8par 'sys')"

  local function cut_to(text)
    return function(width) return notation.cut(text, width) end
  end

  it("loses its figures, then its address, then the end of its value", function()
    local cut = cut_to(MODULE)
    assert.equal(MODULE, cut(#MODULE))
    assert.equal("module(140558140715472 … 'sys')", cut(#MODULE - 1))
    assert.equal("module(140558140715472 … 'sys')", cut(31))
    assert.equal("module(… 'sys')", cut(30))
    assert.equal("module(… 'sys')", cut(15))
    assert.equal("module(… 'sy…)", cut(14))
  end)

  it("keeps its class as long as there is any room for it", function()
    local cut = cut_to "shop.Entry(140558140715472 48B 1par)"
    assert.equal("shop.Entry(140558140715472 …)", cut(35))
    assert.equal("shop.Entry(…)", cut(13))
    assert.equal("shop.Entry", cut(12))
    assert.equal("shop.…", cut(6))
    assert.equal(13, notation.least "shop.Entry(140558140715472 48B 1par)")
  end)

  it("knows values that look like figures, and total sizes", function()
    assert.equal("int(… 28)", cut_to "int(140558140715472 28B 9par 28)"(10))
    assert.equal("str(… '3refs 4par')", cut_to "str(140558140715472 54B 2par '3refs 4par')"(20))
    assert.equal("list(…)", cut_to "list(140558140715472 56B 1refs 4.5Mtot)"(8))
  end)

  it("is any other text without its middle", function()
    assert.equal("shop…a.b", cut_to "shop.cache.a.b"(8))
  end)
end)
