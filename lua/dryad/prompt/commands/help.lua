-- SPDX-License-Identifier: MIT
local command_line = require "dryad.text.command_line"

return {
  summary = "Explains a name, or lists the topics; `?NAME` is the same.",
  arguments = { { "NAME", type = "help", optional = true } },
  text = "In Lua, `help(x)` explains a function or a value.",
  example = "help heap:get_all",
  is_styled = true,
  method = {
    signature = "ws:help([name]) -> text",
    text = "The same as `help` at the prompt.",
    example = 'ws:help("gc")',
  },
  run = function(_, words)
    local help = require "dryad.prompt.help"
    return words == "" and help.overview() or help.text(command_line.unquoted(words))
  end,
}
