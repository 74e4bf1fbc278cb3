-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local program = require "tests.spec.support.program"

-- The module dominates a diamond (2, 3 -> 4 -> 5) and a cycle (6 <-> 7); module and frame share 11; 12 is alone.
local LINES = {
  '{"address": 1, "type": "module", "name": "app", "size": 1, "refs": [2, 3, 6, 11]}',
  '{"address": 2, "type": "left", "size": 20, "refs": [4]}',
  '{"address": 3, "type": "right", "size": 30, "refs": [4, 99]}',
  '{"address": 4, "type": "below", "size": 400, "refs": [5, 5]}',
  '{"address": 5, "type": "below", "size": 5000, "refs": []}',
  '{"address": 6, "type": "ring", "size": 60, "refs": [7]}',
  '{"address": 7, "type": "ring", "size": 70, "refs": [6, 7]}',
  '{"address": 10, "type": "frame", "value": "run", "size": 100, "refs": [11]}',
  '{"address": 11, "type": "shared", "size": 110, "refs": [13]}',
  '{"address": 12, "type": "alone", "size": 120, "refs": []}',
  '{"address": 13, "type": "shared", "size": 130, "refs": []}',
}

local RETAINED = {
  [1] = 1 + 20 + 30 + 400 + 5000 + 60 + 70, [2] = 20, [3] = 30, [4] = 5400, [5] = 5000, [6] = 130, [7] = 70,
  [10] = 100, [11] = 240, [12] = 120, [13] = 130,
}
local DOMINATOR = { [2] = 1, [3] = 1, [4] = 1, [5] = 4, [6] = 1, [7] = 6, [13] = 11 }

local function addresses(list)
  return list:map(function(o) return o.address end)
end

