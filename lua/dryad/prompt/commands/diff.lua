-- SPDX-License-Identifier: MIT
return {
  summary = "Shows what grew between the generations with these numbers, and what holds it.",
  arguments = {
    { "BEFORE", type = "generation" },
    { "AFTER", type = "generation" },
    { "LATER", type = "generation", many = true, optional = true },
  },
  example = "diff 1 2",
  method = {
    signature = "ws:diff(numbers) -> report",
    text = "Lists what grew between generations, and what holds it.",
    example = 'ws:diff("1 1")',
  },
  run = function(repl, words)
    return repl:call("diff", words)
  end,
}
