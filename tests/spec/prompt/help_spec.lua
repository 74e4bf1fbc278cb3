-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local commands = require "dryad.prompt.commands"
local dryad = require "dryad"
local help = require "dryad.prompt.help"
local kinds = require "dryad.heap.value_types"
local sessions = require "dryad.prompt.session"
local workspaces = require "tests.spec.support.workspaces"

describe("help", function()
  local PREFIX = {}
  for _, kind in ipairs(kinds) do
    PREFIX[kind.name] = kind.variable
  end

  -- What stands in examples, and where it is in the test.
  local FILES = {
    ["app.dump"] = "tests/data/threads-small.dump.gz", ["my.db"] = workspaces.path(), ["plain.db"] = workspaces.path(),
    ["app.dryad"] = os.tmpname() .. ".dryad",
  }

  teardown(function()
    os.remove(FILES["app.dryad"])
    os.remove((FILES["app.dryad"]:gsub("%.dryad$", "")))
  end)

  teardown(workspaces.clean)

  it("has an entry for every field and method", function()
    local missing = {}
    for kind, prefix in pairs(PREFIX) do
      for name in pairs(core[kind].methods) do
        local as_field = core[kind].getters[name] and help.entry(prefix .. "." .. name)
        if name:sub(1, 1) ~= "_" and not as_field and not help.entry(prefix .. ":" .. name) then
          missing[#missing + 1] = prefix .. ":" .. name
        end
      end
      for name in pairs(core[kind].getters) do
        if not help.entry(prefix .. "." .. name) then
          missing[#missing + 1] = prefix .. "." .. name
        end
      end
    end
    assert.same({}, missing)
  end)

  it("has an entry for every function of the module, and every command", function()
    for name in pairs(dryad) do
      assert.truthy(help.entry("dryad." .. name), "dryad." .. name)
    end
    for _, name in ipairs(commands.names()) do
      assert.truthy(help.entry(name), name)
    end
  end)

  it("has no entry for what there is not", function()
    for _, name in ipairs(help.names()) do
      local prefix, separator, member = name:match("^(%a+)([.:])([%w_]+)$")
      for kind, letter in pairs(PREFIX) do
        if letter == prefix then
          local members = separator == ":" and core[kind].methods or core[kind].getters
          assert.truthy(members[member], name)
        end
      end
      if prefix == "dryad" then
        assert.not_nil(dryad[member], name)
      end
    end
  end)

  it("gives examples that run", function()
    local heap = dryad.load("tests/data/threads-small.dump.gz", { progress = false })
    local list = heap "Thread"
    local ws <close> = dryad.workspace()
    ws:adopt(heap)
    local pager, print, write = require "dryad.text.pager", _G.print, io.write
    for _, name in ipairs(help.names()) do
      local entry = help.entry(name)
      if entry and not commands.get(name) then
        local silent = function() end
        local session = sessions.new(setmetatable({
          heap = heap, om = heap, heaps = { heap }, dryad = dryad, pp = silent, print = silent, help = silent,
          ws = ws, o = list[1], l = list, s = heap:summarize(), d = list[1].d, _ = list,
          r = heap:sql "select * from obj limit 3",
        }, { __index = _G }))
        local run, message = session:compile((entry.example:gsub("%w+%.%w+", FILES)))
        assert(run, name .. ": " .. tostring(message))
        _G.print, io.write = silent, silent -- luacheck: ignore 122
        local ok, problem = pcall(run)
        _G.print, io.write = print, write -- luacheck: ignore 122
        assert(ok, name .. ": " .. tostring(problem))
      end
    end
    assert.truthy(pager)
  end)

  it("finds names however they are written", function()
    local text = help.text "heap:get_all"
    for _, name in ipairs { "get_all", "heap.get_all", "om:get_all", "heap:get_all(type)" } do
      assert.equal(text, (help.text(name)))
    end
    assert.equal(help.text "o.d", (help.text "object.d"))
    assert.equal(help.text "l:filter", (help.text "list:filter"))
    local both = help.text "summarize"
    for _, name in ipairs { "heap:summarize", "o:summarize", "l:summarize" } do
      assert.truthy(both:find(name, 1, true))
    end
  end)

  it("explains topics and recipes, and suggests near names", function()
    assert.truthy((select(2, help.text "list")))
    assert.matches("dryad run holders", (help.text "holders"))
    local text, found = help.text "get_al"
    assert.is_false(found)
    assert.matches("did you mean 'get_all'", text)
  end)

  it("fits a screen at first", function()
    local _, lines = help.overview():gsub("\n", "")
    assert.is_true(lines <= 24)
  end)
end)
