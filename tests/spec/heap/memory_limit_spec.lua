-- SPDX-License-Identifier: MIT
-- A dump that expands beyond memory is refused with a sentence, one that never ends can be stopped, and a short file
-- does not take long because it claims to be large.
local core = require "dryad.core"
local dryad = require "dryad"
local program = require "tests.spec.support.program"

local MEBI = 1 << 20

local function line(address, refs)
  return ('{"address": %d, "type": "t", "size": 8, "refs": [%s]}\n'):format(address, refs or "")
end

--- A compressed dump of so many records.
local function bomb(count)
  local path, many = program.name ".zst", line(5):rep(10000)
  local sink <close> = core.sink(path)
  sink:write(line(1))
  for _ = 1, count // 10000 do
    sink:write(many)
  end
  sink:finish()
  return path
end

local function file(...)
  local path = program.name ".dump"
  local out <close> = assert(io.open(path, "wb"))
  for _, text in ipairs { ... } do
    out:write(text)
  end
  return path
end

after_each(program.clean)

describe("a small file that becomes large", function()
  it("is refused once it has taken what it may, with a way out", function()
    local path = bomb(3000000)
    assert.is_true(core.file_facts(path).size < 100000)
    local out, said, status = program.run { "summary", "--max-memory", "20M", path }
    assert.equal(2, status)
    assert.equal("", out)
    assert.truthy(said:find(path .. ": does not fit in memory: it has taken ", 1, true), said)
    assert.truthy(said:find("it may take 20.0MiB. --spill DIR (spill) keeps it on a disk; --max-mem", 1, true), said)
  end)

  it("is loaded if it fits", function()
    local heap <close> = dryad.load(bomb(500000), { max_memory = "1G", progress = false })
    assert.same({ 2, 499999 }, { #heap, heap.report.duplicates })
  end)
end)

describe("a line of references", function()
  it("is refused before it is parsed if they would not fit", function()
    local path = file('{"address": 1, "type": "list", "size": 8, "refs": [', ("1,"):rep(40 * MEBI), "1]}\n")
    local _, said, status = program.run { "summary", "--max-memory", "300M", path }
    assert.equal(2, status)
    assert.truthy(said:find(" and needs 320.0MiB more", 1, true), said)
  end)
end)

describe("reading", function()
  --- Loads until progress was told so often; returns the message and the bytes read by then.
  local function stopped(source, opts)
    local calls, where = 0, 0
    opts.progress = function(_, done)
      calls, where = calls + 1, done
      if calls > 20 then
        error "enough"
      end
    end
    local ok, message = pcall(dryad.load, source, opts)
    assert.is_false(ok)
    return tostring(message), where
  end

  it("of a line that never ends can be stopped", function()
    local pieces = { (" "):rep(100000), ("["):rep(100000), ("\\u0000"):rep(20000), '{"a": "' .. ("x"):rep(99999) }
    for _, piece in ipairs(pieces) do
      local message = stopped(function() return piece end, {})
      assert.truthy(message:find("enough", 1, true), message)
    end
  end)

  it("of a hole of a terabyte can be stopped, on one thread and on several", function()
    local path = file(line(1), line(2))
    assert(os.execute(("truncate -s 1T '%s'"):format(path)))
    for _, threads in ipairs { 1, 3 } do
      local message = stopped(path, { threads = threads })
      assert.truthy(message:find("enough", 1, true), message)
    end
  end)

  it("of a file that is nothing but a hole does not begin", function()
    local path = file ""
    assert(os.execute(("truncate -s 1T '%s'"):format(path)))
    local _, said, status = program.run { "summary", path }
    assert.equal(2, status)
    assert.truthy(said:find("not a heap dump: starts like binary data", 1, true), said)
  end)
end)

describe("max_memory", function()
  it("is a size", function()
    local ok, message = pcall(dryad.load, { line(1) }, { max_memory = "much", progress = false })
    assert.is_false(ok)
    assert.truthy(message:find('opts.max_memory must be a size, such as 65536 or "64K", not much', 1, true), message)
  end)
end)
