-- SPDX-License-Identifier: MIT
local python = require "dryad.prompt.python"

describe("a line of Python", function()
  for line, lua in pairs {
    ["len(x)"] = "#x",
    ["len(heap('dict'))"] = "#heap('dict')",
    ["threads[0]"] = "threads[1]",
    ["threads[0].p[2]"] = "threads[1].p[3]",
    ["while x[1]:"] = "while x[1] do ... end",
    ["print x"] = "print(x)",
    ["print len(x)"] = "print(#x)",
    ["x is None"] = "x == nil",
    ["x is not None and x.len != 3"] = "x ~= nil and x.len ~= 3",
    ["str(x)"] = "tostring(x)",
    ["sys.getsizeof(x)"] = "x.size",
    ["isinstance(x, dict)"] = 'x.type_str == "dict"',
    ["x.d['a'] if x else None"] = "x and x.d['a'] or nil",
    ["lambda o: o.size > 3"] = "function(o) return o.size > 3 end",
    ["x += 1"] = "x = x + 1",
    ["del x"] = "x = nil",
    ["a = len(b)"] = "a = #b",
    ["2 ** 3"] = "2 ^ 3",
    -- comprehensions
    ["[p for p in d.p if p.type_str != 'is None']"] = "d.p:filter(function(p) return p.type_str ~= 'is None' end)",
    ["[x.size for x in heap('str')]"] = "heap('str'):map(function(x) return x.size end)",
    ["len([p for p in d.p])"] = "#d.p",
    ["sum(x.size for x in heap('str') if x.len > 3)"]
      = 'heap(\'str\'):filter(function(x) return x.len > 3 end):sum "size"',
    ["big = [o for o in heap('A') if o.d.user is None]"]
      = "big = heap('A'):filter(function(o) return o.d.user == nil end)",
    -- statements that end with a colon
    ["for x in y:"] = "for _, x in ipairs(y) do ... end",
    ["for x in heap('dict'): print(x)"] = "for _, x in ipairs(heap('dict')) do print(x) end",
    ["for k, v in x.d.items():"] = "for k, v in pairs(x.d) do ... end",
    ["for i, t in enumerate(ts): print(i)"] = "for i, t in ipairs(ts) do print(i) end",
    ["for i in range(10):"] = "for i = 0, 10 - 1 do ... end",
    ["for i in range(2, n): print(i)"] = "for i = 2, n - 1 do print(i) end",
    ["if x.size != 3: print(x)"] = "if x.size ~= 3 then print(x) end",
    ["while x:"] = "while x do ... end",
  } do
    it(("`%s` is `%s` in Lua"):format(line, lua), function()
      assert.equal(lua, python.to_lua(line))
    end)
  end

  it("is left alone if it is Lua, or not understood", function()
    for _, line in ipairs {
      "#x", "heap 'dict'", "t.d.name", "x[1]:label(2)", "for i = 1, 3 do print(i) end", "local a = { [0] = 1 }",
      "'len(x) is None'", "set(x)", "max(x.size for x in y)", "[", "]", "(", "for", "if", "lambda", "for in", "", " ",
      "[for x in y]", "x = [p for p in", "len(", "print", "'", '"',
    } do
      assert.is_nil(python.to_lua(line), line)
    end
  end)

  it("that imports or leaves gets a remark", function()
    assert.matches("nothing needs an import", python.remark "from meliae import loader")
    assert.matches("nothing needs an import", python.remark "import meliae")
    assert.matches("Ctrl%-D", python.remark "exit()")
    assert.is_nil(python.remark "heap")
  end)
end)
