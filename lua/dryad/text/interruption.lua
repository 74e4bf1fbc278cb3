-- SPDX-License-Identifier: MIT
--- Ctrl-C as an error: what it says, and how to try something without losing it.
-- @module dryad.text.interruption

local M = {}

--- The message of the error that Ctrl-C raises. C has it as DRYAD_INTERRUPTED.
M.MESSAGE = "interrupted!"

--- Whether an error is an interruption, whatever was put before its message.
-- @param problem
-- @treturn boolean
-- @usage if interruption.is(problem) then error(problem, 0) end
function M.is(problem)
  return tostring(problem):find(M.MESSAGE, 1, true) ~= nil
end

local function pass_on(ok, ...)
  if not ok and M.is((...)) then
    error((...), 0)
  end
  return ok, ...
end

--- Calls a function as `pcall` does, but an interruption is raised again: only the prompt or the program may end it.
-- @tparam function f
-- @param ... its arguments
-- @treturn boolean
-- @return the function's results, or its error
-- @usage local ok, o = interruption.attempt(heap.get, heap, address)
function M.attempt(f, ...)
  return pass_on(pcall(f, ...))
end

return M
