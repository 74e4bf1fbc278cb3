-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local command_line = require "dryad.text.command_line"
local session = require "dryad.prompt.session"

--- The object or list that is the value of an expression, or nil.
local function value_of(repl, text)
  local run = not text:find "^%d" and session.is_value(text) and repl.session:compile(text)
  local ok, value = pcall(run or error)
  local meta = ok and getmetatable(value)
  if meta and (rawequal(meta, core.object.meta) or rawequal(meta, core.list.meta)) then
    return value
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
    return repl:call("why", value_of(repl, command_line.unquoted(words)) or words)
  end,
}
