-- SPDX-License-Identifier: MIT
return {
  summary = "Copies the workspace to FILE.bak, or in memory.",
  arguments = {},
  example = "backup",
  method = {
    signature = "ws:backup() -> text",
    text = [[Copies the workspace to FILE.bak, or in memory. The next one goes to FILE.bak.2 and so on: earlier ones
stay.]],
    example = "ws:backup()",
  },
  run = function(repl, words)
    return repl:call("backup", words)
  end,
}
