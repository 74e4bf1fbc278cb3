-- SPDX-License-Identifier: MIT
-- Results that would harm whoever reads them.
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local parcel = require "dryad.recipes.parcel"
local sandboxed = require "tests.spec.support.sandboxed"

local heap = dumps.heap {
  '{"address": 1, "type": "dict", "size": 100, "len": 2, "refs": [2, 3]}',
  '{"address": 2, "type": "str", "size": 20, "value": "a", "refs": []}',
  '{"address": 3, "type": "str", "size": 30, "value": "b", "refs": []}',
  '{"address": 4, "type": "module", "size": 40, "name": "m", "refs": [1]}',
}

after_each(sandboxed.clean)

--- The error of a recipe with this body, without its lines.
local function failure(code, options)
  return dumps.message(sandboxed.body(code, options), heap, {}):match "^[^\n]*"
end

local function assert_fails(code, reason, options)
  local message = failure(code, options)
  assert(message:find(reason, 1, true), ("%s\nfailed with: %s"):format(code, message))
end

--- What a piece of code is in the sandbox.
local function value(code)
  return sandboxed.body(code)(heap, {})
end

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
    local room = { memory = 1 << 30 }
    assert_fails("local t = {} for i = 1, 6e6 do t[i] = true end return t", "has more than 5000000 values", room)
    assert.is_false(pcall(parcel.unpack, "t" .. ("<I4I4"):pack(6000000, 0) .. ("+"):rep(6000000), { heap }))
    for _, rows in ipairs {
      "local rows = { columns = { { 'a' }, { 'b' } }, { a = ('x'):rep(1e5) } } for i = 2, 1e4 do rows[i] = {} end",
      "local rows = { columns = { { ('x'):rep(1e5) } } } for i = 1, 1e4 do rows[i] = {} end",
      "local rows = { columns = { { 'a', 'text', ('x'):rep(1e5) } } } for i = 1, 1e4 do rows[i] = {} end",
      "local rows = { columns = {} } for i = 1, 3e4 do rows[i], rows.columns[i] = {}, { 'a' } end",
      "local rows = { columns = { 'a' }, { a = heap:get_all() } } for i = 2, 5e5 do rows[i] = {} end",
    } do
      assert_fails(rows .. " return { sections = { { rows = rows } } }", "would take more than 256.0MiB as text", room)
    end
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
      "{ columns = 5 }", "{ columns = { 5 } }", "{ columns = { { 'a', 'count' } }, { a = 'x' } }", "{ title = {} }",
      "{ columns = { { 'a', 'bar' } }, { a = 1e300 }, { a = -1e300 }, { a = 0/0 } }", "{ text = { {} } }",
      "{ rows = 5 }", "{ sections = { 5 } }", "{ columns = { { 'a' } }, 5 }", "{ columns = { { 'a' } }, shown = 'x' }",
      "{ title = ('x'):rep(1e6) }", "{ columns = { { 'a', 'bytes' } }, { a = 1/0 } }",
    } do
      local recipe = sandboxed.body("return " .. code)
      local ok, result = pcall(recipe, heap)
      if ok then
        local shown, text = pcall(tostring, result)
        assert.is_true(type(text) == "string" and #text < 5e6 or not shown, code)
      end
    end
  end)

  it("is checked byte by byte", function()
    local other = dumps.heap { '{"address": 7, "type": "int", "size": 1, "refs": []}' }
    local all = { 1, 2.5, "x", heap[1], heap:get_all(), { a = { true, false } }, heap:summarize() }
    local good = parcel.pack(all, { heap })
    assert.equal(heap[1], parcel.unpack(good, { heap })[4])
    assert.is_false(pcall(parcel.unpack, good, { other }))
    for length = 0, #good - 1 do
      assert.is_false(pcall(parcel.unpack, good:sub(1, length), { heap }), length)
    end
    assert.is_false(pcall(parcel.unpack, good .. "n", { heap }))
    for _, forged in ipairs {
      "o" .. ("<I1s4"):pack(1, ("<i8"):pack(12345)), "o" .. ("<I1s4"):pack(1, ""),
      "o" .. ("<I1s4"):pack(2, ("<i8"):pack(1)), "l" .. ("<I1s4"):pack(1, "1234567"), "l" .. ("<I1s4"):pack(0, ""),
      "h\2", "h\0", "t" .. ("<I4I4"):pack(0xffffffff, 0), "t" .. ("<I4I4"):pack(0, 0x7fffffff),
      "t" .. ("<I4I4"):pack(0, 1) .. "nn", "t" .. ("<I4I4"):pack(0, 1) .. "d" .. ("<d"):pack(0 / 0) .. "n",
      ("t" .. ("<I4I4"):pack(1, 0)):rep(300) .. "n", "s" .. ("<I4"):pack(0xffffffff) .. "x", "?", "",
      "a" .. ("<I4I4"):pack(1, 0) .. "i" .. ("<i8"):pack(1) .. ("<I4I4"):pack(0, 0), "p" .. ("<s4"):pack "x" .. "+n",
    } do
      local ok, message = pcall(parcel.unpack, forged, { heap })
      assert.is_false(ok, forged)
      assert.is_string(message)
    end
  end)

  it("is checked under random damage", function()
    math.randomseed(1)
    local good = parcel.pack({ 1, "x", heap[1], heap:get_all(), { a = {} }, heap:summarize(), heap "str" }, { heap })
    for _ = 1, 20000 do
      local at = math.random(#good)
      local damaged = good:sub(1, at - 1) .. string.char(math.random(0, 255)) .. good:sub(at + 1)
      local ok, found = pcall(parcel.unpack, damaged, { heap })
      if ok then
        pcall(tostring, found)
      end
    end
  end)
end)
