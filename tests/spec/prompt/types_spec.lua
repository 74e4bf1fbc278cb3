-- SPDX-License-Identifier: MIT
-- The types for editors (src/script/types) have exactly the names that have help.
local help = require "dryad.prompt.help"
local program = require "tests.spec.support.program"

local TYPES = "src/script/types/dryad.lua"

-- The class of what an entry of help is about, by the variable in its name.
local CLASSES = {
  dryad = "dryad", heap = "dryad.heap", o = "dryad.object", l = "dryad.list", c = "dryad.column", s = "dryad.summary",
  d = "dryad.dict", p = "dryad.path", tree = "dryad.dominators", r = "dryad.result", ws = "dryad.workspace",
}

--- `class.name = "method" or "field"` of all fields of the classes above.
local function declared()
  local found, is_public, class = {}, {}, nil
  for _, name in pairs(CLASSES) do
    is_public[name] = true
  end
  for line in program.read_file(TYPES):gmatch "[^\n]+" do
    class = line:match "^%-%-%-@class ([%w_.]+)" or class
    local name, type = line:match "^%-%-%-@field ([%a_][%w_]*)%s+(.*)"
    if name and is_public[class] then
      found[class .. "." .. name] = type:find "^fun%(self" and "method" or "field"
    end
  end
  return found
end

--- The same for the names that have help.
local function helped()
  local found = {}
  for _, entry in ipairs(help.names()) do
    local variable, mark, name = entry:match "^(%w+)([.:])([%a_][%w_]*)$"
    if CLASSES[variable] then
      found[CLASSES[variable] .. "." .. name] = mark == ":" and "method" or "field"
    end
  end
  return found
end

describe("the types for editors", function()
  it("have exactly the fields and methods that have help", function()
    local types = declared()
    assert.equal("method", types["dryad.heap.sql"])
    assert.equal("field", types["dryad.object.size"])
    assert.same(helped(), types)
  end)

  it("are Lua that does nothing", function()
    local chunk = assert(load(program.read_file(TYPES), TYPES, "t", {}))
    assert.same({}, chunk())
  end)

  it("say which class a method is of", function()
    local class
    for line in program.read_file(TYPES):gmatch "[^\n]+" do
      class = line:match "^%-%-%-@class ([%w_.]+)" or class
      local self = line:match "fun%(self: ([%w_.]+)"
      assert.equal(self and class, self, line)
    end
  end)
end)
