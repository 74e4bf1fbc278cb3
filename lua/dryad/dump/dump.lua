-- SPDX-License-Identifier: MIT
--- Dumps of processes that never heard of Dryad.
--
-- A helper process enters the target, has it load a small library, and brings a pipe out of it; the library makes a
-- copy of the process, which scans and writes into the pipe. All of that is in C (src/attach).
-- @module dryad.dump.dump

local M = {}

local PATIENCE = 60 -- seconds
local MOST_CHARACTERS = 100
local LIBRARY = "/python/dryad-attach.so"

--- The name of the file when none is given.
local PATH = "heap-%p-%t.dump.zst"

--- Tells on the terminal what is waited for, or how much has come.
local function reporter(pid)
  local progress, units = require("dryad.text.progress"), require("dryad.text.units")
  return function(waiting_for, bytes)
    progress.bar("dumping process " .. pid, 0, 0,
      waiting_for ~= "" and "waiting for " .. waiting_for or units.bytes(bytes) .. " written")
  end
end

--- Dumps a process. It runs on; one of its threads is held for a moment.
-- @tparam integer pid
-- @tparam[opt] table options `path` (compressed by its ending; %p is the process, %t the time, %h the host; `-` is
-- standard output), `force` (an existing file is replaced), `values` ("full", "hash", "none"), `max_value` (characters
-- of a value, 100), `timeout` (seconds for each stage, 60), `max_size` (bytes of the file; 9/10 of the free room)
-- @treturn table `pid`, `name` (of the process), `path`, `file_bytes` (its size), `is_direct` (it is a pipe, a device
-- or standard output), `objects`, `heap_bytes` (their sizes added up), `dump_bytes` (before compression), `resident`
-- (bytes of the process in memory), `held_seconds` (that a thread was held), `seconds` (in all), `attempts` (threads
-- that were looked at)
-- @usage require("dryad.dump.dump").dump(1234, { path = "app.dump.zst" })
function M.dump(pid, options)
  options = options or {}
  local core, progress = require("dryad.core"), require("dryad.text.progress")
  local began = core.clock()
  local sink <close> = core.sink(options.path or PATH, { force = options.force, force_name = "--force", process = pid })
  local good, result = pcall(require("dryad.attach").dump, {
    pid = pid,
    sink = sink,
    max_size = options.max_size,
    library = core.data_directory .. LIBRARY,
    values = options.values or "full",
    max_value = options.max_value or MOST_CHARACTERS,
    timeout = options.timeout or PATIENCE,
    report = reporter(pid),
  })
  progress.done()
  if not good then
    error(result, 0)
  end
  result.pid = pid
  result.path, result.file_bytes, result.is_direct = sink:finish()
  result.seconds = core.clock() - began
  return result
end

return M
