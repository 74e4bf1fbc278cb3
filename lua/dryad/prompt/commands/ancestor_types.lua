-- SPDX-License-Identifier: MIT
return {
  summary = "Lists, by distance, the types of all that leads to some objects, up to modules or the types named.",
  arguments = { { "CONDITION", type = "text" }, { "TYPE,...", before = "stop", type = "text", optional = true } },
  example = "ancestor_types type = 'Session' stop module,frame",
  method = {
    signature = 'ws:ancestor_types("CONDITION [stop TYPE,...]") -> report',
    text = [[The types of all that leads to some objects, with how far away it is. It stops at modules, or at the types
named. Fields: `result`, and `found`, the new ancestors of each step.]],
    example = [[ws:ancestor_types("type = 'Thread' stop module,frame")]],
  },
  run = function(repl, words)
    return repl:call("ancestor_types", words)
  end,
}
