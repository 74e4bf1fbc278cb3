-- SPDX-License-Identifier: MIT
return {
  summary = "Opens a workspace file, or a database that memsee wrote.",
  arguments = { { "DATABASE", type = "file" } },
  example = "open my.db",
  method = {
    signature = "ws:open(file) -> text",
    text = [[Opens a workspace file in place of the current one. Loads the heaps from their dumps and repeats the
changes made to them; reports a dump that moved or changed. A database that memsee wrote is read as raw dumps.]],
    example = 'ws:open("my.db")',
  },
  run = function(repl, words)
    return repl:call_anew("open", words)
  end,
}
