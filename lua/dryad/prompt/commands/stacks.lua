-- SPDX-License-Identifier: MIT
return {
  summary = "Shows what threads and tasks were doing, and what their frames hold.",
  arguments = {},
  example = "stacks",
  method = {
    signature = "ws:stacks() -> stacks",
    text = "What the threads and tasks of the current generation were doing, and what their frames hold.",
    example = "ws:stacks()",
  },
  run = function(repl)
    return repl:call "stacks"
  end,
}
