-- SPDX-License-Identifier: MIT
local layout = require "dryad.text.layout"

describe("laying out help", function()
  it("fills lines up to a width, and counts characters, not bytes", function()
    assert.equal("ä ö\nü", layout.fill("ä ö ü", 3))
    assert.equal("> a b\n  c", layout.fill("a b c", 5, "  ", "> "))
    assert.equal("a\nlonger\nb", layout.fill("a longer b", 4))
  end)

  it("ignores control sequences in widths", function()
    local words = { { text = "\27[1mab\27[0m", width = 2 }, { text = "cd", width = 2 } }
    assert.equal("\27[1mab\27[0m cd", layout.fill_words(words, 5))
    assert.equal("\27[1mab\27[0m\ncd", layout.fill_words(words, 4))
  end)

  it("puts definitions beside names, or below names that are too wide", function()
    assert.same({ "  a   one two\n      three", "  bc  four" },
      layout.definitions({ { "a", "one two three" }, { "bc", "four" } }, 15))
    assert.same({ "  a  one", "  much too wide", "     two" },
      layout.definitions({ { "a", "one" }, { "much too wide", "two" } }, 20))
  end)

  it("is never wider than 80 columns", function()
    assert.is_true(layout.width() <= 80)
  end)
end)
