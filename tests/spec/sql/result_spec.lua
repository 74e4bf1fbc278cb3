-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local dryad = require "dryad"
local json_value = require "dryad.text.json_value"
local program = require "tests.spec.support.program"
local result = require "dryad.sql.result"

local function text(...)
  return table.concat({ ... }, "\n")
end

-- The parts of a result that the grid uses.
local function rows(columns, ...)
  return { columns = columns, ... }
end

local THREE = rows({ "address", "type", "size" }, { 1234, "dict", 280 }, { 77, "Thread", 1112 }, { 5, nil, nil })

describe("a grid", function()
  it("has a line of names, a line of dashes, the rows and their number", function()
    assert.equal(text(
      "address  type    size",
      "-------  ------  ----",
      "   1234  dict     280",
      "     77  Thread  1112",
      "      5  ∘          ∘",
      "3 rows"), result.grid(THREE))
  end)

  it("labels rows by the number of the result, from 0", function()
    assert.equal(text(
      "#     address  type    size",
      "----  -------  ------  ----",
      "#2.0     1234  dict     280",
      "#2.1       77  Thread  1112",
      "#2.2        5  ∘          ∘",
      "3 rows"), result.grid(THREE, { label = 2 }))
  end)

  it("says \"1 row\" and \"no rows\"", function()
    assert.equal("n\n-\n1\n1 row", result.grid(rows({ "n" }, { 1 })))
    assert.equal("no rows", result.grid(rows { "n" }))
    assert.equal("no rows", result.grid(rows { "n" }, { label = 0 }))
  end)

  it("shows named addresses by their names, in columns of addresses alone", function()
    local r = rows({ "parent", "o.address", "size" }, { 77, 77, 77 }, { 5, 5, 5 })
    assert.equal(text(
      "parent  o.address  size",
      "------  ---------  ----",
      " $pool      $pool    77",
      "     5          5     5",
      "2 rows"), result.grid(r, { names = { [77] = "pool" } }))
  end)

  it("aligns numeric columns to the right", function()
    local r = rows({ "a", "b", "c", "d" }, { 1.5, 1, nil, -3 }, { 10, "x", nil, 12345 })
    assert.equal(text(
      "  a  b  c      d",
      "---  -  -  -----",
      "1.5  1  ∘     -3",
      " 10  x  ∘  12345",
      "2 rows"), result.grid(r))
  end)

  it("cannot be broken by what is in a dump", function()
    local r = rows({ "a\nb" }, { "one\ntwo" }, { "\27[2J\0" }, { "\xff" })
    assert.equal(text("a\\nb", "-----------", "one\\ntwo", "\\x1b[2J\\x00", "\\xff", "3 rows"), result.grid(r))
  end)

  it("fits the terminal by cutting the widest text, never a number", function()
    local r = rows({ "address", "value", "type" }, { 140558134395408, ("é"):rep(90), ("x"):rep(30) })
    local grid = result.grid(r, { width = 60, label = 0 })
    assert.equal(text(
      "#             address  value              type",
      "----  ---------------  -----------------  ------------------",
      "#0.0  140558134395408  " .. ("é"):rep(16) .. "…  " .. ("x"):rep(17) .. "…",
      "1 row"), grid)
    for line in grid:gmatch "[^\n]+" do
      assert.is_true(utf8.len(line) <= 60)
    end
  end)

  it("fits the columns of obj in 80 characters", function()
    local r = rows({ "address", "type", "name", "value", "size", "len", "mark", "repr" },
      { 140558140715472, "builtin_function_or_method", "meliae.scan", ("v"):rep(90), 123456, 12345, 1, ("r"):rep(9) })
    for line in result.grid(r, { width = 80, label = 0 }):gmatch "[^\n]+" do
      assert.is_true(utf8.len(line) <= 80)
    end
    assert.matches("\n#0%.0  140558140715472  builti…  meliae…  vvvv", result.grid(r, { width = 80, label = 0 }))
  end)

  it("narrows the gaps if that makes the columns fit", function()
    local r = rows({ "address", "value", "number_of_things", "n" }, { 12345678, ("y"):rep(9), 1, 2 })
    assert.equal(text(
      " address value  number_of_things n",
      "-------- ------ ---------------- -",
      "12345678 yyyyy…                1 2",
      "1 row"), result.grid(r, { width = 34 }))
  end)

  it("keeps the widths that the user has set, wider or narrower", function()
    local r = rows({ "address", "value", "type" }, { 1234567, ("y"):rep(90), "dict" })
    assert.equal(text(
      "addr…  value        type",
      "-----  -----------  ----------",
      "1234…  yyyyyyyyyy…  dict",
      "1 row"), result.grid(r, { width = 30, widths = { address = 5, type = 10 } }))
  end)

  it("is cut where there is no terminal only at 200 characters, and says so", function()
    local whole = result.grid(rows({ "value", "n" }, { ("y"):rep(200), 1 }))
    assert.matches("\n" .. ("y"):rep(200) .. "  1\n1 row$", whole)
    local cut = result.grid(rows({ ("v"):rep(201), "n" }, { ("y"):rep(60000), 1 }, { "z", 2 }))
    assert.equal(text(("v"):rep(199) .. "…  n", ("-"):rep(200) .. "  -", ("y"):rep(199) .. "…  1",
      "z" .. (" "):rep(201) .. "2", "2 rows", "longer texts are cut at 200 characters, but not in CSV and JSON"), cut)
  end)

  it("is as wide as the user set a column", function()
    local r = rows({ "value" }, { ("y"):rep(300) }, { ("y"):rep(301) })
    local grid = result.grid(r, { widths = { value = 300 } })
    assert.matches("\n" .. ("y"):rep(300) .. "\n" .. ("y"):rep(299) .. "…\n", grid)
  end)

  it("prints ten thousand rows and says how many more there are", function()
    local r = rows { "n" }
    for i = 1, 12345 do r[i] = { i } end
    local grid = result.grid(r, { label = 0 })
    assert.matches("\n#0%.9999  10000\n%.%.%. 2,345 more\n12,345 rows$", grid)
    assert.equal(10000 + 4, select(2, grid:gsub("\n", "")) + 1)
  end)

  it("is coloured only when asked", function()
    assert.matches("^\27%[2mn\27%[0m\n", result.grid(rows({ "n" }, { 1 }), { colour = true }))
  end)
end)