local function lines_of(text)
  local lines = {}
  for line in (text .. "\n"):gmatch "(.-)\n" do
    lines[#lines + 1] = line
  end
  return lines
end

describe("an object", function()
  local heap = dumps.heap(LINES)

  it("retains what would be freed with it", function()
    for o in heap:objects() do
      assert.equal(RETAINED[o.address], o.retained_size)
      assert.equal(RETAINED[o.address], heap:retained_size(o))
    end
  end)

  it("has an immediate dominator on all ways to it, or none", function()
    for o in heap:objects() do
      local dominator = o.dominator
      assert.equal(DOMINATOR[o.address], dominator and dominator.address)
    end
    assert.equal(heap[4], heap[5].dominator)
  end)

  it("immediately dominates others, the one that retains most first", function()
    assert.same({ 4, 6, 3, 2 }, addresses(heap[1].dominated))
    assert.same({ 5 }, addresses(heap[4].dominated))
    assert.same({ 7 }, addresses(heap[6].dominated))
    assert.same({ 13 }, addresses(heap[11].dominated))
    assert.same({}, addresses(heap[5].dominated))
    assert.equal("dryad.list", core.list.meta.__name)
    assert.equal(core.list.meta, getmetatable(heap[5].dominated))
  end)

  it("that the dump does not hold retains nothing, and is dominated by nothing", function()
    local missing = heap[3][2]
    assert.equal("<missing>(99)", tostring(missing))
    assert.same({ 0, 0 }, { missing.retained_size, #missing.dominated })
    assert.is_nil(missing.dominator)
    assert.equal(0, heap:retained_size(missing))
    assert.equal(0, #heap:retained(missing))
  end)

  it("is listed in address order among objects that retain equally much", function()
    local equal = dumps.heap {
      '{"address": 5, "type": "list", "size": 1, "refs": [9, 7, 8]}',
      '{"address": 9, "type": "a", "size": 3, "refs": []}',
      '{"address": 7, "type": "b", "size": 3, "refs": []}',
      '{"address": 8, "type": "c", "size": 3, "refs": []}',
    }
    assert.same({ 7, 8, 9 }, addresses(equal[5].dominated))
  end)
end)

describe("what several objects retain", function()
  local heap = dumps.heap(LINES)

  it("is more than the sum of each if they share something", function()
    assert.equal(20 + 30 + 5400, heap:retained_size { 2, 3 })
    assert.equal(20 + 30 + 5400, (heap "left" + heap "right"):retained_size())
    assert.equal(RETAINED[1] + 100 + 240, heap:retained_size { "module", heap "frame" })
  end)

  it("counts everything once", function()
    assert.equal(5400, heap:retained_size "below")
    assert.equal(5400, heap:retained_size { 4, 5, 4, heap[5], "below" })
    assert.equal(130, heap:retained_size { 6, 7 })
    assert.equal(heap.total_size, heap:get_all():retained_size())
    assert.equal(0, heap:retained_size {})
    assert.equal(0, heap:retained_size "no_such_type")
    assert.equal(0, heap:get_all():head(0):retained_size())
  end)

  it("is listed too, largest first", function()
    assert.same({ 5, 4, 3, 2 }, addresses(heap:retained { 2, 3 }))
    assert.same({ 7, 6 }, addresses(heap:retained(6)))
    assert.same({ 7 }, addresses(heap:retained(7)))
    assert.same({}, addresses(heap:retained {}))
    assert.equal(heap:retained_size { 2, 3 }, heap:retained({ 2, 3 }):sum "size")
  end)

  it("sorts and sums as a field of lists", function()
    local list = heap "left" + heap[11] + heap[4] + heap[12]
    assert.same({ 4, 11, 12, 2 }, addresses(list:sort "retained_size"))
    assert.same({ 2, 12, 11, 4 }, addresses(list:sort("retained_size", "asc")))
    assert.equal(20 + 240 + 5400 + 120, list:sum "retained_size")
    assert.same({ 11, 4, 12 }, addresses(list:filter(function(o) return o.retained_size > 100 end)))
    assert.equal(0, heap[3].c:sort("retained_size", "asc")[1].retained_size)
  end)

  it("reports a wrong call on the caller's line", function()
    local other = dumps.heap { LINES[10] }
    for message, use in pairs {
      ["retained_size: what must be objects: .+, not nil"] = function() return (heap:retained_size()) end,
      ["retained: what must be objects: .+, not 1.5"] = function() return (heap:retained(1.5)) end,
      ["object 1 is of another heap"] = function() return (heap:retained_size(other[12])) end,
      ["no object has the address 1234"] = function() return (heap:retained(1234)) end,
      ["colon: heap:retained_size%(2%)"] = function() return (heap.retained_size(2)) end,
      ["dominators: o must be an object, not 1"] = function() return (heap:dominators(1)) end,
      ["dominators: o is an object of another heap"] = function() return (heap:dominators(other[12])) end,
      ["draw: least must be a share such as 0.01, not 'all'"] = function() return (heap:dominators():draw "all") end,
      ["draw: least must be a share such as 0.01, not %-1"] = function() return (heap:dominators():draw(-1)) end,
      ["has no field 'objcts'; did you mean 'objects'"] = function() return (heap:dominators().objcts) end,
    } do
      assert.matches("dominators_spec.lua:%d+: .*" .. message, dumps.message(use))
    end
  end)
end)

describe("what is retained", function()
  it("follows every change", function()
    local heap = dumps.heap(LINES)
    local o = heap[4]
    assert.equal(5400, o.retained_size)
    heap:remove_references({ 3 }, { 4 })
    assert.equal(heap[2], o.dominator)
    assert.same({ 5420, 30 }, { heap[2].retained_size, heap[3].retained_size })
    assert.same({ 2, 6, 3 }, addresses(heap[1].dominated))
    heap:remove_references({ 2 }, { 4 })
    assert.is_nil(o.dominator)
    assert.same({ 0, 0 }, { o.retained_size, #o.dominated })
    assert.same({ 4, 5 }, addresses(heap:unreachable():sort("address", "asc")))
    assert.equal(0, heap:retained_size "below")
    heap:undo()
    heap:undo()
    assert.equal(heap[1], o.dominator)
    assert.equal(5400, o.retained_size)
  end)

  it("follows the roots", function()
    local heap = dumps.heap(LINES)
    heap:set_roots { 2, 3 }
    assert.is_nil(heap[4].dominator)
    assert.same({ 5400, 0, 0 }, { heap[4].retained_size, heap[1].retained_size, heap[11].retained_size })
    assert.same({ 4, 3, 2 }, addresses(heap:dominators().objects))
    heap:set_roots { 2 }
    assert.equal(heap[2], heap[4].dominator)
    assert.same({ 2 }, addresses(heap:dominators().objects))
    assert.equal(5420, heap:dominators().reachable_size)
    heap:set_roots()
    assert.equal(RETAINED[1], heap[1].retained_size)
  end)

  it("is refused for an object that is gone and a closed heap", function()
    local heap = dumps.heap {
      '{"address": 1, "type": "module", "name": "app", "size": 1, "refs": [2]}',
      '{"address": 2, "type": "dict", "size": 2, "refs": []}',
    }
    local o, tree = heap[2], heap:dominators()
    local list = heap "dict"
    heap:collapse_instance_dicts()
    for _, use in ipairs {
      function() return o.retained_size end, function() return o.dominator end, function() return o.dominated end,
      function() return (heap:retained(o)) end, function() return (list:retained_size()) end,
    } do
      assert.matches("is gone", dumps.message(use))
    end
    assert.equal(3, heap[1].retained_size)
    heap:close()
    for _, use in ipairs {
      function() return o.retained_size end, function() return o.dominator end, function() return o.dominated end,
      function() return (heap:retained(1)) end, function() return (heap:retained_size(1)) end,
      function() return (list:retained_size()) end, function() return (heap:dominators()) end,
      function() return #tree end, function() return tree[1] end, function() return tostring(tree) end,
      function() return tree.reachable_size end, function() return list:sort "retained_size" end,
      function() return list:sum "retained_size" end, function() return list:retained_by_type() end,
    } do
      assert.matches("closed", dumps.message(use))
    end
  end)
end)

describe("heap:dominators", function()
  local heap = dumps.heap(LINES)

  it("is an array of what no single object dominates, largest retained size first", function()
    local tree = heap:dominators()
    assert.equal(4, #tree)
    assert.same({ 1, 11, 12, 10 }, addresses(tree.objects))
    local walked = {}
    for i, o in ipairs(tree) do
      walked[i] = o.address
    end
    assert.same({ 1, 11, 12, 10 }, walked)
    assert.equal(heap[1], tree[1])
    assert.is_nil(tree[5])
    assert.equal(heap.total_size, tree.reachable_size)
  end)

  it("walks below an object as well", function()
    local tree = heap:dominators(heap[1])
    assert.same({ 4, 6, 3, 2 }, addresses(tree.objects))
    assert.same({ 5 }, addresses(heap:dominators(tree[1]).objects))
    assert.equal(0, #heap:dominators(heap[5]))
    assert.equal(0, #heap:dominators(heap[3][2]))
  end)

  it("adds up: an object retains itself and what those below it retain", function()
    local sample = dumps.sample "threads-small.dump.gz"
    local tree = sample:dominators()
    assert.equal(tree.reachable_size, tree.objects:sum "retained_size")
    for i = 1, 100 do
      assert.equal(tree[i].retained_size, tree[i].size + tree[i].dominated:sum "retained_size")
      assert.is_true(i == 1 or tree[i - 1].retained_size >= tree[i].retained_size)
    end
  end)

  it("draws objects with their shares, largest first and those below them further right", function()
    local lines = lines_of(tostring(heap:dominators()))
    assert.equal("11 objects, 5.9KiB: what keeps them alive", lines[1])
    local shares, texts, columns = {}, {}, {}
    for i = 2, #lines do
      local share, bytes, at, text = lines[i]:match "^ *([%d.]+%%) +(%S+) .- +()(%l+%(%d+).*$"
      shares[i - 1], texts[i - 1] = share .. " " .. bytes, text
      columns[i - 1] = utf8.len(lines[i]:sub(1, at - 1))
    end
    assert.same({
      "module(1", "below(4", "below(5", "ring(6", "ring(7", "shared(11", "shared(13", "alone(12", "frame(10",
    }, texts)
    assert.same({
      "92.4% 5.5KiB", "89.4% 5.3KiB", "82.8% 4.9KiB", "2.2% 130B", "1.2% 70B", "4.0% 240B", "2.2% 130B", "2.0% 120B",
      "1.7% 100B",
    }, shares)
    local first = columns[1]
    for i, column in ipairs(columns) do
      columns[i] = column - first
    end
    assert.same({ 0, 2, 4, 2, 4, 0, 2, 0, 0 }, columns)
    assert.equal(1 + 11, #lines_of(heap:dominators():draw(0)))
  end)

  it("draws small objects by type", function()
    local many = { '{"address": 1, "type": "module", "name": "app", "size": 0, "refs": [2, 3' }
    for i = 10, 209 do
      many[1] = many[1] .. ", " .. i
      many[#many + 1] = ('{"address": %d, "type": "%s", "size": 5, "refs": []}'):format(i, i < 110 and "Item" or "Row")
    end
    many[1] = many[1] .. "]}"
    many[#many + 1] = '{"address": 2, "type": "big", "size": 900, "refs": []}'
    many[#many + 1] = '{"address": 3, "type": "small", "size": 1, "refs": []}'
    local lines = lines_of(tostring(dumps.heap(many):dominators()))
    assert.equal("203 objects, 1.9KiB: what keeps them alive", lines[1])
    assert.equal(5, #lines)
    assert.matches("^100%.0%% .* module%(1 0B 202refs 'app'%)$", lines[2])
    assert.matches("^ 47%.3%% +900B .* big%(2 900B 1par%)$", lines[3])
    assert.matches("^ 26%.3%% +500B .* 100 Item$", lines[4])
    assert.matches("^ 26%.3%% +500B .* 100 Row$", lines[5])
  end)

  it("draws an empty heap of roots", function()
    local none = dumps.heap(LINES)
    none:set_roots {}
    assert.equal(0, #none:dominators())
    assert.equal("0 objects, 0B: what keeps them alive", tostring(none:dominators()))
  end)

  it("becomes JSON with the names of the fields of objects", function()
    local made = core.json.decode(core.json.encode(require "dryad.text.json_value" (heap:dominators())))
    assert.same({ 11, heap.total_size }, { made.reachable_count, made.reachable_size })
    local top = made.dominated[1]
    assert.same({ 1, "module", RETAINED[1], "app" },
      { top.object.address, top.object.type, top.retained, top.object.name })
    assert.same({ 4, 5 }, { top.dominated[1].object.address, top.dominated[1].dominated[1].object.address })
  end)
end)

describe("the drawing on a terminal", function()
  after_each(program.clean)

  it("fits into 80 columns, and into 40", function()
    for _, columns in ipairs { 80, 40 } do
      local words = { "-e", "print(heap:dominators())", "tests/data/threads-small.dump.gz" }
      local out = program.plain(program.terminal(words, {}, { columns = columns }))
      local drawn = 0
      for line in out:gmatch "[^\n]+" do
        if line:find "^ *%d+%.%d%% " then
          drawn = drawn + 1
          assert.is_true(utf8.len(line) <= math.max(columns, 60), line)
        end
      end
      assert.is_true(drawn > 5)
    end
  end)
end)

describe("dominators of a sample", function()
  it("are those of the reference answers", function()
    local heap = dumps.sample "threads-small.dump.gz"
    for _, x in ipairs(dumps.expected("threads-small").objects) do
      local o = heap[x.address]
      local dominator = o.dominator
      assert.same({ x.retained, x.idom }, { o.retained_size, dominator and dominator.address or 0 })
    end
  end)

  it("keep to the reference answers through a change and back", function()
    local heap = dryad.load("tests/data/threads-small.dump.gz", { progress = false })
    local thread = heap[140558123471568]
    local before = { thread.retained_size, thread.dominator }
    heap:remove_expensive_references()
    assert.is_true(heap[140558123471568].retained_size > 0)
    heap:undo()
    assert.same(before, { thread.retained_size, thread.dominator })
  end)
end)
