-- SPDX-License-Identifier: MIT
local interruption = require "dryad.text.interruption"

local function raise(problem)
  error(problem, 0)
end

describe("an interruption", function()
  it("is known by its message, wherever that stands in an error", function()
    assert.is_true(interruption.is "interrupted!")
    assert.is_true(interruption.is "why: interrupted!")
    assert.is_false(interruption.is "the analysis was not interrupted")
    assert.is_false(interruption.is(nil))
  end)

  it("passes through an attempt, which keeps other errors", function()
    assert.same({ true, 1, nil, 3, n = 4 }, table.pack(interruption.attempt(function() return 1, nil, 3 end)))
    assert.same({ false, "odd", n = 2 }, table.pack(interruption.attempt(raise, "odd")))
    assert.has_error(function() interruption.attempt(raise, "why: interrupted!") end, "why: interrupted!")
  end)
end)
