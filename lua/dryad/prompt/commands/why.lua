-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local command_line = require "dryad.text.command_line"
local interruption = require "dryad.text.interruption"
local session = require "dryad.prompt.session"

local function are_objects(value)
  local meta = getmetatable(value)
  return rawequal(meta, core.object.meta) or rawequal(meta, core.list.meta)
end

--- The object or list that is the value of an expression, or nil.
local function value_of(repl, text)
  local run = not text:find "^%d" and session.is_value(text) and repl.session:compile(text)
  local ok, value = interruption.attempt(run or error)
  return ok and are_objects(value) and value or nil
end

--- What, and the number of paths, of words that are the arguments of a call: `(threads[1], 1)`, `("Thread")`.
local function arguments_of(repl, text)
  local run = text:find "^%(.*%)$" and session.is_value("f" .. text) and repl.session:compile(text:sub(2, -2))
  local ok, value, n = interruption.attempt(run or error)
  if ok and (are_objects(value) or type(value) == "string") and (n == nil or math.type(n) == "integer") then
    return value, n
  end
end

return {
  summary = "Explains why an object is alive, with up to N paths; or all objects of a type or a list.",
  arguments = { { "ADDRESS|TYPE|EXPRESSION", type = "what" }, { "N", optional = true } },
  example = "why #0.3 2",
  method = {
    signature = "ws:why(what [, n]) -> why",
    text = "The same as `heap:why`, for an address, a shorthand, a type, a condition, or objects.",
    example = 'ws:why("Thread")',
  },
  run = function(repl, words)
    local what, n = arguments_of(repl, words)
    return repl:call("why", what or value_of(repl, command_line.unquoted(words)) or words, n)
  end,
}
