-- SPDX-License-Identifier: MIT
--- Whether a process id still means the same process, running the same program.
-- @module dryad.dump.identity

local M = {}

-- Fields of /proc/PID/stat after the name of the program.
local STATE, THREADS, STARTED, STACK = 1, 18, 20, 26

--- The fields of the kernel's line on a process; nil if there is none. The name may hold anything, parentheses too.
local function stat(pid)
  local file <close> = io.open(("/proc/%d/stat"):format(pid), "rb")
  local rest = file and (file:read "a" or ""):match "^.*%) (.*)$"
  local fields = {}
  for field in (rest or ""):gmatch "%S+" do
    fields[#fields + 1] = field
  end
  return rest and fields or nil
end

--- Whether a process has ended, even if its parent has not noticed.
local function is_over(fields)
  return (fields[STATE] == "Z" or fields[STATE] == "X") and (tonumber(fields[THREADS]) or 0) <= 1
end

--- What tells a process from others of its id: when it started, and where the stack of its program begins.
-- @tparam integer pid
-- @treturn table|nil nil if there is no such process
-- @usage local before = identity.of(1234)
function M.of(pid)
  local fields = stat(pid)
  return fields and not is_over(fields) and { started = fields[STARTED], stack = fields[STACK] } or nil
end

--- What became of a process in the meantime, as the end of a sentence; nil if it is still the same.
-- @tparam integer pid
-- @tparam table|nil before
-- @treturn string|nil
-- @treturn boolean whether there is another process, or another program, of this id
-- @usage local change = identity.change(1234, before)
function M.change(pid, before)
  local now = M.of(pid)
  if not now or not before then
    return "has ended", false
  elseif now.started ~= before.started then
    return "has ended, and another process has its id now", true
  elseif now.stack ~= before.stack then
    return "runs another program now (exec)", true
  end
  return nil, false
end

return M
