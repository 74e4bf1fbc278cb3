-- SPDX-License-Identifier: MIT
return {
  summary = "Lists the children of an object and, level by level, those that it alone keeps.",
  arguments = { { "ADDRESS", type = "text" } },
  example = "kids $cache",
  method = {
    signature = "ws:kids(address) -> report",
    text = [[An object, its children, and level by level the children of those that a single reference leads to: what
it alone keeps. The report is an array of results.]],
    example = 'ws:kids("1234")',
  },
  run = function(repl, words)
    return repl:call("kids", words)
  end,
}
