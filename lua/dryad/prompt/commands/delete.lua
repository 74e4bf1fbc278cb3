-- SPDX-License-Identifier: MIT
return {
  summary = "Removes objects or references; `undo` restores them.",
  arguments = { { "from obj|ref ...", type = "sql" } },
  example = "delete from ref where parent = #0.3 and child = #0.4",
  method = {
    signature = "ws:delete(statement [, parameters ...]) -> text",
    text = "Removes objects or references; `ws:undo()` restores them.",
    example = 'ws:delete("from ref where parent = 1234")',
  },
  run = function(repl, words)
    return repl:call("delete", words)
  end,
}
