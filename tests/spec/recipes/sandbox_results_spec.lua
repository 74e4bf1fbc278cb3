-- SPDX-License-Identifier: MIT
-- Results that would harm whoever reads them.
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local parcel = require "dryad.recipes.parcel"
local program = require "tests.spec.support.program"
local sandboxed = require "tests.spec.support.sandboxed"

local assert_fails, heap, value = sandboxed.assert_fails, sandboxed.heap, sandboxed.value

local MOST = 1 << 26 -- bytes that a result may take

after_each(sandboxed.clean)

describe("the result of a hostile recipe", function()
  it("cannot be a function, a coroutine, or without end", function()
    assert_fails("return print", "the recipe's result holds a function, which cannot leave the sandbox")
    assert_fails("return { { f = function() end } }", "holds a function")
    assert_fails("return coroutine.create(print)", "holds a thread")
    assert_fails("local t = {} t.t = t return t",
      "the recipe's result is nested more than 100 deep, or contains itself")
    assert_fails("local t = {} t[t] = 1 return t", "nested more than 100 deep")
    assert_fails("local t = {} for i = 1, 200 do t = { t } end return t", "nested more than 100 deep")
  end)

  it("cannot be large", function()
    assert.equal(1 << 16, #dumps.message(sandboxed.body "error(('x'):rep(1e6), 0)", heap))
    assert_fails("return ('x'):rep(300 << 20)", "returned more than 256.0MiB", { memory = 4 << 30 })
  end)

  it("counts with all that was sent before", function()
    local received = 0
    local ending = core.confined(function(send)
      for _ = 1, 10 do send("t", ("x"):rep(1000)) end
    end, function(_, text) received = received + #text end, 1 << 26, 10, 100, 5500)
    assert.equal("size", ending)
    assert.equal(5000, received)
  end)

  it("cannot be little data that takes much memory where it arrives", function()
    local room = { memory = 64 << 20 }
    local reason = "would take more than 64.0MiB of memory; --recipe-memory 256M allows more"
    for _, code in ipairs {
      "local t = {} for i = 1, 2e6 do t[i] = true end return t",
      "local e, a, b = {}, {}, {} for i = 1, 2000 do a[i], b[i] = e, a end return { b = b }",
      "local a, s = {}, ('x'):rep(1e6) for i = 1, 100 do a[i] = s end return a",
    } do
      if not program.is_sanitized() then -- a sanitizer has no room beside the tables
        assert_fails(code, reason, room)
      end
    end
    local bytes, values = "t" .. ("<I4I4"):pack(1000000, 0) .. ("+"):rep(1000000), 1000000 * 64 + 160
    assert.equal(1000000, #parcel.unpack(bytes, { heap }, values))
    assert.is_false(pcall(parcel.unpack, bytes, { heap }, values - 1))
  end)

  it("cannot be little data that is much text", function()
    for _, rows in ipairs {
      "local rows = { columns = { { ('x'):rep(1e5) } } } for i = 1, 1e4 do rows[i] = {} end",
      "local rows = { columns = {} } for i = 1, 2e4 do rows[i], rows.columns[i % 500 + 1] = {}, { 'a' } end",
    } do
      assert_fails(rows .. " return { sections = { { rows = rows } } }", "would take more than 256.0MiB as text")
    end
  end)

  it("is not made wider by one long text", function()
    local rows = value [[
      local rows = { columns = { { "a" }, { "b" } }, { a = ("x"):rep(1e5) } }
      for i = 2, 2e4 do rows[i] = { b = i } end return { rows = rows }]]
    assert.is_true(#tostring(rows) < 10010 * 220)
  end)

  it("has at most 500 columns, wherever its rows are", function()
    local rows = "local rows = { columns = {}, {} } for i = 1, %d do rows.columns[i] = { 'c' .. i } end return "
    for _, form in ipairs { "rows", "{ rows = rows }", "{ sections = { { rows = rows } } }", "{ data = { rows } }" } do
      assert.is_table(value(rows:format(500) .. form))
      assert_fails(rows:format(501) .. form,
        "the recipe 'mine' returned what cannot be printed: rows have at most 500 columns, not 501")
    end
  end)

  it("has the shape of rows and reports, or a sentence says what is wrong", function()
    for code, reason in pairs {
      ["{ columns = 5 }"] = "columns is not an array",
      ["{ columns = { 'a', 5 } }"] = "column 2 has no name",
      ["{ columns = { { 'a', 'octets' } } }"] = "column 1 has an unknown kind; there are text, count, bytes",
      ["{ columns = { { 'a', 'text', {} } } }"] = "the title of column 1 is not a text",
      ["{ columns = { 'a' }, {}, 5 }"] = "row 2 is not a table",
      ["{ columns = { 'a' }, shown = 'x' }"] = "shown is not a number of rows",
      ["{ columns = { 'a' }, empty = {} }"] = "empty is not a text",
      ["{ columns = { 'a' }, { a = { columns = 5 } } }"] = "columns is not an array",
      ["{ title = {} }"] = "the title of a report is not a text",
      ["{ sections = 5 }"] = "the sections of a report are not an array",
      ["{ sections = { { { title = 5 } } } }"] = "the title of a report is not a text",
    } do
      assert_fails("return " .. code, "the recipe 'mine' returned what cannot be printed: " .. reason)
    end
    assert.same({ { title = 5 } }, value "return { { title = 5 } }")
  end)

  it("cannot have an object that it added", function()
    assert_fails("heap:sql [[insert into obj (address, type, size) values (9, 'x', 1)]] return { heap(9) }",
      "the recipe 'mine' returned objects that the dump does not have: what a recipe changes ends with it")
  end)

  it("has no metatables but Dryad's", function()
    local result = value [[
      return { setmetatable({ 1 }, { __index = function() return 5 end, __tostring = function() return "x" end,
        __json_value = function() return {} end, __len = function() return 1e9 end, __name = "dryad.heap",
        __pairs = function() while true do end end, __jsontype = "array", __gc = function() end }) }]]
    assert.same({ { 1 } }, result)
    assert.is_nil(getmetatable(result[1]))
  end)

  it("is shown without an error of Dryad's, whatever it says of itself", function()
    for _, code in ipairs {
      "{ columns = { { 'a', 'count' } }, { a = 'x' } }", "{ text = { {} } }", "{ rows = 5 }", "{ sections = { 5 } }",
      "{ columns = { { 'a', 'bar' } }, { a = 1e300 }, { a = -1e300 }, { a = 0/0 } }", "{ title = ('x'):rep(1e6) }",
      "{ columns = { { 'a', 'bytes' } }, { a = 1/0 }, { a = true }, { a = {} } }",
    } do
      assert.is_true(#tostring(value("return " .. code)) < 5e6, code)
    end
  end)

  it("is checked byte by byte", function()
    local other = dumps.heap { '{"address": 7, "type": "int", "size": 1, "refs": []}' }
    local all = { 1, 2.5, "x", heap[1], heap:get_all(), { a = { true, false } }, heap:summarize() }
    local good = parcel.pack(all, { heap }, MOST)
    assert.equal(heap[1], parcel.unpack(good, { heap }, MOST)[4])
    assert.is_false(pcall(parcel.unpack, good, { other }, MOST))
    for length = 0, #good - 1 do
      assert.is_false(pcall(parcel.unpack, good:sub(1, length), { heap }, MOST), length)
    end
    assert.is_false(pcall(parcel.unpack, good .. "n", { heap }, MOST))
    for _, forged in ipairs {
      "o" .. ("<I1s4"):pack(1, ("<i8"):pack(12345)), "o" .. ("<I1s4"):pack(1, ""),
      "o" .. ("<I1s4"):pack(2, ("<i8"):pack(1)), "l" .. ("<I1s4"):pack(1, "1234567"), "l" .. ("<I1s4"):pack(0, ""),
      "h\2", "h\0", "t" .. ("<I4I4"):pack(0xffffffff, 0), "t" .. ("<I4I4"):pack(0, 0x7fffffff),
      "t" .. ("<I4I4"):pack(0, 1) .. "nn", "t" .. ("<I4I4"):pack(0, 1) .. "d" .. ("<d"):pack(0 / 0) .. "n",
      ("t" .. ("<I4I4"):pack(1, 0)):rep(300) .. "n", "s" .. ("<I4"):pack(0xffffffff) .. "x", "?", "",
      "a" .. ("<I4I4"):pack(1, 0) .. "i" .. ("<i8"):pack(1) .. ("<I4I4"):pack(0, 0), "p" .. ("<s4"):pack "x" .. "+n",
    } do
      local ok, message = pcall(parcel.unpack, forged, { heap }, MOST)
      assert.is_false(ok, forged)
      assert.is_string(message)
    end
  end)

  it("is checked under random damage", function()
    math.randomseed(1)
    local all = { 1, "x", heap[1], heap:get_all(), { a = {} }, heap:summarize(), heap "str" }
    local good = parcel.pack(all, { heap }, MOST)
    for _ = 1, 20000 do
      local at = math.random(#good)
      local damaged = good:sub(1, at - 1) .. string.char(math.random(0, 255)) .. good:sub(at + 1)
      local ok, found = pcall(parcel.unpack, damaged, { heap }, MOST)
      if ok then
        pcall(tostring, found)
      end
    end
  end)
end)
