-- SPDX-License-Identifier: MIT
local bounded = require "dryad.report.bounded"
local core = require "dryad.core"
local format = require "dryad.text.format"

describe("a text of a report", function()
  it("is printable, and cut with an ellipsis", function()
    assert.equal("a\\x1b[31mb", bounded.text("a\27[31mb", 80))
    assert.equal("abc…", bounded.text("abcdef", 4))
    assert.equal("abcdef", bounded.text("abcdef", 6))
    assert.equal("7", bounded.text(7, 80))
    assert.is_nil(bounded.text(nil, 80))
  end)

  it("takes few bytes of JSON, whatever it consists of", function()
    local marks = ("e" .. ("\u{301}"):rep(8)):rep(1000)
    for _, text in ipairs { ("<"):rep(1000), ('"'):rep(1000), ("&\\"):rep(1000), marks, ("\0"):rep(1000),
      ("\u{202e}"):rep(1000), ("漢"):rep(1000), ("\u{1f600}"):rep(1000), ("\xff"):rep(1000) } do
      for _, columns in ipairs { 80, 300 } do
        local cut = bounded.text(text, columns)
        assert.is_true(format.width(cut) <= columns)
        assert.is_true(bounded.bytes(cut) - 2 <= 3 * columns)
        assert.matches("…$", cut)
        assert.is_true(#cut > #"…")
      end
    end
  end)

  it("that would be wrong if it were cut is whole or missing", function()
    local way = "shop.CACHE['" .. ("k"):rep(286) .. "']"
    assert.equal(300, #way)
    assert.equal(way, bounded.whole(way))
    assert.is_nil(bounded.whole(way .. ".x"))
    assert.is_nil(bounded.whole(nil))
    assert.is_nil(bounded.whole(("<"):rep(200))) -- 1,200 bytes of JSON
  end)

  it("may have several lines", function()
    assert.equal("one\ntwo\\nthree", bounded.lines { "one", "two\nthree" })
    assert.is_nil(bounded.lines {})
  end)
end)

describe("a list of a report", function()
  local function number(i) return i end

  it("has as many items as are wanted, and says how many are left out", function()
    local items, more = bounded.list(10, 3, 1000, number)
    assert.same({ 1, 2, 3 }, items)
    assert.equal(7, more)
    items, more = bounded.list(2, 3, 1000, number)
    assert.same({ 1, 2 }, items)
    assert.equal(0, more)
  end)

  it("has as many items as fit", function()
    local items, more = bounded.list(10, 10, 8, number) -- each is a digit and a comma
    assert.same({ 1, 2, 3, 4 }, items)
    assert.equal(6, more)
    items = bounded.list(10, 10, 8, function(i) return i, 1 end) -- and a byte elsewhere
    assert.same({ 1, 2 }, items)
  end)

  it("is an array if it is empty", function()
    assert.equal("[]", core.json.encode((bounded.list(0, 3, 1000, number))))
  end)
end)
