-- SPDX-License-Identifier: MIT
-- The keys of the browser: each is declared once, and the manual has what is declared.
local help_text = require "dryad.browse.help_text"
local keys = require "dryad.browse.keys"
local menu = require "dryad.browse.menu"
local program = require "tests.spec.support.program"

local CHAPTER = "lua/dryad/manual/browsing.md"

local function each_key(f)
  for _, group in ipairs(keys.GROUPS) do
    for _, key in ipairs(group) do
      f(key)
    end
  end
end

describe("the keys of the browser", function()
  it("do one thing each, and are no key of a view", function()
    local meaning = {}
    for _, entry in ipairs(menu) do
      assert.is_nil(meaning[entry.key], entry.key)
      meaning[entry.key] = entry.name
    end
    each_key(function(key)
      for _, name in ipairs(key.keys) do
        assert.is_nil(meaning[name], name)
        meaning[name] = key.name
        assert.equal(key.name, keys.action(name))
      end
    end)
    assert.equal("enter", meaning.enter)
  end)

  it("are in the manual as they are declared", function()
    local chapter, count = program.read_file(CHAPTER), 0
    each_key(function(key)
      local shown = key.shown:gsub("[^, ]+", "`%0`")
      assert.truthy(chapter:find(("| %s | %s |"):format(shown, key.summary), 1, true), key.name)
      count = count + 1
    end)
    local _, rows = chapter:match("\n| key | what it does |\n(.-)\n\n"):gsub("\n", "\n")
    assert.equal(count, rows)
  end)

  it("open the views that the manual has, as the menu names them", function()
    local chapter, count = program.read_file(CHAPTER), 0
    for _, entry in ipairs(menu) do
      assert.truthy(chapter:find(("| `%s` | %s | %s |"):format(entry.key, entry.title, entry.summary), 1, true),
        entry.name)
      count = count + 1
    end
    local _, rows = chapter:match("\n| key | view | what it shows |\n(.-)\n\n"):gsub("\n", "\n")
    assert.equal(count, rows)
  end)

  it("are in the help, with the views", function()
    local text = help_text.of(menu, {})
    each_key(function(key)
      assert.truthy(text:find(key.shown, 1, true), key.name)
      assert.truthy(text:find(key.summary, 1, true), key.name)
    end)
    for _, entry in ipairs(menu) do
      assert.truthy(text:find(entry.summary, 1, true), entry.name)
    end
  end)
end)
