-- SPDX-License-Identifier: MIT
local dump_builder = require "tests.spec.support.dump_builder"

--- The lines on ways and on referrers in what `why` says of objects.
local function parts_of(why)
  local text, ways, referrers = tostring(why), {}, {}
  local first, second = text:match "\n\nThe shortest way to each\n(.-)\n\nWho refers to them\n(.*)$"
  for line in (first .. "\n"):gmatch "(.-)\n" do
    ways[#ways + 1] = line:gsub("^ *([%d,]+) +[%d.]+%% +[%d.]+%a+ ?", "%1 "):gsub("^ +", "")
  end
  for line in (second .. "\n"):gmatch "(.-)\n" do
    referrers[#referrers + 1] = line:gsub("^ +", "")
  end
  return ways, referrers, text
end

local function frame(b, name, line, variables)
  return b:named("frame", variables, { value = name, file = "/srv/jobs.py", line = line })
end

local function failed(b, name)
  local items = {}
  for i = 1, 10 do
    local f = frame(b, name and name(i) or "parse", 41, { { "payload", b:add("Payload", {}) } })
    items[i] = b:instance("Bad", { { "__traceback__", b:named("traceback", { { "tb_frame", f } }) } })
  end
  b:module("app", { { "failed", b:add("list", items) } })
  return b:heap()
end

describe("the ways to many objects", function()
  it("name the frames that they pass, on lines of their own", function()
    local ways, referrers, text = parts_of(failed(dump_builder.new()):why "Payload")
    assert.same({ "10   app.failed[...].__traceback__.tb_frame  10 frame parse (jobs.py:41)",
      "10     .payload  10 Payload" }, ways)
    assert.same({ "all 10  .payload of 10 frame parse (jobs.py:41)" }, referrers)
    assert.matches("\nKept by the tracebacks of Bad: local `payload` of parse %(jobs.py:41%), 1000B\n", text)
  end)

  it("name several frames if they differ", function()
    local ways, referrers = parts_of(failed(dump_builder.new(), function(i) return i < 4 and "a" or "b" end)
      :why "Payload")
    assert.equal("10   app.failed[...].__traceback__.tb_frame  10 frame a (jobs.py:41), b (jobs.py:41)", ways[1])
    assert.same({ "all 10  .payload of 10 frame a (jobs.py:41), b (jobs.py:41)" }, referrers)
  end)

  it("tell a chain by its length and its end", function()
    local b, node = dump_builder.new(), nil
    for _ = 1, 500 do
      node = b:instance("Node", { node and { "previous", node } })
    end
    b:module("app", { { "current", node } })
    local heap = b:heap()
    local ways = parts_of(heap:why "Node")
    assert.equal(2, #ways)
    assert.matches("^500   app%.current  Node%(" .. node, ways[1])
    local last = heap "Node":filter(function(o) return o.num_refs == 1 end)[1]
    assert.equal("499     .previous...  a chain of 499 Node, which ends at " .. tostring(last), ways[2])
  end)

  it("tell a ring by its length, and a tree as no chain", function()
    local b = dump_builder.new()
    local function nodes(count, label)
      local found = {}
      for i = 1, count do
        found[i] = b:add("Node", {}, { names = { label } })
      end
      return found
    end
    local ring = nodes(50, "next")
    for i, record in ipairs(b.records) do
      record.refs = { ring[i % 50 + 1] }
    end
    b:module("app", { { "ring", ring[1] } })
    assert.equal("49     .next...  a chain of 49 Node", parts_of(b:heap():why "Node")[2])

    b = dump_builder.new()
    local function tree(depth)
      local left, right = depth > 1 and tree(depth - 1), depth > 1 and tree(depth - 1)
      return left and b:named("Node", { { "left", left }, { "right", right } }) or b:add("Node", {})
    end
    b:module("app", { { "top", tree(5) } })
    assert.not_matches("chain", tostring(b:heap():why "Node"))
  end)

  it("are whole where they part, and those to most members come first", function()
    local b, items = dump_builder.new(), {}
    for i = 1, 8 do
      items[i] = b:add("Item", {})
    end
    local function list(first, last)
      return b:add("list", table.move(items, first, last, 1, {}))
    end
    b:module("app", { { "shop", b:instance("Shop", { { "open", list(1, 3) }, { "closed", list(4, 8) } }) } })
    local ways = parts_of(b:heap():why "Item")
    assert.same({ "5   app.shop.closed[...]  5 Item", "3   app.shop.open[...]  3 Item" }, ways)
  end)

  it("start at what the interpreter calls by a name", function()
    local b = dump_builder.new()
    for _ = 1, 10 do
      local close = b:add("function", {}, { name = "close" })
      b:named("method", { { "__self__", b:add("Session", {}) }, { "__func__", close } }, { root = "atexit" })
    end
    local ways = parts_of(b:heap_with_facts():why "Session")
    assert.same({ "10   <atexit> <10 method close>.__self__  10 Session" }, ways)
  end)
end)

describe("why", function()
  local function garbage()
    local b = dump_builder.new()
    local o = b:add("Item", {})
    b:module("app", { { "x", o } })
    return b:heap(), o
  end

  it("is answered once, until the heap changes", function()
    local heap, o = garbage()
    local first, list = heap[o]:why(), heap "Item"
    assert.is_true(rawequal(first, heap[o]:why()))
    assert.is_false(rawequal(first, heap[o]:why(1)))
    assert.is_true(rawequal(list:why(), list:why()))
    heap:set_roots {}
    local second = heap[o]:why()
    assert.same({ 1, 0 }, { #first, #second })
  end)

  it("is told of objects of which it is not known which of two classes they have", function()
    local b = dump_builder.new()
    b:add("type", {}, { name = "Entry", qualname = "shop.Entry" })
    b:add("type", {}, { name = "Entry", qualname = "billing.Entry" })
    b:module("app", { { "kept", b:add("list", { b:add("Entry", {}), b:add("Entry", {}) }) } })
    local objects = b:heap() "Entry"
    assert.is_nil(objects[1].class)
    assert.matches("app%.kept%[%.%.%.%]", tostring(objects:why()))
  end)

  it("says how one object is kept", function()
    local b = dump_builder.new()
    local row = b:add("Row", {})
    b:module("app", { { "g", b:named("generator", { { "row", row } }, { name = "pages", file = "a.py", line = 7 }) } })
    local why = b:heap()[row]:why()
    assert.equal("suspended", why.mechanism.kind)
    assert.matches("\nKept by the suspended generator pages %(a.py:7%): local `row`, 100B\n", tostring(why))
  end)

  it("says `bytes objects` where the class alone would read as a size", function()
    local b = dump_builder.new()
    b:module("app", { { "x", b:add("list", { b:add("bytes", {}), b:add("bytes", {}) }) } })
    assert.matches("^2 bytes objects, 200B, retain 200B together\n", tostring(b:heap():why "bytes"))
  end)
end)
