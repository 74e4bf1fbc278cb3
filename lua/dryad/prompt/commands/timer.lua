-- SPDX-License-Identifier: MIT
return {
  summary = "Shows the time of each query, or stops showing it.",
  arguments = { { choices = { "on", "off" } } },
  example = "timer on",
  method = {
    signature = 'ws:timer("on") -> text',
    text = "Sets whether the prompt shows the time of each query.",
    example = 'ws:timer("off")',
  },
  run = function(repl, words)
    return repl:call("timer", words)
  end,
}