describe("a result", function()
  local heap = dumps.heap {
    '{"address": 1, "type": "dict", "size": 10, "len": 2, "refs": [2, 3, 99]}',
    '{"address": 2, "type": "str", "size": 20, "value": "it\'s, \\"x\\"", "refs": []}',
    '{"address": 3, "type": "str", "size": 30, "value": "", "refs": []}',
  }

  it("prints in linear time, however wide a hostile text makes a column", function()
    local wide = dumps.load { '{"address": 8, "type": "frame", "size": 1, "file": "' .. ("x"):rep(1 << 20)
      .. '", "line": 3, "refs": []}' }
    assert.matches("^#? *file +line\n", tostring(wide:sql "select file, line from obj"):sub(1, (1 << 20) + 20))
  end)

  it("prints as a grid without labels", function()
    assert.equal(text("address  len", "-------  ---", "      1    2", "      2    ∘", "2 rows"),
      tostring(heap:sql "select address, len from obj limit 2"))
  end)

  it("returns the objects of its address column, wherever that is, in the order of rows", function()
    local l = heap:sql("select type, address from obj order by address desc"):objects()
    assert.same({ 3, 2, 1 }, l:map(function(o) return o.address end))
    assert.equal(heap[3], l[1])
  end)

  it("returns the objects of another column, by name or position, without dangling addresses", function()
    local r = heap:sql "select parent, child from ref"
    for _, column in ipairs { "child", "CHILD", 2 } do
      assert.same({ 2, 3 }, r:objects(column):map(function(o) return o.address end))
    end
  end)

  it("lists the columns when one does not exist", function()
    local r = heap:sql "select parent, child from ref"
    assert.matches("objects: there is no column 'address'; there are parent, child",
      dumps.message(function() r:objects() end))
    assert.matches("column: there is no column 'x'; there are parent, child",
      dumps.message(function() r:column "x" end))
    assert.matches("column: there is no column '3'", dumps.message(function() r:column(3) end))
    assert.matches("column: column must be the name of a column, not nil", dumps.message(function() r:column() end))
  end)

  it("has no objects when it does not come from a heap", function()
    local db = core.database()
    local r = db:run "select 1 as address"
    assert.matches("objects: this result does not come from a heap", dumps.message(function() r:objects() end))
    db:close()
  end)

  it("gives a column as an array, without NULLs", function()
    local r = heap:sql "select len, size from obj"
    assert.same({ 10, 20, 30 }, r:column "size")
    assert.same({ 2 }, r:column "len")
    assert.same({ 2 }, r:column(1))
  end)

  it("is CSV with quotes where they are needed; NULL is empty, an empty text is not", function()
    assert.equal('address,value,"a,b"\n1,,1.5\n2,"it\'s, ""x""",1.5\n3,"",1.5\n',
      heap:sql("select address, value, 1.5 as \"a,b\" from obj"):csv())
    assert.equal('v\n""\n""\n"a\nb"\n',
      heap:sql("select null v union all select '' union all select 'a' || char(10) || 'b'"):csv())
  end)

  it("is CSV for spreadsheets, JSON and JSON lines", function()
    local r = heap:sql "select '=1' as type, 2 as type union all select null, 2.5"
    assert.equal("\xef\xbb\xbftype,type\r\n'=1,2\r\n,2.5\r\n", r:csv(nil, { excel = true }))
    assert.equal('[\n{"type":"=1","type_2":2},\n{"type":null,"type_2":2.5}]\n', r:json())
    assert.equal('{"type":"=1","type_2":2}\n{"type":null,"type_2":2.5}\n', r:jsonl())
    local none = heap:sql "select 1 as a where 0"
    assert.same({ "[]\n", "", "a\n" }, { none:json(), none:jsonl(), none:csv() })
  end)

  it("is written to a new file, which may hold lone surrogates as escapes", function()
    local r = heap:sql "select cast(x'eda080' as text) as s union all select 'x'"
    assert.same({ "s\n\\ud800\nx\n", 1 }, { r:csv() })
    local path = program.name ".csv"
    assert.equal(("2 rows written to %s; 1 lone surrogate written as \\udc80, since UTF-8 has none"):format(path),
      r:csv(path))
    assert.equal("s\n\\ud800\nx\n", program.read_file(path))
    assert.matches("exists already; { force = true } replaces it", dumps.message(function() r:jsonl(path) end))
    assert.equal("2 rows written to " .. path, r:jsonl(path, { force = true }))
    assert.equal('{"s":"\\ud800"}\n{"s":"x"}\n', program.read_file(path))
    os.remove(path)
  end)

  it("is written in pieces if it is long", function()
    local r = heap:sql "with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000) select i from n"
    local csv, objects, lines = r:csv(), core.json.decode(r:json()), r:jsonl()
    assert.equal(30001, select(2, csv:gsub("\n", "")))
    assert.matches("^i\n1\n.*\n30000\n$", csv)
    assert.same({ 30000, 1, 30000 }, { #objects, objects[1].i, objects[30000].i })
    assert.equal(30000, select(2, lines:gsub("\n", "")))
  end)

  it("is CSV of a line of names when there are no rows", function()
    assert.equal("address,type\n", heap:sql("select address, type from obj where 0"):csv())
  end)

  it("is an array of objects in JSON, columns in order, NULL as null", function()
    local r = heap:sql "select size, len, type from obj where address < 3"
    assert.equal('[{"size":10,"len":2,"type":"dict"},{"size":20,"len":null,"type":"str"}]',
      (core.json.encode(json_value(r)):gsub("%s", "")))
    assert.equal("[]", core.json.encode(json_value(heap:sql "select size from obj where 0")))
  end)

  it("has rows that print a line for each column, NULL too, and are objects in JSON", function()
    local row = heap:sql("select address, len, value as \"a\nb\" from obj where address = 2")[1]
    assert.equal("address  2\nlen      ∘\na\\nb     it's, \"x\"", tostring(row))
    row = heap:sql("select size, len, type from obj where address = 2")[1]
    assert.equal('{"size":20,"len":null,"type":"str"}', (core.json.encode(json_value(row)):gsub("%s", "")))
  end)

  it("has every column in JSON, also those of one name", function()
    assert.same({ { size = 1, size_2 = 2, size_3 = 3 } },
      core.json.decode(core.json.encode(json_value(heap:sql "select 1 size, 2 size, 3 size"))))
    assert.equal(dryad.None, json_value(heap:sql "select null a")[1].a)
    assert.equal('[{"a":1,"b":2}]',
      core.json.encode(json_value { columns = { { "a" }, { "b" }, { "a", "bytes" } }, { a = 1, b = 2 } }))
  end)
end)
