-- SPDX-License-Identifier: MIT
return {
  summary = "Writes all generations as plain tables into a new SQLite file; `force` replaces an existing one.",
  arguments = { { "FILE", type = "file" }, { "force", optional = true } },
  example = "export plain.db",
  method = {
    signature = "ws:export(file [, options]) -> text",
    text = [[Writes all generations as plain tables, with memsee's schema, into a new SQLite file for any client. Only
`{ force = true }` replaces an existing file. `%p`, `%t` and `%h` in its name are the process, the time
and the host.]],
    example = 'ws:export("plain.db")',
  },
  run = function(repl, words)
    return repl:call("export", words)
  end,
}
