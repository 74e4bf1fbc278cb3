-- SPDX-License-Identifier: MIT
return {
  summary = "Counts objects, references and their bytes.",
  arguments = {},
  example = "stats",
  method = {
    signature = "ws:stats() -> text",
    text = "Counts objects, references and their bytes.",
    example = "ws:stats()",
  },
  run = function(repl, words)
    return repl:call("stats", words)
  end,
}
