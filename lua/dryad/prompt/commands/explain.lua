-- SPDX-License-Identifier: MIT
return {
  summary = "Shows how SQLite would run a query.",
  arguments = { { "[query plan] select ...", type = "sql" } },
  example = "explain query plan select * from obj where address in 1234&",
  method = {
    signature = "ws:explain(query) -> result",
    text = "Shows how SQLite would run a query.",
    example = [[ws:explain("query plan select * from obj where type = 'dict'")]],
  },
  run = function(repl, words)
    return repl:call("explain", words)
  end,
}
