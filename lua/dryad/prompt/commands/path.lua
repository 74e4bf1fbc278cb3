-- SPDX-License-Identifier: MIT
return {
  summary = "Finds a shortest path from any of some objects to the nearest of others, or with `all` to each of them.",
  arguments = {
    { '"CONDITION"', before = "from", type = "text" },
    { '"CONDITION"', before = "to", type = "text" },
    { "reversed", optional = true },
    { "all", optional = true },
  },
  example = 'path from "address = $cache" to "address in 0&" reversed',
  method = {
    signature = 'ws:path([[from "CONDITION" to "CONDITION" [reversed] [all] ]]) -> report',
    text = [[Finds a shortest path from any of some objects to the nearest of others; `reversed` follows referrers;
`all` finds one to each. The report is an array of results, with `found`: how many objects each step discovered.]],
    example = [=[ws:path([[from "type = 'module'" to "type = 'Thread'"]])]=],
  },
  run = function(repl, words)
    return repl:call("path", words)
  end,
}
