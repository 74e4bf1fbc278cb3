-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
local facts = require "tests.spec.support.facts"
local program = require "tests.spec.support.program"

local SMALL = "tests/data/threads-small.dump.gz"

describe("dryad convert", function()
  after_each(program.clean)

  local function same(a, b)
    assert.equal(#a, #b)
    assert.equal(a.num_refs, b.num_refs)
    assert.equal(a.total_size, b.total_size)
    for o in a:objects() do
      local other = b[o.address]
      if not other or o:to_json() ~= other:to_json() then
        assert.equal(o:to_json(), other and other:to_json())
      end
    end
  end

  local function load(path)
    return dryad.load(path, { progress = false, collapse = false })
  end

  it("writes what it read, compressed by name", function()
    local before = load(SMALL)
    for _, ending in ipairs { ".dump", ".dump.gz", ".dump.zst" } do
      local path = program.name(ending)
      local out, _, status = program.run { "convert", SMALL, path }
      assert.equal("", out)
      assert.equal(0, status)
      local start = program.read_file(path):sub(1, 4)
      assert.equal(ending == ".dump.gz", start:sub(1, 2) == "\31\139")
      assert.equal(ending == ".dump.zst", start == "\40\181\47\253")
      same(before, load(path))
    end
  end)

  it("reports the file, its objects and its bytes", function()
    local folder = program.name(".folder")
    assert(os.execute("mkdir " .. folder))
    local dump = program.file '{"address": 16, "type": "int", "size": 28, "refs": []}\n'
    local _, err = program.run { "convert", dump, folder .. "/%p.dump" }
    local path = err:match "\n([^\n]*/%d+%.dump): 1 object, 55B\n$"
    assert.equal(55, #program.read_file(path))
    os.remove(path)
    os.remove(folder)
    assert.matches("\n1 object, 55B\n$", (select(2, program.run { "convert", dump, "-" })))
  end)

  it("does not write to the file that it reads, whatever its name", function()
    local folder = program.folder()
    local path = folder .. "/app.dump"
    local text = '{"address": 16, "type": "int", "size": 28, "refs": []}\n'
    local function put(content)
      local file <close> = assert(io.open(path, "w"))
      file:write(content)
    end
    put(text)
    assert(os.execute(("cd %s && ln -s app.dump link && ln app.dump hard && mkdir sub"):format(folder)))
    for _, names in ipairs {
      { path, path }, { path, folder .. "/sub/.././app.dump" }, { path, folder .. "/link" },
      { folder .. "/link", path }, { path, folder .. "/hard" },
    } do
      local _, err, status = program.run { "convert", "--force", names[1], names[2] }
      assert.equal(2, status)
      assert.equal(("dryad: %s: would overwrite its own input, %s; write to another file\n"):format(
        names[2], names[1]), err)
      assert.equal(text, program.read_file(path))
    end
    for _, case in ipairs {
      { "/dev/fd/3", "/dev/fd/3", "3<>" }, { path, "-", ">>" }, { "/proc/self/fd/3", path, "3<" }, { "-", path, "<" },
      { path, "/proc/self/fd/3", "3>>" },
    } do
      local _, err, status = program.run({ "convert", "--force", case[1], case[2] }, { shell = case[3] .. path })
      assert.equal(2, status)
      assert.matches("would overwrite its own input, [^\n]*; write to another file\n$", err)
      assert.equal(text, program.read_file(path))
    end
  end)

  it("reads the dump without mentioning the index beside it", function()
    local path = program.file(program.read_file(SMALL), ".dump")
    dryad.load(path, { progress = false, index = true }):close()
    local _, err = program.run { "convert", path, program.name(".dump") }
    os.remove(path .. ".dryad")
    assert.matches("^loaded line %d+, [^\n]*\n[^\n]*: 70,158 objects, [^\n]*\n$", err)
  end)

  it("writes each object once, in the canonical form, to standard output too", function()
    local dump = program.file([[
[{"type": "str",  "address": 32, "value": "a", "refs": [], "size": 5},
{"address": 16, "type": "dict", "len": 1, "refs": [32, 32], "size": 280, "unknown": {}},
{"address": 32, "type": "str", "size": 5, "value": "b", "refs": []}]
]])
    local out, _, status = program.run { "convert", dump, "-" }
    assert.equal([[
{"address": 16, "type": "dict", "size": 280, "len": 1, "refs": [32, 32]}
{"address": 32, "type": "str", "size": 5, "value": "a", "refs": []}
]], out)
    assert.equal(0, status)
  end)

  it("removes expensive references", function()
    local path = program.name(".dump")
    local _, _, status = program.run { "convert", "--remove-expensive-references", SMALL, path }
    assert.equal(0, status)
    local heap = dryad.load(SMALL, { progress = false })
    heap:remove_expensive_references()
    local again = dryad.load(path, { progress = false })
    same(heap, again)
    for o in heap:objects() do
      local other = again[o.address]
      for i = 1, #o do
        if o:label(i) ~= other:label(i) then
          assert.equal(o:label(i), other:label(i))
        end
      end
    end
  end)

  it("keeps names and values together where it removes references", function()
    local path = program.name(".dump")
    program.run { "convert", "--remove-expensive-references", program.file([[
{"address": 1, "type": "module", "size": 8, "name": "m", "refs": [2]}
{"address": 2, "type": "dict", "size": 8, "len": 4, "refs": [3, 1, 4, 1, 5, 6, 9, 7]}
{"address": 3, "type": "str", "size": 8, "value": "a", "refs": []}
{"address": 4, "type": "str", "size": 8, "value": "b", "refs": []}
{"address": 5, "type": "str", "size": 8, "value": "c", "refs": []}
{"address": 6, "type": "int", "size": 8, "value": 7, "refs": []}
{"address": 7, "type": "Thing", "size": 8, "refs": [8, 10]}
{"address": 8, "type": "dict", "size": 8, "len": 2, "refs": [3, 6, 4, 1]}
{"address": 9, "type": "str", "size": 8, "value": "thing", "refs": []}
{"address": 10, "type": "type", "size": 8, "name": "Thing", "refs": []}
]]), path }
    local heap = dryad.load(path, { progress = false })
    assert.equal("{'c': 7, 'thing': Thing(7 16B 2refs 1par)}", tostring(heap[1].d))
    assert.equal("{'a': 7}", tostring(heap[7].d))
    assert.equal(".a", heap[7]:label(2))
  end)

  describe("--redact", function()
    local lines = [[
{"address": 16, "type": "str", "size": 60, "len": 6, "value": "secret", "refs": []}
{"address": 32, "type": "str", "size": 60, "len": 6, "value": "secret", "refs": [16]}
{"address": 48, "type": "str", "size": 60, "len": 6, "value": "public", "refs": []}
{"address": 64, "type": "int", "size": 28, "value": 7, "refs": []}
{"address": 80, "type": "function", "size": 100, "name": "f", "refs": [16, 64]}
{"address": 96, "type": "frame", "size": 100, "value": "main", "refs": [80]}
]]

    local function redacted()
      local path = program.name(".dump")
      local _, _, status = program.run { "convert", "--redact", program.file(lines), path }
      assert.equal(0, status)
      return load(path)
    end

    it("leaves types, names, sizes, lengths and references", function()
      local before, after = load(program.file(lines)), redacted()
      for o in before:objects() do
        local other = after[o.address]
        assert.same({ o.type, o.name, o.size, o.len, o.children }, {
          other.type, other.name, other.size, other.len, other.children,
        })
      end
      assert.equal("main", after[96].value)
    end)

    it("hashes values, equal ones alike", function()
      local heap = redacted()
      for _, address in ipairs { 16, 48, 64 } do
        assert.matches("^%x+$", heap[address].value)
        assert.equal(16, #heap[address].value)
      end
      assert.equal(heap[16].value, heap[32].value)
      assert.not_equal(heap[16].value, heap[48].value)
    end)

    it("uses other hashes each time", function()
      assert.not_equal(redacted()[16].value, redacted()[16].value)
    end)
  end)

  it("does not write a damaged dump as a whole one", function()
    local lines = facts.dump {
      '{"address": 16, "type": "module", "size": 500, "refs": [32]}',
      '{"address": 32, "type": "list", "size": 9, "refs": []}',
    }
    table.insert(lines, 3, '{"no": "object"}')
    local from, to = program.file(table.concat(lines, "\n") .. "\n", ".dump"), program.folder() .. "/copy.dump"
    for _, option in ipairs { "--force", "--redact" } do
      assert.equal(0, select(3, program.run { "convert", "--force", option, from, to }))
      local _, err, status = program.run { "leaks", "--fail-over", "1G", to }
      assert.equal(2, status)
      assert.matches("the check was not made: [^\n]*incomplete", err)
    end
  end)

  it("leaves no partial file", function()
    local path = program.file("as it was", ".dump")
    local _, err, status = program.run { "convert", "--force", "nowhere.dump", path }
    assert.matches("^dryad: nowhere.dump", err)
    assert.equal(2, status)
    assert.equal("as it was", program.read_file(path))
    _, err, status = program.run { "convert", SMALL, "no/such/directory/x.dump" }
    assert.matches("dryad: no/such/directory", err)
    assert.equal(2, status)
  end)
end)
