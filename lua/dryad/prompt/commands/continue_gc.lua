-- SPDX-License-Identifier: MIT
return {
  summary = "Continues a gc that was interrupted.",
  arguments = {},
  example = "continue_gc",
  method = {
    signature = "ws:continue_gc() -> report",
    text = "Continues where Ctrl-C stopped a gc.",
    example = "ws:continue_gc().complete",
  },
  run = function(repl, words)
    return repl:call("continue_gc", words)
  end,
}
