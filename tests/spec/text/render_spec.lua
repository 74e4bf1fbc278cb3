-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local json_value = require "dryad.text.json_value"
local render = require "dryad.text.render"

describe("rows as text", function()
  local rows = {
    columns = { { "type" }, { "count", "count" }, { "size", "bytes", "takes" }, { "share", "percent" } },
    { type = "Thread", count = 2000, size = 2224000, share = 18.84 },
    { type = "dict", count = 7, size = 300, share = 0 },
  }

  it("are aligned: text to the left, numbers to the right", function()
    assert.equal(table.concat({
      "type    count   takes  share",
      "Thread  2,000  2.1MiB  18.8%",
      "dict        7    300B   0.0%",
    }, "\n"), render.text(rows))
  end)

  it("show nothing for a missing value or a percentage of nothing", function()
    assert.equal("a  b\nx", render.text { columns = { { "a" }, { "b", "percent" } }, { a = "x", b = 0 / 0 } })
    assert.equal("a  b\n   1", render.text { columns = { { "a" }, { "b", "count" } }, { b = 1 } })
  end)

  it("are 10,000 at most, with the number of all", function()
    local many = { columns = { { "n", "text" } } }
    for i = 1, 10002 do
      many[i] = { n = i }
    end
    assert.equal("9999\n10000\n... 2 more\n10,002 rows", render.text(many):sub(-33))
    many[10002], many[10001] = nil, nil
    assert.equal("9999\n10000", render.text(many):sub(-10))
  end)

  it("are not widened by one long text, which is cut, as is a long title", function()
    local long = ("x"):rep(1 << 20)
    local cut = ("x"):rep(199) .. "…"
    local said = "\nlonger texts are cut at 200 characters, but not in CSV and JSON"
    assert.equal("a" .. (" "):rep(201) .. "b\n" .. cut .. "  y" .. said,
      render.text { columns = { { "a" }, { "b" } }, { a = long, b = "y" } })
    assert.equal(cut .. "\n" .. cut .. said,
      render.text { columns = { { "a", "count", long } }, { a = long } })
    assert.equal("a\n" .. ("x"):rep(19) .. "…", render.text({ columns = { { "a" } }, { a = long } }, { width = 20 }))
  end)

  it("show what is no number as it is, whatever the kind of its column", function()
    for _, kind in ipairs { "count", "bytes", "percent", "bar", "number" } do
      local text = render.text { columns = { { "a", kind } }, { a = "evil\n" }, { a = true } }
      assert.matches("\n *evil\\n\n *true$", text)
    end
  end)

  it("are as many as are to be shown, with the number of the others", function()
    local many = { columns = { { "n", "count" } }, shown = 2, { n = 5 }, { n = 4 }, { n = 1000 } }
    assert.equal("n\n5\n4\n... and 1 more", render.text(many))
    many.shown = 3
    assert.equal("    n\n    5\n    4\n1,000", render.text(many))
  end)

  it("explain an empty table", function()
    assert.equal("no frames", render.text { columns = { { "a" } }, empty = "no frames" })
    assert.equal("nothing found", render.text { columns = { { "a" } } })
  end)

  it("fit a width by cutting the widest text, never a number", function()
    local wide = { columns = { { "a" }, { "n", "count" }, { "b" } }, { a = ("x"):rep(50), n = 1000000, b = "short" } }
    local text = render.text(wide, { width = 40 })
    assert.equal("a" .. (" "):rep(21) .. "          n  b\n" .. ("x"):rep(21) .. "…  1,000,000  short", text)
    for line in text:gmatch "[^\n]+" do
      assert.is_true(utf8.len(line) <= 40)
    end
  end)

  it("leave the class and the value of an object", function()
    local long = { columns = { { "o", "object" } }, { o = "module(140558140715472 3408B 86refs 8par '__main__')" } }
    assert.equal("o\nmodule(… '__main__')", render.text(long, { width = 25 }))
    assert.equal("o\nmodule(140558140715472 … '__main__')", render.text(long, { width = 40 }))
    local longest = { columns = { { "o", "object" } }, { o = ("é"):rep(60) .. ("x"):rep(60) } }
    assert.equal("o\n" .. ("é"):rep(40) .. "…" .. ("x"):rep(39), render.text(longest))
  end)

  it("draw a share as a bar that is never cut", function()
    local columns = { { "a" }, { "share", "bar" } }
    local bars = { columns = columns, { a = ("x"):rep(30), share = 50.0 }, { a = "y", share = 0 } }
    assert.equal("a               share\n" .. ("x"):rep(13) .. "…   50.0% ██████\ny                 0.0%",
      render.text(bars, { width = 35 }))
    assert.equal(50.0, json_value(bars)[1].share)
  end)

  it("drop the last ones, and say which, if the others would be too narrow", function()
    local row = { a = ("x"):rep(50), b = ("y"):rep(50), c = 1000000, d = ("z"):rep(50) }
    local wide = { columns = { { "a" }, { "b" }, { "c", "count" }, { "d", "text", "the last" } }, row }
    assert.equal("a" .. (" "):rep(14) .. "b" .. (" "):rep(23) .. "c\n" .. ("x"):rep(12) .. "…  " .. ("y"):rep(13)
      .. "…  1,000,000\n(no room for: the last)", render.text(wide, { width = 40 }))
    assert.not_matches("no room", render.text(wide, { width = 60 }))
    wide.columns[3].is_detail = true
    assert.matches("^a +b +the last\nx+… +y+… +z+…\n%(no room for: c%)$", render.text(wide, { width = 44 }))
  end)

  it("lose figures and addresses of objects before names, and bars before columns", function()
    local row = { a = ("x"):rep(20), o = "list(140558140715472 3408B 86refs)", b = 50.0 }
    local objects = { columns = { { "a" }, { "o", "object" }, { "b", "bar" } }, row }
    assert.equal("a" .. (" "):rep(21) .. "o        b\n" .. row.a .. "  list(…)   50.0% ██████",
      render.text(objects, { width = 50 }))
    assert.equal("a" .. (" "):rep(21) .. "o            b\n" .. row.a .. "  list(…)  50.0%",
      render.text(objects, { width = 40 }))
  end)

  it("have bars beside percentages where there are colours and room", function()
    local shares = { columns = { { "a" }, { "p", "percent" } }, { a = "x", p = 50.0 }, { a = "y", p = 5.0 } }
    assert.equal("\27[2ma  p\27[0m\nx   50.0% \27[36m██████\27[0m\ny    5.0% \27[36m▋\27[0m",
      (render.text(shares, { width = 22, colour = true })))
    assert.equal("\27[2ma      p\27[0m\nx  50.0%\ny   5.0%", render.text(shares, { width = 21, colour = true }))
    assert.equal("a      p\nx  50.0%\ny   5.0%", render.text(shares, { width = 80 }))
  end)

  it("quote values, and leave numbers", function()
    local values = { columns = { { "v", "value" } }, { v = " it's " }, { v = 7 }, { v = "a\n" } }
    assert.equal("v\n\" it's \"\n7\n'a\\n'", render.text(values))
    assert.equal(" it's ", json_value(values)[1].v)
  end)

  it("are not cut without a width, up to 200 characters", function()
    assert.equal("a\n" .. ("é"):rep(200), render.text { columns = { { "a" } }, { a = ("é"):rep(200) } })
  end)

  it("cannot move the cursor of a terminal: control characters of a dump are shown as escapes", function()
    local hostile = { columns = { { "a" } }, { a = "one\ntwo\27[2J\0" }, { a = "\xff\xfe" }, { a = "\u{9b}x" } }
    assert.equal("a\none\\ntwo\\x1b[2J\\x00\n\\xff\\xfe\n\\x9bx", render.text(hostile))
  end)

  it("refuse an unknown kind", function()
    assert.has_error(function()
      render.text { columns = { { "a", "octets" } }, { a = 1 } }
    end, "column 'a' has an unknown kind: 'octets'")
  end)

  it("measure characters, not bytes", function()
    assert.equal("a  b\né  x", render.text { columns = { { "a" }, { "b" } }, { a = "é", b = "x" } })
  end)
end)

