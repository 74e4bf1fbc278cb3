-- SPDX-License-Identifier: MIT
return {
  summary = "Names a text, which then is $NAME; without words, lists all names.",
  arguments = { { "NAME", type = "text", optional = true }, { "TEXT", type = "text", optional = true } },
  example = "set cache #0.3",
  method = {
    signature = 'ws:set("NAME TEXT"), ws:set() -> names',
    text = [[Names a text, whose shorthands are expanded now; `$NAME` then stands for it. Without words it lists all
names.]],
    example = 'ws:set("big size > 1e6"); ws:select("count(*) from obj where $big")',
  },
  run = function(repl, words)
    return repl:call("set", words)
  end,
}
