-- SPDX-License-Identifier: MIT
-- Suspects that are told by something else than the objects that dominate most.
local dryad = require "dryad"
local dump_builder = require "tests.spec.support.dump_builder"

--- The array of `make(i)` for i from 1 to count.
local function many(count, make)
  local made = {}
  for i = 1, count do
    made[i] = make(i)
  end
  return made
end

--- What the first suspect is, in words.
local function headline(heap, fraction)
  return (tostring(dryad.leak_suspects(heap, fraction)):match "1%. [^\n]*":gsub(" retain.*", ""))
end

describe("threads as suspects", function()
  local function heap_of(count, size)
    local b = dump_builder.new()
    for i = 1, count do
      local frame = b:add("frame", {}, { size = size, value = "wait" .. i, file = "app.py", line = 1 })
      b:add("<thread>", { frame }, { size = 0, root = "thread" })
    end
    return b:heap_with_facts()
  end

  it("are none if they merely wait, unless they are hundreds", function()
    assert.equal(0, #dryad.leak_suspects(heap_of(50, 16384)))
    assert.equal("1. 50 <thread>", headline(heap_of(50, 16385)))
    assert.equal(0, #dryad.leak_suspects(heap_of(499, 1000)))
    assert.equal("1. 500 <thread>", headline(heap_of(500, 1000)))
  end)
end)

describe("frames as suspects", function()
  local function heap_of(label)
    local b = dump_builder.new()
    local results = many(20, function()
      local inner = b:named("frame", { { "rows", b:add("list", {}, { size = 5000 }) } }, { value = "parse" })
      local outer = b:add("frame", {}, { value = "run" })
      local second = b:named("traceback", { { "tb_frame", inner } })
      local first = b:named("traceback", { { "tb_frame", outer }, { "tb_next", second } })
      local exception = b:named("Failed", { { label, first } })
      return b:add("tuple", { exception, first })
    end)
    b:module("app", { { "results", b:add("list", results) } })
    return b:heap()
  end

  it("are told as the exceptions that keep them together with a tuple", function()
    local found = dryad.leak_suspects(heap_of "__traceback__")
    assert.same({ 1, "Failed", 20 }, { #found, found[1].class or found[1].type, found[1].count })
    -- a Failed, two tracebacks, two frames, and the list; the tuple stays
    assert.equal(20 * (5 * 100 + 5000), found[1].retained)
  end)

  it("are told as they are if something else refers to their tracebacks", function()
    assert.not_equal("Failed", dryad.leak_suspects(heap_of "seen")[1].type)
  end)
end)

describe("objects that the program has not defined", function()
  local function heap_of(kept, others, size)
    local b = dump_builder.new()
    local function reference()
      return b:add("weakref.ReferenceType", {}, { size = 50 })
    end
    b:module("app", { { "visitors", b:add("list", many(kept, reference)) } })
    for i = 1, others do
      b:module("other" .. i, { { "cache", b:add("weakref.ReferenceType", {}, { size = size }) } })
    end
    b:add("ballast", {}, { size = 30000 })
    return b:heap()
  end

  it("are counted without those that others hold, unless these are much by themselves", function()
    local found = dryad.leak_suspects(heap_of(1000, 20, 50), 0.1)
    assert.same({ 1000, 50000 }, { found[1].objects and found[1].count or found[2].count,
      found[1].objects and found[1].retained or found[2].retained })
  end)
end)

describe("modules as suspects", function()
  local function heap_of(name_of, file_of, is_imported)
    local b = dump_builder.new()
    local spec = b:add(is_imported and "ModuleSpec" or "NoneType", {})
    for i = 1, 20 do
      local attributes = { { "TABLE", b:add("list", {}, { size = 5000 }) }, { "__spec__", spec } }
      attributes[3] = file_of and { "__file__", b:text(file_of(i)) } or nil
      b:module(name_of(i), attributes)
    end
    return b:heap()
  end

  it("are those made by hand whose names differ by a number", function()
    local function numbered(i)
      return "plugin_" .. i
    end
    assert.equal(0, #dryad.leak_suspects(heap_of(numbered, nil, true)))
    local found = dryad.leak_suspects(heap_of(numbered))
    assert.matches("^1%. 20 modules plugin_%* retain ", tostring(found))
    assert.same({ "module", 20 }, { found[1].type, found[1].count })
    found = dryad.leak_suspects(heap_of(function(i) return "plugin_" .. ("x"):rep(i) end))
    assert.equal(0, #found)
  end)

  it("are those from one file, but not those that have files of their own", function()
    local function name_of(i)
      return "plugin_" .. i
    end
    assert.matches("^1%. 20 modules plugin_%* retain ", tostring(dryad.leak_suspects(heap_of(name_of, function()
      return "/srv/plugin.py"
    end))))
    assert.matches("^1%. 20 modules of plugin%.py retain ", tostring(dryad.leak_suspects(heap_of(function(i)
      return "job" .. ("x"):rep(i)
    end, function()
      return "/srv/plugin.py"
    end))))
    assert.equal(0, #dryad.leak_suspects(heap_of(name_of, function(i)
      return ("/srv/plugin_%d.py"):format(i)
    end)))
  end)
end)

describe("functions as suspects", function()
  local function heap_of(name_of, file_of)
    local b = dump_builder.new()
    local functions = many(20, function(i)
      local names = b:dict { { "limits", b:add("list", {}, { size = 5000 }) } }
      local code = b:named("code", { { "co_filename", b:text(file_of(i)) } })
      return b:named("function", { { "__globals__", names }, { "__code__", code } }, { name = name_of(i) })
    end)
    b:module("app", { { "rules", b:add("list", functions) } })
    return b:heap()
  end

  it("compiled from one text are one kind, also if each was compiled for itself", function()
    local function same(text)
      return function() return text end
    end
    local function different(i)
      return "rule" .. i
    end
    assert.equal("1. 20 functions rule", headline(heap_of(same "rule", same "<string>")))
    assert.equal("1. 20 dict", headline(heap_of(different, same "<string>")))
    assert.equal("1. 20 dict", headline(heap_of(same "rule", different)))
  end)
end)

describe("suspects by reach", function()
  --- 20 events with a list and a text each. Something else refers to all of that, too.
  local function events(b)
    local held, class = {}, b:add("type", {}, { name = "Event" })
    for _ = 1, 20 do
      local text = b:add("str", {}, { size = 3000, refcount = 2 })
      local fields = b:add("list", { text }, { refcount = 2 })
      local event = b:add("Event", { fields, class }, { refcount = 1 })
      table.move({ event, fields, text }, 1, 3, #held + 1, held)
    end
    return held
  end

  local function assert_told(memo)
    local b = dump_builder.new()
    b:module("app", { { "pickler", b:add("_pickle.Pickler", events(b), { size = memo }) } })
    local found = dryad.leak_suspects(b:heap())
    assert.same({ 1, "Event", 20 }, { #found, found[1].type, found[1].count })
    assert.equal(memo + 20 * 3200 + 100, found[1].retained) -- with the class, which nothing else refers to
  end

  it("are told as what a memo holds in number with all that is in them", function()
    assert_told(50000)
    assert_told(100)
  end)

  it("are not what all reach each other", function()
    local b = dump_builder.new()
    local nodes = many(20, function(i)
      return b:add("Node", { 4096 + 16 * (i % 20), 4096 + 16 * 20 + 16 * (i - 1) })
    end)
    local data = many(20, function()
      return b:add("str", {}, { size = 3000 })
    end)
    b:module("app", { { "store", b:add("Store", table.move(data, 1, 20, 21, nodes)) } })
    assert.not_equal("Node", dryad.leak_suspects(b:heap())[1].type)
  end)

  it("are what native code holds with all that is in them", function()
    local b = dump_builder.new()
    events(b)
    local found = dryad.leak_suspects(b:heap_with_facts(), 0.1)
    assert.same({ "Event", 20, 20 * 3200 + 100 }, { found[1].type, found[1].count, found[1].retained })
  end)
end)
