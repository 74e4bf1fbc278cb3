-- SPDX-License-Identifier: MIT
return {
  summary = "Lists the global variables of a module, those that retain most first.",
  arguments = { { "MODULE", type = "module", optional = true } },
  example = "globals __main__",
  text = "Without a name, those of `__main__`.",
  method = {
    signature = "ws:globals([module]) -> report",
    text = "Lists the global variables of a module (default: `__main__`), those that retain most first.",
    example = 'ws:globals("__main__")',
  },
  run = function(repl, words)
    return repl:call("globals", words)
  end,
}
