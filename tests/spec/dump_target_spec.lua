local target = require "dryad.dump.target"

local function refusal(check, ...)
  local good, message = pcall(check, ...)
  assert.is_false(good)
  return message
end

describe("what keeps debuggers away", function()
  it("lets all pass where ptrace_scope is 0, and root up to 2", function()
    target.check_scope(7, 0, false)
    for scope = 0, 2 do
      target.check_scope(7, scope, true)
    end
  end)

  it("sends a user to root, or has ptrace_scope changed", function()
    for scope = 1, 2 do
      local message = refusal(target.check_scope, 7, scope, false)
      assert.truthy(message:find("ptrace_scope is " .. scope, 1, true))
      assert.truthy(message:find("sudo dryad dump 7", 1, true))
      assert.truthy(message:find("echo 0 | sudo tee /proc/sys/kernel/yama/ptrace_scope", 1, true))
    end
  end)

  it("sends even root into the process where ptrace_scope is 3", function()
    local message = refusal(target.check_scope, 7, 3, true)
    assert.truthy(message:find("dump from inside the process (dryad.scanner)", 1, true))
  end)
end)

describe("the version of a Python", function()
  it("is good from 3.8 on", function()
    target.check_version(7, "/usr/bin/python3", 3, 8)
    target.check_version(7, "/usr/bin/python3", 3, 13)
  end)

  it("is refused with its number when it is older", function()
    for _, version in ipairs { { 2, 7 }, { 3, 7 } } do
      local expected = ("process 7 runs Python %d.%d; from 3.8 on they can be dumped"):format(version[1], version[2])
      assert.equal(expected, refusal(target.check_version, 7, "/usr/bin/python", version[1], version[2]))
    end
  end)

  it("is refused when it has no GIL, or cannot be told", function()
    assert.truthy(refusal(target.check_version, 7, "/usr/bin/python3.13t", 3, 13):find("without the GIL", 1, true))
    assert.truthy(refusal(target.check_version, 7, "/usr/bin/app", nil, nil):find("cannot be told", 1, true))
  end)
end)

describe("the mappings of a process", function()
  it("name the files that it has loaded, code apart from data", function()
    local all = target.mappings(math.tointeger(tonumber(io.open("/proc/self/stat"):read "n")))
    local kinds = {}
    for _, mapping in ipairs(all) do
      if mapping.path:find "/libc%.so%.6$" then
        kinds[mapping.executable] = true
        assert.is_false(mapping.deleted)
      end
    end
    assert.same({ [true] = true, [false] = true }, kinds)
  end)

  it("are none where there is no process", function()
    assert.is_nil(target.mappings(4194305))
  end)
end)