describe("reports as text", function()
  it("have a title, text, rows and sections with empty lines between", function()
    assert.equal("Top\none\ntwo\n\nFirst\na\n1\n\nSecond\nnothing found", render.text {
      title = "Top",
      text = { "one", "two" },
      sections = {
        { title = "First", rows = { columns = { { "a" } }, { a = 1 } } },
        { title = "Second", rows = { columns = { { "a" } } } },
      },
      data = { 1 },
    })
  end)

  it("fold long lines at spaces, deeper than the line", function()
    assert.equal("  aaa bbb\n    ccc", render.text({ text = "  aaa bbb ccc" }, { width = 10 }))
  end)

  it("are coloured only when asked", function()
    assert.equal("\27[1mTop\27[0m", render.text({ title = "Top" }, { colour = true }))
    assert.equal("Top", render.text({ title = "Top" }))
  end)
end)

describe("other values as text", function()
  it("are the result of tostring", function()
    assert.equal("", render.text(nil))
    assert.equal("12", render.text(12))
    assert.equal("it", render.text(setmetatable({}, { __tostring = function() return "it" end })))
    assert.equal("1\n2", render.text { 1, 2 })
  end)

  it("print themselves once presented", function()
    assert.equal("a\n1", tostring(render.present { columns = { { "a" } }, { a = 1 } }))
    assert.equal("Top", tostring(render.present { title = "Top" }))
    assert.equal(5, render.present(5))
  end)
end)

