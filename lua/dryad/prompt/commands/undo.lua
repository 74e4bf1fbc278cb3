-- SPDX-License-Identifier: MIT
return {
  summary = "Undoes the last change of the heap.",
  arguments = {},
  example = "undo",
  method = {
    signature = "ws:undo() -> text",
    text = "Undoes the last change of the current generation, and reports which it was.",
    example = [[ws:pin("type = 'Thread'"); ws:undo()]],
  },
  run = function(repl, words)
    return repl:call("undo", words)
  end,
}
