-- SPDX-License-Identifier: MIT
return {
  summary = "Drops what neither roots nor pinned objects reach, and reports it.",
  arguments = {},
  example = "gc",
  method = {
    signature = "ws:gc() -> report",
    text = [[Marks everything that roots and pinned objects reach, by depth, and drops the rest. The report prints the
heap before and after, and what was dropped, by type. Fields: `before`, `after`, `deleted`, `types`, `complete`,
`depth`.]],
    example = "ws:gc().deleted",
  },
  run = function(repl, words)
    return repl:call("gc", words)
  end,
}
