-- SPDX-License-Identifier: MIT
local attach = require "dryad.attach"

--- The message for options that are right but for a change.
local function message(name, value)
  local options = { pid = 1, library = "library.so", values = "full", max_value = 100, allocation_frames = 8,
    timeout = 1 }
  options[name] = value
  local ok, raised = pcall(attach.dump, options)
  assert.is_false(ok)
  return raised
end

describe("the options of a dump", function()
  it("have a process", function()
    for _, pid in ipairs { 0, -1, 2 ^ 31, 1.5, "x", false } do
      assert.matches("pid must be an integer from 1 to 2147483647", message("pid", pid))
    end
  end)

  it("have a library", function()
    assert.matches("library must be a string", message("library", 1))
  end)

  it("name what of the values is written", function()
    assert.matches("values must be full, hash or none, not 'some'", message("values", "some"))
    assert.matches("values must be a string", message("values", 0))
  end)

  it("have a length of values that is not negative", function()
    assert.matches("max_value must be an integer from 0 to", message("max_value", -1))
    assert.matches("max_value must be an integer from 0 to", message("max_value", 0.5))
  end)

  it("have a number of allocation frames from 0 to 8", function()
    assert.matches("allocation_frames must be an integer from 0 to 8", message("allocation_frames", -1))
    assert.matches("allocation_frames must be an integer from 0 to 8", message("allocation_frames", 9))
  end)

  it("have a timeout above 0 that is not endless", function()
    for _, timeout in ipairs { 0, -1, 0 / 0, 1 / 0, 1e99, "x", false } do
      assert.matches("timeout must be a number of seconds, above 0", message("timeout", timeout))
    end
  end)

  it("have a sink, and a size that is not negative", function()
    assert.matches("sink", message("sink", nil))
    local sink <close> = require("dryad.core").sink("/dev/null", {})
    local options = { pid = 1, library = "l", values = "none", max_value = 0, allocation_frames = 0,
      timeout = 1, sink = sink, max_size = -1 }
    local ok, raised = pcall(attach.dump, options)
    assert.is_false(ok)
    assert.matches("max_size must be an integer from 0 to", raised)
  end)
end)
