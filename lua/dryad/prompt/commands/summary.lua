-- SPDX-License-Identifier: MIT
return {
  summary = "Prints the objects of the heap by type, as at the start.",
  arguments = {},
  example = "summary",
  method = {
    signature = "ws:summary() -> summary",
    text = "As `heap:summarize`.",
    example = "ws:summary()",
  },
  run = function(repl, words)
    return repl:call("summary", words)
  end,
}
