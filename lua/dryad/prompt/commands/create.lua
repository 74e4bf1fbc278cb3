-- SPDX-License-Identifier: MIT
return {
  summary = "Makes a new workspace file and moves the one in memory into it.",
  arguments = { { "DATABASE", type = "file" } },
  example = "create my.db",
  method = {
    signature = "ws:create(file) -> text",
    text = "Makes a new workspace file. A workspace in memory moves into it; otherwise the new one is empty.",
    example = 'ws:create("my.db")',
  },
  run = function(repl, words)
    return repl:call_anew("create", words)
  end,
}
