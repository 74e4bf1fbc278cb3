-- SPDX-License-Identifier: MIT
local folding = require "dryad.browse.folding"

describe("a line that is folded", function()
  it("breaks at blanks", function()
    assert.same({ "one two", "three" }, folding.line("one two three", 9))
    assert.same({ "one two" }, folding.line("one two", 7))
    assert.same({ "one", "two" }, folding.line("one two", 6))
  end)

  it("breaks within words that are too long, but not within characters", function()
    assert.same({ "abcd", "ef" }, folding.line("abcdef", 4))
    assert.same({ "木", "木" }, folding.line("木木", 3))
    assert.same({ "木", "木" }, folding.line("木木", 1))
  end)

  it("keeps its indent, or that of its second column", function()
    assert.same({ "  one", "  two" }, folding.line("  one two", 6))
    assert.same({ "  k   one", "      two" }, folding.line("  k   one two", 12))
    assert.same({ "        a", "b" }, folding.line("        a b", 9))
  end)

  it("is bounded", function()
    assert.is_true(#folding.line(("x"):rep(100000), 1) <= 1001)
  end)
end)
