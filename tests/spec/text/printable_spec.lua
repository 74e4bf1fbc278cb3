-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local format = require "dryad.text.format"

-- What Unicode says of every code point, by Python's tables: its category, whether it is wide, and whether it is one of
-- the default ignorable ones, which are those of DerivedCoreProperties.txt. Prints `FIRST LAST CATEGORY WIDE IGNORABLE`
-- for each range of code points that are alike, or nothing if Python's tables are newer than Dryad's or much older.
local UNICODE = [[
import sys, unicodedata
if not "14.0.0" <= unicodedata.unidata_version <= "15.1.0":
    sys.exit()
IGNORABLE = [(0xad, 0xad), (0x34f, 0x34f), (0x61c, 0x61c), (0x115f, 0x1160), (0x17b4, 0x17b5), (0x180b, 0x180f),
             (0x200b, 0x200f), (0x202a, 0x202e), (0x2060, 0x206f), (0x3164, 0x3164), (0xfe00, 0xfe0f),
             (0xfeff, 0xfeff), (0xffa0, 0xffa0), (0xfff0, 0xfff8), (0x1bca0, 0x1bca3), (0x1d173, 0x1d17a),
             (0xe0000, 0xe0fff)]
ignorable = {point for first, last in IGNORABLE for point in range(first, last + 1)}
def of(point):
    return (unicodedata.category(chr(point)), int(unicodedata.east_asian_width(chr(point)) in "WF"),
            int(point in ignorable))
first = 0
for point in range(1, 0x110001):
    if point == 0x110000 or of(point) != of(first):
        print(first, point - 1, *of(first))
        first = point
]]

local HIDDEN = { Cc = true, Cf = true, Zl = true, Zp = true, Cs = true, Co = true }
local BLANK = 0x2800 -- a Braille pattern without dots: a symbol that shows nothing
local MARKS = { Mn = true, Me = true }

describe("characters", function()
  local ranges = {}

  setup(function()
    local process = assert(io.popen("python3 -c '" .. UNICODE .. "'"))
    for line in process:lines() do
      local first, last, category, wide, ignorable = line:match "^(%d+) (%d+) (%a+) (%d) (%d)$"
      ranges[#ranges + 1] = {
        first = math.tointeger(first), last = math.tointeger(last), category = category, is_wide = wide == "1",
        is_ignorable = ignorable == "1",
      }
    end
    process:close()
  end)

  local function need_ranges()
    if #ranges == 0 then
      pending "this Python has another version of Unicode than Dryad's tables"
    end
  end

  local function each_assigned(check)
    need_ranges()
    local count = 0
    for _, range in ipairs(ranges) do
      for point = range.first, range.category == "Cn" and range.first - 1 or range.last do
        count = count + 1
        check(point, range)
      end
    end
    assert.is_true(count > 250000)
  end

  it("are hidden by Unicode's properties", function()
    local wrong = {}
    each_assigned(function(point, range)
      if core.is_hidden(point) ~= (HIDDEN[range.category] or range.is_ignorable or point == BLANK) then
        wrong[#wrong + 1] = ("U+%04X"):format(point)
      end
    end)
    assert.equal("", table.concat(wrong, " "))
  end)

  it("are hidden if they are ignorable, though nothing is assigned yet, or no characters", function()
    need_ranges()
    for _, range in ipairs(ranges) do
      for point = range.first, range.is_ignorable and range.last or range.first - 1 do
        assert.is_true(core.is_hidden(point))
      end
    end
    for plane = 0, 16 do
      assert.is_true(core.is_hidden(plane << 16 | 0xfffe) and core.is_hidden(plane << 16 | 0xffff))
    end
    for point = 0xfdd0, 0xfdef do
      assert.is_true(core.is_hidden(point))
    end
    assert.is_false(core.is_hidden(0xfdcf) or core.is_hidden(0xfdf0) or core.is_hidden(0x1fffd))
  end)

  it("take no column as marks, two as wide ones, and one otherwise", function()
    local wrong = {}
    each_assigned(function(point, range)
      local is_jamo = point > 0x1160 and point <= 0x11ff or point >= 0xd7b0 and point <= 0xd7fb
      local columns = (MARKS[range.category] or is_jamo) and 0 or range.is_wide and 2 or 1
      if not core.is_hidden(point) and format.width(utf8.char(point)) ~= columns then
        wrong[#wrong + 1] = ("U+%04X"):format(point)
      end
    end)
    assert.equal("", table.concat(wrong, " "))
  end)
end)

describe("format.printable", function()
  it("leaves text that every terminal shows", function()
    assert.equal("Grüße, 日本 🐍 e\u{301}", format.printable "Grüße, 日本 🐍 e\u{301}")
  end)

  it("escapes on one line, or keeps lines", function()
    assert.equal([[a\nb\t\x1b[2J]], format.printable "a\nb\t\27[2J")
    assert.equal("a\nb\t\\x1b[31m", format.printable_lines "a\nb\t\27[31m")
  end)
end)

describe("a text that is cut", function()
  it("is measured in columns", function()
    assert.equal("日…", format.cut("日本語", 4))
    assert.equal("日本語", format.cut("日本語", 6))
    assert.equal("e\u{301}…", format.cut("e\u{301}e\u{301}e\u{301}", 2))
  end)

  it("keeps its end, or less of it than asked for rather than half of a character", function()
    assert.equal("日本…日本", format.cut_object("日本語日本語日本", 9))
    assert.equal("日本…本", format.cut_object("日本語日本語日本", 8))
    assert.equal("ab...e\u{301}", format.cut_middle("abcdefe\u{301}", 2, 1, "..."))
  end)
end)
