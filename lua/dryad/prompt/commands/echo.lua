-- SPDX-License-Identifier: MIT
return {
  summary = "Shows a text with all its shorthands expanded.",
  arguments = { { "TEXT", type = "text" } },
  example = "echo address in #0.3&",
  method = {
    signature = "ws:echo(text) -> text",
    text = "Expands the shorthands in a text.",
    example = 'ws:echo("address in 1234&")',
  },
  run = function(repl, words)
    return repl:call("echo", words)
  end,
}
