-- SPDX-License-Identifier: MIT
return {
  summary = "Gives a text a name, so that $NAME stands for it; without words, lists all names.",
  arguments = { { "NAME", type = "text", optional = true }, { "TEXT", type = "text", optional = true } },
  example = "set cache #0.3",
  method = {
    signature = 'ws:set("NAME TEXT"), ws:set() -> names',
    text = [[Gives a text a name, so that `$NAME` stands for it. Shorthands in the text are expanded at once. Without
words it lists all names.]],
    example = 'ws:set("big size > 1e6"); ws:select("count(*) from obj where $big")',
  },
  run = function(repl, words)
    return repl:call("set", words)
  end,
}
