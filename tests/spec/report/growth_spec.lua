-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local facts = require "tests.spec.support.facts"
local program = require "tests.spec.support.program"
local programs = require "tests.spec.support.programs"

local TEXT = 1000
local LIST, CLASS = 64, 1000 + 64 + 50 + 50 -- of which the list keeps the class, with its dict

--- A queue of `count` tickets in module shop, each a text of 1,000 bytes.
local function queue(count, process)
  local made = programs.new()
  local class, module = made:class("Ticket", "shop"), made:text "unused"
  local tickets = {}
  for i = 1, count do
    tickets[i] = made:add("Ticket", { refs = { class }, size = TEXT, at = 1000000 + 8 * i })
  end
  made:module("shop", { { "QUEUE", made:add("list", { at = 900000, refs = tickets, len = count }) }, { "x", module } },
    { root = "modules" })
  return program.file(table.concat(facts.dump(made.lines, process), "\n"), ".dump")
end

local function process(time, more)
  local known = { pid = 7, started = 5, time = ("2026-01-01T10:%02d:00Z"):format(time) }
  for name, value in pairs(more or {}) do
    known[name] = value
  end
  return known
end

--- The data of a report on these dumps.
local function report(...)
  local out, err, status = program.run { "report", "--json", ... }
  assert.equal(0, status, err)
  return core.json.decode(out).data
end

describe("a report on several dumps", function()
  after_each(program.clean)

  it("shows the last, and what grew since the first", function()
    local before, after = queue(10, process(0)), queue(60, process(1))
    local made = report(before, after)
    assert.same({ before, after }, { made.sources[1].file, made.sources[2].file })
    assert.equal(made.sources[2].bytes, made.heap.bytes)
    local growth = made.growth
    assert.same({ made.sources[1].name, made.sources[2].name }, growth.labels)
    assert.same({ made.sources[1].bytes, made.sources[2].bytes }, growth.totals)
    assert.same({ "2026-01-01T10:00:00Z", "2026-01-01T10:01:00Z" }, growth.times)
    assert.same({ class = "shop.Ticket", counts = { 10, 60 }, sizes = { 10 * TEXT, 60 * TEXT } }, growth.classes[1])
    assert.equal(1, #growth.classes)
    local row = growth.rows[1]
    assert.equal("50 shop.Ticket in shop.QUEUE", row.text)
    assert.matches("^50 shop.Ticket more, 48.8KiB with all they hold", row.lines)
    assert.equal(50 * TEXT, row.bytes)
    assert.equal("900000", row.object.address)
    assert.is_nil(row.steady) -- two dumps cannot tell
    local holder = growth.holders[1]
    assert.same({ "shop.QUEUE", LIST + CLASS + 10 * TEXT, LIST + CLASS + 60 * TEXT },
      { holder.way, holder.before, holder.after })
    assert.same({}, growth.notes)
    assert.equal(("dryad diff %s %s"):format(before, after), made.more.growth[1].command)
  end)

  it("has curves over all of them, and says what grew at every step", function()
    local made = report(queue(10, process(0)), queue(60, process(1)), queue(120, process(2)))
    assert.same({ 10, 60, 120 }, made.growth.classes[1].counts)
    assert.equal(3, #made.growth.totals)
    assert.is_true(made.growth.rows[1].steady)
    assert.same({ 10, 60, 120 }, made.growth.rows[1].counts)
    made = report(queue(10, process(0)), queue(130, process(1)), queue(120, process(2)))
    assert.is_false(made.growth.rows[1].steady)
    assert.same({ 10, 130, 120 }, made.growth.rows[1].counts)
  end)

  it("does not take a class for missing where only the largest were counted", function()
    local function dump(time, last)
      local lines = {}
      for i = 1, 600 do
        lines[i] = ('{"address": %d, "type": "T%d", "size": 1000, "root": "modules", "refs": []}'):format(8 * i, i)
      end
      lines[#lines + 1] = last
      return program.file(table.concat(facts.dump(lines, process(time)), "\n"), ".dump")
    end
    local new = '{"address": 9000, "type": "New", "size": 50000, "root": "modules", "refs": []}'
    local curves = report(dump(0), dump(1, new), dump(2, new)).growth.classes
    assert.same({ class = "New", counts = { core.None, 1, 1 }, sizes = { core.None, 50000, 50000 } }, curves[1])
  end)

  it("says so if they are of different processes, or in another order", function()
    local function notes(...)
      return table.concat(report(...).growth.notes, "\n")
    end
    assert.matches("Two processes: compared by class and way", notes(queue(10, process(0)),
      queue(60, process(1, { pid = 8 }))))
    assert.matches("The dumps are not in the order", notes(queue(10, process(1)), queue(60, process(0))))
    local middle = queue(20, process(1, { pid = 8 }))
    assert.equal(middle:match "[^/]*$" .. " is of another process than the first.", notes(queue(10, process(0)), middle,
      queue(60, process(2))))
  end)

  it("is about growth also if nothing grew", function()
    local same = queue(10, process(0))
    local made = report(same, same)
    assert.same({}, made.growth.rows)
    assert.same({}, made.growth.classes)
    assert.matches("is compared with itself", made.growth.notes[1])
  end)

  it("has the problems of each dump, with its name", function()
    local cut = program.file((program.read_file(queue(10, process(0))):gsub("[^\n]*$", "")), ".dump")
    local made = report(cut, queue(60, process(1)))
    local name = cut:match "[^/]*$"
    assert.equal(name .. ": This dump is incomplete: it has no end record.", made.problems[1])
    for _, problem in ipairs(made.problems) do
      assert.equal(name, problem:sub(1, #name))
    end
  end)
end)
