-- SPDX-License-Identifier: MIT
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"
local ways = require "dryad.analysis.ways"
local workspaces = require "tests.spec.support.workspaces"

local function str(address, value)
  return ('{"address": %d, "type": "str", "size": 50, "value": "%s", "refs": []}'):format(address, value)
end

local function object(address, type_str, refs, more)
  return ('{"address": %d, "type": "%s", "size": 8, %s"refs": [%s]}'):format(address, type_str,
    more and more .. ", " or "", refs)
end

-- Every kind of start and of step. Names are at 1001 and up, values from 2000 on.
local LINES = {
  object(100, "module", "101", '"name": "shop", "root": "modules"'),
  object(101, "dict", "1001, 200, 1002, 201, 1003, 202, 1004, 203, 1005, 204, 1006, 205, 1007, 206, 1008, 207"),
  object(110, "module", "111", '"name": "shop.cache", "root": "modules"'),
  object(111, "dict", "1003, 2000"),
  object(120, "dict", "1012, 100, 1013, 110, 1014, 121", '"root": "modules"'),
  object(121, "Odd", "1015"),
  str(1001, "DICT"), str(1002, "LIST"), str(1003, "cache"), str(1004, "Entry"), str(1005, "box"), str(1006, "a b"),
  str(1007, "run"), str(1008, "ring"), str(1012, "shop"), str(1013, "shop.cache"), str(1014, "odd module"),
  object(1015, "int", "", '"value": 9'),
  -- shop.DICT has keys of all kinds.
  object(200, "dict", "300, 2001, 301, 2002, 302, 2003, 303, 2004, 304, 2005, 305, 2006, 306, 2007, 307, 2008, 308, "
    .. "2009, 309, 2010, 310, 2011", '"len": 11'),
  str(300, "it's"), object(301, "int", "", '"value": -7'), object(302, "float", "", '"value": 0.5'),
  object(303, "float", "", '"value": "nan"'), object(304, "float", "", '"value": 1e999'),
  object(305, "bytes", "", '"value": "\\u00ff\\u0000"'), object(306, "bool", "", '"value": "True"'),
  object(307, "NoneType", ""), object(308, "tuple", "300, 301", '"len": 2'), object(309, "Key", ""),
  object(310, "tuple", "309", '"len": 1'),
  object(201, "list", "2012, 2013, 2014", '"len": 3'),
  object(202, "int", "", '"value": 3'),
  -- shop.Entry is a class, shop.box an instance of it.
  object(203, "type", "210, 211", '"name": "Entry", "names": ["__dict__", "__base__"]'),
  object(210, "dict", "1002, 2015, 1006, 2016", '"len": 2'), object(211, "type", "", '"name": "Base"'),
  object(204, "Entry", "212, 203"),
  object(212, "dict", "1005, 2017, 1006, 2018"),
  object(205, "int", ""),
  object(206, "function", "2019, 2028, 2029, 2030",
    '"name": "run", "names": ["__defaults__", "[...]", "a\\u202eb", "[3]"]'),
  object(207, "set", "2020"),
  -- Threads, a task and what the interpreter keeps.
  object(400, "<thread>", "410, 411, 412", '"name": "MainThread", "value": "{\\"native_id\\": 5}", "root": "thread"'),
  object(401, "<thread>", "413, 414", '"name": "MainThread", "value": "{\\"native_id\\": 12}", "root": "thread"'),
  object(402, "<thread>", "415", '"name": "it\'s", "value": "{\\"native_id\\": 3}", "root": "thread"'),
  object(410, "frame", "2021, 411", '"value": "wait", "names": ["lock", "f_back"]'),
  object(411, "frame", "2022", '"value": "<module>", "names": ["x"]'),
  object(412, "frame", "", '"value": "wait"'), object(413, "frame", "2023", '"value": "a b", "names": ["x"]'),
  object(414, "frame", "", '"value": "f.<locals>.<lambda>"'), object(415, "frame", "", '"value": "run"'),
  object(420, "_asyncio.Task", "421", '"name": "Task-1", "names": ["_coro"]'),
  object(421, "coroutine", "2024", '"name": "refund", "names": ["order"]'),
  object(430, "list", "420, 431", '"len": 2, "root": "interpreter"'),
  object(431, "list", "", '"len": 0'),
  object(440, "partial", "2025", '"root": "atexit"'), object(441, "Handler", "2026, 2027", '"root": "atexit"'),
  object(442, "Handler", "", '"root": "signal"'),
}
for address = 2000, 2030 do
  LINES[#LINES + 1] = object(address, "Item", "")
end

local WAYS = {
  [100] = "shop", [110] = "shop.cache", [120] = "sys.modules", [121] = "sys.modules['odd module']", [200] = "shop.DICT",
  [2000] = "shop.cache.cache", [202] = "shop.__dict__['cache']", [205] = "shop.__dict__['a b']",
  [2001] = [=[shop.DICT["it's"]]=], [2002] = "shop.DICT[-7]", [2003] = "shop.DICT[0.5]",
  [2005] = "shop.DICT[inf]", [2006] = "shop.DICT[b'\\xff\\x00']", [2007] = "shop.DICT[True]",
  [2008] = "shop.DICT[None]",
  [2009] = [=[shop.DICT[("it's", -7)]]=], [2010] = "shop.DICT[<0x135>]", [2011] = "shop.DICT[<0x136>]",
  [2012] = "shop.LIST[0]", [2014] = "shop.LIST[2]", [2015] = "shop.Entry.LIST", [2016] = "shop.Entry.__dict__['a b']",
  [210] = "shop.Entry.__dict__", [211] = "shop.Entry.__base__", [2017] = "shop.box.box",
  [2018] = "shop.box.__dict__['a b']", [2019] = "shop.run.__defaults__", [2020] = "shop.ring[ref 1]",
  [2028] = "shop.run['[...]']", [2029] = "shop.run['a\\u202eb']", [2030] = "shop.run[3]",
  [400] = "<thread 'MainThread'>", [401] = "<thread 'MainThread'>#2", [402] = [[<thread "it's">]],
  [410] = "<thread 'MainThread'>.<frame wait>", [411] = "<thread 'MainThread'>.<frame <module>>",
  [412] = "<thread 'MainThread'>.<frame wait>#2", [413] = "<thread 'MainThread'>#2.<frame 'a b'>",
  [414] = "<thread 'MainThread'>#2.<frame f.<locals>.<lambda>>", [2021] = "<thread 'MainThread'>.<frame wait>.lock",
  [2022] = "<thread 'MainThread'>.<frame <module>>.x", [2023] = "<thread 'MainThread'>#2.<frame 'a b'>.x",
  [420] = "<task 'Task-1'>", [421] = "<task 'Task-1'>._coro", [2024] = "<task 'Task-1'>._coro.order",
  [430] = "<0x1ae>", [431] = "<0x1ae>[1]", [440] = "<atexit>#2", [441] = "<atexit>", [2025] = "<atexit>#2[ref 1]",
  [2027] = "<atexit>[ref 2]", [442] = "<signal>",
}

describe("a way", function()
  after_each(workspaces.clean)

  local heap = dumps.load(facts.dump(LINES))

  it("leads to each object, and back", function()
    for address, way in pairs(WAYS) do
      assert.equal(way, heap[address].way)
      assert.equal(heap[address], heap:at(way), way)
    end
    for o in heap:objects() do
      if o.way then
        assert.equal(o, heap:at(o.way), o.way)
      end
    end
  end)

  it("does not begin with a name of absurd length", function()
    for _, length in ipairs { 256, 257 } do
      local made = dumps.load { object(16, "<thread>", "24", ('"name": "%s", "root": "thread", "names": ["x"]')
        :format(("n"):rep(length))), object(24, "Item", "") }
      assert.equal(length == 256 and ("<thread '%s'>.x"):format(("n"):rep(256)) or "<0x10>.x", made[24].way)
      assert.equal(made[24], made:at(made[24].way))
    end
  end)

  --- A chain of objects that refer to the next by these names, from a module at 1.
  local function chain(names)
    local lines = { object(1, "module", "2", '"name": "m", "root": "modules", "names": ["first"]') }
    for i, name in ipairs(names) do
      lines[i + 1] = object(i + 1, "Node", i + 2, ('"names": ["%s"]'):format(name))
    end
    lines[#lines + 1] = object(#names + 2, "Node", "")
    return dumps.load(lines)
  end

  it("has 4 KiB at most: as many whole steps of both ends as fit", function()
    local names = {}
    for i = 1, 1500 do
      names[i] = "step" .. i
    end
    local made, all = chain(names), { "m.first" } -- the i-th step leads to object i + 1
    for _, name in ipairs(names) do
      all[#all + 1] = "." .. name
    end
    local last, whole = #all, 1
    while #table.concat(all, "", 1, whole + 1) <= 4096 do
      whole = whole + 1
    end
    assert.equal(table.concat(all, "", 1, whole), made[whole + 1].way)
    assert.matches(" %.%.%. ", made[whole + 2].way)
    local head, tail = 1, last
    while #table.concat(all, "", 1, head + 1) <= 2045 do
      head = head + 1
    end
    while #table.concat(all, "", tail - 1) <= 2045 do
      tail = tail - 1
    end
    local way = made[last + 1].way
    assert.equal(table.concat(all, "", 1, head) .. " ... " .. table.concat(all, "", tail), way)
    assert.equal(made[last + 1], made:at("<0x2>" .. table.concat(all, "", 2)))
    assert.matches("is not a way: `%.%.%.` stands for steps that are not shown",
      dumps.message(function() return (made:at(way)) end))
    assert.equal(way, made:sql(("select way from obj where address = %d"):format(last + 1))[1].way)
    assert.equal(way, made:path(1, last + 1):expression())
  end)

  it("is the same in SQL when many are asked for", function()
    local names = {}
    for i = 1, 8000 do
      names[i] = "x" .. i % 7
    end
    local made = chain(names)
    local rows = made:sql "select way from obj order by address"
    assert.equal(8002, #rows)
    for i = 1, 8002, 127 do
      assert.equal(made[i].way, rows[i].way)
    end
    assert.equal(made[8002].way, rows[8002].way)
  end)

  it("has cut names, which can be typed back", function()
    local long = ("n"):rep(60000)
    local made = dumps.load { object(1, "module", "2, 3", ('"name": "m", "root": "modules", "names": ["%sx", "%sy"]')
      :format(long, long)), object(2, "Item", ""), object(3, "Item", "") }
    local cut = "m['" .. long:sub(1, 1024) .. "'...]"
    assert.same({ cut, cut .. "#2" }, { made[2].way, made[3].way })
    assert.same({ 2, 3 }, { made:at(cut).address, made:at(cut .. "#2").address })
  end)

  it("has 4 KiB at most however long its names are, in every answer", function()
    local names = {}
    for i = 1, 300 do
      names[i] = ("n"):rep(60000)
    end
    local made = chain(names)
    for _, row in ipairs(made:sql "select length(way) as bytes from obj") do
      assert.is_true(row.bytes <= 4096)
    end
    local last = made[302]
    assert.is_true(#tostring(last:why()) < 20000)
    assert.is_true(#tostring(made "Node":why()) < 20000)
    for _, way in ipairs(ways.merged(made "Node")) do
      assert.is_true(#way.way <= 4096)
    end
  end)

  it("may be typed in other words", function()
    for way, address in pairs {
      [" shop.DICT "] = 200, ["shop.DICT['it\\'s']"] = 2001, ["shop.DICT[ -7 ]"] = 2002, ["shop.DICT[5e-1]"] = 2003,
      ['shop.DICT[b"\\377\\0"]'] = 2006, ["shop.DICT[('it\\x27s',-0x7)]"] = 2009, ["shop.LIST[-1]"] = 2014,
      ["shop.Entry.__dict__['LIST']"] = 2015, ["shop.box.__class__"] = 203, ["shop.box(class)"] = 203,
      ["shop.__dict__['LIST'][0]"] = 2012, ["shop.box.__dict__['box']"] = 2017, ["sys.modules['shop'].LIST"] = 201,
      ["<thread \"MainThread\">#2"] = 401, ["<thread 'it\\'s'>"] = 402, ["<task 'Task-1'>.<frame refund>.order"] = 2024,
      ["<0x64>.LIST"] = 201,
      ["<thread 'MainThread'>#2.<frame \"a\\x20b\">.x"] = 2023,
    } do
      assert.equal(heap[address], heap:at(way), way)
    end
  end)

  it("is nil where nothing is, and then a reason says how far it goes and what is there", function()
    for way, reason in pairs {
      ["shop.LISP"] = "`shop` is module%(100 .*, which has no .LISP; did you mean '.LIST'%?",
      ["shop.LIST[3]"] = "`shop.LIST` is list%(201 .*, which has no %[3%]: its length is 3$",
      ["shop.DICT['x'].y"] = "`shop.DICT` is dict%(200 .*, which has no %['x'%]",
      ["shop.Entry.nothing"] = "`shop.Entry` is type%(203 .*it has %.LIST, %['a b'%]$",
      ["shop.LIST[0].x"] = "`shop.LIST%[0%]` is Item%(2012 .*, which has no %.x$",
      ["<thread 'MainThread'>.<frame run>"] = "`<thread 'MainThread'>` is .*, which has no .<frame run>",
      ["shop#2"] = "no module is called 'shop'", ["ship.LIST"] = "no module is called 'ship'; did you mean 'shop'%?",
      ["<thread 'x'>"] = "there is no <thread 'x'>", ["<0x9999>.x"] = "no object has the address 0x9999",
    } do
      local o, why_not = heap:at(way)
      assert.is_nil(o)
      assert.matches(reason, why_not)
    end
  end)

  it("that is none raises on the caller's line", function()
    for way, reason in pairs {
      ["shop."] = "no step begins with `%.`", ["shop.LIST["] = "`%[` has no end",
      ["shop.DICT['x"] = "`%['x` has no end",
      ["shop.LIST[...]"] = "`%[%.%.%.%]` stands for many: choose one by its key or index",
      ["shop.LIST...[0]"] = "`%.%.%.` stands for steps that are not shown",
      ["shop.LIST 0"] = "no step begins with ` 0`",
      [""] = "no module is called ''", ["size > 10"] = "no module is called 'size'",
    } do
      local message = dumps.message(function() return (heap:at(way)) end)
      assert.matches("ways_spec.lua:%d+: at: '", message)
      assert.matches(" is not a way: ", message)
      assert.matches(reason, message)
    end
    assert.matches("at: way must be a text, .*, not nil", dumps.message(function() return (heap:at()) end))
    assert.matches("colon: heap:at%('shop'%)", dumps.message(function() return (heap.at('shop')) end))
  end)

  it("is nil for garbage", function()
    local changed = dumps.load(facts.dump(LINES))
    changed:remove_references({ 201 }, { 2013 })
    assert.is_nil(changed[2013].way)
    assert.equal("shop.LIST[ref 1]", changed[2012].way) -- which item it is, is unknown now
    changed:undo()
    assert.equal("shop.LIST[1]", changed[2013].way)
    changed:set_roots { 201 }
    assert.same({ "<0xc9>[1]" }, { changed[2013].way, changed[200].way })
  end)

  it("is taken wherever an address is", function()
    assert.equal(heap[2013], heap "shop.LIST[1]")
    assert.equal(heap[100], heap "shop")
    assert.equal(heap[201], heap:get "shop.LIST")
    assert.equal(heap[201], heap:get "201")
    assert.is_nil(heap:get "shop.LISP")
    assert.equal(heap[2013], heap:why("shop.LIST[1]").object)
    assert.equal(1, #heap:why("shop.LIST[1] 1"))
    assert.equal("shop.LIST[1]", heap:path("shop", "shop.LIST[1]"):expression())
    assert.is_nil(heap:path("shop", "shop.LIST[1]", { excluding = "shop.LIST" }))
    assert.equal(3, heap:retained_size("shop.LIST") // 8 - 1)
    local ws = workspaces.open(nil)
    ws:read(workspaces.dump(facts.dump(LINES)))
    assert.equal(2013, ws:info("shop.LIST[1]")[1].address)
    assert.equal(201, ws:parents("shop.LIST[1]")[1].address)
    assert.equal(201, ws:kids("shop.LIST")[1][1].address)
    assert.equal(2013, ws:why("shop.LIST[1] 2").object.address)
    assert.equal(3, #ws:path([[from "shop" to "shop.LIST[1]"]])[1])
    assert.matches("nothing is at shop.LIST%[7%]: .* which has no %[7%]: its length is 3", dumps.message(function()
      return (heap "shop.LIST[7]")
    end))
    assert.matches("nothing is at shop.LIST%[%.%.%.%]: `%[%.%.%.%]` stands for many: choose one",
      dumps.message(function() return heap "shop.LIST[...]" end))
    assert.matches("no object is of type 'shop.LISP', and as a way it leads nowhere: .*did you mean '.LIST'",
      dumps.message(function() return (heap "shop.LISP") end))
  end)

  it("is a hidden column of obj", function()
    local rows = heap:sql "select address, way from obj where way like 'shop.LIST%' order by way"
    assert.same({ 201, 2012, 2013, 2014 }, { rows[1].address, rows[2].address, rows[3].address, rows[4].address })
    assert.same({ 4, "shop.LIST[2]" }, { #rows, rows[4].way })
    assert.equal(2012, heap:where("way = 'shop.LIST[0]'")[1].address)
    local changed = dumps.load(facts.dump(LINES))
    changed:remove_references({ 201 }, { 2013 })
    assert.is_nil(changed:sql("select way from obj where address = 2013")[1].way)
  end)
end)

describe("ways to many", function()
  local function found(list, most)
    local texts = {}
    for i, way in ipairs(ways.merged(list, most)) do
      texts[i] = { way.way, way.count, way.of, way.holders, way.holder and way.holder.address }
    end
    return texts
  end

  it("are joined where they differ only in keys, indexes or sibling holders", function()
    local lines = {
      object(1, "module", "2", '"name": "app"'),
      object(2, "dict", "1000, 10, 1001, 11, 1002, 12"),
      str(1000, "SESSIONS"), str(1001, "BUS"), str(1002, "HEAD"), str(1003, "cart"), str(1004, "tick"),
      str(1005, "next"),
      object(10, "list", "20, 21, 22", '"len": 3'),
      object(11, "dict", "1004, 30", '"len": 1'),
      object(30, "list", "100, 101", '"len": 2'),
      object(12, "Item", "1005, 112, 9"), object(112, "Item", "1005, 113, 9"), object(113, "Item", "9"),
      object(9, "type", "", '"name": "Item"'), object(8, "type", "", '"name": "Session"'),
      object(40, "Loose", "114"), object(114, "Item", "9"),
    }
    for i = 0, 2 do
      lines[#lines + 1] = object(20 + i, "Session", ("1003, %d, 8"):format(50 + i))
      lines[#lines + 1] = object(50 + i, "list", ("%d, %d"):format(102 + 2 * i, 103 + 2 * i), '"len": 2')
    end
    for address = 100, 107 do
      lines[#lines + 1] = object(address, "Item", "9")
    end
    local heap = dumps.load(lines)
    assert.same({
      { "app.SESSIONS[...].cart[...]", 6, 12, 3 },
      { "app.BUS['tick'][...]", 2, 12, 1, 30 },
      { "app.HEAD.next...", 2, 12, 2 },
      { "<0x28>[ref 1]", 1, 12, 1, 40 },
      { "app.HEAD", 1, 12, 1, 1 },
    }, found(heap "Item"))
    assert.equal(1, #found(heap "Item", 1))
    assert.same({ { "app.SESSIONS[1].cart[0]", 1, 1, 1, 51 } }, found(heap:where "address = 104"))
    assert.same({}, found(heap:where "address = 0"))
  end)

  it("tell the keys of small dicts apart, unless there are too many", function()
    local lines = { object(1, "module", "2", '"name": "app"'), object(2, "dict", "1000, 3"), str(1000, "STATE") }
    local refs = {}
    for i = 1, 100 do
      refs[i] = ("%d, %d"):format(100 + i, 2000 + i)
      lines[#lines + 1] = object(100 + i, "int", "", ('"value": %d'):format(i))
      lines[#lines + 1] = object(2000 + i, "dict", ("%d, %d"):format(300 + i, 400 + i), '"len": 1')
      lines[#lines + 1] = str(300 + i, "user")
      lines[#lines + 1] = object(400 + i, "User", "")
    end
    lines[#lines + 1] = object(3, "dict", table.concat(refs, ", "), '"len": 100')
    assert.same({ { "app.STATE[...]['user']", 100, 100, 100 } }, found(dumps.load(lines) "User"))
    for i, line in ipairs(lines) do
      lines[i] = line:gsub('"user"', ('"user%d"'):format(i))
    end
    assert.same({ { "app.STATE[...][...]", 100, 100, 100 } }, found(dumps.load(lines) "User"))
  end)

  it("lead through a class to its attributes", function()
    assert.equal("m.C.rows", ways.followed("m.C.__dict__", "['rows']"))
    assert.equal("m.C.rows...", ways.followed("m.C.__dict__", "['rows']..."))
    assert.equal("m.C.__dict__['a b']", ways.followed("m.C.__dict__", "['a b']"))
    assert.equal("m.d['rows']", ways.followed("m.d", "['rows']"))
    assert.equal("m.C.__class__", ways.followed("m.C", "(class)"))
  end)

  it("name threads and tasks together if there are many", function()
    local lines = {}
    for i = 1, 5 do
      local more = ('"name": "w-%d", "value": "{}", "root": "thread"'):format(i)
      lines[i] = object(100 + i, "<thread>", tostring(200 + i), more)
      lines[5 + i] = object(200 + i, "frame", tostring(300 + i), '"value": "run", "names": ["buffer"]')
      lines[10 + i] = object(300 + i, "Buffer", "")
    end
    assert.same({ { "<thread ...>.<frame run>.buffer", 5, 5, 5 } }, found(dumps.load(facts.dump(lines)) "Buffer"))
  end)
end)

describe("ways in real dumps", function()
  local FEW = 1000 -- objects looked at in each

  for _, name in ipairs { "threads-small.dump.gz", "python311-app.dump.zst", "shop.dump.zst" } do
    it("lead back to their objects in " .. name, function()
      local heap = dumps.sample(name)
      local addresses, looked = heap:column "address", 0
      local step = math.max(1, #addresses // FEW)
      for i = 1, #addresses, step do
        local o = heap[addresses[i]]
        local way = o.way
        if way then
          assert.equal(o, heap:at(way), way)
          looked = looked + 1
        end
      end
      assert.is_true(looked > FEW / 2)
    end)
  end
end)
