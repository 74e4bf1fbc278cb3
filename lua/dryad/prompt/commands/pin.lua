-- SPDX-License-Identifier: MIT
return {
  summary = "Keeps gc from dropping objects.",
  arguments = { { "CONDITION", type = "sql" } },
  example = "pin type = 'Session'",
  method = {
    signature = "ws:pin(condition) -> text",
    text = "Keeps `ws:gc()` from dropping objects.",
    example = [[ws:pin("type = 'Thread'")]],
  },
  run = function(repl, words)
    return repl:call("pin", words)
  end,
}
