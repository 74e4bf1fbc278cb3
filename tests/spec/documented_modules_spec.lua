-- SPDX-License-Identifier: MIT
-- The modules that scripts can rely on, as listed at the head of lua/dryad/init.lua.
local core = require "dryad.core"
local dryad = require "dryad"

local function read(path)
  local file <close> = assert(io.open(path))
  return file:read "a"
end

local function source_of(module)
  local name = module == "dryad" and "dryad/init" or module:gsub("%.", "/")
  return read(("%s/lua/%s.lua"):format(core.data_directory, name))
end

local DOCUMENTED = { "dryad" }
for name in source_of("dryad"):match("^(.-)%-%- @module"):gmatch "%-%- %* @{(dryad[%w._]+)}" do
  DOCUMENTED[#DOCUMENTED + 1] = name
end

--- The public functions of a file with their comments: `{name =, comment =}`.
local function functions_of(text)
  local found, comment = {}, {}
  for line in text:gmatch "([^\n]*)\n" do
    local name = line:match "^function M%.([%w_]+)" or line:match "^M%.([%w_]+) = core%."
      or text:find "\nreturn top\n$" and line:match "^local function (top)%("
    if line:find "^%-%-" then
      comment[#comment + 1] = line
    else
      found[#found + 1] = name and { name = name, comment = table.concat(comment, "\n") } or nil
      comment = {}
    end
  end
  return found
end

--- The code of a comment's @usage.
local function usage_of(comment)
  local code = comment:match "%-%- @usage(.*)$"
  return code and code:gsub("\n%-%- ?", "\n")
end

describe("the documented modules", function()
  it("are few", function()
    assert.is_true(#DOCUMENTED >= 4 and #DOCUMENTED <= 8)
  end)

  it("are all that the recipes require", function()
    local allowed, some = {}, 0
    for _, name in ipairs(DOCUMENTED) do
      allowed[name] = true
    end
    for _, recipe in ipairs(dryad.recipes()) do
      local text = recipe.from == "dryad" and recipe.path:find "%.lua$" and read(recipe.path) or ""
      for call, name in text:gmatch "(require%s*%(?%s*[\"'](.-)[\"'])" do
        some = some + 1
        assert(allowed[name], recipe.path .. ": " .. call)
      end
      local _, calls = text:gsub("%f[%w_]require%f[^%w_]", "")
      local _, named = text:gsub("%f[%w_]require%s*%(?%s*[\"']", "")
      assert.equal(named, calls, recipe.path .. " requires what it does not name")
    end
    assert.is_true(some > 10)
  end)

  local heap = dryad.load("tests/data/threads-small.dump.gz", { progress = false })
  local silent = function() end

  for _, module in ipairs(DOCUMENTED) do
    it("have documented functions with a usage that runs: " .. module, function()
      local functions, public = functions_of(source_of(module)), require(module)
      local by_name = {}
      for _, f in ipairs(functions) do
        by_name[f.name] = f
        local code = usage_of(f.comment)
        assert(f.comment:find "^%-%-%- %u" and code, ("%s: %s has no @usage"):format(module, f.name))
        local env = setmetatable({
          heap = heap, dryad = dryad, print = silent, io = { write = silent },
          rows = { columns = { { "size", "bytes" } }, { size = 1 }, { size = 2 } },
        }, { __index = _G })
        local run, message = load(code, "=" .. f.name, "t", env)
        assert(run, message)
        if not code:find "1234" then -- a process
          run()
        end
      end
      for name, value in pairs(type(public) == "table" and module ~= "dryad" and public or {}) do
        assert(type(value) ~= "function" or by_name[name], ("%s.%s is not documented"):format(module, name))
      end
      assert.is_true(#functions > 0)
    end)
  end
end)
