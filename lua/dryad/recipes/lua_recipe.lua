-- SPDX-License-Identifier: MIT
--- Recipes that are Lua code: what their files declare.
-- @module dryad.recipes.lua_recipe

local arguments = require "dryad.recipes.arguments"
local files = require "dryad.recipes.files"
local header = require "dryad.recipes.header"

local M = {}

--- Reads the first comment of a file, and nothing else.
-- @tparam string path
-- @treturn table|nil `{summary =, args = nil where the comment declares none}`
-- @treturn string what is wrong
-- @usage local declared, problem = require("dryad.recipes.lua_recipe").load "mine.lua"
function M.load(path)
  local text, message = files.text(path)
  if not text then
    return nil, message
  end
  local summary, args = header.read(text, path)
  if not summary then
    return nil, args
  end
  return { summary = summary, args = #args > 0 and args or nil }
end

--- Runs the code, which must return `{args=, run=}`. Raises whatever it raises.
-- @tparam string code
-- @tparam string path for messages
-- @tparam table environment its globals
-- @treturn table|nil what it returns
-- @treturn string what is wrong
-- @usage local declared, problem = require("dryad.recipes.lua_recipe").evaluate(code, path, _G)
function M.evaluate(code, path, environment)
  local chunk, message = load(code, "@" .. path, "t", environment)
  if not chunk then
    return nil, message
  end
  local declared = chunk()
  if type(declared) ~= "table" then
    return nil, "it does not return a table"
  elseif type(declared.run) ~= "function" then
    return nil, "it has no function run(heap, args)"
  end
  local problem = arguments.problem(declared.args or {})
  if problem then
    return nil, problem
  end
  return declared
end

return M
