-- SPDX-License-Identifier: MIT
-- Answers on terminals: their width, their colours, and remarks that lead on. Pipes have none of it.
local program = require "tests.spec.support.program"

local SHOP, SMALL = "tests/data/shop.dump.zst", "tests/data/threads-small.dump.gz"

--- What a command prints on a terminal, without its exit status and what was said of the loads.
local function shown(words, options)
  local out = program.plain(program.terminal(words, {}, options))
  return out:match "^.*\ncollapsed %d+[^\n]*\n(.*)\n%[exit 0%]\n$"
end

describe("an answer on a terminal", function()
  after_each(program.clean)

  it("fits 80 columns", function()
    for _, words in ipairs {
      { "leaks", SHOP }, { "why", SHOP, "str" }, { "stacks", SHOP }, { "run", "classes", SHOP },
      { "run", "biggest", SHOP }, { "run", "overview", SHOP }, { "diff", SMALL, SHOP },
    } do
      for line in shown(words, { columns = 80 }):gmatch "[^\n]+" do
        assert.is_true(utf8.len(line) <= 80, line)
      end
    end
  end)

  it("shortens what holds objects to its class, and folds below what it says", function()
    local out = shown({ "leaks", SHOP }, { columns = 80 })
    assert.matches("\n             10  __main__.sessions%[%.%.%.%] +dict%(…%)\n", out)
    assert.matches("\n   Inside: 300 __main__.Session %(584.2KiB%), 300 bytes %(540.8KiB%),\n"
      .. "     290 str %(17.3KiB%)\n", out)
    assert.matches("dict%(%d+ 464B 20refs 1par%)", shown({ "leaks", SHOP }, { columns = 120 }))
  end)

  it("has the text of a pipe if it is wide and without colours", function()
    local out = program.run { "leaks", SHOP }
    assert.equal(out, shown({ "leaks", SHOP }, { columns = 300 }))
  end)

  it("is as it is for the user's code, and for programs", function()
    local code = "io.write(tostring(dryad.leak_suspects(heap)), '\\n')"
    local out = program.run { "leaks", SHOP }
    assert.equal(out, shown({ SHOP, "-e", code }, { columns = 80, env = { NO_COLOR = "" } }))
    local json = shown({ "leaks", "--json", SHOP }, { columns = 80, env = { NO_COLOR = "" } })
    assert.equal(program.run({ "leaks", "--json", SHOP }), json)
  end)

  it("has bars, and remarks that lead on, only with colours", function()
    local coloured = program.terminal({ "leaks", SHOP }, {}, { env = { NO_COLOR = "" }, columns = 80 })
    assert.matches("retain 584.2KiB, 19.1%% of the heap %(1.9KiB each%)%.\r\n   \27%[36m███████▋\27%[0m\27%[2m[·]+\27",
      coloured)
    assert.matches("300 \27%[1m__main__.Session\27%[0m retain", coloured)
    assert.matches("\27%[32m__main__.sessions%[%.%.%.%]\27%[0m", coloured)
    assert.matches("collapsed 29\27%[2m dicts of attributes into the objects that they belong to", coloured)
    assert.matches("next: `dryad why tests/data/shop.dump.zst __main__.Session` for the ways to them", coloured)
    local plain = program.terminal({ "leaks", SHOP }, {}, { columns = 80 })
    assert.not_matches("█", plain)
    assert.not_matches("next:", plain)
    assert.not_matches("dicts of attributes", plain)
  end)
end)
