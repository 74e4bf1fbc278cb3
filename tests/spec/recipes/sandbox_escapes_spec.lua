-- SPDX-License-Identifier: MIT
-- The known ways out of sandboxes for Lua, each with its failure. What the kernel refuses is in
-- tests/unit/sandbox/test_child.c, since Lua code cannot even ask for it.
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local sandboxed = require "tests.spec.support.sandboxed"

local assert_fails, heap, value = sandboxed.assert_fails, sandboxed.heap, sandboxed.value

after_each(sandboxed.clean)

local UNAVAILABLE = " is not available to a recipe in the sandbox; --trust runs it without one"

describe("in the sandbox", function()
  it("there are no libraries that reach outside", function()
    local reasons = value [[
      local reasons = {}
      for i, name in ipairs { "io", "os", "debug", "package", "load", "loadfile", "dofile", "warn" } do
        reasons[i] = { name, select(2, pcall(function() return _G[name] end)), rawget(_G, name) }
      end
      return reasons]]
    assert.equal(8, #reasons)
    for _, reason in ipairs(reasons) do
      assert.is_truthy(reason[2]:find(reason[1] .. UNAVAILABLE, 1, true))
      assert.is_nil(reason[3])
    end
    assert_fails("return io", "io" .. UNAVAILABLE)
    assert.same({}, value [[
      return { loadstring, setfenv, getfenv, newproxy, unpack, jit, ffi, arg, ws, heaps, module, pp, om, string.dump,
               ("").dump, _ENV.rawio, coroutine.sleep }]])
    assert_fails("return ('x'):dump()", "attempt to call a nil value (method 'dump')")
  end)

  it("require gives the documented modules and nothing else", function()
    local reasons = value [[
      local reasons = {}
      for i, name in ipairs {
        "io", "os", "debug", "package", "dryad.core", "dryad.heap.load", "dryad.text.pager", "dryad.text.printer",
        "_G", "dryad.recipes.sandbox", "lfs", "posix", "socket", "ffi", "../../../tmp/x", "/tmp/x", "dryad/../os",
        "dryad.text",
        "dryad.text.units ", "", "dryad ", "Dryad", "dryad.signals", "dryad.attach", 5, true,
        setmetatable({}, { __tostring = function() return "io" end, __eq = function() return true end }),
      } do
        reasons[i] = select(2, pcall(require, name))
      end
      return reasons]]
    assert.equal(27, #reasons)
    for _, reason in ipairs(reasons) do
      assert.matches("require: '.*' is no module for recipes in the sandbox; there are dryad, ", reason)
    end
  end)

  it("Dryad's own functions that reach outside are refused", function()
    for code, name in pairs {
      ["d.load '/etc/passwd'"] = "dryad.load", ["d.records '/etc/passwd'"] = "dryad.records",
      ["d.dump(1)"] = "dryad.dump", ["d.workspace '/tmp/x.db'"] = "dryad.workspace",
      ["d.recipe('holders')"] = "dryad.recipe", ["d.recipes()"] = "dryad.recipes",
      ["heap:save '/tmp/x.dryad'"] = "heap:save",
    } do
      assert_fails("local d = require 'dryad' local x = " .. code, name .. UNAVAILABLE)
    end
    for _, method in ipairs { "csv", "json" } do
      assert_fails(("local x = heap:get_all():%s '/tmp/dryad-escaped'"):format(method), "is not available to a recipe")
      assert_fails(("local x = heap:get_all():%s(1)"):format(method), "is not available to a recipe")
      assert.matches("address", value(("return heap:get_all():%s()"):format(method)))
    end
    assert.is_nil(io.open "/tmp/dryad-escaped")
  end)

  it("SQL only reads", function()
    for statement, reason in pairs {
      ["attach '/tmp/dryad-escaped.db' as x"] = "attach is not allowed",
      ["attach ':memory:' as x"] = "attach is not allowed",
      ["vacuum into '/tmp/dryad-escaped.db'"] = "vacuum into is not allowed",
      ["select load_extension('x')"] = "load_extension() is not allowed",
      ["pragma journal_mode = wal"] = "cannot be set here",
      ["pragma temp_store_directory = '/tmp'"] = "is not allowed here",
      ["pragma writable_schema = 1"] = "is not allowed here",
      ["select writefile('/tmp/dryad-escaped', 'x')"] = "no such function",
      ["select readfile('/etc/passwd')"] = "no such function",
      ["create virtual table x using csv(filename = '/etc/passwd')"] = "",
    } do
      assert_fails(("heap:sql(%q)"):format(statement), reason)
    end
    assert.is_nil(io.open "/tmp/dryad-escaped.db")
    assert.equal(4, value "heap:sql 'create table t as select * from obj' return #heap:sql 'select * from t'")
  end)

  it("metatables of others cannot be had or changed", function()
    assert.same({ false, "dryad.heap", "dryad.object", "dryad.list", false, "dryad.summary" }, value [[
      return { getmetatable(""), getmetatable(heap), getmetatable(heap[1]), getmetatable(heap:get_all()),
               getmetatable(_G), getmetatable(heap:summarize()) }]])
    assert_fails("setmetatable(_G, nil)", "cannot change a protected metatable")
    assert_fails("setmetatable(heap:summarize(), {})", "cannot change a protected metatable")
    assert_fails("setmetatable(heap, {})", "table expected")
    assert_fails("setmetatable('', {})", "table expected")
    assert_fails("setmetatable(setmetatable({}, { __metatable = 1 }), {})", "cannot change a protected metatable")
    assert_fails("getmetatable('').__index = {}", "attempt to index a boolean value")
    assert_fails("heap.get_all = print", "read-only")
    assert.same({ 5 }, value [[
      local meta = { __index = function() return 5 end } local t = setmetatable({}, meta)
      assert(getmetatable(t) == meta) return { t.x }]])
  end)

  it("nothing that can be reached is a function that reaches outside", function()
    -- Every table, key, value, metatable, field and result of a method without arguments, from everything at hand.
    local walker = [[
      local seen, functions, fields = {}, {}, args
      local function visit(x, depth)
        local kind = type(x)
        if x == nil or seen[x] or kind == "string" or kind == "number" or kind == "boolean" then return end
        seen[x] = true
        if kind == "function" then functions[#functions + 1] = tostring(x) return end
        if kind == "table" then
          for key, item in next, x do visit(key, depth) visit(item, depth) end
          visit(getmetatable(x), depth)
        end
        if depth > 2 then return end
        for _, name in ipairs(names) do
          local ok, field = pcall(function() return x[name] end)
          if ok then visit(field, depth + 1) end
          if ok and type(field) == "function" and name ~= "close" and name ~= "show" then
            local called, result = pcall(field, x)
            if called then visit(result, depth + 1) end
          end
        end
      end
      visit(_G, 0) visit(_ENV, 0) visit(heap, 0) visit(heap[1], 0) visit(heap:get_all(), 0)
      for _, name in ipairs { "dryad", "dryad.text.units", "dryad.text.render", "dryad.text.top" } do
        visit(require(name), 0)
      end
      for name in pairs(string) do visit((""):len(), 0) visit((" ")[name], 0) end
      visit(heap:sql "select * from obj", 0)
      return functions]]
    local names = {}
    for _, kind in ipairs { "heap", "object", "list", "result" } do
      for _, group in ipairs { "getters", "methods" } do
        for name in pairs(core[kind][group]) do
          names[#names + 1] = ("%q"):format(name)
        end
      end
    end
    local reached = {}
    for _, text in ipairs(value(("local names = { %s }\n"):format(table.concat(names, ", ")) .. walker)) do
      reached[text] = true
    end
    local forbidden = { "load", "loadfile", "dofile", "require", "getmetatable", "setmetatable", "print", "warn" }
    local count, checked = 0, 0
    for _ in pairs(reached) do
      count = count + 1
    end
    assert.is_true(count > 150, "the walk reached only " .. count)
    assert.is_true(reached[tostring(core.heap.methods.get_all)], "the walk did not reach heap:get_all")
    assert.is_true(reached[tostring(string.rep)])
    local function check(name, f)
      checked = checked + 1
      assert.is_nil(reached[tostring(f)], name)
    end
    for _, name in ipairs(forbidden) do
      check(name, _G[name])
    end
    for _, library in ipairs { "io", "os", "debug", "package" } do
      for name, f in pairs(_G[library]) do
        if type(f) == "function" then
          check(library .. "." .. name, f)
        end
      end
    end
    for name, f in pairs(core) do
      if type(f) == "function" and name ~= "clock" then
        check("core." .. name, f)
      end
    end
    check("string.dump", string.dump)
    check("heap:save", core.heap.methods.save)
    assert.is_true(checked > 80)
  end)

  it("what it changes stays there", function()
    local given = { list = { 1, 2 } }
    local recipe = sandboxed.recipe [[
-- changes what it gets
-- :what objects
return { run = function(heap, args)
  args.what, args.more = nil, 5
  string.rep, math.huge, table.concat = nil, 0, nil
  local set, globals = rawset, _G
  for name in pairs(globals) do set(globals, name, nil) end
end }]]
    assert.is_nil(recipe(heap, { what = heap "str" }))
    value "heap:remove_references(heap:get_all(), heap:get_all())"
    value "heap:set_roots(heap 'str')"
    value "heap:close()"
    assert.same({ 1, 2 }, given.list)
    assert.equal("aa", ("a"):rep(2))
    assert.equal(3, heap.num_refs)
    assert.equal(4, #heap)
    assert.equal("module", heap:root_reason(heap[4]))
  end)

  it("code comes as text from the file alone", function()
    local bytecode = string.dump(function() return { run = function() return 5 end } end)
    assert.matches("attempt to load a binary chunk", dumps.message(sandboxed.recipe(bytecode), heap))
    assert.matches("unexpected symbol", dumps.message(sandboxed.recipe "return {", heap))
    local _, reason = sandboxed.find(("-"):rep(5 << 20))
    assert.matches("larger than 4 MiB", reason)
  end)
end)
