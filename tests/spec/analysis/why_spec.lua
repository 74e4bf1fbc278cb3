-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local json_value = require "dryad.text.json_value"

-- Items in a list (three), in a tuple of a dict (two), and one below another; a frame holds one of them too.
local LINES = {
  '{"address": 1, "type": "module", "name": "app", "size": 1, "refs": [6]}',
  '{"address": 6, "type": "dict", "size": 6, "refs": [20, 2, 21, 3, 22, 5]}',
  '{"address": 2, "type": "list", "size": 20, "len": 3, "refs": [10, 11, 12]}',
  '{"address": 3, "type": "dict", "size": 30, "len": 2, "refs": [23, 10, 24, 4]}',
  '{"address": 4, "type": "tuple", "size": 40, "len": 2, "refs": [13, 14]}',
  '{"address": 5, "type": "list", "size": 50, "len": 2, "refs": [2, 10]}',
  '{"address": 10, "type": "Item", "size": 100, "refs": []}',
  '{"address": 11, "type": "Item", "size": 110, "refs": []}',
  '{"address": 12, "type": "Item", "size": 120, "refs": [99]}',
  '{"address": 13, "type": "Item", "size": 130, "refs": []}',
  '{"address": 14, "type": "Item", "size": 140, "refs": [15]}',
  '{"address": 15, "type": "Item", "size": 150, "refs": []}',
  '{"address": 20, "type": "str", "size": 1, "value": "queue", "refs": []}',
  '{"address": 21, "type": "str", "size": 1, "value": "cache", "refs": []}',
  '{"address": 22, "type": "str", "size": 1, "value": "all", "refs": []}',
  '{"address": 23, "type": "str", "size": 1, "value": "a", "refs": []}',
  '{"address": 24, "type": "str", "size": 1, "value": "b", "refs": []}',
  '{"address": 30, "type": "frame", "size": 300, "value": "main", "refs": [14]}',
  '{"address": 40, "type": "free", "size": 400, "refs": []}',
  '{"address": 50, "type": "ring", "size": 500, "refs": [51]}',
  '{"address": 51, "type": "ring", "size": 510, "refs": [50]}',
}

local function expressions(why)
  local found = {}
  for i, p in ipairs(why) do
    found[i] = p:expression()
  end
  return found
end

