-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local substitute = require "dryad.sql.substitute"

local PEOPLE = {
  columns = { "type", "address", "a b", "ADDRESS" },
  { "dict", 1234, 1, 9 }, { "it's", 77, 2, 9 }, { nil, -5, 3.5, 9 }, { "x", nil, nil, 9 }, { "y", "1 or 1", nil, 9 },
}
local COUNTS = { columns = { "type", "count(*)" }, { "dict", 3 } }
local NONE = { columns = { "address" } }

local NAMES = {
  big = "size > 1e6", pool = "1234", ["pool.first"] = "77", ["a:b"] = "5", hex = " 0x1F ", query = " (select 1) ",
  o = "obj", pair = "(1) + (2)", open = "(select 'a)", quoted = "$pool #0.0 4&", top = "0",
}

local scope = {
  results = 3,
  result = function(r) return ({ [0] = PEOPLE, COUNTS, NONE })[r] end,
  name = function(name)
    if name == "parameter" then return false end
    return NAMES[name]
  end,
  names = function()
    local names = {}
    for name in pairs(NAMES) do names[#names + 1] = name end
    return names
  end,
}

local function expand(text, in_scope)
  return substitute.expand(text, in_scope or scope)
end

--- Checks pairs of a text and its expansion.
local function becomes(cases)
  for _, case in ipairs(cases) do
    assert.equal(case[2], expand(case[1]))
  end
end

local function stay(texts)
  for _, text in ipairs(texts) do
    assert.equal(text, expand(text))
  end
end

--- Checks pairs of a text and the message that it is refused with.
local function fails(cases, in_scope)
  for _, case in ipairs(cases) do
    local ok, message = pcall(expand, case[1], in_scope)
    assert.is_false(ok, case[1])
    assert.equal(case[2], message)
  end
end

describe("children and parents", function()
  it("of an address are a query", function()
    becomes {
      { "1234&", "(select child from ref where parent = 1234)" },
      { "1234^", "(select parent from ref where child = 1234)" },
      { "address in 1234& and size > 3", "address in (select child from ref where parent = 1234) and size > 3" },
      { "(1234&)", "((select child from ref where parent = 1234))" },
      { "0012&;", "(select child from ref where parent = 0012);" },
    }
  end)

  it("go on, each from the ones before", function()
    becomes {
      { "1234&&", "(select child from ref where parent in (select child from ref where parent = 1234))" },
      { "1234&^", "(select parent from ref where child in (select child from ref where parent = 1234))" },
      {
        "1^^&",
        "(select child from ref where parent in (select parent from ref where child in "
          .. "(select parent from ref where child = 1)))",
      },
    }
  end)

  it("of 0 are the objects without a referrer", function()
    becomes {
      { "0&", "(select address from unreferenced)" },
      { "000&", "(select address from unreferenced)" },
      { "0x0&", "(select address from unreferenced)" },
      { "$top&", "(select address from unreferenced)" },
      { "0&&", "(select child from ref where parent in (select address from unreferenced))" },
      { "0&^", "(select parent from ref where child in (select address from unreferenced))" },
      { "0^", "(select parent from ref where child = 0)" },
    }
  end)

  it("take hexadecimal addresses, and unsigned ones as SQL has them", function()
    becomes {
      { "0x7fA0&", "(select child from ref where parent = 32672)" },
      { "0x7fA0", "32672" },
      { "18446744073709551615&", "(select child from ref where parent = -1)" },
      { "9223372036854775808^", "(select parent from ref where child = -9223372036854775808)" },
      { "9223372036854775807^", "(select parent from ref where child = 9223372036854775807)" },
      { "0xffffffffffffffff", "-1" },
      { "1-0xffffffffffffffff", "1- -1" },
    }
    stay { "0x1ffffffffffffffff", "18446744073709551616&", "18446744073709551615", "0x", "0xzz&" }
  end)

  it("of a column are evaluated for each row", function()
    becomes {
      { "address&", "(select child from ref where parent = address)" },
      { "o.address^", "(select parent from ref where child = o.address)" },
      { "main.o.address^", "(select parent from ref where child = main.o.address)" },
      { 'o."my col"&', '(select child from ref where parent = o."my col")' },
      { '"a""b"&', '(select child from ref where parent = "a""b")' },
      { "[my col]&", "(select child from ref where parent = [my col])" },
      { "`my col`&", "(select child from ref where parent = `my col`)" },
      { "größe&", "(select child from ref where parent = größe)" },
      { ":a&", "(select child from ref where parent = :a)" },
      { "?2^", "(select parent from ref where child = ?2)" },
    }
  end)

  it("of a column with the name of one of ref's are not confused with ref's own", function()
    local from = "(select parent as dryad_parent, child as dryad_child from ref)"
    becomes {
      { "child&", ("(select dryad_child from %s where dryad_parent = child)"):format(from) },
      { '"PARENT"^', ('(select dryad_parent from %s where dryad_child = "PARENT")'):format(from) },
      { "ref.child&", ("(select dryad_child from %s where dryad_parent = ref.child)"):format(from) },
      {
        "child&&",
        ("(select dryad_child from %s where dryad_parent in (select dryad_child from %s where dryad_parent = child))")
          :format(from, from),
      },
      { "r.child&", "(select child from ref where parent = r.child)" },
    }
  end)
end)

describe("SQLite's own &", function()
  it("stands apart, or directly before its operand", function()
    stay {
      "size & 3", "size &3", "size & len", "size&3", "5&3", "size&len", "size&(1)", "size&'3'", 'size&"a"',
      "size&~4", "size&-4", "size&+4", "size&.5", "size&:a", "size&@a", "size&?1", "size&[a]", "size&`a`", "size&_a",
      "(size)&", "1.5&", "1e3&", "'5'&3",
    }
    becomes { { "size&#0.0", "size&1234" }, { "size&$pool", "size&1234" }, { "$pool&3", "1234&3" } }
  end)

  it("may follow a relation", function()
    becomes {
      { "5&&3", "(select child from ref where parent = 5)&3" },
      { "5^&3", "(select parent from ref where child = 5)&3" },
    }
  end)
end)

describe("text that is not expanded", function()
  it("is strings, quoted names and comments", function()
    stay {
      "'$pool #0.0 0&'", "'it''s $pool'", '"$pool"', "[$pool #0.0]", "`$pool`", "-- $pool 0&", "/* $pool\n0& */",
      "'never closed $pool", "/* never closed $pool", "[never closed $pool", '"never closed $pool', "x'00'",
    }
    becomes {
      { "-- $pool\n$pool", "-- $pool\n1234" },
      { "/* 0& */0&", "/* 0& */(select address from unreferenced)" },
      { "'a' || $pool || 'b'", "'a' || 1234 || 'b'" },
    }
  end)

  it("is the inside of other tokens, and SQLite's parameters", function()
    stay { "a$pool", "1$pool", "a#0.0", ":pool", "@pool", "?1", "$", "#", "# 0.0", "$ pool", "a b c 1.5 .5 1e-3", "" }
  end)
end)

describe("results", function()
  it("return the address of a row, both counted from 0, padded or not", function()
    becomes {
      { "#0.0", "1234" }, { "#00.01", "77" }, { "#0.001", "77" }, { "address=#0.1", "address=77" },
      { "#0.0&", "(select child from ref where parent = 1234)" },
      { "#0.2^", "(select parent from ref where child = -5)" },
      { "1-#0.2", "1- -5" },
    }
  end)

  it("return a whole column as a list", function()
    becomes {
      { "#0.type", "('dict', 'it''s', null, 'x', 'y')" },
      { "#0.TYPE", "('dict', 'it''s', null, 'x', 'y')" },
      { '#0."a b"', "(1, 2, 3.5, null, null)" },
      { "#1.[count(*)]", "(3)" },
      { "#0.address", "(1234, 77, -5, null, '1 or 1')" },
      { "#2.address", "()" },
      { "#2.address&", "(select child from ref where parent in ())" },
      { "type in #1.type and 1", "type in ('dict') and 1" },
    }
  end)

  it("that do not exist are named in the message", function()
    fails {
      { "1 or #7.1", "#7.1: there is no result 7 (the last is #2)" },
      { "#007.1", "#007.1: there is no result 7 (the last is #2)" },
      {
        "#99999999999999999999.1",
        "#99999999999999999999.1: there is no result 99999999999999999999 (the last is #2)",
      },
      { "#0.5", "#0.5: result 0 has 5 rows, #0.0 to #0.4" },
      { "#0.99999999999999999999", "#0.99999999999999999999: result 0 has 5 rows, #0.0 to #0.4" },
      { "#1.1", "#1.1: result 1 has 1 row, #1.0" },
      { "#2.0", "#2.0: result 2 has no rows" },
      { "#1.0", "#1.0: result 1 has no column 'address'; it has type, count(*)" },
      { "#1.foo", "#1.foo: result 1 has no column 'foo'; it has type, count(*)" },
      { "#0.3", "#0.3: this row's address is NULL, not a whole number" },
      { "#0.4", "#0.4: this row's address is '1 or 1', not a whole number" },
      { "#0", "#0: say which row or column of the result: #0.0, #0.address" },
    }
    fails({ { "#0.0", "#0.0: there is no result 0 (there are none yet)" } }, {})
  end)
end)

describe("names", function()
  it("stand for any text, put in as it is", function()
    becomes {
      { "where $big and 1", "where size > 1e6 and 1" },
      { "$a:b", "5" },
      { "$quoted", "$pool #0.0 4&" },
      { "$pool&", "(select child from ref where parent = 1234)" },
      { "$hex^", "(select parent from ref where child = 31)" },
      { "$query&", "(select child from ref where parent in (select 1))" },
      { "$pool&&", "(select child from ref where parent in (select child from ref where parent = 1234))" },
    }
  end)

  it("are as long as they can be", function()
    becomes {
      { "$pool.first", "77" }, { "$pool.second", "1234.second" }, { "$o.address", "obj.address" },
      { "$pool.first.x", "77.x" }, { "$pool.", "1234." }, { "$pool:", "1234:" },
      { "$o.address&", "(select child from ref where parent = obj.address)" },
    }
  end)

  it("that are the caller's parameters stay", function()
    stay { "$parameter", "$parameter.x", "'a' || $parameter" }
    assert.equal("$anything and $1", expand("$anything and $1", {}))
    becomes { { "$parameter&", "(select child from ref where parent = $parameter)" } }
  end)

  it("that are not set are named, with the nearest or all existing ones", function()
    fails {
      { "1 or $bg", "$bg: no name 'bg' is set; did you mean $big?" },
      { "$bg.", "$bg: no name 'bg' is set; did you mean $big?" },
    }
    local few = { name = function() end, names = function() return { "b", "a" } end }
    fails({ { "$zzzz", "$zzzz: no name 'zzzz' is set; there are $a, $b" } }, few)
    fails({ { "$zzzz", "$zzzz: no name 'zzzz' is set" } }, { name = function() end })
  end)

  it("that stand for no address have no children", function()
    local why = ": $big stands for size > 1e6; only an address or a query in parentheses has children and parents"
    fails {
      { "x in $big&", "$big&" .. why },
      { "$big^^", "$big^^" .. why },
    }
    for _, name in ipairs { "pair", "open", "quoted" } do
      assert.is_false(pcall(expand, ("$%s&"):format(name)))
    end
  end)
end)

describe("literals", function()
  -- Any text in a dump must come back unchanged, and as a single value.
  local TEXTS = {
    "", "it's", "'", "''", "a\0b", "\0", "\0'); drop table obj --", "line\nline\r\n", "\u{1F600}", "') or 1 --", "--",
    "/*", "\\'", "%s", "$pool", "#0.0", "0&", "\xED\xA0\x80", ("x"):rep(100000), "\27[2J",
  }
  local NUMBERS = {
    0, -1, math.maxinteger, math.mininteger, 0.1, -0.5, 1 / 3, 1e300, -1e-300, 5e-324, 1.7976931348623157e308, 2 ^ 53,
    1e15, 123456789.0009765625, 7.70791e-4, math.huge, -math.huge, 3.0,
  }

  it("agree with those written by hand", function()
    for _, case in ipairs {
      { nil, "null" }, { 0 / 0, "null" }, { 7, "7" }, { -7, "-7" }, { 2.5, "2.5" }, { 3.0, "3.0" }, { "a", "'a'" },
      { "it's", "'it''s'" }, { "a\0b", "cast(x'610062' as text)" }, { math.huge, "9e999" },
      { math.mininteger, "(-9223372036854775807 - 1)" }, { 1 / 3, "(6004799503160661 * 1.0 / 18014398509481984)" },
    } do
      assert.equal(case[2], substitute.literal(case[1]))
    end
  end)

  it("are read back unchanged by SQLite", function()
    local db = core.database()
    for _, values in ipairs { TEXTS, NUMBERS } do
      for _, value in ipairs(values) do
        local result = db:run("select " .. substitute.literal(value) .. " as v")
        assert.equal(1, #result)
        assert.equal(value, result[1].v)
        assert.equal(math.type(value), math.type(result[1].v))
      end
    end
    db:close()
  end)

  it("are whole columns that are read back equal", function()
    local db, rows = core.database(), { columns = { "v" } }
    for i, value in ipairs(TEXTS) do rows[i] = { value } end
    local text = substitute.expand("values #0.v", { results = 1, result = function() return rows end })
    local row = db:run(text)[1]
    for i, value in ipairs(TEXTS) do assert.equal(value, row[i]) end
    db:close()
  end)

  it("of random floats are read back equal", function()
    local db = core.database()
    math.randomseed(7)
    for _ = 1, 2000 do
      local value = string.unpack("d", string.pack("i8", math.random(0)))
      if value == value then
        assert.equal(value, db:run("select " .. substitute.literal(value))[1][1])
      end
    end
    db:close()
  end)
end)

describe("attributes", function()
  it("are calls of attr", function()
    becomes {
      { ".path like '/x'", "attr(address, 'path') like '/x'" },
      { "size>1 and(.user.name='x')", "size>1 and(attr(address, 'user.name')='x')" },
      { "select .a, .b_2.c", "select attr(address, 'a'), attr(address, 'b_2.c')" },
      { ".owner^", "(select parent from ref where child = attr(address, 'owner'))" },
      { "a=.b", "a=attr(address, 'b')" },
    }
  end)

  it("are no columns of tables, numbers or texts", function()
    stay { "o.address", '"o".address', "[o].address", "main.obj.size", ".5", "size > .5e3", "'.x'", "-- .x", ". x",
      "1.e" }
  end)
end)
