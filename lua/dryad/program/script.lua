-- SPDX-License-Identifier: MIT
--- Running scripts and pieces of code to their end, with errors that show the user's lines.
-- @module dryad.program.script

local screen = require "dryad.text.screen"
local traceback = require "dryad.recipes.traceback"

local M = {}

local function run(chunk, message, ...)
  if not chunk then
    return nil, message
  end
  local result = table.pack(xpcall(screen.plainly, traceback.handler, chunk, ...))
  if result[1] then
    return table.unpack(result, 1, result.n)
  end
  local problem = traceback.handler(result[2]) -- an out-of-memory error is a string
  return nil, traceback.text(problem), problem.message
end

--- Runs a file as `lua` would: sets `arg`, and passes the arguments as `...`.
-- @tparam string path
-- @tparam {string,...} arguments
-- @treturn boolean|nil true, or nil
-- @treturn string the message with a traceback, when nil
-- @treturn string the message alone, when it ran
-- @usage assert(require("dryad.program.script").run_file("report.lua", { "service.dump" }))
function M.run_file(path, arguments)
  _G.arg = table.move(arguments, 1, #arguments, 1, { [0] = path })
  local chunk, message = loadfile(path)
  return run(chunk, message, table.unpack(arguments))
end

--- Runs code.
-- @tparam string code
-- @tparam[opt="code"] string name the name shown in messages in place of a file's
-- @treturn boolean|nil true, or nil
-- @return what the code returns; when nil, the message with a traceback
-- @treturn string the message alone, when it ran
-- @usage assert(require("dryad.program.script").run_string("print(1 + 1)"))
function M.run_string(code, name)
  local chunk = "=" .. (name or "code")
  require("dryad.text.argument_errors").sources[chunk] = code
  return run(load(code, chunk))
end

return M
