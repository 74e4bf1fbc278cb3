-- SPDX-License-Identifier: MIT
return {
  summary = "Lists the objects that refer to an object.",
  arguments = { { "ADDRESS", type = "text" } },
  example = "parents #0.3",
  method = {
    signature = "ws:parents(address) -> result",
    text = "Lists the objects that refer to an object.",
    example = 'ws:parents("1234")',
  },
  run = function(repl, words)
    return repl:call("parents", words)
  end,
}
