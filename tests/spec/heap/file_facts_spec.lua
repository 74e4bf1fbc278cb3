-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local program = require "tests.spec.support.program"

describe("core.file_facts", function()
  after_each(program.clean)

  it("returns the absolute path, the size and the time of a file", function()
    local facts = core.file_facts "tests/data/../data/threads-small.dump.gz"
    assert.matches("^/.*[^.]/tests/data/threads%-small%.dump%.gz$", facts.path)
    assert.equal("file", facts.kind)
    assert.equal(914236, facts.size)
    assert.equal("integer", math.type(facts.mtime))
  end)

  it("has the time in nanoseconds and the owner", function()
    local path = program.file "x"
    assert(os.execute(("touch -d @1700000000.123456789 %s"):format(path)))
    local facts = core.file_facts(path)
    assert.equal(1700000000123456789, facts.mtime)
    local owner <close> = io.popen("stat -c %u " .. path)
    assert.equal(owner:read "n", facts.owner)
  end)

  it("hashes the ends: equal files look equal, a change at either end is seen", function()
    local middle = ("x"):rep(200000)
    local function hash(text)
      return core.file_facts(program.file(text)).hash
    end
    assert.matches("^%x+$", hash "")
    assert.equal(16, #hash "")
    assert.equal(hash("a" .. middle .. "b"), hash("a" .. middle .. "b"))
    assert.not_equal(hash("a" .. middle .. "b"), hash("c" .. middle .. "b"))
    assert.not_equal(hash("a" .. middle .. "b"), hash("a" .. middle .. "c"))
    assert.not_equal(hash "short", hash "shorter")
  end)

  it("reports why when there is no such file", function()
    local facts, why = core.file_facts "/nonexistent/x"
    assert.is_nil(facts)
    assert.equal("/nonexistent/x: No such file or directory", why)
  end)

  it("has only the path and the kind for anything but a file", function()
    local pipe = program.name ".pipe"
    os.execute("mkfifo " .. pipe)
    assert.same({ path = "/dev/null", kind = "other" }, core.file_facts "/dev/null")
    assert.same({ path = "/", kind = "directory" }, core.file_facts "/")
    assert.same({ path = pipe, kind = "pipe" }, core.file_facts(pipe))
  end)
end)
