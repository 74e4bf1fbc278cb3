-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local program = require "tests.spec.support.program"

-- Two users; the second has neither a name nor a plan.
local heap = dumps.heap {
  '{"address": 1, "type": "User", "size": 10, "refs": [11, 21, 12, 22, 13, 23, 3]}',
  '{"address": 2, "type": "User", "size": 20, "refs": [13, 24, 3]}',
  '{"address": 3, "type": "type", "size": 10, "name": "User", "refs": []}',
  '{"address": 11, "type": "str", "size": 1, "value": "name", "refs": []}',
  '{"address": 12, "type": "str", "size": 1, "value": "plan", "refs": []}',
  '{"address": 13, "type": "str", "size": 1, "value": "is_new", "refs": []}',
  '{"address": 21, "type": "str", "size": 1, "value": "a, \\"b\\"", "refs": []}',
  '{"address": 22, "type": "NoneType", "size": 1, "refs": []}',
  '{"address": 23, "type": "bool", "size": 1, "value": "True", "refs": []}',
  '{"address": 24, "type": "bool", "size": 1, "value": "False", "refs": []}',
}
local FIELDS = { "address", "size", ".name", ".plan", ".is_new" }

describe("a list", function()
  local users = heap "User":sort("size", "asc")

  after_each(program.clean)

  it("is CSV, with fields and attributes", function()
    assert.equal('address,size,.name,.plan,.is_new\n1,10,"a, ""b""",,True\n2,20,,,False\n', users:csv(nil, FIELDS))
    assert.equal("address,type,size,len,value,name,num_refs,num_parents\n1,User,10,,,,7,0\n", users:head(1):csv())
    assert.equal("address\n", users:head(0):csv(nil, { "address" }))
  end)

  it("is JSON, with null for what is missing", function()
    assert.same({
      { address = 1, size = 10, [".name"] = 'a, "b"', [".plan"] = core.None, [".is_new"] = true },
      { address = 2, size = 20, [".name"] = core.None, [".plan"] = core.None, [".is_new"] = false },
    }, core.json.decode(users:json(nil, FIELDS)))
    assert.same({}, core.json.decode(users:head(0):json()))
  end)

  it("is JSON lines, and CSV for spreadsheets", function()
    assert.equal('{"address":1,".name":"a, \\"b\\""}\n{"address":2,".name":null}\n',
      users:jsonl(nil, { "address", ".name" }))
    assert.equal("", users:head(0):jsonl())
    assert.equal("\xef\xbb\xbfaddress,size\r\n1,10\r\n2,20\r\n",
      users:csv(nil, { "address", "size" }, { excel = true }))
  end)

  it("says how many lone surrogates CSV escapes", function()
    local odd = dumps.heap { '{"address": 1, "type": "str", "size": 9, "value": "\\ud800-\\udc80", "refs": []}' }
    assert.same({ "value\n\\ud800-\\udc80\n", 2 }, { odd:get_all():csv(nil, { "value" }) })
  end)

  it("is written to a new file", function()
    local path = program.name ".csv"
    program.file("", "x") -- so that clean has something to do
    assert.equal("2 objects written to " .. path, users:csv(path, FIELDS))
    assert.equal(users:csv(nil, FIELDS), program.read_file(path))
    assert.matches("exists already; { force = true } replaces it", dumps.message(function() users:csv(path) end))
    users:json(path, { "address" }, { force = true })
    assert.same({ { address = 1 }, { address = 2 } }, core.json.decode(program.read_file(path)))
    os.remove(path)
  end)

  it("is written in pieces if it is long", function()
    local lines = {}
    for i = 1, 2500 do
      lines[i] = ('{"address": %d, "type": "int", "size": 1, "refs": []}'):format(i)
    end
    local all = dumps.heap(lines):get_all():sort("address", "asc")
    local text = all:csv(nil, { "address" })
    assert.equal(2501, select(2, text:gsub("\n", "")))
    assert.matches("\n2500\n$", text)
    local decoded = core.json.decode(all:json(nil, { "address" }))
    assert.same({ 2500, 1, 1001, 2500 }, { #decoded, decoded[1].address, decoded[1001].address, decoded[2500].address })
  end)

  it("has no other fields", function()
    assert.matches("a field of objects, or .NAME for an attribute", dumps.message(function()
      return users:csv(nil, { "x" })
    end))
    assert.matches("an array of fields", dumps.message(function() users:json(nil, "size") end))
  end)

  it("does not replace the dump that it comes from", function()
    local line = '{"address": 1, "type": "int", "size": 10, "refs": []}\n'
    local path = program.file(line)
    local ints = dumps.load(path) "int"
    for _, method in ipairs { "csv", "json" } do
      assert.matches("would overwrite its own input, [^ ]+; write to another file",
        dumps.message(ints[method], ints, path, nil, { force = true }))
    end
    assert.equal(line, program.read_file(path))
  end)
end)

describe("Meliae's names", function()
  it("mean what they meant", function()
    local o = heap[1]
    assert.same(o.children, o.ref_list)
    assert.same(heap[3].parents, heap[3].referrers)
    assert.same({ 1, 2 }, heap[3].referrers)
    assert.equal(2, heap[3].num_referrers)
    assert.equal(o, heap:compute_total_size(o))
    assert.equal(10 + 6 * 1 + 10, o.total_size)
    heap:compute_referrers()
  end)
end)
