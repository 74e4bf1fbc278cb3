-- SPDX-License-Identifier: MIT
--- Loads the dump or database that a command line names, with its options.
-- @module dryad.program.loading

local dryad = require "dryad"
local processes = require "dryad.program.processes"
local workspace = require "dryad.workspace.workspace"

local M = {}

--- Converts the options of a command line to those of `dryad.load`.
-- @tparam table given
-- @treturn table
-- @usage local heap = dryad.load(path, loading.options(given))
function M.options(given)
  return {
    threads = given.threads, collapse = not given.raw, strict = given.strict, spill = given.spill,
    max_text = given["max-text"], max_memory = given["max-memory"],
  }
end

--- Loads a dump or dumps a running process; or opens a workspace and returns its current heap and the workspace.
-- @tparam string path or a process id
-- @tparam table given the options of the command line
-- @treturn heap
-- @treturn workspace|nil
-- @usage local heap, ws = loading.heap(words[1], given)
function M.heap(path, given)
  local options = M.options(given)
  local pid = processes.pid(path)
  if pid then
    return processes.load(pid, given, options)
  elseif not workspace.is_database(path) then
    return dryad.load(path, options)
  end
  local ws = workspace.new(path, {
    threads = options.threads, spill = options.spill, max_text = options.max_text, max_memory = options.max_memory,
  })
  if not ws.heap then
    error(path .. ": no generation of this workspace is current; `gen N` at the prompt selects one", 0)
  end
  return ws.heap, ws
end

return M
