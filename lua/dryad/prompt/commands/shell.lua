-- SPDX-License-Identifier: MIT
return {
  summary = "Runs any statement on the database of the workspace; `!SQL` is the same.",
  arguments = { { "SQL", type = "sql" } },
  example = "shell select * from gen",
  method = {
    signature = "ws:shell(sql [, parameters ...]) -> result or text",
    text = [[Runs any statement on the database of the workspace: tables gen, env and edit. A statement that reaches
outside of it is refused, unless the workspace was opened with `{ unguarded = true }`.]],
    example = 'ws:shell("select * from gen")',
  },
  run = function(repl, words)
    return repl:call("shell", words)
  end,
}