local function lines_of(value)
  local lines = {}
  for line in (tostring(value) .. "\n"):gmatch "(.-)\n" do
    lines[#lines + 1] = line
  end
  return lines
end

describe("why an object is alive", function()
  local heap = dumps.load(LINES)

  it("is explained by different paths from roots, the shortest first", function()
    local why = heap[10]:why()
    assert.same({ "app.all[1]", "app.queue[0]", "app.cache['a']" }, expressions(why))
    assert.equal(heap[10], why.object)
    assert.equal(100, why.retained)
    assert.is_nil(why.root)
    assert.same({ 1, 5, 10 }, why[1].objects:map(function(o) return o.address end))
    assert.same({ "app.cache['b'][1][ref 1]", "<frame main>[ref 1][ref 1]" }, expressions(heap[15]:why()))
  end)

  it("is explained by as many paths as requested, if they exist", function()
    assert.same({ "app.all[1]" }, expressions(heap[10]:why(1)))
    assert.equal(2, #heap[10]:why(2))
    assert.equal(3, #heap[10]:why(100))
    assert.same({ "app.queue[1]", "app.all[0][1]" }, expressions(heap[11]:why()))
    assert.equal(1, #heap[13]:why())
    assert.same({ "app.all[1]", "app.queue[0]" }, expressions(heap:why(10, 2)))
    assert.same({ "app.all[1]" }, expressions(heap:why(heap[10], 1)))
  end)

  it("takes words: an address and a number of paths, a type, a condition", function()
    local why = require "dryad.analysis.why"
    for text, wanted in pairs {
      ["140203 2"] = { "140203", 2 }, [' "0x7f10 3" '] = { "0x7f10", 3 }, ["#0.3& 1"] = { "#0.3&", 1 },
      ["$cache^^"] = { "$cache^^" }, ["  Item "] = { "Item" }, ["'my type'"] = { "my type" }, [""] = { "" },
      ["type = 'Item' and size > 5"] = { "type = 'Item' and size > 5" }, ["len in (1, 2)"] = { "len in (1, 2)" },
    } do
      assert.same(wanted, { why.parse(text) })
    end
    assert.same({ "app.all[1]" }, expressions(heap:why "10 1"))
    assert.same({ "app.all[1]", "app.queue[0]" }, expressions(heap:why("10 1", 2)))
    assert.equal(6, heap:why("Item").count)
    assert.equal(2, heap:why("type = 'Item' and size > 130").count)
  end)

  it("is the object itself if it is a root", function()
    for address, reason in pairs { [1] = "module", [30] = "frame", [40] = "unreferenced", [50] = "cycle" } do
      local why = heap[address]:why()
      assert.equal(reason, why.root)
      assert.equal(1, #why)
      assert.equal(1, #why[1])
      assert.equal(heap[address], why[1][1])
    end
    assert.matches("\nIt is a module, where liveness starts%.$", tostring(heap[1]:why()))
    assert.matches("\nIt is a frame, where liveness starts%.$", tostring(heap[30]:why()))
    assert.matches("\nIt is held by nothing in the dump: garbage, or native code holds it%.$", tostring(heap[40]:why()))
    assert.matches("\nIts cycle is held by nothing in the dump: garbage, or native code holds it%.$",
      tostring(heap[50]:why()))
    assert.same({ "<0x32>[ref 1]" }, expressions(heap[51]:why()))
  end)

  it("prints what retains it, then each path", function()
    local lines = lines_of(heap[12]:why())
    assert.same({
      "Item(12 120B 1refs 1par) retains 120B; it is freed when list(2 20B 3refs 2par) is freed",
      "",
      "1. app.queue[2]",
      "   module(1 7B 6refs 'app')",
      "     .queue  list(2 20B 3refs 2par)",
      "     [2]     Item(12 120B 1refs 1par)",
      "",
      "2. app.all[0][2]",
      "   module(1 7B 6refs 'app')",
      "     .all  list(5 50B 2refs 1par)",
      "     [0]   list(2 20B 3refs 2par)",
      "     [2]   Item(12 120B 1refs 1par)",
    }, lines)
    assert.equal("Item(14 140B 1refs 2par) retains 290B", lines_of(heap[14]:why())[1])
  end)

  it("has no paths for garbage", function()
    local changed = dumps.load(LINES)
    changed:remove_references({ 2, 3, 5 }, { 10, 4 })
    local why = changed[10]:why()
    assert.equal(0, #why)
    assert.equal(0, why.retained)
    assert.equal("Item(10 100B) retains 0B\nNo root leads to it: it is garbage.\nNothing refers to it.", tostring(why))
    changed:undo()
    assert.equal(3, #changed[10]:why())
    changed:set_roots { 2 }
    assert.same({ "<0x2>[0]" }, expressions(changed[10]:why()))
    assert.equal("given", changed[2]:why().root)
    assert.matches("\nIt was given as a root%.$", tostring(changed[2]:why()))
  end)

  it("becomes JSON with the names of the fields", function()
    local made = core.json.decode(core.json.encode(json_value(heap[12]:why())))
    assert.same({ 12, 120 }, { made.object.address, made.retained })
    assert.is_nil(made.root)
    assert.equal(2, #made.paths)
    assert.equal("app.queue[2]", made.paths[1].expression)
    assert.is_nil(made.paths[1].steps[1].label)
    assert.same({ ".queue", "list" }, { made.paths[1].steps[2].label, made.paths[1].steps[2].object.type })
    assert.equal("module", core.json.decode(core.json.encode(json_value(heap[1]:why()))).root)
  end)

  it("reports a wrong call on the caller's line", function()
    local other = dumps.heap { LINES[7] }
    for message, use in pairs {
      ["why: x must be objects: .+, not nil"] = function() return (heap:why()) end,
      ["why: n must be a number of paths, from 1, not 0"] = function() return (heap:why(10, 0)) end,
      ["why: n must be a number of paths, from 1, not 1.5"] = function() return (heap[10]:why(1.5)) end,
      ["why: n must be a number of paths, from 1, not 'all'"] = function() return (heap[10]:why "all") end,
      ["no object has the address 1234"] = function() return (heap:why(1234)) end,
      ["no object has the address 1235"] = function() return (heap:why "1235 2") end,
      ["the dump does not hold this object"] = function() return (heap:why(99)) end,
      ["the dump does not hold this object$"] = function() return (heap[12][1]:why()) end,
      ["is of another heap"] = function() return (heap:why(other[10])) end,
      ["colon: heap:why%(10%)"] = function() return (heap.why(10)) end,
      ["why is a method of an object: call it with a colon: "] = function() return (heap[10].why()) end,
      ["why is a method of a list: call it with a colon: "] = function() return (heap "Item".why()) end,
    } do
      assert.matches("why_spec.lua:%d+: .*" .. message, dumps.message(use))
    end
  end)

  it("is refused for a closed heap and an object that is gone", function()
    local closed = dumps.heap(LINES)
    local o, gone, list = closed[10], closed[6], closed "Item"
    closed:collapse_instance_dicts()
    assert.matches("is gone", dumps.message(gone.why, gone))
    closed:close()
    for _, use in ipairs {
      function() return (o:why()) end, function() return (closed:why(10)) end, function() return (list:why()) end,
    } do
      assert.matches("closed", dumps.message(use))
    end
  end)
end)

--- Checks that the branches below one add up to its members, without those at the branch itself. Branches of less than
-- `least` members are skipped.
local function check_sums(branch, least)
  local count, size = branch.here, 0
  for _, below in ipairs(branch.branches) do
    assert.is_true(below.count >= (least or 1))
    count, size = count + below.count, size + below.size
    check_sums(below, least)
  end
  assert.is_true(count == branch.count or least and count < branch.count)
  assert.is_true(size == branch.size or size < branch.size and (branch.here > 0 or count < branch.count))
end

describe("why many objects are alive", function()
  local heap = dumps.load(LINES)
  local why = heap "Item":why()

  it("is one tree of the shortest ways, merged", function()
    assert.same({ 6, 750, 750, 0 }, { why.count, why.size, why.retained, why.unreached })
    assert.equal(1, #why.branches)
    local app = why.branches[1]
    assert.same({ "module", heap[1], 1, 6, 0, 750 },
      { app.type, app.object, app.objects, app.count, app.here, app.size })
    assert.is_nil(app.label)
    local cache, queue, all = app.branches[1], app.branches[2], app.branches[3]
    assert.equal(3, #app.branches)
    assert.same({ ".cache", "dict", 3, 0, 420 }, { cache.label, cache.type, cache.count, cache.here, cache.size })
    assert.same({ ".queue", "list", 2, 0, 230 }, { queue.label, queue.type, queue.count, queue.here, queue.size })
    assert.same({ ".all", "list", 1, 0, 100 }, { all.label, all.type, all.count, all.here, all.size })
    assert.same({ "[...]", "Item", 2, 2, 2, 230 }, { queue.branches[1].label, queue.branches[1].type,
      queue.branches[1].objects, queue.branches[1].count, queue.branches[1].here, queue.branches[1].size })
    assert.same({ "[1]", 1 }, { all.branches[1].label, all.branches[1].count })
    local b = cache.branches[1]
    assert.same({ "['b']", heap[4], 3, 0 }, { b.label, b.object, b.count, b.here })
    assert.same({ "[...]", 3, 2 }, { b.branches[1].label, b.branches[1].count, b.branches[1].here })
    local fifteen = b.branches[1].branches[1]
    assert.same({ "[ref 1]", heap[15], 1, 1, 150 },
      { fifteen.label, fifteen.object, fifteen.count, fifteen.here, fifteen.size })
  end)

  it("has counts and bytes that sum up at every branch", function()
    check_sums({ count = why.count, size = why.size, here = 0, branches = why.branches })
  end)

  it("is the same however the objects are named", function()
    local text = tostring(why)
    for _, same in ipairs {
      "Item", heap "Item", { 10, 11, 12, 13, 14, 15 }, { heap[15], "Item", 10, 10 }, heap "Item":sort "address",
    } do
      assert.equal(text, tostring(heap:why(same)))
    end
    assert.is_not_nil(heap:why({ 10 }).branches)
    assert.equal("app.all[1]", heap:why(10)[1]:expression())
  end)

  it("names those that refer to them", function()
    local found = {}
    for i, holder in ipairs(why.holders) do
      found[i] = { holder.held, holder.objects, holder.type, holder.label, holder.expression, holder.object.address }
    end
    assert.same({
      { 3, 1, "list", "[...]", "app.queue[...]", 2 },
      { 2, 1, "tuple", "[...]", "app.cache['b'][...]", 4 },
      { 1, 1, "list", "[1]", "app.all[1]", 5 },
      { 1, 1, "dict", "['a']", "app.cache['a']", 3 },
      { 1, 1, "Item", "[ref 1]", "app.cache['b'][1][ref 1]", 14 },
      { 1, 1, "frame", "[ref 1]", "<frame main>[ref 1]", 30 },
    }, found)
  end)

  it("prints each branch with its count, bytes and share, and who refers to the objects", function()
    local lines = lines_of(why)
    assert.equal("6 Item objects, 750B, retain 750B together", lines[1])
    assert.same({ "", "The shortest way to each" }, { lines[2], lines[3] })
    assert.matches("^ +3 +50%.0%% +420B   app%.cache%['b'%]%[%.%.%.%]  2 Item$", lines[4])
    assert.matches("^ +1 +16%.7%% +150B     %[ref 1%]  Item%(15 ", lines[5])
    assert.matches("^ +2 +33%.3%% +230B   app%.queue%[%.%.%.%]  2 Item$", lines[6])
    assert.matches("^ +1 +16%.7%% +100B   app%.all%[1%]  Item%(10 ", lines[7])
    assert.same({ "", "Who refers to them" }, { lines[8], lines[9] })
    assert.matches("^ +3  app%.queue%[%.%.%.%] +list%(2 ", lines[10])
  end)

  it("reports members that roots do not reach, roots, and an empty list", function()
    local changed = dumps.load(LINES)
    changed:remove_references({ 3 }, { 4 })
    local some = changed:why "Item"
    assert.same({ 6, 1, 750, 620 }, { some.count, some.unreached, some.size, some.retained })
    assert.equal("1 of them is garbage: no root leads to it", lines_of(some)[2])
    changed:set_roots {}
    local all = changed:why "Item"
    assert.same({ 6, 0, 0 }, { all.unreached, #all.branches, all.retained })
    assert.same({ "All of them are garbage: no root leads to them", "One of them: Nothing refers to it.", "",
      "Who refers to them" }, table.move(lines_of(all), 2, 5, 1, {}))
    assert.same({ "1 Item object, 100B, retains 0B", "It is garbage: no root leads to it" },
      table.move(lines_of(changed:why { 10 }), 1, 2, 1, {}))
    local roots = heap:why "module"
    assert.same({ 1, 1 }, { roots.branches[1].count, roots.branches[1].here })
    assert.equal("  nothing in the dump refers to them", lines_of(roots)[#lines_of(roots)])
    assert.matches("why_spec.lua:%d+: no object is of type 'Itme'; did you mean 'Item'", dumps.message(function()
      heap:why "Itme"
    end))
    assert.equal("0 objects, 0B, retain 0B together", tostring(heap:why {}))
    assert.equal(0, heap:why({ heap[12][1] }).count)
  end)

  it("merges objects of one type that are reached by one name", function()
    local lines = { '{"address": 1, "type": "module", "name": "app", "size": 1, "refs": [2, 3]}',
      '{"address": 2, "type": "str", "size": 1, "value": "cache", "refs": []}' }
    local refs = {}
    for i = 1, 200 do
      refs[i] = ("%d, %d"):format(1000 + i, 2000 + i)
      lines[#lines + 1] = ('{"address": %d, "type": "int", "size": 1, "value": %d, "refs": []}'):format(1000 + i, i)
      lines[#lines + 1] = ('{"address": %d, "type": "Node", "size": 10, "refs": [9, %d, 8]}'):format(2000 + i, 3000 + i)
      lines[#lines + 1] = ('{"address": %d, "type": "Item", "size": 7, "refs": []}'):format(3000 + i)
    end
    lines[#lines + 1] = '{"address": 9, "type": "str", "size": 1, "value": "item", "refs": []}'
    lines[#lines + 1] = '{"address": 8, "type": "type", "name": "Node", "size": 1, "refs": []}'
    lines[#lines + 1] = ('{"address": 3, "type": "dict", "size": 1, "len": 200, "refs": [%s]}'):format(
      table.concat(refs, ", "))
    local tree = dumps.heap(lines):why "Item"
    local app = tree.branches[1]
    local nodes = app.branches[1].branches[1]
    assert.same({ "[...]", "Node", 200, 200, 0, 1400 },
      { nodes.label, nodes.type, nodes.objects, nodes.count, nodes.here, nodes.size })
    local items = nodes.branches[1]
    assert.same({ ".item", "Item", 200, 200, 200, 1400 },
      { items.label, items.type, items.objects, items.count, items.here, items.size })
    assert.equal(1, #tree.holders)
    local holder = tree.holders[1]
    assert.same({ 200, 200, "Node", ".item" }, { holder.held, holder.objects, holder.type, holder.label })
    assert.is_nil(holder.expression)
    assert.matches("\n +all 200  %.item of 200 Node$", tostring(tree))
  end)

  it("becomes JSON with the names of the fields", function()
    local made = core.json.decode(core.json.encode(json_value(why)))
    assert.same({ 6, 750, 750, 0 }, { made.count, made.size, made.retained, made.unreached })
    local cache = made.branches[1].branches[1]
    assert.same({ ".cache", "dict", 1, 3, 0, 420, 1 },
      { cache.label, cache.type, cache.objects, cache.count, cache.here, cache.size, #cache.branches })
    assert.same({ 3, "app.queue[...]", 2 },
      { made.holders[1].held, made.holders[1].expression, made.holders[1].object.address })
  end)
end)

describe("why the threads of the small sample are alive", function()
  local heap = dumps.sample "threads-small.dump.gz"

  it("is the main module's", function()
    local why = heap:why "Thread"
    assert.same({ 2000, 2000 * 1112, 0 }, { why.count, why.size, why.unreached })
    assert.equal(1, #why.branches)
    assert.same({ "__main__", 2000 }, { why.branches[1].object.name, why.branches[1].count })
    check_sums({ count = why.count, size = why.size, here = 0, branches = why.branches }, 20)
    assert.equal(heap:retained_size "Thread", why.retained)
    local held = {}
    for i, holder in ipairs(why.holders) do
      held[i] = { holder.expression, holder.held }
    end
    table.sort(held, function(a, b) return a[1] < b[1] end)
    assert.same({
      { "__main__.big[...]", 2000 }, { "__main__.pool.threads[...]", 2000 }, { "__main__.pool.working[...]", 2000 },
    }, held)
  end)

  it("reports every way that it leaves out", function()
    local lines = lines_of(heap:why "Thread")
    assert.matches("^ +1,999 .* __main__%.big%[%.%.%.%]  1,999 threading.Thread$", lines[4])
    assert.matches("^ +1 +%.%.%. by other ways$", lines[5])
  end)

  it("is for the last one a variable, a dict and a list of the pool", function()
    local ways = expressions(heap[140558123471568]:why())
    assert.equal(3, #ways)
    assert.same({ "__main__.t", "__main__.big[1999]" }, { ways[1], ways[2] })
    assert.matches("^__main__%.pool%.%a+%[0%]$", ways[3])
  end)

  it("is for another one the three containers", function()
    local thread = heap:path("module", heap "Thread":filter(function(o) return o.num_parents == 3 end))
    local ways = expressions(thread[#thread]:why(5))
    assert.equal(3, #ways)
    table.sort(ways)
    for i, pattern in ipairs { "big", "pool%.threads", "pool%.working" } do
      assert.matches("^__main__%." .. pattern .. "%[%d+%]$", ways[i])
    end
  end)
end)

describe("why the sessions of the application are alive", function()
  local heap = dumps.sample "python311-app.dump.zst"
  local sessions = heap "Session":filter(function(o) return o.size ~= 88 and o.size ~= 192 end)

  it("is SESSIONS, and each keeps its parent", function()
    local why = sessions:why()
    assert.equal(20000, why.count)
    assert.equal(0, why.unreached)
    check_sums({ count = why.count, size = why.size, here = 0, branches = why.branches }, 200)
    local held = {}
    for _, holder in ipairs(why.holders) do
      held[holder.expression or holder.label .. " of " .. holder.type] = holder.held
    end
    assert.equal(20000, held["__main__.SESSIONS[...]"])
    assert.equal(19999, held[".parent of Session"])
  end)

  it("names the key of a single one", function()
    local name = sessions[1]:why(1)[1]:expression()
    local last = sessions[1]:why(3)
    assert.matches("^__main__%.", name)
    local is_by_key = false
    for _, way in ipairs(expressions(last)) do
      is_by_key = is_by_key or way:find "^__main__%.SESSIONS%[" ~= nil
    end
    assert.is_true(is_by_key)
  end)
end)
