-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"

local LINES = {
  '{"address": 10, "type": "module", "size": 56, "name": "app", "refs": [20, 20, 30, 99]}',
  '{"address": 20, "type": "str", "size": 40, "len": 3, "value": "abc", "refs": []}',
  '{"address": 30, "type": "tuple", "size": 64, "len": 2, "refs": [20, 30]}',
  '{"address": 40, "type": "int", "size": 24, "value": 62401, "refs": []}',
}

describe("an object", function()
  local heap

  before_each(function()
    heap = dumps.heap(LINES)
  end)

  it("has the fields of its record", function()
    local o = heap[20]
    assert.same({ 20, "str", "str", 40, 3, "abc", nil },
      { o.address, o.type_str, o.type, o.size, o.len, o.value, o.name })
    assert.is_nil(heap[10].len)
    assert.equal("app", heap[10].name)
  end)

  it("returns its name if it has no value", function()
    assert.equal("app", heap[10].value)
  end)

  it("has its value for a name where it stands in a file, if that is text", function()
    for value, name in pairs { ['"run"'] = "run", ["1.5"] = "none", ["7"] = "none" } do
      local made = dumps.load { ('{"address": 16, "type": "frame", "value": %s, "file": "a.py", "refs": []}')
        :format(value) }
      assert.equal(name, made[16].name or "none")
    end
  end)

  it("distinguishes an explicit null from no value", function()
    heap = dumps.heap { '{"address": 1, "type": "int", "size": 1, "value": null, "name": "n", "refs": []}' }
    assert.is_nil(heap[1].value)
    assert.equal("n", heap[1].name)
  end)

  it("keeps every kind of value", function()
    heap = dumps.heap {
      '{"address": 1, "type": "x", "size": 1, "value": -7, "refs": []}',
      '{"address": 2, "type": "x", "size": 1, "value": 1.5, "refs": []}',
      '{"address": 3, "type": "x", "size": 1, "value": true, "refs": []}',
      '{"address": 4, "type": "int", "size": 1, "value": 123456789012345678901234567890, "refs": []}',
      '{"address": 5, "type": "x", "size": 1, "value": 9223372036854775807, "refs": []}',
      '{"address": 6, "type": "str", "size": 1, "value": "a\\u0000b", "refs": []}',
    }
    assert.equal(-7, heap[1].value)
    assert.equal("float", math.type(heap[2].value))
    assert.is_true(heap[3].value)
    assert.equal("123456789012345678901234567890", heap[4].value)
    assert.equal(math.maxinteger, heap[5].value)
    assert.equal("a\0b", heap[6].value)
    assert.equal("int(4 1B 123456789012345678901234567890)", tostring(heap[4]))
    assert.equal("x(3 1B True)", tostring(heap[3]))
    assert.equal("x(2 1B 1.5)", tostring(heap[2]))
  end)

  it("has children in order with repetitions, and distinct parents ascending", function()
    assert.same({ 20, 20, 30, 99 }, heap[10].children)
    assert.same({ 10, 30 }, heap[20].parents)
    assert.same({ 10, 30 }, heap[30].parents)
    assert.same({ 4, 4, 2, 0 }, { #heap[10], heap[10].num_refs, heap[20].num_parents, #heap[20] })
  end)

  it("is indexed by position from 1, from the end when negative, nil beyond", function()
    local o = heap[10]
    assert.equal(heap[20], o[1])
    assert.equal(heap[30], o[3])
    assert.equal(heap[30], o[-2])
    assert.equal(heap[20], o[-4])
    assert.is_nil(o[0])
    assert.is_nil(o[5])
    assert.is_nil(o[-5])
    assert.is_nil(o[math.mininteger])
  end)

  it("is the same Lua value whichever way it was reached, and a table key", function()
    local seen = { [heap[20]] = "here" }
    assert.equal("here", seen[heap[10][1]])
    assert.equal("here", seen[heap[30].c[1]])
    assert.is_true(rawequal(heap[30], heap[30][2]))
  end)

  it("shows a dangling reference as missing", function()
    local o = heap[10][4]
    assert.equal("<missing>(99)", tostring(o))
    assert.same({ 99, "<missing>", 0, 0, 0 }, { o.address, o.type, o.size, #o, o.num_parents })
    assert.same({ {}, {} }, { o.children, o.parents })
    assert.is_nil(o.value)
    assert.is_nil(o.len)
    assert.is_nil(heap[99])
    assert.matches("does not hold", dumps.message(o.to_json, o))
  end)

  it("has addresses from 2^63 on signed, and printed unsigned", function()
    heap = dumps.heap {
      '{"address": 18446744073709551615, "type": "x", "size": 1, "refs": [9223372036854775808]}',
      '{"address": 9223372036854775808, "type": "y", "size": 2, "refs": []}',
      '{"address": 5, "type": "z", "size": 3, "refs": []}',
    }
    assert.equal(-1, heap[-1].address)
    assert.same({ math.mininteger }, heap[-1].children)
    assert.equal("x(18446744073709551615 1B 1refs)", tostring(heap[-1]))
    assert.equal(heap[-1], heap "18446744073709551615")
    assert.matches("an address is a whole number", dumps.message(heap.get, heap, "18446744073709551616"))
    assert.matches("an address is a whole number", dumps.message(heap.get, heap, "5\0"))
    local order = {}
    for o in heap:objects() do
      order[#order + 1] = o.type
    end
    assert.same({ "z", "y", "x" }, order)
  end)

  it("cannot be changed", function()
    assert.matches("read%-only", dumps.message(function()
      heap[20].size = 3
    end))
  end)

  it("names the nearest field for a mistyped one, on the caller's line", function()
    local message = dumps.message(function()
      return (heap[20].childern)
    end)
    assert.matches("^[^\n]*object_spec.lua:%d+: an object has no field 'childern'; did you mean 'children'", message)
  end)

  it("shows how to call a method that was called with a dot", function()
    local message = dumps.message(function()
      local size = heap[10].compute_total_size()
      return size
    end)
    assert.matches("object_spec.lua:%d+: .*call it with a colon: heap%[10%]:compute_total_size%(%)", message)
    assert.matches("call it with a colon: heap%[10%]:to_json%(%)", dumps.message(function()
      local line = heap[10].to_json()
      return line
    end))
    assert.matches('colon: heap%[10%]:all%("str"%)', dumps.message(function()
      local found = heap[10].all("str")
      return found
    end))
  end)
end)

describe("tostring of an object", function()
  local function text(line, opts)
    return tostring(dumps.heap({ line }, opts)[1])
  end

  local function record(type_str, value)
    return ('{"address": 1, "type": "%s", "size": 9, "value": %s, "refs": []}'):format(type_str, value)
  end

  it("leaves out zero counts", function()
    local heap = dumps.heap(LINES)
    assert.equal("module(10 56B 4refs 'app')", tostring(heap[10]))
    assert.equal("str(20 40B 2par 'abc')", tostring(heap[20]))
    assert.equal("tuple(30 64B 2refs 2par)", tostring(heap[30]))
    assert.equal("int(40 24B 62401)", tostring(heap[40]))
  end)

  it("quotes as Python does", function()
    assert.equal([[str(1 9B "it's")]], text(record("str", [["it's"]])))
    assert.equal([[str(1 9B 'it\'s "so"')]], text(record("str", [["it's \"so\""]])))
    assert.equal([[str(1 9B 'a\n\t\r\\\x00\x7f')]], text(record("str", [["a\n\t\r\\\u0000\u007f"]])))
    assert.equal([[frame(1 9B 'main')]], text(record("frame", '"main"')))
    assert.equal([[bool(1 9B 'True')]], text(record("bool", '"True"')))
  end)

  it("shows text of Python 3 as it is, but for what cannot be printed", function()
    assert.equal("str(1 9B 'Grüße\u{1f600}')", text(record("str", [["Gr\u00fc\u00dfe\ud83d\ude00"]]), { python = 3 }))
    assert.equal([[str(1 9B '\xa0\u200b\ud800\x9f')]],
      text(record("str", [["\u00a0\u200b\ud800\u009f"]]), { python = 3 }))
  end)

  it("shows bytes of Python 3 with b, text of Python 2 with u", function()
    assert.equal([[bytes(1 9B b'\xa7\r')]], text(record("bytes", [["\u00a7\r"]]), { python = 3 }))
    assert.equal([[str(1 9B '\xa7')]], text(record("str", [["\u00a7"]]), { python = 2 }))
    assert.equal([[unicode(1 9B u'\xa7\u20ac\U0001f600')]],
      text(record("unicode", [["\u00a7\u20ac\ud83d\ude00"]]), { python = 2 }))
  end)

  it("writes floats as Python does", function()
    for number, shown in pairs {
      ["9223372036.0"] = "9223372036.0", ["0.1"] = "0.1", ["1e16"] = "1e+16", ["1e15"] = "1000000000000000.0",
      ["1.5e-7"] = "1.5e-07", ["0.0001"] = "0.0001", ["-2.5e300"] = "-2.5e+300", ["-0.0"] = "-0.0",
      ["5e-324"] = "5e-324",
      ["123.456"] = "123.456", ["0.30000000000000004"] = "0.30000000000000004",
    } do
      assert.equal("float(1 9B " .. shown .. ")", text(record("float", number)))
    end
  end)

  it("shows the total size once it was computed, a unit higher from 800 on", function()
    local heap = dumps.heap {
      '{"address": 1, "type": "a", "size": 800, "refs": []}',
      '{"address": 2, "type": "a", "size": 801, "refs": []}',
      '{"address": 3, "type": "a", "size": 4718592, "refs": []}',
      '{"address": 4, "type": "a", "size": 3221225472, "refs": []}',
    }
    assert.equal(0, heap[1].total_size)
    assert.equal("a(1 800B)", tostring(heap[1]))
    for address, shown in ipairs {
      "a(1 800B 800.0Btot)", "a(2 801B 0.8Ktot)", "a(3 4718592B 4.5Mtot)", "a(4 3221225472B 3.0Gtot)",
    } do
      heap[address]:compute_total_size()
      assert.equal(shown, tostring(heap[address]))
    end
  end)

  it("escapes control characters in a type's name", function()
    assert.equal([[a\x1bb(1 9B)]], text '{"address": 1, "type": "a\\u001bb", "size": 9, "refs": []}')
    assert.equal([[a\x9bb(1 9B)]], text '{"address": 1, "type": "a\\u009bb", "size": 9, "refs": []}')
  end)
end)

describe("walking from an object", function()
  -- 1 -> 2 -> 3 -> 1, 2 -> 4 (module) -> 5, 1 -> 99 (missing)
  local heap

  before_each(function()
    heap = dumps.heap {
      '{"address": 1, "type": "a", "size": 1, "refs": [2, 2, 99]}',
      '{"address": 2, "type": "b", "size": 10, "refs": [3, 4]}',
      '{"address": 3, "type": "b", "size": 100, "refs": [1]}',
      '{"address": 4, "type": "module", "size": 1000, "refs": [5]}',
      '{"address": 5, "type": "b", "size": 10000, "refs": []}',
    }
  end)

  local function addresses(iterator, ...)
    local found = {}
    for o in iterator, ... do
      found[#found + 1] = o.address
    end
    return found
  end

  it("finds each object once, itself first", function()
    local found = addresses(heap[2]:iter_recursive_refs())
    assert.equal(2, found[1])
    table.sort(found)
    assert.same({ 1, 2, 3, 4, 5 }, found)
  end)

  it("stops at excluded objects, however they are named", function()
    for _, excluding in ipairs {
      "module", heap[4], { 4 }, { heap[4] }, heap "module", { "module" }, { heap "module", "nothing" },
    } do
      assert.equal(111, heap[1]:compute_total_size(excluding))
      local found = addresses(heap[1]:iter_recursive_refs(excluding))
      table.sort(found)
      assert.same({ 1, 2, 3 }, found)
      assert.equal(3, heap[1]:summarize(excluding).total_count)
    end
  end)

  it("finds nothing when the start is excluded", function()
    assert.equal(0, heap[1]:compute_total_size(heap[1]))
    assert.same({}, addresses(heap[1]:iter_recursive_refs { 1 }))
    assert.equal(0, heap[1]:summarize({ 1 }).total_count)
  end)

  it("computes the total size and remembers it", function()
    assert.equal(11111, heap[1]:compute_total_size())
    assert.equal(11111, heap[1].total_size)
    assert.equal(10000, heap[5]:compute_total_size())
  end)

  it("returns the reachable objects of a type, sorted as by get_all", function()
    assert.same({ 5, 3, 2 }, heap[1]:all("b"):map(function(o) return o.address end))
    assert.same({ 3, 2 }, heap[1]:all("b", "module"):map(function(o) return o.address end))
    assert.equal(0, #heap[1]:all "none such")
  end)

  it("can be stopped in the middle", function()
    for o in heap[1]:iter_recursive_refs() do
      if o.address == 2 then
        break
      end
    end
    heap:close()
  end)

  it("goes through a list of a million elements and a tuple 60,000 deep", function()
    local function chain(count, type_str)
      local i = 0
      return dryad.load(function()
        if i == count then
          return nil
        end
        local lines = {}
        for _ = 1, math.min(10000, count - i) do
          i = i + 1
          lines[#lines + 1] = ('{"address": %d, "type": "%s", "size": 1, "refs": [%s]}\n'):format(i, type_str,
            i < count and i + 1 or "")
        end
        return table.concat(lines)
      end, { progress = false })
    end
    assert.equal(1000000, chain(1000000, "node")[1]:compute_total_size())
    assert.equal(60000, chain(60000, "tuple")[1]:summarize().total_count)
  end)

  it("reports wrong arguments", function()
    assert.matches("object_spec.lua:%d+: all: type must be the name of a type, not nil", dumps.message(function()
      heap[1]:all()
    end))
    assert.matches("compute_total_size: excluding must be objects", dumps.message(function()
      heap[1]:compute_total_size(true)
    end))
    assert.matches("no object has the address 77", dumps.message(function()
      heap[1]:compute_total_size { 77 }
    end))
    assert.matches("no such column: sise", dumps.message(function()
      heap[1]:compute_total_size "sise > 3"
    end))
    assert.matches("of another heap", dumps.message(function()
      heap[1]:compute_total_size(dumps.heap(LINES)[10])
    end))
  end)
end)

describe("label", function()
  local function labels(o)
    local found = {}
    for i = 1, #o do
      found[i] = o:label(i)
    end
    return found
  end

  local OWNERS = {
    '{"address": 1, "type": "module", "size": 9, "name": "app", "refs": [2]}',
    '{"address": 2, "type": "dict", "size": 9, "len": 2, "refs": [11, 3, 12, 4]}',
    '{"address": 3, "type": "Thing", "size": 9, "refs": [5, 6]}',
    '{"address": 4, "type": "dict", "size": 9, "len": 3, "refs": [13, 3, 14, 3, 15, 99]}',
    '{"address": 5, "type": "dict", "size": 9, "len": 1, "refs": [11, 7]}',
    '{"address": 6, "type": "type", "size": 9, "name": "Thing", "refs": []}',
    '{"address": 7, "type": "list", "size": 9, "len": 2, "refs": [15, 15]}',
    '{"address": 11, "type": "str", "size": 9, "value": "first", "refs": []}',
    '{"address": 12, "type": "str", "size": 9, "value": "two words", "refs": []}',
    '{"address": 13, "type": "str", "size": 9, "value": "it\'s", "refs": []}',
    '{"address": 14, "type": "int", "size": 9, "value": -7, "refs": []}',
    '{"address": 15, "type": "tuple", "size": 9, "refs": []}',
  }

  it("is what Python users write for attributes, keys and items", function()
    local heap = dumps.heap(OWNERS, { collapse = true })
    assert.same({ "[ref 1]", ".first", "[ref 3]", ".__dict__['two words']" }, labels(heap[1]))
    assert.same({ "[ref 1]", ".first", "(class)" }, labels(heap[3]))
    assert.same({ "[ref 1]", "[\"it's\"]", "[ref 3]", "[-7]", "[ref 5]", "[<0xf>]" }, labels(heap[4]))
    assert.same({ "[0]", "[1]" }, labels(heap[7]))
  end)

  it("leads through __dict__ if nothing was collapsed, and follows changes", function()
    local heap = dumps.heap(OWNERS)
    local module, thing = heap[1], heap[3]
    assert.same({ ".__dict__" }, labels(module))
    assert.same({ ".__dict__", "(class)" }, labels(thing))
    heap:collapse_instance_dicts()
    assert.equal(".first", module:label(2))
    assert.equal(".first", thing:label(2))
    heap:undo()
    assert.equal(".__dict__", thing:label(1))
  end)

  it("counts from the end for a negative number", function()
    local thing = dumps.heap(OWNERS)[3]
    assert.equal("(class)", thing:label(-1))
    assert.equal(".__dict__", thing:label(-2))
  end)

  it("has at most 1,024 bytes of a text", function()
    for _, case in ipairs { { ("x"):rep(1024), "'%s'" }, { ("x"):rep(1025), "'%s'...", 1024 },
      { ("€"):rep(342), "'%s'...", 1023 } } do
      local text = case[1]
      local heap = dumps.heap {
        '{"address": 1, "type": "str", "size": 9, "value": "' .. text .. '", "refs": []}',
        '{"address": 2, "type": "dict", "size": 9, "refs": [1, 1]}',
      }
      assert.equal("[" .. case[2]:format(text:sub(1, case[3])) .. "]", heap[2]:label(2))
    end
  end)

  it("reports a wrong argument", function()
    local heap = dumps.heap(OWNERS)
    local o = heap[3]
    for _, case in ipairs {
      { 0, "0" }, { 3, "3" }, { -3, "%-3" }, { 1.5, "1.5" }, { 1.0, "1.0" }, { "1", "'1'" }, { {}, "a table" },
      { math.mininteger, "%-9223372036854775808" }, { ("1"):rep(50), "a string" },
    } do
      assert.matches("object_spec.lua:%d+: label: i must be the number of a reference, not " .. case[2] .. "$",
        dumps.message(function()
          return (o:label(case[1]))
        end))
    end
    assert.matches("not nil$", dumps.message(o.label, o))
    assert.matches("label: i must be", dumps.message(o.label, heap[4][6], 1))
    assert.matches("colon: o:label%(1%)", dumps.message(function()
      local label = o.label(1)
      return label
    end))
  end)

  it("labels the references in the samples", function()
    local app = dumps.sample "python311-app.dump.zst"
    for f in app:objects "function" do
      assert.equal(".__code__", f:label(1))
      assert.equal(".__globals__", f:label(2))
    end
    for class in app:objects "type" do
      if #class > 0 then
        assert.same({ ".__dict__", ".__mro__", ".__bases__", ".__base__" },
          table.move(labels(class), 1, 4, 1, {}))
        assert.equal(class, class[2][-1])
      end
    end
    for frame in dumps.sample "threads-small.dump.gz":objects "frame" do
      for i = 1, 2 do
        local expected = { frame = ".f_back", code = ".f_code", module = ".f_builtins" }
        assert.equal(expected[frame[i].type] or ("[ref %d]"):format(i), frame:label(i))
      end
    end
  end)
end)

describe("to_json", function()
  local function line_of(line, opts)
    return dumps.heap({ line }, opts)[1]:to_json()
  end

  it("returns the line of the dump in the canonical layout", function()
    for _, line in ipairs {
      '{"address": 1, "type": "dict", "size": 280, "len": 1, "refs": [2, 2]}',
      '{"address": 1, "type": "module", "size": 56, "name": "app", "refs": []}',
      '{"address": 1, "type": "int", "size": 24, "value": -5, "refs": []}',
    } do
      assert.equal(line, line_of(line))
    end
  end)

  it("loads back equal, whatever the value is", function()
    for _, value in ipairs {
      [["\u00e4\u0000\"\\\n"]], [["\ud800"]], [["\ud83d\ude00"]], "null", "true", "1.5", "-0.0", "1e300",
      "123456789012345678901234567890", "-9223372036854775808",
    } do
      for _, type_str in ipairs { "str", "unicode", "bytes" } do
        for python = 2, 3 do
          local line = ('{"address": 1, "type": "%s", "size": 9, "value": %s, "name": "n", "refs": [7]}')
            :format(type_str, value)
          local opts = { python = python }
          local first = dumps.heap({ line }, opts)[1]
          local again = dumps.heap({ first:to_json() }, opts)[1]
          assert.equal(first.value, again.value)
          assert.equal(math.type(first.value), math.type(again.value))
          assert.equal(first.name, again.name)
          assert.equal(first:to_json(), again:to_json())
        end
      end
    end
  end)
end)

describe("after a change", function()
  local COLLAPSIBLE = {
    '{"address": 10, "type": "Thing", "size": 1, "refs": [20, 40]}',
    '{"address": 20, "type": "dict", "size": 2, "len": 1, "refs": [30, 50]}',
    '{"address": 30, "type": "str", "size": 3, "len": 1, "value": "a", "refs": []}',
    '{"address": 40, "type": "type", "size": 4, "name": "Thing", "refs": []}',
    '{"address": 50, "type": "list", "size": 5, "len": 0, "refs": []}',
  }

  it("an object is the same value with its new fields", function()
    local heap = dumps.heap(COLLAPSIBLE)
    local thing, list = heap[10], heap[50]
    thing:compute_total_size()
    assert.equal(1, heap:collapse_instance_dicts())
    assert.same({ 3, { 30, 50, 40 } }, { thing.size, thing.children })
    assert.is_true(rawequal(thing, heap[10]))
    assert.is_true(rawequal(list, thing[2]))
    assert.equal(0, thing.total_size)
  end)

  it("an object that is gone raises an error when used, until it is restored", function()
    local heap = dumps.heap(COLLAPSIBLE)
    local dict = heap[20]
    heap:collapse_instance_dicts()
    assert.matches("object_spec.lua:%d+: dict%(20%) is gone", dumps.message(function()
      return (dict.size)
    end))
    assert.equal("dict(20) is gone", tostring(dict))
    assert.is_nil(heap[20])
    assert.is_true(heap:undo())
    assert.equal(2, dict.size)
    assert.is_true(rawequal(dict, heap[20]))
    assert.same({ 20, 40 }, heap[10].children)
  end)

  it("a list still knows its objects, and names one that is gone", function()
    local heap = dumps.heap(COLLAPSIBLE)
    local kept, lost = heap "list" + heap "str", heap "list" + heap "dict"
    heap:collapse_instance_dicts()
    assert.equal("a", kept[2].value)
    assert.equal(8, kept:sum "size")
    assert.equal(50, lost[1].address)
    assert.matches("dict%(20%) is gone", dumps.message(function()
      return (lost[2])
    end))
    assert.matches("dict%(20%) is gone", dumps.message(function()
      return lost:sum "size"
    end))
    assert.equal("2 objects, some of them gone\n   1 list(50 5B 1par)\n   2 <gone>", tostring(lost))
    heap:undo()
    assert.equal(7, lost:sum "size")
  end)

  it("a loop over the objects stops with an error", function()
    local heap = dumps.heap(COLLAPSIBLE)
    assert.matches("changed while a loop", dumps.message(function()
      for _ in heap:objects() do
        heap:collapse_instance_dicts()
      end
    end))
  end)
end)

describe("the sample dumps", function()
  for _, name in ipairs { "threads-small.dump.gz", "python311-app.dump.zst" } do
    it(name .. " has the fields of the reference answers", function()
      local heap = dumps.sample(name)
      for _, x in ipairs(dumps.expected(name:match "^[^.]+").objects) do
        local o = heap[x.address]
        assert.same({ x.type, x.size }, { o.type, o.size })
        if x.children then
          assert.same(x.children, o.children)
          assert.same(x.parents, o.parents)
          assert.equal(#x.children, #o.c)
          assert.equal(#x.parents, #o.p)
        end
      end
    end)
  end
end)
