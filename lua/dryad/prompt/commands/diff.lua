-- SPDX-License-Identifier: MIT
return {
  summary = "Shows what grew between the generations with these numbers.",
  arguments = {
    { "BEFORE", type = "generation" },
    { "AFTER", type = "generation" },
    { "LATER", type = "generation", optional = true },
  },
  example = "diff 1 2",
  method = {
    signature = "ws:diff(numbers) -> rows",
    text = "Lists what grew between two or three generations.",
    example = 'ws:diff("1 1")',
  },
  run = function(repl, words)
    return repl:call("diff", words)
  end,
}
