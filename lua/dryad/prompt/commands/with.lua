-- SPDX-License-Identifier: MIT
return {
  summary = "Runs a query that begins with `with`, as select does.",
  arguments = { { "... select ...", type = "sql" } },
  example = "with big as (select * from obj where size > 1e6) select type from big",
  method = {
    signature = "ws:with(query [, parameters ...]) -> result",
    text = "Runs a query that begins with `with`.",
    example = 'ws:with("big as (select * from obj where size > 1000) select type from big")',
  },
  run = function(repl, words)
    return repl:call("with", words)
  end,
}
