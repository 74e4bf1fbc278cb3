-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"
local program = require "tests.spec.support.program"

local LINE = '{"address": %d, "type": "x", "size": 1, "refs": []}'

local function opens_index(path, opts)
  return (select(3, require("dryad.heap.load").read(path, opts)))
end

describe("dryad.load", function()
  after_each(function()
    program.clean()
  end)

  it("takes a path, plain or compressed", function()
    local path = program.file(LINE:format(7) .. "\n")
    local heap = dumps.load(path)
    assert.equal(7, heap[7].address)
    assert.equal(path, heap.file)
    assert.equal(60413, #dumps.sample "threads-small.dump.gz")
    assert.equal(821940, #dumps.sample "python311-app.dump.zst")
  end)

  it("calls a dump by the name that is given", function()
    local path = program.file(LINE:format(7) .. "\n")
    assert.equal("process 7", dumps.load(path, { name = "process 7" }).file)
    assert.equal("process 8", dumps.load({ LINE:format(8) }, { name = "process 8" }).file)
    assert.matches("process 9: ", dumps.message(dumps.load, program.file "garbage\n", { name = "process 9" }))
    assert.matches("NUL", dumps.message(dumps.load, path, { name = "a\0b" }))
    assert.matches("opts.name must be a string", dumps.message(dumps.load, path, { name = 9 }))
  end)

  it("has no index for a dump that is called by another name", function()
    local path = program.file(LINE:format(7) .. "\n")
    dumps.load(path, { index = true })
    assert.is_table(core.file_facts(path .. ".dryad"))
    assert.is_falsy(opens_index(path, { name = "process 7" }))
    assert.is_truthy(opens_index(path, {}))
    assert.matches("needs a dump in a regular file, not process 7",
      dumps.message(dumps.load, path, { name = "process 7", index = true }))
    os.remove(path .. ".dryad")
  end)

  it("takes an array of lines", function()
    local lines = {}
    for i = 1, 2500 do
      lines[i] = LINE:format(i)
    end
    assert.equal(2500, #dumps.load(lines))
  end)

  it("takes lines with their newlines, and counts them right", function()
    local report = dumps.load({ LINE:format(1) .. "\n", "garbage\n", "", LINE:format(2) }).report
    assert.equal(4, report.lines)
    assert.equal(2, report.problems[1].line)
    assert.equal(#LINE:format(1) + 1, report.problems[1].offset)
  end)

  it("takes a function that returns chunks, cut anywhere", function()
    local text = LINE:format(1) .. "\n" .. LINE:format(2) .. "\n" .. LINE:format(3)
    local at = 0
    local heap = dumps.load(function()
      at = at + 1
      return at <= #text and text:sub(at, at) or nil
    end)
    assert.equal(3, #heap)
  end)

  it("raises the errors of the function", function()
    assert.matches("load_spec.lua:%d+: no more", dumps.message(dumps.load, function()
      error "no more"
    end))
    local thrown = {}
    local ok, caught = pcall(dumps.load, function()
      error(thrown)
    end)
    assert.is_false(ok)
    assert.equal(thrown, caught)
    assert.matches("must return text, or nil at the end, but returned a table", dumps.message(dumps.load, function()
      return {}
    end))
  end)

  it("collapses unless told not to", function()
    local lines = {
      '{"address": 1, "type": "Thing", "size": 1, "refs": [2, 3]}',
      '{"address": 2, "type": "dict", "size": 2, "len": 0, "refs": []}',
      '{"address": 3, "type": "type", "size": 4, "name": "Thing", "refs": []}',
    }
    assert.equal(2, #dumps.load(lines))
    assert.equal(1, dumps.load(lines).report.collapsed)
    assert.equal(3, #dumps.load(lines, { collapse = false }))
    assert.equal(2, #dumps.load(lines, { collapse = true }))
  end)

  it("keeps the type of an object whose dict looks like its class", function()
    local heap = dumps.load {
      '{"address": 1, "type": "Foo", "size": 1, "refs": [2, 2]}',
      '{"address": 2, "type": "dict", "size": 5, "len": 0, "name": "Foo", "value": "Bar", "refs": []}',
    }
    assert.equal("Foo(1 6B 1refs 1par)", tostring(heap[1]))
  end)

  it("reports what it could not use", function()
    local heap = dumps.load { LINE:format(1), "garbage", LINE:format(1), LINE:format(2) }
    local report = heap.report
    assert.same({ 4, 3, 1, 1 }, { report.lines, #heap + report.duplicates, report.duplicates, report.bad_lines })
    assert.equal(2, report.problems[1].line)
    assert.equal(#LINE:format(1) + 1, report.problems[1].offset)
    assert.is_string(report.problems[1].reason)
  end)

  it("makes the first problem an error when strict", function()
    assert.matches("%(lines%):2: ", dumps.message(dumps.load, { LINE:format(1), "garbage" }, { strict = true }))
  end)

  it("builds the same heap with any number of threads", function()
    local one = dumps.load("tests/data/threads-small.dump.gz", { threads = 1 })
    local three = dumps.load("tests/data/threads-small.dump.gz", { threads = 3 })
    assert.equal(tostring(one:summarize()), tostring(three:summarize()))
    assert.equal(one.num_refs, three.num_refs)
  end)

  it("takes from 1 to 64 threads", function()
    assert.equal(1, #dumps.load({ LINE:format(1) }, { threads = 64 }))
    for _, wrong in ipairs { 0, 65, -1, 1.5, math.huge } do
      assert.equal("load: opts.threads must be a whole number from 1 to 64, not " .. tostring(wrong),
        (dumps.message(dumps.load, { LINE:format(1) }, { threads = wrong }):gsub("^.-: load", "load")))
    end
    assert.matches("opts.threads", dumps.message(dumps.load, { LINE:format(1) }, { threads = "two" }))
    local ws <close> = dryad.workspace(nil, { threads = 65 })
    assert.matches("opts.threads must be a whole number from 1 to 64, not 65",
      dumps.message(ws.read, ws, "tests/data/threads-small.dump.gz"))
  end)

  it("takes the user's word for the Python", function()
    local line = '{"address": 1, "type": "str", "size": 1, "value": "\\u00e4", "refs": []}'
    assert.equal("\u{e4}", dumps.load({ line }, { python = 3 })[1].value)
    assert.equal("\xe4", dumps.load({ line }, { python = 2 })[1].value)
    assert.equal(2, dumps.load({ line }, { python = 2 }).report.python)
    assert.equal(2, dumps.sample("threads-small.dump.gz").report.python)
    assert.equal(3, dumps.sample("python311-app.dump.zst").report.python)
  end)

  it("calls a progress callback, whose false stops it and whose error is raised", function()
    local stages = {}
    dryad.load("tests/data/threads-small.dump.gz", {
      progress = function(stage, done, total)
        stages[#stages + 1] = stage
        assert(math.type(done) == "integer" and math.type(total) == "integer")
      end,
    })
    assert.is_true(#stages > 0)
    assert.matches("load_spec.lua:%d+: enough", dumps.message(dryad.load, "tests/data/threads-small.dump.gz", {
      progress = function() error "enough" end,
    }))
    assert.matches("interrupted!", dumps.message(dryad.load, "tests/data/threads-small.dump.gz", {
      progress = function() return false end,
    }))
  end)

  it("reports on stderr what it did, unless progress is false", function()
    local out, err = program.run { "-e", 'require("dryad").load("tests/data/threads-small.dump.gz")' }
    assert.matches("^loaded line 70158, 70158 objs, 9%.2 / 9%.2 MiB read in %d+%.%ds\ncollapsed 9745\n$", err)
    assert.equal("", out)
    err = select(2, program.run {
      "-e", 'require("dryad").load("tests/data/threads-small.dump.gz", {progress = false})',
    })
    assert.equal("", err)
  end)

  it("reports wrong arguments on the caller's line", function()
    local cases = {
      { "source must be a path, an array of lines or a function, not nil", function() dryad.load() end },
      { "there is no option 'colapse'; did you mean 'collapse'", function() dryad.load("x", { colapse = true }) end },
      { "opts.collapse must be a boolean, not 'no'", function() dryad.load("x", { collapse = "no" }) end },
      { "opts.progress must be a boolean or a function", function() dryad.load("x", { progress = 1 }) end },
      { "opts.python must be 2 or 3, not 4", function() dryad.load("x", { python = 4 }) end },
      { "opts must be a table, not a boolean", function() dryad.load("x", true) end },
      { "line 2 of source must be text, not a table", function() dryad.load { "x", {} } end },
      { "/no/such/file", function() dumps.load "/no/such/file" end },
    }
    for _, case in ipairs(cases) do
      local message = dumps.message(case[2])
      assert.matches(case[1], message)
      assert.matches("load_spec.lua:%d+: ", message)
    end
  end)
end)

describe("dryad", function()
  it("has a version and a monotonic clock", function()
    assert.matches("^%d+%.%d+%.%d+$", dryad.version)
    local first = dryad.clock()
    assert.is_true(dryad.clock() >= first)
  end)

  it("prints in full with pp", function()
    local out, err = program.run { "-e", [[
      local dryad = require "dryad"
      dryad.pp { 1, "a", x = { true }, [2.5] = dryad.None }
      local lines = {}
      for i = 1, 150 do lines[i] = ('{"address": %d, "type": "x", "size": 1, "refs": []}'):format(i) end
      dryad.pp(dryad.load(lines, { progress = false }) "x")
    ]] }
    assert.equal("", err)
    assert.matches('^{1, "a", %[2.5%] = None, x = {true}}\n150 objects, 150B %(150 bytes%)\n', out)
    assert.matches("\n 150 x%(150 1B%)\n$", out)
  end)

  it("names a recipe that does not exist", function()
    assert.matches("load_spec.lua:%d+: no recipe 'overvew'; did you mean 'overview'", dumps.message(function()
      dryad.recipe "overvew"
    end))
    assert.matches("recipe: name must be the name of a recipe, not nil", dumps.message(function() dryad.recipe() end))
  end)
end)
