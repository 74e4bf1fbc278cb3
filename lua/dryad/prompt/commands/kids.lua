-- SPDX-License-Identifier: MIT
return {
  summary = "Lists the children of an object and, level by level, what it alone keeps alive.",
  arguments = { { "ADDRESS", type = "text" } },
  example = "kids $cache",
  method = {
    signature = "ws:kids(address) -> report",
    text = [[Lists an object, its children and, level by level, the children of those with a single referrer: what it
alone keeps alive. The report is an array of results.]],
    example = 'ws:kids("1234")',
  },
  run = function(repl, words)
    return repl:call("kids", words)
  end,
}
