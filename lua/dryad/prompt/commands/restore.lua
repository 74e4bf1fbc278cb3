-- SPDX-License-Identifier: MIT
return {
  summary = "Restores the last backup, or the one with the number N.",
  arguments = { { "N", optional = true } },
  example = "restore",
  method = {
    signature = "ws:restore([n]) -> text",
    text = "Restores names, generations and changes from the last backup, or from another one.",
    example = "ws:backup(); ws:restore()",
  },
  run = function(repl, words)
    return repl:call("restore", words)
  end,
}
