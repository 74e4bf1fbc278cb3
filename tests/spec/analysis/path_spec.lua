-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"

-- app.box (an instance, collapsed) -> its attributes -> dict -> list -> end; and a frame that starts elsewhere.
local LINES = {
  '{"address": 1, "type": "module", "name": "app", "size": 10, "refs": [20, 2]}',
  '{"address": 2, "type": "Box", "size": 10, "refs": [21, 3, 9]}',
  '{"address": 3, "type": "dict", "size": 10, "len": 2, "refs": [22, 4, 25, 24]}',
  '{"address": 4, "type": "list", "size": 10, "len": 2, "refs": [24, 5]}',
  '{"address": 5, "type": "tuple", "size": 10, "len": 3, "refs": [24, 24, 6]}',
  '{"address": 6, "type": "str", "size": 10, "value": "end", "refs": []}',
  '{"address": 7, "type": "frame", "value": "run", "size": 10, "refs": [5]}',
  '{"address": 9, "type": "type", "name": "Box", "size": 10, "refs": []}',
  '{"address": 20, "type": "str", "size": 10, "value": "box", "refs": []}',
  '{"address": 21, "type": "str", "size": 10, "value": "items", "refs": []}',
  '{"address": 22, "type": "str", "size": 10, "value": "k", "refs": []}',
  '{"address": 24, "type": "int", "size": 10, "value": 7, "refs": [999]}',
  '{"address": 25, "type": "int", "size": 10, "value": 8, "refs": []}',
}

local function addresses(p)
  return p and p.objects:map(function(o) return o.address end)
end

