-- SPDX-License-Identifier: MIT
local identity = require "dryad.dump.identity"

local made = {}

--- Runs a shell from a file of this name, in a new folder; returns its process id when it runs, and is stopped.
local function start(name)
  local process = assert(io.popen(([[folder=$(mktemp -d) && cp /bin/sh "$folder/%s" && echo $folder &&
    exec "$folder/%s" -c 'echo $$; kill -STOP $$']]):format(name, name)))
  local one = { process = process, folder = process:read "l", pid = process:read "n" }
  made[#made + 1] = one
  return one.pid
end

describe("a process id", function()
  after_each(function()
    for _, one in ipairs(made) do
      os.execute("kill -9 " .. one.pid)
      os.execute("rm -r " .. one.folder)
      one.process:close()
    end
    made = {}
  end)

  it("means the same process as long as that runs", function()
    local pid = start "shell"
    assert.same({ nil, false }, { identity.change(pid, identity.of(pid)) })
  end)

  it("means none when it has ended, even if its parent does not know", function()
    local pid = start "shell"
    local before = identity.of(pid)
    os.execute("kill -9 " .. pid)
    repeat until not identity.of(pid) -- nobody waits for it before the end of the test
    assert.same({ "has ended", false }, { identity.change(pid, before) })
  end)

  it("means none if there is no such process", function()
    assert.is_nil(identity.of(2 ^ 31 - 1 | 0))
    assert.same({ "has ended", false }, { identity.change(2 ^ 31 - 1 | 0, { started = "1", stack = "1" }) })
    assert.same({ "has ended", false }, { identity.change(start "shell", nil) })
  end)

  it("can become that of another process or program", function()
    local pid = start "shell"
    local now = identity.of(pid)
    assert.same({ "has ended, and another process has its id now", true },
      { identity.change(pid, { started = tostring(now.started - 1), stack = now.stack }) })
    assert.same({ "runs another program now (exec)", true },
      { identity.change(pid, { started = now.started, stack = "1" }) })
  end)

  it("is not confused by the name of a program", function()
    local plain, odd = identity.of(start "shell"), identity.of(start "a) Z 1 1 (b) Z")
    assert.truthy(plain.started:find "^%d+$" and tonumber(odd.started) >= tonumber(plain.started))
    assert.is_true(tonumber(odd.started) < tonumber(plain.started) + 360000) -- an hour
  end)
end)
