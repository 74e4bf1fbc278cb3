-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local series = require "dryad.analysis.series"

--- A digest with the sizes of classes by name.
local function step(number, sizes)
  local classes = {}
  for name, size in pairs(sizes or {}) do
    classes[name] = { count = size // 10, size = size }
  end
  return { number = number, objects = number, bytes = 100 * number, classes = classes }
end

--- A growth from the first heap to the latest, below one object.
local function growth(address, first, latest, fields)
  local row = {
    object = { address = address }, member = {}, text = "items", way = ("m.list_%s"):format(address),
    count = latest - first, bytes = 10 * (latest - first),
    counts = { first, latest }, sizes = { 10 * first, 10 * latest },
    steady = latest > first,
  }
  for name, value in pairs(fields or {}) do
    row[name] = value
  end
  return row
end

local function texts(numbers)
  local found = {}
  for i, number in ipairs(numbers) do
    found[i] = rawequal(number, core.None) and "?" or tostring(number)
  end
  return table.concat(found, " ")
end

describe("a series of heaps", function()
  local watched

  before_each(function()
    watched = series.new(10)
    watched:add(step(1))
  end)

  it("follows what one object holds from step to step", function()
    watched:add(step(2), { growth(8, 5, 6), growth(16, 0, 40) })
    local leak, once = growth(8, 5, 9), growth(16, 0, 40)
    watched:add(step(3), { leak, once })
    assert.equal("5 6 9", texts(leak.counts))
    assert.equal("50 60 90", texts(leak.sizes))
    assert.equal("0 40 40", texts(once.counts))
    assert.same({ true, false }, { leak.steady, once.steady })
    local rows = watched.steps[3].rows
    assert.same({ 30, 0 }, { rows[1].more, rows[2].more })
    assert.same({ true, false }, { rows[1].steady, rows[2].steady })
  end)

  it("follows a place whose object is replaced, and an object that moves to another place", function()
    watched:add(step(2), { growth(8, 5, 6, { way = "m.replaced" }), growth(16, 1, 2, { way = "m.before" }) })
    local replaced, moved = growth(24, 5, 7, { way = "m.replaced" }), growth(16, 1, 3, { way = "m.after" })
    local other = growth(32, 1, 3, { way = "m.other" })
    watched:add(step(3), { replaced, moved, other })
    assert.same({ "5 6 7", "1 2 3", "1 ? 3" }, { texts(replaced.counts), texts(moved.counts), texts(other.counts) })
    assert.same({ true, true, false }, { replaced.steady, moved.steady, other.steady })
  end)

  it("does not call a single step steady", function()
    watched:add(step(2), { growth(8, 5, 6) })
    assert.is_false(watched.steps[2].rows[1].steady)
    assert.equal(10, watched.steps[2].rows[1].more)
  end)

  it("needs growth at every step, in number and by the least bytes", function()
    for _, second in ipairs {
      growth(8, 5, 6, { counts = { 5, 5 } }), -- larger, but not more
      growth(8, 5, 6, { sizes = { 50, 59 } }), -- by nine bytes
    } do
      watched = series.new(10)
      watched:add(step(1))
      watched:add(step(2), { growth(8, 4, 5) })
      second.counts[1], second.sizes[1] = 4, 40
      watched:add(step(3), { second })
      assert.is_false(second.steady)
    end
    watched = series.new(10)
    watched:add(step(1))
    watched:add(step(2), { growth(8, 4, 5, { member = false }) })
    local one = growth(8, 4, 6, { member = false, counts = { 0, 0 } })
    watched:add(step(3), { one })
    assert.is_true(one.steady) -- a single object needs only to become larger
  end)

  it("knows nothing of what was no growth before, and does not call it steady", function()
    watched:add(step(2), {})
    local late = growth(8, 5, 6)
    watched:add(step(3), { late })
    assert.equal("5 ? 6", texts(late.counts))
    assert.is_false(late.steady)
    assert.is_nil(watched.steps[3].rows[1].more)
    local again = growth(8, 5, 7)
    watched:add(step(4), { again })
    assert.equal("5 ? 6 7", texts(again.counts))
    assert.is_false(again.steady)
  end)

  it("follows what several objects hold by its place", function()
    local function of_many(first, latest, way)
      local row = growth(nil, first, latest, { kind = "shop.Cart", way = way })
      row.object = nil
      return row
    end
    watched:add(step(2), { of_many(1, 2, "a[...]"), of_many(5, 7, "b[...]") })
    local a, b = of_many(1, 3, "a[...]"), of_many(5, 8, "b[...]")
    watched:add(step(3), { b, a })
    assert.equal("1 2 3", texts(a.counts))
    assert.equal("5 7 8", texts(b.counts))
  end)

  it("never calls garbage steady", function()
    local function dead(first, latest)
      local row = growth(nil, first, latest, { is_garbage = true, steady = false })
      row.object = nil
      return row
    end
    watched:add(step(2), { dead(1, 2) })
    local last = dead(1, 3)
    watched:add(step(3), { last })
    assert.equal("1 2 3", texts(last.counts))
    assert.is_false(last.steady)
  end)

  it("can add a step again", function()
    watched:add(step(2), { growth(8, 5, 6) })
    watched:add(step(2), { growth(8, 5, 6) })
    assert.equal(2, #watched.steps)
  end)

  it("has a bounded number of steps, and remembers what grew at all of them", function()
    local leak, other
    for number = 2, 1000 do
      leak, other = growth(8, 0, number), growth(16, 0, number == 500 and 1 or number)
      watched:add(step(number), { leak, other })
    end
    assert.is_true(#watched.steps <= 100)
    assert.equal(1, watched.steps[1].number)
    assert.equal(999, watched.steps[#watched.steps - 1].number)
    assert.equal(1000, watched.steps[#watched.steps].number)
    for i = 2, #watched.steps do
      assert.equal(watched.steps[i].number, leak.counts[i])
    end
    assert.equal(#watched.steps, #leak.counts)
    assert.same({ true, false }, { leak.steady, other.steady })
  end)

  it("compares the classes of its steps", function()
    watched = series.new()
    watched:add(step(1, { a = 100, b = 50, same = 70, gone = 10 }))
    watched:add(step(2, { a = 90, c = 200, same = 70 }))
    watched:add(step(3, { a = 150, b = 40, c = 300, same = 70 }))
    local rows = watched:classes()
    local found = {}
    for i, row in ipairs(rows) do
      found[i] = ("%s %d: %s"):format(row.class, row.growth, texts(row.sizes))
    end
    assert.same({ "c 300: ? 200 300", "a 50: 100 90 150", "b -10: 50 ? 40" }, found)
    assert.equal("10 9 15", texts(rows[2].counts))
  end)
end)
