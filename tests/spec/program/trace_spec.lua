-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local program = require "tests.spec.support.program"

local DUMP = [[
{"address": 1, "type": "module", "size": 10, "name": "app", "refs": [2]}
{"address": 2, "type": "list", "size": 20, "len": 1, "refs": [3]}
{"address": 3, "type": "str", "size": 30, "value": "x", "refs": []}
]]

--- Runs the program; returns the events that it traced, its stderr and status.
local function trace(words, env)
  local path = program.name ".json"
  env = env or {}
  env.DRYAD_TRACE = path
  local _, err, status = program.run(words, { env = env })
  return core.json.decode(program.read_file(path)), err, status
end

local function named(events, name)
  local found = {}
  for _, event in ipairs(events) do
    found[#found + 1] = event.name == name and event or nil
  end
  return found
end

describe("a trace", function()
  after_each(program.clean)

  it("has the stages of a command, each nested in its parent", function()
    local events, _, status = trace { "leaks", program.file(DUMP, ".dump") }
    assert.equal(0, status)
    for _, name in ipairs { "load", "read", "parse", "build", "number records", "collapse", "invert", "dominators" } do
      assert.equal(1, #named(events, name), name)
    end
    assert.equal(#DUMP, named(events, "read")[1].args.bytes)
    assert.equal(3, named(events, "dominators")[1].args.objects)
    assert.equal("meliae", named(events, "load")[1].args.reader)
    -- Two stages of a thread are disjoint, or one contains the other.
    for i, a in ipairs(events) do
      for k = i + 1, #events do
        local b = events[k]
        if a.ph == "X" and b.ph == "X" and a.tid == b.tid then
          local apart = a.ts + a.dur <= b.ts or b.ts + b.dur <= a.ts
          local inside = b.ts <= a.ts and a.ts + a.dur <= b.ts + b.dur
          assert.is_true(apart or inside, a.name .. " and " .. b.name)
        end
      end
    end
  end)

  it("has the threads that load the dump", function()
    local lines = {}
    for i = 1, 20000 do
      lines[i] = ('{"address": %d, "type": "list", "size": 64, "refs": [%d]}\n'):format(16 * i, 16 * i + 16)
    end
    local events = trace { "-e", "1", "--threads", "3", program.file(table.concat(lines), ".dump") }
    local threads = {}
    for _, event in ipairs(named(events, "parse")) do
      threads[#threads + 1] = event.args.thread
    end
    table.sort(threads)
    assert.same({ 0, 1, 2 }, threads)
    assert.equal("as asked for", named(events, "threads")[1].args.why)
  end)

  it("says why an index was not used, or that it was", function()
    local dump = program.file(DUMP, ".dump")
    local function why(...)
      local choice = named((trace { "summary", dump, ... }), "index")[1].args
      return choice.used, choice.why
    end
    local used, reason = why()
    assert.same({ "no", "there is none" }, { used, reason })
    assert.equal(0, select(3, program.run { "index", dump }))
    assert.same({ "yes", "it fits" }, { why() })
    assert.same({ "no", "is of a collapsed heap" }, { why "--raw" })
    local file = assert(io.open(dump, "a"))
    file:write '{"address": 4, "type": "int", "size": 1, "value": 7, "refs": []}\n'
    file:close()
    assert.same({ "no", "is of another dump, or of this one before it changed" }, { why() })
    os.remove(dump .. ".dryad")
  end)

  it("says how SQL finds rows", function()
    local code = 'heap:sql "select * from obj where address = 2"; heap:sql "select count(*) from obj where len > 5"'
    local events = trace { "-e", code, program.file(DUMP, ".dump") }
    local plans = {}
    for _, event in ipairs(named(events, "sql plan")) do
      plans[event.args["found by"]] = true
    end
    assert.same({ ["address ="] = true, ["nothing: all rows are read"] = true }, plans)
    assert.equal(2, #named(events, "run sql"))
  end)

  it("is completed when a script exits the program", function()
    local events, _, status = trace { program.file("os.exit(7)", ".lua") }
    assert.equal(7, status)
    assert.equal("machine", events[1].name)
  end)

  it("is lines on stderr with --verbose, and nothing without", function()
    local dump = program.file(DUMP, ".dump")
    local _, err = program.run { "summary", "--verbose", dump }
    assert.matches("dryad: %d+%.%d%d%ds machine: version \"%d", err)
    assert.matches("dryad: %d+%.%d%d%ds index: used \"no\", why \"there is none\"", err)
    _, err = program.run { "summary", dump }
    assert.is_nil(err:find("dryad:", 1, true))
  end)

  it("is written only to a regular file", function()
    for path, why in pairs { ["/dev/stdout"] = "is an open descriptor", ["/dev/null"] = "is not a regular file" } do
      local out, err, status = program.run({ "summary", program.file(DUMP, ".dump") }, { env = { DRYAD_TRACE = path } })
      assert.same({ "", 2 }, { out, status })
      assert.matches(path .. ": " .. why, err)
    end
  end)

  it("cannot replace a file", function()
    local path = program.file("precious", ".json")
    local _, err, status = program.run({ "summary", program.file(DUMP, ".dump") }, { env = { DRYAD_TRACE = path } })
    assert.equal(2, status)
    assert.matches("exists already", err)
    assert.equal("precious", program.read_file(path))
  end)
end)
