-- SPDX-License-Identifier: MIT
local csv = require "dryad.text.csv"

--- Rows as CSV, and the number of lone surrogates.
local function of(names, rows, form)
  local parts, escapes = {}, 0
  local function add(text, more)
    parts[#parts + 1], escapes = text, escapes + more
  end
  add(csv.head(names, form or "csv"))
  for _, row in ipairs(rows) do
    add(csv.line(row, #names, form or "csv"))
  end
  return table.concat(parts), escapes
end

describe("CSV", function()
  it("has a line of names and a line for each row", function()
    assert.equal("a,b\n1,x\n2,y z\n", (of({ "a", "b" }, { { 1, "x" }, { 2, "y z" } })))
    assert.equal("a,b\n", (of({ "a", "b" }, {})))
    assert.equal("", (of({}, {})))
  end)

  it("quotes what has commas, quotes or line ends", function()
    local rows = { { 'say "hi"', "x\ny" }, { "z\r", "'" } }
    assert.equal('"a,b",c\n"say ""hi""","x\ny"\n"z\r",\'\n', (of({ "a,b", "c" }, rows)))
  end)

  it("distinguishes nil from an empty text", function()
    assert.equal('a,b\n,""\n', (of({ "a", "b" }, { { nil, "" } })))
    assert.equal('a\n""\n""\n', (of({ "a" }, { { nil }, { "" } })))
  end)

  it("writes numbers so that they read back equal", function()
    local numbers = { { 0.1 }, { math.mininteger }, { 3.0 }, { 1e300 }, { -0.0 } }
    assert.equal("n\n0.1\n-9223372036854775808\n3.0\n1e+300\n-0.0\n", (of({ "n" }, numbers)))
  end)

  it("is valid UTF-8, and says how many lone surrogates are escaped", function()
    local rows = { { "\xed\xa0\x80,\xed\xbf\xbf" }, { "\xed\xb2\x80\"" }, { "caf\xe9" }, { "퟿\u{e000}" } }
    local text, escapes = of({ "\xed\xa0\x80" }, rows)
    assert.equal('\\ud800\n"\\ud800,\\udfff"\n"\\udc80"""\ncafé\n퟿\u{e000}\n', text)
    assert.equal(4, escapes)
  end)

  it("leaves formulas alone", function()
    assert.equal("v\n=1+1\n-x\n", (of({ "v" }, { { "=1+1" }, { "-x" } })))
  end)

  it("writes rows under the names of their fields", function()
    local rows, parts = { columns = { { "type_str", "text", "type" }, { "size", "bytes" }, "n" } }, {}
    rows[1] = { type_str = "dict", size = 2224000, n = true, other = 1 }
    csv.write(rows, "csv", function(text)
      parts[#parts + 1] = text
    end)
    assert.equal("type_str,size,n\ndict,2224000,true\n", table.concat(parts))
  end)
end)

describe("CSV for spreadsheets", function()
  local MARK = "\xef\xbb\xbf"

  it("has a byte order mark and lines that end with CR LF", function()
    assert.equal(MARK .. 'a,b\r\n1,"x\ny"\r\n', (of({ "a", "b" }, { { 1, "x\ny" } }, "excel")))
  end)

  it("has an apostrophe before what would be a formula, also after spaces and quotes", function()
    for text, field in pairs {
      ["=1+1"] = "'=1+1", ["+1"] = "'+1", ["-x"] = "'-x", ["@SUM(1)"] = "'@SUM(1)", ["  =1"] = "'  =1",
      ['"=1'] = "\"'\"\"=1\"", ["' =1"] = "'' =1", ["\tx"] = "\"'\tx\"", ["\rx"] = "\"'\rx\"", ["\nx"] = "\"'\nx\"",
      ["\0=1"] = "'\0=1", ["\u{feff}\u{200b}-1"] = "'\u{feff}\u{200b}-1",
      ["＝1"] = "'＝1", ["＠1"] = "'＠1", ["=a,b"] = "\"'=a,b\"",
    } do
      assert.equal(MARK .. "v\r\n" .. field .. "\r\n", (of({ "v" }, { { text } }, "excel")), text)
    end
    assert.equal(MARK .. "'=v\r\n", (of({ "=v" }, {}, "excel")))
  end)

  it("has one after any white space of Unicode, also in Latin-1", function()
    local spaces = { 0x9, 0xa, 0xb, 0xc, 0xd, 0x20, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000 }
    for point = 0x2000, 0x200a do
      spaces[#spaces + 1] = point
    end
    for _, point in ipairs(spaces) do
      local line = of({ "v" }, { { utf8.char(point) .. "=1" } }, "excel")
      assert.matches("\r\n\"?'" .. utf8.char(point) .. "'?=1", line)
    end
    assert.equal(MARK .. "v\r\n'\u{a0}=1\r\n", (of({ "v" }, { { "\xa0=1" } }, "excel")))
    assert.equal(MARK .. "v\r\n\"a;\u{85}'=é\"\r\n", (of({ "v" }, { { "a;\x85=\xe9" } }, "excel")))
    assert.equal(MARK .. "v\r\né=1\r\n", (of({ "v" }, { { "é=1" } }, "excel")))
  end)

  it("has one also where other languages begin a field", function()
    for text, field in pairs {
      ["a;=1"] = "\"a;'=1\"", ["a\t-b"] = "\"a\t'-b\"", ["a\n @b"] = "\"a\n '@b\"", ['a;"=1'] = "\"a;\"\"'=1\"",
      ["a;b=1"] = "\"a;b=1\"", ["a,=1"] = "\"a,=1\"", [";;+"] = "\";;'+\"", ["a;＋"] = "\"a;'＋\"",
      ["a;\u{200b}=1"] = "\"a;\u{200b}'=1\"",
    } do
      assert.equal(MARK .. "v\r\n" .. field .. "\r\n", (of({ "v" }, { { text } }, "excel")), text)
    end
  end)

  it("leaves numbers and other texts alone", function()
    assert.equal(MARK .. "v\r\n-5\r\n-0.5\r\n5-3\r\na=b\r\n'x\r\n",
      (of({ "v" }, { { -5 }, { -0.5 }, { "5-3" }, { "a=b" }, { "'x" } }, "excel")))
  end)
end)
