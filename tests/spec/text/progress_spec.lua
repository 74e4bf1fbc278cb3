-- SPDX-License-Identifier: MIT
local program = require "tests.spec.support.program"
local progress = require "dryad.text.progress"

describe("the progress bar", function()
  after_each(program.clean)

  it("shows how far the work is, and how long it may take", function()
    local bar = ("━"):rep(15) .. ("─"):rep(15)
    assert.equal("loading  " .. bar .. "  50%  10s left", progress.line("loading", 50, 100, 10, 100))
    assert.equal("loading  12s", progress.line("loading", 50, 0, 12, 100))
    assert.matches("100%%$", progress.line("loading", 100, 100, 12, 100))
    assert.matches("1m 40s left$", progress.line("loading", 50, 100, 100, 100))
    assert.matches("  2m 21s left$", progress.line("loading", 30, 100, 60.25, 100))
  end)

  local WORK = [[
    local dryad, progress = require "dryad", require "dryad.text.progress"
    local start = dryad.clock()
    while dryad.clock() - start < %s do progress.bar("counting", dryad.clock() - start, 2) end
    progress.done()
    print "finished"
  ]]

  it("is drawn on a terminal after a second, and gone at the end", function()
    local function play(seconds)
      return program.terminal({ program.file(WORK:format(seconds), ".lua") }, { "expect finished" })
    end
    local out = play("1.5")
    assert.matches("counting  .+%d+%%", out)
    assert.equal("", out:match("counting.*\r\27%[K(.-)finished"))
    assert.not_matches("counting", play("0.5"))
  end)

  it("gives way to what shows it elsewhere, which can stop the work", function()
    local seen = {}
    local function show(stage, done)
      seen[#seen + 1] = ("%s %d"):format(stage, done)
      return done < 2
    end
    local result = progress.shown_by(show, function()
      for i = 1, 3 do
        if progress.bar("counting", i, 3) == false then
          return "stopped at " .. i
        end
      end
    end)
    assert.equal("stopped at 2", result)
    assert.same({ "counting 1", "counting 2" }, seen)
    assert.is_nil(progress.bar("counting", 1, 3))
    assert.has_error(function() progress.shown_by(show, error, "a problem") end, "a problem")
    assert.is_nil(progress.bar("counting", 1, 3))
    assert.equal(2, #seen)
    assert.is_nil(progress.is_sent)
  end)

  it("is silent in a pipe", function()
    local out, err = program.run { program.file(WORK:format("1.5"), ".lua") }
    assert.equal("finished\n", out)
    assert.equal("", err)
  end)
end)
