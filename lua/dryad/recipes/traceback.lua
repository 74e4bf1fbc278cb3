-- SPDX-License-Identifier: MIT
--- Errors for users: the message, then the lines of the user's own code that led to it.
-- @module dryad.recipes.traceback

local own_code = require "dryad.text.own_code"

local M = {}

local function describe(info)
  if info.what == "main" then
    return "in the script"
  elseif info.name and info.name ~= "?" then
    return ("in %s '%s'"):format(info.namewhat == "method" and "method" or "function", info.name)
  end
  return ("in the function at line %d"):format(info.linedefined)
end

local FRAMES, LEVELS = 20, 1000 -- finding a level takes time in proportion to its depth

--- The innermost frames of the user's code.
local function frames(level)
  local found, last = {}, level + LEVELS
  while true do
    local info = #found < FRAMES and level < last and debug.getinfo(level, "Snl")
    if not info then
      return found
    end
    if info.currentline > 0 and not own_code.is(info.source) then
      found[#found + 1] = ("  %s:%d: %s"):format(info.short_src, info.currentline, describe(info))
    end
    level = level + 1
  end
end

--- A message handler for xpcall: the error as `{message=, frames=}`.
-- @param problem what was raised
-- @treturn table
-- @usage local ok, e = xpcall(f, require("dryad.recipes.traceback").handler)
function M.handler(problem)
  if type(problem) == "table" and problem.frames then
    return problem
  end
  local ok, message = pcall(tostring, problem)
  local meta = getmetatable(problem)
  if not ok or type(problem) == "table" and not (type(meta) == "table" and rawget(meta, "__tostring")) then
    message = ("an error that is a %s, not a text"):format(type(problem))
  end
  return { message = message, frames = frames(3) }
end

--- The error in full: the message, then a line for each frame.
-- @tparam table problem as returned by the handler
-- @treturn string
-- @usage io.stderr:write(require("dryad.recipes.traceback").text(e), "\n")
function M.text(problem)
  if #problem.frames == 0 then
    return problem.message
  end
  return problem.message .. "\n" .. table.concat(problem.frames, "\n")
end

return M
