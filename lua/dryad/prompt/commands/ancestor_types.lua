-- SPDX-License-Identifier: MIT
return {
  summary = "Lists, by distance, the types of the ancestors of some objects, up to modules or the types named.",
  arguments = { { "CONDITION", type = "text" }, { "TYPE,...", before = "stop", type = "text", optional = true } },
  example = "ancestor_types type = 'Session' stop module,frame",
  method = {
    signature = 'ws:ancestor_types("CONDITION [stop TYPE,...]") -> report',
    text = [[The types of the ancestors of some objects, with their distance. It stops at modules, or at the types
named. Fields: `result`, and `found`, how many new ancestors each step discovered.]],
    example = [[ws:ancestor_types("type = 'Thread' stop module,frame")]],
  },
  run = function(repl, words)
    return repl:call("ancestor_types", words)
  end,
}