describe("heap:path", function()
  local heap = dumps.heap(LINES)

  it("is a shortest path, walked like a list", function()
    local p = heap:path(heap[1], heap[6])
    assert.equal(6, #p)
    assert.same({ 1, 2, 3, 4, 5, 6 }, addresses(p))
    assert.same({ heap[1], heap[6] }, { p[1], p[#p] })
    assert.equal(heap[6], p[-1])
    assert.is_nil(p[7])
    local found = {}
    for i, o in ipairs(p) do
      found[i] = o.address
    end
    assert.same({ 1, 2, 3, 4, 5, 6 }, found)
    assert.same({ 6 }, addresses(heap:path(p, 6))) -- it stands for its objects
  end)

  it("takes an object, an address, a list, a type or an array on each side", function()
    for _, from in ipairs { heap[4], 4, heap "list", "list", { 4 }, { heap[4], 4 }, heap[3].c & heap "list" } do
      for _, to in ipairs { heap[6], 6, heap:get_all():filter(function(o) return o.value == "end" end), { heap[6] } } do
        assert.same({ 4, 5, 6 }, addresses(heap:path(from, to)))
      end
    end
  end)

  it("leads from the nearest to the nearest of several", function()
    assert.same({ 7, 5, 6 }, addresses(heap:path({ "module", "frame" }, 6)))
    assert.same({ 1, 2, 9 }, addresses(heap:path(1, { 4, 9 })))
    assert.same({ 5, 6 }, addresses(heap:path({ 1, 2, 3, 5 }, { 6 })))
    assert.same({ 1, 20 }, addresses(heap:path("module", "str")))
  end)

  it("is one object if a start is an end", function()
    local p = heap:path(4, { 4, 6 })
    assert.same({ 4 }, addresses(p))
    assert.equal("<0x4>", p:expression())
    assert.equal(tostring(heap[4]), tostring(p))
    assert.equal("app", heap:path(1, "module"):expression())
  end)

  it("is nil if there is none", function()
    assert.is_nil(heap:path(6, 1))
    assert.is_nil(heap:path({}, 6))
    assert.is_nil(heap:path(1, {}))
    assert.is_nil(heap:path("no_such_type", 6))
    assert.is_nil(heap:path(1, heap[24][1]))
    assert.is_nil(heap:path(1, 7))
  end)

  it("follows referrers if it is reversed", function()
    local p = heap:path(6, "module", { reversed = true })
    assert.same({ 6, 5, 4, 3, 2, 1 }, addresses(p))
    assert.same({ "[2]", "[1]", "['k']", ".items", ".box" },
      { p:label(1), p:label(2), p:label(3), p:label(4), p:label(5) })
    assert.equal("app.box.items['k'][1][2]", p:expression())
    assert.is_nil(heap:path(1, 6, { reversed = true }))
    assert.same({ 6, 5, 7 }, addresses(heap:path(6, { "module", "frame" }, { reversed = true })))
    assert.same({ 1, 2, 3, 4, 5, 6 }, addresses(heap:path(1, 6, { reversed = false })))
  end)

  it("labels its steps", function()
    local p = heap:path(1, 6)
    local labels = {}
    for i = 1, #p - 1 do
      labels[i] = p:label(i)
    end
    assert.same({ ".box", ".items", "['k']", "[1]", "[2]" }, labels)
    assert.equal("(class)", heap:path(2, 9):label(1))
    assert.equal("[ref 1]", heap:path(3, 22):label(1))
    for _, i in ipairs { 0, 6, -1, 1.5 } do
      assert.matches("path_spec.lua:%d+: label: i must be the number of a step, not %-?" .. math.abs(i) .. "$",
        dumps.message(function()
          return (p:label(i))
        end))
    end
    assert.matches("label: i must be the number of a step, not 1$", dumps.message(p.label, heap:path(6, 6), 1))
    assert.matches("colon: p:label%(1%)", dumps.message(function() return (p.label(1)) end))
  end)

  it("is written as Python would write it", function()
    assert.equal("app.box.items['k'][1][2]", heap:path(1, 6):expression())
    assert.equal("app.box.items[8]", heap:path(1, 24):expression())
    assert.equal("app.box.__class__", heap:path(1, 9):expression())
    assert.equal("<frame run>[ref 1][2]", heap:path(7, 6):expression())
    assert.equal("<0x3>['k'][1]", heap:path(3, 5):expression())
    assert.equal("<0x3>[ref 1]", heap:path(3, 22):expression())
  end)

  it("prints one step a line", function()
    assert.equal(table.concat({
      "module(1 10B 2refs 'app')",
      "  .box    Box(2 10B 3refs 1par)",
      "  .items  dict(3 10B 4refs 1par)",
      "  ['k']   list(4 10B 2refs 1par)",
      "  [1]     tuple(5 10B 3refs 2par)",
      "  [2]     str(6 10B 1par 'end')",
    }, "\n"), tostring(heap:path(1, 6)))
    assert.equal(table.concat({
      "str(6 10B 1par 'end')",
      "  <- [2]  tuple(5 10B 3refs 2par)",
      "  <- [1]  list(4 10B 2refs 1par)",
    }, "\n"), tostring(heap:path(6, 4, { reversed = true })))
  end)

  it("ends correctly in a cycle and at an object that refers to itself", function()
    local ring = dumps.heap {
      '{"address": 1, "type": "a", "size": 1, "refs": [2]}',
      '{"address": 2, "type": "a", "size": 1, "refs": [3, 2]}',
      '{"address": 3, "type": "a", "size": 1, "refs": [1]}',
    }
    assert.same({ 3, 1, 2 }, addresses(ring:path(3, 2)))
    assert.same({ 3, 2 }, addresses(ring:path(3, 2, { reversed = true })))
    assert.same({ 2 }, addresses(ring:path(2, 2)))
  end)

  it("knows addresses beyond the positive integers", function()
    local high = dumps.heap {
      '{"address": 18446744073709551600, "type": "a", "size": 1, "refs": [18446744073709551615]}',
      '{"address": 18446744073709551615, "type": "b", "size": 1, "refs": []}',
    }
    local p = high:path(-16, -1)
    assert.same({ -16, -1 }, addresses(p))
    assert.equal("<0xfffffffffffffff0>[ref 1]", p:expression())
  end)

  it("reports a wrong call on the caller's line", function()
    local other = dumps.heap { LINES[6] }
    for message, use in pairs {
      ["path: from must be objects: .+, not nil"] = function() return (heap:path()) end,
      ["path: to must be objects: .+, not nil"] = function() return (heap:path(1)) end,
      ["path: to must be objects: .+, not a boolean"] = function() return (heap:path(1, true)) end,
      ["no object has the address 1234"] = function() return (heap:path(1, 1234)) end,
      ["is of another heap"] = function() return (heap:path(1, other[6])) end,
      ["path: options must be a table, { reversed = true }, not a boolean"] = function()
        return (heap:path(1, 6, true))
      end,
      ["path: there is no option 'reverse'"] = function() return (heap:path(1, 6, { reverse = true })) end,
      ["no such column: sise"] = function() return (heap:path("sise > 3", 6)) end,
      ["a path has no field 'lable'; did you mean 'label'"] = function() return (heap:path(1, 6).lable) end,
      ["path is a method of a heap: call it with a colon: heap:path%(1, 6%)"] = function()
        return (heap.path(1, 6))
      end,
    } do
      assert.matches("path_spec.lua:%d+: .*" .. message, dumps.message(use))
    end
  end)
end)

describe("the field file", function()
  it("names the source of the heap", function()
    local heap = dumps.sample "threads-small.dump.gz"
    assert.equal("tests/data/threads-small.dump.gz", heap.file)
    assert.equal("string", type(heap.file))
    assert.equal("tests", heap.file:match "^(%a+)/data")
    assert.equal("(lines)", dumps.heap(LINES).file)
  end)

  it("leaves strings alone: none can be called", function()
    local heap = dumps.heap(LINES)
    local text = heap.file
    for _, use in ipairs {
      function() return (text(heap, 1, 6)) end, function() return (("x"):rep(3)(1)) end,
    } do
      assert.matches("path_spec.lua:%d+: attempt to call a string value", dumps.message(use))
    end
  end)
end)

describe("heap:path of a closed heap", function()
  it("is refused", function()
    local heap = dumps.heap(LINES)
    local p, gone = heap:path(1, 6), heap:path(1, 3)
    heap:close()
    for _, use in ipairs {
      function() return (heap:path(1, 6)) end, function() return #p end, function() return p[1] end,
      function() return p:label(1) end, function() return p:expression() end, function() return tostring(gone) end,
    } do
      assert.matches("closed", dumps.message(use))
    end
  end)
end)

describe("a path through a change", function()
  it("is found again, and an old one names what is gone", function()
    local heap = dumps.heap {
      '{"address": 1, "type": "module", "name": "app", "size": 1, "refs": [2]}',
      '{"address": 2, "type": "dict", "size": 1, "refs": [3, 4]}',
      '{"address": 3, "type": "str", "size": 1, "value": "x", "refs": []}',
      '{"address": 4, "type": "list", "size": 1, "refs": []}',
    }
    local old = heap:path(1, 4)
    assert.same({ 1, 2, 4 }, addresses(old))
    heap:collapse_instance_dicts()
    assert.same({ 1, 4 }, addresses(heap:path(1, 4)))
    assert.equal("app.x", heap:path(1, 4):expression())
    assert.matches("is gone", dumps.message(function() return tostring(old) end))
    heap:undo()
    assert.same({ 1, 2, 4 }, addresses(old))
    heap:remove_references(2, 4)
    assert.is_nil(heap:path(1, 4))
  end)
end)

describe("a long path", function()
  local LENGTH = 100
  local lines = { '{"address": 1000, "type": "module", "name": "m", "size": 1, "refs": [1001, 1]}',
    '{"address": 1001, "type": "str", "size": 1, "value": "first", "refs": []}' }
  for i = 1, LENGTH do
    lines[#lines + 1] = ('{"address": %d, "type": "list", "size": 1, "len": 1, "refs": [%s]}'):format(i,
      i < LENGTH and i + 1 or "")
  end
  local p = dumps.heap(lines):path("module", LENGTH)

  it("is complete, and printed without its middle", function()
    assert.equal(LENGTH + 1, #p)
    local printed = {}
    for line in (tostring(p) .. "\n"):gmatch "(.-)\n" do
      printed[#printed + 1] = line
    end
    assert.equal(41, #printed)
    assert.equal("  ... 61 steps ...", printed[21])
    assert.matches("^  %[0%] +list%(19 ", printed[20])
    assert.matches("^  %[0%] +list%(81 ", printed[22])
    assert.matches("^  %[0%] +list%(100 ", printed[41])
  end)

  it("has at most 1,000 steps in JSON, 500 of each end, and its length", function()
    local json_value = require "dryad.text.json_value"
    for _, length in ipairs { 1, 2, 999, 1000, 1001, 30000 } do
      local nodes = {}
      for i = 1, length do
        nodes[i] = ('{"address": %d, "type": "node", "size": 1, "refs": [%s]}'):format(i, i < length and i + 1 or "")
      end
      local told = core.json.decode(core.json.encode(json_value(dumps.heap(nodes):path(1, length))))
      local expected = {}
      for i = 1, length do
        if i <= 500 or i > length - 500 then
          expected[#expected + 1] = i
        end
      end
      local found = {}
      for i, step in ipairs(told.steps) do
        found[i] = step.object.address
        assert.equal(i > 1 and "[ref 1]" or nil, step.label)
      end
      assert.equal(length, told.length)
      assert.same(expected, found)
    end
  end)

  it("is written as a whole, and printed with its first and last steps", function()
    local refs = {}
    for i = 1, 30 do
      refs[i] = ('{"address": %d, "type": "node", "size": 1, "refs": [%s]}'):format(i, i < 30 and i + 1 or "")
    end
    assert.equal("<0x1>" .. ("[ref 1]"):rep(29), dumps.heap(refs):path(1, 30):expression())
    local shortened = require("dryad.analysis.path").shortened
    local whole = "m.first" .. ("[0]"):rep(LENGTH - 1)
    assert.equal(whole, p:expression())
    assert.equal(whole:sub(1, 120) .. " ... " .. whole:sub(-80), shortened(whole))
    assert.equal(whole:sub(1, 240), shortened(whole:sub(1, 240)))
  end)
end)

describe("paths of a sample", function()
  it("are as long as the reference answers say, in both directions", function()
    local heap = dumps.sample "threads-small.dump.gz"
    for _, x in ipairs(dumps.expected("threads-small").paths) do
      local forward, back = heap:path(x[1], x[2]), heap:path(x[2], x[1], { reversed = true })
      assert.same({ x[3], x[3] }, { forward and #forward - 1 or -1, back and #back - 1 or -1 })
    end
  end)

  it("lead from the main module to a thread", function()
    local heap = dumps.sample "threads-small.dump.gz"
    local p = heap:path("module", heap[140558123471568])
    assert.equal("__main__.t", p:expression())
    assert.equal("module", p[1].type)
  end)
end)
