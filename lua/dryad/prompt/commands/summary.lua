-- SPDX-License-Identifier: MIT
return {
  summary = "Prints counts and sizes by type, as when the prompt starts.",
  arguments = {},
  example = "summary",
  method = {
    signature = "ws:summary() -> summary",
    text = "The same as `heap:summarize`.",
    example = "ws:summary()",
  },
  run = function(repl, words)
    return repl:call("summary", words)
  end,
}
