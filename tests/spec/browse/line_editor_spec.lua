-- SPDX-License-Identifier: MIT
local line_editor = require "dryad.browse.line_editor"

--- A line after these keys: its text with a bar for the cursor.
local function typed(keys, history)
  local line = line_editor.new(history or {})
  for _, key in ipairs(keys) do
    assert.is_true(line:press(key), key)
  end
  return line.before .. "|" .. line.after, line
end

describe("a line that is typed", function()
  it("takes characters at the cursor, of any length", function()
    assert.equal("añ 木|", (typed { "a", "ñ", "space", "木" }))
    assert.equal("ab|木", (typed { "a", "木", "left", "b" }))
  end)

  it("deletes whole characters", function()
    assert.equal("a|", (typed { "a", "木", "backspace" }))
    assert.equal("a|", (typed { "a", "木", "left", "delete" }))
    assert.equal("|", (typed { "backspace", "delete" }))
    assert.equal("a |", (typed { "a", "space", "b", "c", "ctrl_w" }))
    assert.equal("|c", (typed { "a", "b", "c", "left", "ctrl_u" }))
    assert.equal("a|", (typed { "a", "b", "c", "home", "right", "ctrl_k" }))
  end)

  it("moves, but not beyond its ends", function()
    assert.equal("|ab", (typed { "a", "b", "home", "left" }))
    assert.equal("ab|", (typed { "a", "b", "home", "end", "right" }))
  end)

  it("recalls what was typed before, and what was begun", function()
    local history = { "one", "two" }
    assert.equal("two|", (typed({ "x", "up" }, history)))
    assert.equal("one|", (typed({ "x", "up", "up", "up" }, history)))
    assert.equal("x|", (typed({ "x", "up", "up", "down", "down", "down" }, history)))
  end)

  it("is kept once, and not when it is blank", function()
    local history = { "one" }
    for _, keys in ipairs { { "t" }, { "t" }, { "space" }, {} } do
      select(2, typed(keys, history)):remember()
    end
    assert.same({ "one", "t" }, history)
  end)

  it("does not know other keys", function()
    local line = line_editor.new {}
    assert.is_false(line:press "f5")
    assert.is_false(line:press "click")
    assert.equal("", line:text())
  end)
end)
