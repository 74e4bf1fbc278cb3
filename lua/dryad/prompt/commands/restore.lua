-- SPDX-License-Identifier: MIT
return {
  summary = "Restores the last backup.",
  arguments = {},
  example = "restore",
  method = {
    signature = "ws:restore() -> text",
    text = "Restores names, generations and changes from the backup.",
    example = "ws:backup(); ws:restore()",
  },
  run = function(repl, words)
    return repl:call("restore", words)
  end,
}
