-- SPDX-License-Identifier: MIT
-- Wrong uses of dryad.dump; tests/attach tests that it dumps.
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"

describe("dryad.dump", function()
  it("reports a wrong call on the caller's line, before it touches a process", function()
    for wanted, arguments in pairs {
      ["dump: pid must be the id of a process, not nil"] = {},
      ["dump: pid must be the id of a process, not 0"] = { 0 },
      ["dump: pid must be the id of a process, not 2147483648"] = { 1 << 31 },
      ["dump: pid must be the id of a process, not '12'"] = { "12" },
      ["dump: options must be a table, not 'x.dump'"] = { 1, "x.dump" },
      ["dump: there is no option 'pth'; did you mean 'path'?"] = { 1, { pth = "x" } },
      ["dump: options.path must be a string, not 5"] = { 1, { path = 5 } },
      ['dump: options.values must be "full", "hash" or "none", not \'some\''] = { 1, { values = "some" } },
      ["dump: options.max_value must be a whole number from 0, not 1.5"] = { 1, { max_value = 1.5 } },
      ["dump: options.max_size must be a whole number from 0, not -1"] = { 1, { max_size = -1 } },
      ["dump: options.allocation_frames must be a whole number from 0 to 8, not 9"] = { 1, { allocation_frames = 9 } },
      ["dump: options.timeout must be a number of seconds, not 0"] = { 1, { timeout = 0 } },
    } do
      local message = dumps.message(dryad.dump, table.unpack(arguments))
      assert.is_truthy(message:find(wanted, 1, true), message)
    end
  end)

  it("reports a process that does not exist, and a file that exists", function()
    local taken = os.tmpname()
    assert.matches("there is no process 2147483647", dumps.message(dryad.dump, 2147483647))
    assert.matches("exists already; { force = true } replaces it",
      dumps.message(dryad.dump, 2147483647, { path = taken }))
    os.remove(taken)
  end)
end)
