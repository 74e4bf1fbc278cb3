-- SPDX-License-Identifier: MIT
local text = require "dryad.program.watch.text"

local MEBI, TIME = 1 << 20, os.time { year = 2026, month = 11, day = 30, hour = 9, min = 5, sec = 7 }

local function step(number, fields)
  local made = {
    number = number, time = TIME, clock = 100 * number, objects = 1000, bytes = 2 * MEBI, resident = 10 * MEBI,
    rows = {},
  }
  for name, value in pairs(fields or {}) do
    made[name] = value
  end
  return made
end

--- A row that has grown by so many MiB since the first step, and since the one before (nil: it is new).
local function row(name, bytes, more, steady)
  return { text = name, bytes = bytes * MEBI, more = more and more * MEBI, steady = steady or false }
end

describe("a step of a watch", function()
  it("is a line", function()
    assert.equal("step 1  09:05:07  resident 10.0MiB  heap  2.0MiB      1,000 objects", text.line(step(1)))
    assert.equal("step 12 09:05:07  resident 10.0MiB  heap  2.0MiB      1,000 objects  +512.0KiB",
      text.line(step(12), step(11, { bytes = 3 * MEBI // 2 })))
    assert.matches("objects  %-1%.0MiB$", text.line(step(3), step(2, { bytes = 3 * MEBI })))
    assert.matches("objects  %+0B$", text.line(step(3), step(2)))
    assert.matches("  resident       %?  heap", text.line(step(1, { resident = false })))
  end)

  it("names no difference of sums that are too large", function()
    assert.matches("objects$", text.line(step(2), step(1, { bytes = math.maxinteger })))
  end)

  it("has a row for what grew since the first", function()
    local first = step(1)
    assert.same({}, text.rows(step(2), first, first))
    assert.same({ "     since 1", "     +2.0MiB  a" }, text.rows(step(2, { rows = { row("a", 2, 2) } }), first, first))
  end)

  it("has the change since the step before, too, and marks what is steady", function()
    local rows = { row("a", 5, 1, true), row("b", 4), row("c", 3, 0), row("d", 2, -1) }
    assert.same({
      "     since 7     since 1",
      "     +1.0MiB     +5.0MiB  at every step: a",
      "         new     +4.0MiB  b",
      "         +0B     +3.0MiB  c",
    }, text.rows(step(8, { rows = rows }), step(7), step(1)))
  end)

  it("has at most five, which grew most since the first or since the step before", function()
    local rows = {}
    for i = 1, 9 do
      rows[i] = row("r" .. i, 20 - i, i) -- what grew least in all grew most of late
    end
    local shown = text.rows(step(8, { rows = rows }), step(7), step(1))
    local names = {}
    for i = 2, #shown do
      names[#names + 1] = shown[i]:match "r%d"
    end
    assert.same({ "r1", "r2", "r7", "r8", "r9" }, names)
  end)
end)

describe("the verdict of a watch", function()
  local leak, once = row("a", 6, nil, true), row("b", 9, nil, false)

  it("needs three dumps", function()
    assert.matches("^One dump does not tell", text.verdict({ step(1) }, {})[1])
    assert.matches("^Two dumps do not tell", text.verdict({ step(1), step(2) }, { leak })[1])
    assert.same({ "Nothing that can be named grew at every step." },
      text.verdict({ step(1), step(2), step(3) }, { once }))
  end)

  it("says that the last heap is missing", function()
    assert.matches("could not be loaded", text.verdict({ step(1), step(2), step(3) }, nil)[1])
  end)

  it("names what grew at every step, and how fast", function()
    assert.same({ "Grew at every step, in all by 6.0MiB in 3m 20s, 108.0MiB an hour: a." },
      text.verdict({ step(1), step(2), step(3) }, { once, leak }))
    assert.same({ "Grew at every step, in all by 6.0MiB: a." },
      text.verdict({ step(1), step(2), step(3, { clock = 159 }) }, { once, leak })) -- 59 seconds
  end)
end)
