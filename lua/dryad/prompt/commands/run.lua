-- SPDX-License-Identifier: MIT
return {
  summary = "Runs a recipe on the heap. Its words are values, or NAME=VALUE. `--trust` first leaves out the sandbox.",
  arguments = { { "RECIPE", type = "recipe" }, { "WORD", type = "recipe_argument", many = true, optional = true } },
  options = { "--trust", "--recipe-memory=", "--recipe-time=" },
  example = "run holders type=Thread",
  method = {
    signature = "ws:run(words)",
    text = "Runs a recipe on the current generation.",
    example = 'ws:run("overview")',
  },
  run = function(repl, words)
    return repl:call("run", words)
  end,
}
