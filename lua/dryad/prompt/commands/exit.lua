-- SPDX-License-Identifier: MIT
return {
  summary = "Leaves the prompt; so does Ctrl-D.",
  arguments = {},
  example = "exit",
  run = function(repl)
    repl.finished = true
  end,
}
