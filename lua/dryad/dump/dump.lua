-- SPDX-License-Identifier: MIT
--- Dumps running processes that were not prepared for it.
--
-- A helper process attaches to the target, makes it load a small library, and takes over one end of a pipe; the library
-- copies the process, and the copy scans itself and writes into the pipe. All of that is in C (src/attach).
--
-- The helper is installed with the program, which loads this file to define `dryad.dump`.
-- @module dryad.dump.dump

local attach = require "dryad.attach"
local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local did_you_mean = require "dryad.text.did_you_mean"
local dryad = require "dryad"
local interruption = require "dryad.text.interruption"
local progress = require "dryad.text.progress"
local units = require "dryad.text.units"

local M = {}

local PATIENCE = 60 -- seconds
local MOST_CHARACTERS = 100
local MOST_ALLOCATION_FRAMES = 8
local MOST_PID = (1 << 31) - 1
local LIBRARY = "/python/dryad-attach.so"

--- The default name of the file.
local PATH = "heap-%p-%t.dump.zst"

--- Shows on the terminal what the dump is waiting for, or how much has been written.
local function reporter(pid)
  return function(waiting_for, bytes)
    if progress.is_shown then
      progress.bar("dumping process " .. pid, 0, 0,
        waiting_for ~= "" and "waiting for " .. waiting_for or units.bytes(bytes) .. " written")
    end
  end
end

--- The facts in the first line of a dump, or nil: it comes from the process, which may write anything.
local function facts_of(line)
  local good, record = interruption.attempt(core.json.decode, line)
  if not good or type(record) ~= "table" or record.type ~= "<process>" then
    return nil
  end
  local is_json, facts = interruption.attempt(core.json.decode, record.value)
  return is_json and type(facts) == "table" and facts or nil
end

local function dump_into(sink, pid, options)
  local good, result = pcall(attach.dump, {
    pid = pid,
    sink = sink,
    max_size = options.max_size,
    library = core.data_directory .. LIBRARY,
    values = options.values or "full",
    max_value = options.max_value or MOST_CHARACTERS,
    allocation_frames = options.allocation_frames or MOST_ALLOCATION_FRAMES,
    timeout = options.timeout or PATIENCE,
    report = reporter(pid),
  })
  progress.done()
  if not good then
    error(result, 0)
  end
  result.pid = pid
  result.process, result.first_line = facts_of(result.first_line), nil
  return result
end

local function dump(pid, options, force_name)
  local began = core.clock()
  local sink <close> = core.sink(options.path or PATH, {
    force = options.force, force_name = force_name, inputs = options.inputs, process = pid,
  })
  local result = dump_into(sink, pid, options)
  result.path, result.file_bytes, result.is_direct = sink:finish()
  result.seconds = core.clock() - began
  return result
end

--- Dumps a process for the command line: the message about an existing file names the option --force.
-- @tparam integer pid
-- @tparam[opt] table options as for `dryad.dump`, and `inputs`: paths of files that are read, and not replaced
-- @treturn table as from `dryad.dump`
-- @usage require("dryad.dump.dump").dump(1234, { path = "app.dump.zst" })
function M.dump(pid, options)
  return dump(pid, options or {}, "--force")
end

--- Dumps a process into a file that never gets a name, so that nothing remains of it however the program ends.
-- @tparam integer pid
-- @tparam sink sink `unnamed`
-- @treturn table as from `dryad.dump`; only this process can open its `path`, as long as the sink is not closed
-- @usage local done = require("dryad.dump.dump").dump_unnamed(1234, core.sink("/tmp", { unnamed = true }))
function M.dump_unnamed(pid, sink)
  local began = core.clock()
  local result = dump_into(sink, pid, {})
  result.path, result.file_bytes = sink:reread()
  result.is_direct = false
  result.seconds = core.clock() - began
  return result
end

--- The process id that a word of a command line may stand for, or nil.
-- @tparam string|nil word
-- @treturn integer|nil
-- @usage print(require("dryad.dump.dump").pid "1234")
function M.pid(word)
  local pid = word and word:find "^[1-9]%d*$" and math.tointeger(tonumber(word))
  return pid and pid <= MOST_PID and pid or nil
end

local OPTIONS = {
  path = "string", force = "boolean", values = "string", max_value = "number",
  allocation_frames = "number", timeout = "number", max_size = "number",
}

local VALUES = { full = true, hash = true, none = true }

local function check_options(options)
  check.argument(type(options) == "table", "dump", "options", "a table", options)
  local names = {}
  for name in pairs(OPTIONS) do
    names[#names + 1] = name
  end
  for name, value in pairs(options) do
    if not OPTIONS[name] then
      check.fail("dump: there is no option '%s'%s", tostring(name), did_you_mean.hint(tostring(name), names))
    end
    check.argument(type(value) == OPTIONS[name], "dump", "options." .. name, "a " .. OPTIONS[name], value)
  end
  check.argument(options.values == nil or VALUES[options.values], "dump", "options.values",
    '"full", "hash" or "none"', options.values)
  for _, name in ipairs { "max_value", "max_size" } do
    local value = options[name]
    check.argument(value == nil or math.tointeger(value) and value >= 0, "dump", "options." .. name,
      "a whole number from 0", value)
  end
  local frames = options.allocation_frames
  check.argument(frames == nil or math.tointeger(frames) and frames >= 0 and frames <= MOST_ALLOCATION_FRAMES, "dump",
    "options.allocation_frames", "a whole number from 0 to 8", frames)
  check.argument(options.timeout == nil or options.timeout > 0, "dump", "options.timeout", "a number of seconds",
    options.timeout)
end

-- dryad/init.lua documents the parameters and the result, with the function that is there without the program.
function dryad.dump(pid, options)
  options = options or {}
  check.argument(math.type(pid) == "integer" and pid > 0 and pid <= MOST_PID, "dump", "pid", "the id of a process", pid)
  check_options(options)
  return dump(pid, options, "{ force = true }")
end

return M