describe("plain tables for JSON", function()
  --- What a reader makes of a value.
  local function read(value)
    return core.json.decode(core.json.encode(json_value(value)))
  end

  it("hold the columns of rows alone, in their order", function()
    local rows = { columns = { { "b", "bytes" }, "a" }, { a = "x", b = 3, c = 4 } }
    assert.equal('[{"b":3,"a":"x"}]', core.json.encode(json_value(rows)))
  end)

  it("tell an empty array from an object", function()
    assert.equal('{"title":"t","rows":[]}', core.json.encode(json_value { title = "t", rows = { columns = { "a" } } }))
  end)

  it("hold a report's title, text, rows, data and sections", function()
    assert.same({
      title = "t", text = { "x" }, data = { { a = 1 } }, sections = { { title = "s", rows = { { a = 2 } } } },
    }, read {
      title = "t",
      text = { "x" },
      data = { columns = { { "a" } }, { a = 1 } },
      sections = { { title = "s", rows = { columns = { { "a" } }, { a = 2 } } } },
    })
  end)

  it("are valid UTF-8: bytes read as Latin-1, lone surrogates escaped", function()
    local function written(text)
      return core.json.encode(json_value { text = text })
    end
    assert.equal('{"text":"caf\u{e9}"}', written "caf\xe9")
    assert.equal('{"text":"a\\ud800b"}', written "a\xED\xA0\x80b")
    assert.equal('{"text":"é"}', written "é")
  end)

  it("have numbers of any kind, and every column of every row", function()
    local rows = { columns = { "a", "b" }, { a = 1.5, b = 0 / 0 }, { a = -math.huge }, { b = math.maxinteger } }
    assert.equal('[{"a":1.5,"b":null},{"a":-1e999,"b":null},{"a":null,"b":9223372036854775807}]',
      core.json.encode(json_value(rows)))
  end)

  it("have lists, objects and summaries with the names of the dump and of the interface", function()
    local dryad = require "dryad"
    local heap = dryad.load({
      '{"address": 1, "type": "list", "size": 48, "len": 1, "refs": [2]}',
      '{"address": 2, "type": "str", "size": 30, "len": 1, "value": "x", "refs": []}',
      '{"address": 3, "type": "module", "size": 56, "name": "shop", "refs": []}',
    }, { progress = false })
    assert.same({ { address = 1, type = "list", size = 48, len = 1, refs = 1, parents = 0 } },
      read(heap:get_all "list"))
    assert.same({ address = 2, type = "str", size = 30, len = 1, value = "x", refs = 0, parents = 1 },
      read(heap[2]))
    assert.same({ address = 3, type = "module", size = 56, name = "shop", refs = 0, parents = 0 },
      read(heap[3]))
    local summary = read(heap:summarize())
    assert.same({ 3, 134, 3 }, { summary.total_count, summary.total_size, #summary.types })
    assert.same({
      type_str = "module", count = 1, total_size = 56, max_size = 56, max_address = 3, avg = 56.0, stddev = 0.0,
    }, summary.types[1])
    assert.same({ type_str = "list", count_before = 0, count_after = 1, count_growth = 1, size_before = 0,
      size_after = 48, size_growth = 48 }, read(dryad.diff(dryad.load({ heap[2]:to_json(), heap[3]:to_json() },
      { progress = false }), heap))[1])
  end)

  it("are made by a type's own method, with the fields in its order", function()
    local point = setmetatable({ x = 1, y = 2, hidden = 3 }, { __json_value = function(p) return p, { "y", "x" } end })
    local made = json_value(point)
    assert.same({ x = 1, y = 2 }, made)
    assert.same({ "y", "x" }, getmetatable(made).__jsonorder)
    local pair = setmetatable({}, { __json_value = function() return { point, "b" } end })
    assert.same({ { x = 1, y = 2 }, "b" }, read(pair))
  end)

  it("are made when they are written, one at a time", function()
    local made, written = {}, {}
    local items = setmetatable({}, {
      __json_items = function()
        return 3, function(i)
          made[#made + 1] = i
          return ("x"):rep(1 << 17)
        end
      end,
    })
    core.json.write(json_value(items), function(text)
      written[#written + 1] = { #text, #made }
    end)
    assert.same({ { (1 << 17) + 3, 1 }, { (1 << 17) + 3, 2 }, { (1 << 17) + 3, 3 }, { 1, 3 } }, written)
  end)

  it("keep false and drop functions' insides", function()
    assert.same({ a = false, b = { 1, 2 } }, read { a = false, b = { 1, 2 } })
    assert.equal("string", type(json_value(print)))
  end)
end)
