-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"
local json_value = require "dryad.text.json_value"

--- A line of a dump.
local function line(address, type_str, size, refs, more)
  return ('{"address": %d, "type": "%s", "size": %d, %s"refs": [%s]}'):format(address, type_str, size, more or "",
    table.concat(refs or {}, ", "))
end

local function text(address, value)
  return line(address, "str", 1, nil, ('"value": "%s", "len": %d, '):format(value, #value))
end

--- Numbers from first to last, with a step.
local function range(first, last, step)
  local numbers = {}
  for i = first, last, step or 1 do
    numbers[#numbers + 1] = i
  end
  return numbers
end

--- The addresses of objects, ascending.
local function addresses(objects)
  local found = {}
  for i, o in ipairs(objects) do
    found[i] = o.address
  end
  table.sort(found)
  return found
end

--- A module with these attributes, names and addresses in turn, and ballast that is not a suspect: a thousand bytes in
-- ten objects of ten types.
local function with_module(attributes, lines)
  local refs = {}
  for i = 1, #attributes, 2 do
    lines[#lines + 1] = text(10000 + i, attributes[i])
    refs[#refs + 1], refs[#refs + 2] = 10000 + i, attributes[i + 1]
  end
  for i = 1, 10 do
    lines[#lines + 1] = line(20000 + i, "ballast" .. i, 100)
  end
  -- Collapsed, so that attributes have names.
  lines[#lines + 1] = line(1, "module", 0, { 9 }, '"name": "app", ')
  lines[#lines + 1] = line(9, "dict", 0, refs, ('"len": %d, '):format(#refs // 2))
  return dumps.load(lines)
end

--- `count` objects of a type with a str each, held by a list at 2.
local function group_lines(count, type_str)
  local lines = { line(2, "list", 10, range(100, 99 + count), ('"len": %d, '):format(count)) }
  for i = 1, count do
    lines[#lines + 1] = line(99 + i, type_str or "Item", 30, { 1000 + i })
    lines[#lines + 1] = line(1000 + i, "str", 10)
  end
  return lines
end

describe("dryad.leak_suspects", function()
  it("finds a single object that retains much in small parts", function()
    local lines = { line(2, "dict", 50, range(100, 149), '"len": 25, ') }
    for i = 100, 149 do
      lines[#lines + 1] = line(i, "t" .. i, 40)
    end
    local heap = with_module({ "cache", 2 }, lines)
    local found = dryad.leak_suspects(heap)
    assert.equal(1, #found)
    local suspect = found[1]
    assert.equal("object", suspect.kind)
    assert.equal(heap[2], suspect.object)
    assert.is_nil(suspect.objects)
    assert.same({ "dict", 1, 2050 }, { suspect.type, suspect.count, suspect.retained })
    assert.equal(2050 / heap.total_size, suspect.fraction)
    assert.equal(heap[2], suspect.accumulation)
    assert.equal("app.cache", suspect.path:expression())
    assert.same({ 51, 2050 }, { suspect.inside.total_count, suspect.inside.total_size })
    assert.matches("^1%. One dict of 25 entries retains 2%.0KiB, 67%.2%% of the heap%.\n   It is app%.cache\n"
      .. "   It piles up in dict%(2 50B 50refs 1par%)$", tostring(found))
  end)

  it("follows owners to where it piles up, and names the topmost owner that is no common container", function()
    local lines = { line(2, "Manager", 5, { 3 }), line(3, "Registry", 5, { 4 }), line(4, "list", 50, range(100, 149)) }
    for i = 100, 149 do
      lines[#lines + 1] = line(i, "t" .. i, 40)
    end
    local heap = with_module({ "manager", 2 }, lines)
    local found = dryad.leak_suspects(heap)
    assert.equal(1, #found)
    assert.same({ "object", "Manager", 2060 }, { found[1].kind, found[1].type, found[1].retained })
    assert.equal(heap[2], found[1].object)
    assert.equal(heap[4], found[1].accumulation)
    assert.equal("app.manager[ref 1][ref 1]", found[1].path:expression())
    assert.matches("heap%.\n   It piles up in app%.manager%[ref 1%]%[ref 1%]  list%(4 ", tostring(found))
  end)

  it("finds a group of one type under one dominator", function()
    local heap = with_module({ "items", 2 }, group_lines(100))
    local found = dryad.leak_suspects(heap)
    assert.equal(1, #found)
    local suspect = found[1]
    assert.equal("group", suspect.kind)
    assert.is_nil(suspect.object)
    assert.is_nil(suspect.chain)
    assert.same({ "Item", 100, 4000, 100 }, { suspect.type, suspect.count, suspect.retained, #suspect.objects })
    assert.equal(4000, suspect.objects:retained_size())
    assert.equal(100, #(suspect.objects & heap "Item"))
    assert.equal(heap[2], suspect.accumulation)
    assert.equal("app.items", suspect.path:expression())
    assert.same({ 100, 1, "app.items[...]" },
      { suspect.holders[1].held, suspect.holders[1].objects, suspect.holders[1].expression })
    assert.same({ "Item", "str" }, { suspect.inside[1].type_str, suspect.inside[2].type_str })
    assert.equal(("1. 100 Item retain 3.9KiB, %.1f%% of the heap (40B each)."):format(400000 / heap.total_size),
      tostring(found):match "^[^\n]+")
    assert.matches("\n   Held by\n +all 100  app%.items%[%.%.%.%]  list%(2 ", tostring(found))
    assert.matches("\n   Inside: 100 Item %(3%.9KiB%), 100 str %(1000B%)$", tostring(found))
  end)

  it("finds a group that two containers hold, each all of it", function()
    local lines = group_lines(100)
    lines[#lines + 1] = line(3, "Index", 10, range(100, 199))
    local found = dryad.leak_suspects(with_module({ "items", 2, "index", 3 }, lines))
    assert.equal(1, #found)
    assert.same({ "group", "Item", 100, 4000 }, { found[1].kind, found[1].type, found[1].count, found[1].retained })
    local held = {}
    for i, holder in ipairs(found[1].holders) do
      held[i] = holder.held
    end
    assert.same({ 100, 100 }, held)
  end)

  it("finds a chain, in which each keeps the next alive", function()
    local lines = {}
    for i = 100, 199 do
      lines[#lines + 1] = line(i, "Node", 20, { i < 199 and i + 1 or 1000, 1000 + i })
      lines[#lines + 1] = line(1000 + i, "str", 10)
    end
    lines[#lines + 1] = line(1000, "str", 1)
    local heap = with_module({ "head", 100 }, lines)
    local found = dryad.leak_suspects(heap)
    assert.equal(1, #found)
    local suspect = found[1]
    assert.same({ "group", true, "Node", 3001 }, { suspect.kind, suspect.chain, suspect.type, suspect.retained })
    assert.equal(heap[100], suspect.objects[1])
    assert.equal(suspect.count, #suspect.objects)
    assert.is_true(suspect.count > 50 and suspect.count <= 100)
    for i = 2, suspect.count do
      assert.equal(suspect.objects[i - 1], suspect.objects[i].dominator)
    end
    assert.equal("app.head", suspect.path:expression())
    assert.matches("^1%. A chain of %d+ Node, each keeping the next alive, retains 2%.9KiB, ", tostring(found))
  end)

  it("lists each of several, largest retained size first", function()
    local lines = group_lines(100)
    lines[#lines + 1] = line(3, "blob", 3000)
    lines[#lines + 1] = line(4, "blob", 5000)
    local heap = with_module({ "items", 2, "small", 3, "large", 4 }, lines)
    local found = dryad.leak_suspects(heap)
    assert.equal(3, #found)
    assert.same({ 5000, 4000, 3000 }, { found[1].retained, found[2].retained, found[3].retained })
    assert.same({ heap[4], heap[3] }, { found[1].object, found[3].object })
    assert.equal("app.large", found[1].path:expression())
    assert.matches("^1%. One blob .+\n\n2%. 100 Item .+\n\n3%. One blob ", tostring(found))
    assert.matches("^1%. One blob retains 2%.9KiB", tostring(found[3]))
  end)

  it("lists what retains at least the requested fraction", function()
    local lines = { line(3, "blob", 1000), line(4, "slab", 500) }
    local heap = with_module({}, lines)
    local function retained(fraction)
      local sizes = {}
      for i, suspect in ipairs(dryad.leak_suspects(heap, fraction)) do
        sizes[i] = suspect.retained
      end
      return sizes
    end
    assert.equal(2500, heap.total_size)
    assert.same({ 1000, 500 }, retained(0.15))
    assert.same({ 1000 }, retained(1000 / 2500))
    assert.same({}, retained(1001 / 2500))
    assert.same({}, retained(1))
    assert.same({ 1000, 500 }, retained())
  end)

  it("says that it found nothing", function()
    local heap = with_module({}, {})
    local found = dryad.leak_suspects(heap, 0.5)
    assert.equal(0, #found)
    assert.matches("^No leak suspects: nothing retains 50%.0%% or more of 1000B%.", tostring(found))
    assert.equal("[]", core.json.encode(json_value(found)))
    heap:set_roots {}
    assert.equal(0, #dryad.leak_suspects(heap))
  end)

  it("lists no group of code, unless one object keeps it", function()
    local function heap_of(type_str, held)
      local lines = { line(2, "Plugins", 10, held and range(100, 149) or nil) }
      for i = 100, 149 do
        lines[#lines + 1] = line(i, type_str, 100)
      end
      return with_module({ "plugins", 2 }, lines)
    end
    for _, type_str in ipairs { "type", "function", "code", "module" } do
      assert.equal(0, #dryad.leak_suspects(heap_of(type_str, false)), type_str)
    end
    assert.equal(1, #dryad.leak_suspects(heap_of("Thing", false)))
    for _, type_str in ipairs { "type", "function", "code" } do
      local found = dryad.leak_suspects(heap_of(type_str, true))
      assert.same({ 1, type_str, 50, 5000 }, { #found, found[1].type, found[1].count, found[1].retained })
    end
  end)

  it("counts a dict's values without the keys that are of the same type, or the keys if they retain more", function()
    for _, sizes in ipairs { { key = 5, value = 50 }, { key = 50, value = 5 } } do
      local refs, lines = {}, {}
      for i = 0, 19 do
        lines[#lines + 1] = line(100 + i, "str", sizes.key)
        lines[#lines + 1] = line(200 + i, "str", sizes.value)
        refs[#refs + 1], refs[#refs + 2] = 100 + i, 200 + i
      end
      lines[#lines + 1] = line(2, "dict", 10, refs, '"len": 20, ')
      local found = dryad.leak_suspects(with_module({ "pages", 2 }, lines))
      assert.same({ 20, 1000 }, { found[1].count, found[1].retained })
      local first = sizes.value == 50 and 200 or 100
      assert.same(range(first, first + 19), addresses(found[1].objects))
    end
  end)

  it("does not take a string that a list holds, too, for a key", function()
    local lines = { line(2, "list", 10, range(100, 119), '"len": 20, ') }
    lines[2] = line(3, "dict", 10, { 100, 200 }, '"len": 1, ')
    for i = 100, 119 do
      lines[#lines + 1] = line(i, "str", 50)
    end
    lines[#lines + 1] = line(200, "int", 1)
    assert.equal(20, dryad.leak_suspects(with_module({ "seen", 2, "index", 3 }, lines))[1].count)
  end)

  it("names who holds interned strings, not the interpreter's table of them", function()
    local refs, lines = {}, { line(2, "list", 10, range(100, 119), '"len": 20, ') }
    for i = 100, 129 do
      lines[#lines + 1] = line(i, "str", 50)
      refs[#refs + 1], refs[#refs + 2] = i, i
    end
    lines[#lines + 1] = line(3, "dict", 2000, refs, '"len": 30, ')
    local found = dryad.leak_suspects(with_module({ "tokens", 2 }, lines))
    assert.same({ "str", 20 }, { found[1].type, found[1].count })
    assert.equal("app.tokens[...]", found[1].holders[1].expression)
    for _, suspect in ipairs(found) do
      assert.not_equal("object", suspect.kind)
    end
  end)

  it("does not take for garbage what an edit cut off", function()
    local heap = dumps.load(facts.dump {
      '{"address": 16, "type": "list", "size": 8, "root": "interpreter", "refs": [32]}',
      '{"address": 32, "type": "type", "size": 900000, "name": "Model", "refs": []}',
    })
    heap:remove_expensive_references()
    assert.equal(1, #heap:garbage())
    assert.equal(0, #dryad.leak_suspects(heap))
  end)

  it("does not list a group within another", function()
    -- Each Session, a root as all of them are, shares its Cell with the next: the cells go when the sessions do.
    local lines = {}
    for i = 0, 99 do
      lines[#lines + 1] = line(100 + i, "Session", 50, { 1000 + i, 1000 + (i + 1) % 100 })
      lines[#lines + 1] = line(1000 + i, "Cell", 40)
    end
    local found = dryad.leak_suspects(with_module({}, lines))
    assert.same({ 1, "Session", 9000 }, { #found, found[1].type, found[1].retained })
  end)

  it("lists a group and an object below a module, which is no suspect although it retains much besides them", function()
    local lines = group_lines(100)
    local refs = { "items", 2, "blob", 3 }
    for i = 1, 50 do
      lines[#lines + 1] = line(2000 + i, "odd" .. i, 40)
      refs[#refs + 1], refs[#refs + 2] = "odd" .. i, 2000 + i
    end
    lines[#lines + 1] = line(3, "blob", 3000)
    local heap = with_module(refs, lines)
    local found = dryad.leak_suspects(heap)
    assert.same({ 2, "Item", "blob" }, { #found, found[1].type, found[2].type })
    assert.same({ 4000, 3000 }, { found[1].retained, found[2].retained })
  end)

  it("lists only the fifty that retain most", function()
    local lines = {}
    for i = 1, 80 do
      lines[i] = line(100 + i, "blob" .. i, 1000 + i)
    end
    local found = dryad.leak_suspects(dumps.heap(lines), 0.001)
    assert.equal(50, #found)
    assert.same({ 1080, 1031 }, { found[1].retained, found[50].retained })
    assert.matches("\n50%. One blob31 .+\n\nand more that retain less$", tostring(found))
  end)

  it("counts a class of the program wherever the containers lie that hold its objects", function()
    local lines = {
      line(2, "list", 10, { 3, 4 }), line(3, "dict", 10, range(100, 149)), line(4, "dict", 10, range(150, 199)),
    }
    for i = 100, 199 do
      lines[#lines + 1] = line(i, "Session", 40)
    end
    local found = dryad.leak_suspects(with_module({ "all", 2 }, lines))
    assert.same({ 1, "Session", 100, 4000 }, { #found, found[1].type, found[1].count, found[1].retained })
    assert.matches("^1%. 100 Session retain ", tostring(found))
  end)

  it("looks through a few containers to what they hold in number", function()
    local function heap_of(count)
      local lines = { line(2, "list", 10, range(31, 30 + count)) }
      for i = 1, count do
        lines[#lines + 1] = line(30 + i, "list", 10, range(1000 * i, 1000 * i + 49))
        for k = 0, 49 do
          lines[#lines + 1] = line(1000 * i + k, "tuple", 40)
        end
      end
      return with_module({ "shards", 2 }, lines)
    end
    local few, many = dryad.leak_suspects(heap_of(7)), dryad.leak_suspects(heap_of(8))
    assert.same({ 1, "tuple", 350 }, { #few, few[1].type, few[1].count })
    assert.same({ 1, "list", 8 }, { #many, many[1].type, many[1].count })
  end)

  it("counts what one definition makes again and again, under its name", function()
    local function heap_of(of_code)
      local lines = { line(2, "list", 10, range(100, 149)) }
      for i = 100, 149 do
        lines[#lines + 1] = line(i, "function", 100, { of_code(i) }, '"name": "on_retry", ')
        lines[#lines + 1] = line(1000 + i, "code", 1)
      end
      return with_module({ "retries", 2 }, lines)
    end
    local found = dryad.leak_suspects(heap_of(function()
      return 1100
    end))
    assert.matches("^1%. 50 functions on_retry retain ", tostring(found))
    found = dryad.leak_suspects(heap_of(function(i)
      return 1000 + i
    end))
    assert.matches("^1%. One list retains ", tostring(found))
  end)

  it("counts the versions of one class, but not different ones", function()
    local function heap_of(name_of, last)
      local lines = { line(2, "list", 10, range(100, last or 149)) }
      for i = 100, last or 149 do
        lines[#lines + 1] = line(i, "type", 100, nil, ('"name": "Row", "qualname": "%s", '):format(name_of(i)))
      end
      return with_module({ "rows", 2 }, lines)
    end
    local found = dryad.leak_suspects(heap_of(function()
      return "app.make.<locals>.Row"
    end))
    assert.matches("^1%. 50 classes app%.make%.<locals>%.Row retain ", tostring(found))
    local function of_its_own(i)
      return "app.Row" .. i
    end
    assert.equal(0, #dryad.leak_suspects(heap_of(of_its_own)))
    assert.matches("^1%. One list retains ", tostring(dryad.leak_suspects(heap_of(of_its_own, 349))))
  end)

  it("finds a chain that is linked both ways, unless something else holds its members, too", function()
    local function heap_of(index)
      local lines = { line(2, "Ends", 10, { 100, 199 }), line(3, "list", 10, index) }
      for i = 100, 199 do
        lines[#lines + 1] = line(i, "Entry", 40, { i > 100 and i - 1 or i, i < 199 and i + 1 or i },
          '"names": ["prev", "next"], ')
      end
      return with_module({ "ends", 2, "index", 3 }, lines)
    end
    assert.matches("^1%. A chain of 100 Entry, linked by %.next and %.prev, retains ",
      tostring(dryad.leak_suspects(heap_of {})))
    assert.matches("^1%. 100 Entry retain ", tostring(dryad.leak_suspects(heap_of(range(100, 199)))))
  end)

  it("does not list what retains less than 200 KiB of a process, unless asked for it", function()
    local function found(size, fraction)
      return #dryad.leak_suspects(dumps.load(facts.dump {
        line(8, "dict", 0, { 16 }, '"root": "interpreter", '), line(16, "Blob", size),
      }), fraction)
    end
    assert.same({ 0, 1 }, { found(200 * 1024 - 1), found(200 * 1024) })
    assert.equal(1, found(200 * 1024 - 1, 0.1))
  end)

  it("says the same whatever the addresses are", function()
    local function report(offset, sign)
      local lines = {
        line(offset + sign * 2, "list", 10, range(0, 99)), line(offset + sign * 3, "list", 10, range(0, 99)),
      }
      for i, list in ipairs(lines) do
        lines[i] = list:gsub('"refs": %[(.-)%]', function(refs)
          return '"refs": [' .. refs:gsub("%d+", function(k)
            return tostring(math.tointeger(offset + sign * (1000 + 100 * i + tonumber(k))))
          end) .. "]"
        end)
      end
      for i = 1100, 1299 do
        lines[#lines + 1] = line(offset + sign * i, i < 1200 and "Order" or "Quote", 40)
      end
      local heap = with_module({ "orders", offset + sign * 2, "quotes", offset + sign * 3 }, lines)
      return (tostring(dryad.leak_suspects(heap)):gsub("list%(%d+", "list("))
    end
    assert.matches("^1%. 100 Order retain .+\n2%. 100 Quote retain ", report(100000, 1))
    assert.equal(report(100000, 1), report(200000, -1))
  end)

  it("becomes JSON with the names that scripts rely on, and the first of many objects", function()
    local heap = with_module({ "items", 2 }, group_lines(100))
    local made = core.json.decode(core.json.encode(json_value(dryad.leak_suspects(heap))))
    assert.equal(1, #made)
    local suspect = made[1]
    assert.same({ "group", "Item", 100, 4000 }, { suspect.kind, suspect.type, suspect.count, suspect.retained })
    assert.is_nil(suspect.object)
    assert.same({ 10, "Item" }, { #suspect.objects, suspect.objects[1].type })
    assert.equal(2, suspect.accumulation.address)
    assert.equal("app.items", suspect.path.expression)
    assert.is_true(math.abs(suspect.fraction - 4000 / heap.total_size) < 1e-9)
    assert.same({ "app.items[...]", 100 }, { suspect.holders[1].expression, suspect.holders[1].held })
    assert.equal(200, suspect.inside.total_count)
  end)

  it("reports a wrong call on the caller's line", function()
    local heap = with_module({}, {})
    for message, use in pairs {
      ["leak_suspects: heap must be a heap, not nil"] = function() return (dryad.leak_suspects()) end,
      ["leak_suspects: heap must be a heap, not 'x'"] = function() return (dryad.leak_suspects "x") end,
      ["leak_suspects: heap must be a heap, not an object"] = function() return (dryad.leak_suspects(heap[1])) end,
      ["leak_suspects: fraction must be a share of the heap, such as 0.1, not 0$"] = function()
        return (dryad.leak_suspects(heap, 0))
      end,
      ["leak_suspects: fraction must be a share of the heap, such as 0.1, not 10$"] = function()
        return (dryad.leak_suspects(heap, 10))
      end,
      ["leak_suspects: fraction must be a share of the heap, such as 0.1, not '10%%'$"] = function()
        return (dryad.leak_suspects(heap, "10%"))
      end,
    } do
      assert.matches("suspects_spec.lua:%d+: " .. message, dumps.message(use))
    end
    heap:close()
    assert.matches("the heap is closed", dumps.message(dryad.leak_suspects, heap))
  end)
end)

--- The first ten lines of a report.
local function beginning(report)
  return table.concat(table.move({ tostring(report):match(("([^\n]*)\n?"):rep(10)) }, 1, 10, 1, {}), "\n")
end

describe("suspects inside others", function()
  -- 2 holds 4, which holds 6, and 5; 3 is beside it.
  local heap = dumps.heap {
    line(1, "module", 100, { 2, 3 }, '"name": "m", '),
    line(2, "dict", 5000000, { 4, 5 }, '"len": 1, '),
    line(3, "bytearray", 4500000),
    line(4, "list", 4000000, { 6 }, '"len": 1, '),
    line(5, "Foo", 3000000),
    line(6, "Bar", 2500000),
  }
  local found = dryad.leak_suspects(heap, 0.01)

  it("are told below the outermost one, and counted once", function()
    local addresses_found, bytes, outer = {}, 0, {}
    for i, suspect in ipairs(found) do
      addresses_found[i], bytes, outer[i] = suspect.object.address, bytes + suspect.retained, suspect.within or 0
    end
    assert.same({ 2, 3, 4, 5, 6 }, addresses_found)
    assert.same({ 0, 0, 1, 1, 1 }, outer)
    assert.equal(5000000 + 4500000 + 4000000 + 3000000 + 2500000, bytes)
    local printed = {}
    for indent, number in tostring(found):gmatch "\n( *)(%d)%. One" do
      printed[#printed + 1] = #indent .. ":" .. number
    end
    assert.same({ "3:3", "3:4", "3:5", "0:2" }, printed)
    assert.matches("^1%. One dict ", tostring(found))
    assert.matches("\n   3%. One list [^\n]+\n      It is [^\n]+\n      It piles up", tostring(found))
  end)

  it("are not nested if nothing holds another", function()
    assert.not_matches("\n +%d%. ", tostring(dryad.leak_suspects(heap, 0.5)))
  end)
end)

describe("the leak suspects of the samples", function()
  it("are the threads of the pool", function()
    local heap = dumps.sample "threads-small.dump.gz"
    local found = dryad.leak_suspects(heap)
    assert.same({ "group", "Thread", 2000 }, { found[1].kind, found[1].type, found[1].count })
    assert.equal(heap:retained_size "Thread", found[1].retained)
    assert.matches("pool.threads", beginning(found), 1, true)
    assert.matches("2,000 threading.Thread", tostring(found):match "^[^\n]+", 1, true)
  end)

  it("are the sessions, held by SESSIONS and by each other", function()
    local heap = dumps.sample "python311-app.dump.zst"
    local found = dryad.leak_suspects(heap)
    assert.same({ "group", "Session", 20000 }, { found[1].kind, found[1].type, found[1].count })
    assert.matches("SESSIONS", beginning(found), 1, true)
    assert.matches(".parent", beginning(found), 1, true)
    assert.equal(found[1].objects:retained_size(), found[1].retained)
  end)

  it("are listed even if the module retains much besides", function()
    local found = dryad.leak_suspects(dumps.sample "threads-small.dump.gz", 0.05)
    local types = {}
    for _, suspect in ipairs(found) do
      types[suspect.type] = suspect.count
    end
    assert.same({ 2000, 1000 }, { types.Thread, types.Course })
  end)
end)
