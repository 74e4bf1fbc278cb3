-- SPDX-License-Identifier: MIT
return {
  summary = "Changes marks; `undo` restores them.",
  arguments = { { "obj set mark = N ...", type = "sql" } },
  example = "update obj set mark = 1 where type = 'Session'",
  method = {
    signature = "ws:update(statement [, parameters ...]) -> text",
    text = "Changes marks; no other column can be changed.",
    example = [[ws:update("obj set mark = 1 where type = 'Thread'")]],
  },
  run = function(repl, words)
    return repl:call("update", words)
  end,
}
