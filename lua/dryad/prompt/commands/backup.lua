-- SPDX-License-Identifier: MIT
return {
  summary = "Copies the workspace to FILE.bak, or in memory.",
  arguments = {},
  example = "backup",
  method = {
    signature = "ws:backup() -> text",
    text = [[Copies the workspace to FILE.bak, or in memory. A new backup replaces the last one, but never a file of
that name that is not a database.]],
    example = "ws:backup()",
  },
  run = function(repl, words)
    return repl:call("backup", words)
  end,
}
