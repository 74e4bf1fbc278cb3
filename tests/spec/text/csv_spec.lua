-- SPDX-License-Identifier: MIT
local csv = require "dryad.text.csv"

local function of(names, rows)
  return csv.text(names, #rows, function(i, c) return rows[i][c] end)
end

describe("CSV", function()
  it("has a line of names and a line for each row", function()
    assert.equal("a,b\n1,x\n2,y z\n", of({ "a", "b" }, { { 1, "x" }, { 2, "y z" } }))
    assert.equal("a,b\n", of({ "a", "b" }, {}))
    assert.equal("", of({}, {}))
  end)

  it("quotes what has commas, quotes or line ends", function()
    local rows = { { 'say "hi"', "x\ny" }, { "z\r", "'" } }
    assert.equal('"a,b",c\n"say ""hi""","x\ny"\n"z\r",\'\n', of({ "a,b", "c" }, rows))
  end)

  it("distinguishes nil from an empty text", function()
    assert.equal('a,b\n,""\n', of({ "a", "b" }, { { nil, "" } }))
    assert.equal('a\n""\n""\n', of({ "a" }, { { nil }, { "" } }))
  end)

  it("writes numbers so that they read back equal", function()
    local numbers = { { 0.1 }, { math.mininteger }, { 3.0 }, { 1e300 } }
    assert.equal("n\n0.1\n-9223372036854775808\n3.0\n1e+300\n", of({ "n" }, numbers))
  end)

  it("writes rows under the names of their fields", function()
    local rows = { columns = { { "type_str", "text", "type" }, { "size", "bytes" }, "n" } }
    rows[1] = { type_str = "dict", size = 2224000, n = true, other = 1 }
    assert.equal("type_str,size,n\ndict,2224000,true\n", csv.of_rows(rows))
  end)
end)
