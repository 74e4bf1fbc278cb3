-- SPDX-License-Identifier: MIT
return {
  summary = "Takes back the last change of the heap.",
  arguments = {},
  example = "undo",
  method = {
    signature = "ws:undo() -> text",
    text = "Takes back the last change of the current generation, and says which it was.",
    example = [[ws:pin("type = 'Thread'"); ws:undo()]],
  },
  run = function(repl, words)
    return repl:call("undo", words)
  end,
}
