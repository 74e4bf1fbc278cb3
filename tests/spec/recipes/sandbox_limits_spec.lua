-- SPDX-License-Identifier: MIT
-- Recipes that take more than they get.
local program = require "tests.spec.support.program"
local sandboxed = require "tests.spec.support.sandboxed"

local assert_fails, failure = sandboxed.assert_fails, sandboxed.failure

after_each(sandboxed.clean)

describe("a limit of the sandbox", function()
  local QUICK = { time = 1, memory = 64 << 20 }
  -- On a busy machine the clock may be first.
  local TIME = { "ran for more than 1 second; --recipe-time 4 allows more",
                 "took more than 4 seconds by the clock; --recipe-time 4 allows more" }
  local MEMORY = "used more than 64.0MiB beyond the heap; --recipe-memory 256M allows more"

  it("of time ends whatever catches errors or never looks up", function()
    for name, code in pairs {
      caught = "while true do pcall(function() while true do end end) end",
      coroutine = "while true do local f = coroutine.wrap(function() while true do coroutine.yield() end end) f() end",
      closed = "local x <close> = setmetatable({}, { __close = function() while true do end end }) error 'x'",
      finalizer = "local function f() setmetatable({}, { __gc = f }) while true do end end "
        .. "setmetatable({}, { __gc = f }) collectgarbage()",
      pattern = "return (('a'):rep(40)):find(('a-'):rep(40) .. 'b')",
      sql = "return heap:sql 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n'",
      tostring = "error(setmetatable({}, { __tostring = function() while true do end end }))",
    } do
      local message = failure(code, QUICK)
      assert(message:find(TIME[1], 1, true) or message:find(TIME[2], 1, true), name .. ": " .. message)
    end
  end)

  it("of memory ends whatever catches errors", function()
    if program.is_sanitized() then
      return
    end
    for name, code in pairs {
      text = "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) .. i end",
      tables = "local t = {} while true do t = { t } end",
      caught = "local t = {} while true do pcall(function() for i = 1, 1e9 do t[#t + 1] = ('x'):rep(1e5) end end) end",
      bomb = "local s = 'x' while true do pcall(function() s = s .. s end) end",
      rep = "while true do pcall(string.rep, 'x', 1 << 30) end",
      concat = "local t = {} for i = 1, 1e3 do t[i] = ('x'):rep(1e6) end return table.concat(t)",
      gsub = "return (('x'):rep(1e5):gsub('x', ('y'):rep(1e5)))",
      coroutines = "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end",
    } do
      local message = failure(code, { time = 20, memory = QUICK.memory })
      assert(message:find(MEMORY, 1, true), name .. ": " .. message)
    end
  end)

  it("stops what Lua itself limits", function()
    assert_fails("return ('%99999999s'):format('x')", "invalid conversion")
    assert_fails("local function f() return f() + 1 end f()", "stack overflow")
    assert_fails("local f = 'x' f = f:rep(1 << 62)", "resulting string too large")
    assert_fails("local t = {} for i = 1, 300 do t = setmetatable({}, { __index = t }) end return t.x.y",
      "attempt to index a nil value")
    assert_fails("string.gsub(('('):rep(300), ('('):rep(300), '')", "too many captures")
    assert_fails("return select('#', table.unpack({}, 1, 1e8))", "too many results to unpack")
  end)

  it("of output ends a flood", function()
    local path = sandboxed.folder "return { run = function() while true do print(('x'):rep(1e6)) end end }"
    local out, err = program.run({ "run", "mine", "tests/data/threads-small.dump.gz" },
      { env = { DRYAD_RECIPES = path }, shell = "| wc -c" })
    assert.equal(16 * 1000001, tonumber(out))
    assert.matches("dryad: the recipe 'mine' printed more than 16%.0MiB\n", err)
  end)
end)
