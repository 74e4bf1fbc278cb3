-- SPDX-License-Identifier: MIT
return {
  summary = "Drops what neither roots nor pinned objects reach, and reports what that was.",
  arguments = {},
  example = "gc",
  method = {
    signature = "ws:gc() -> report",
    text = [[Marks all that roots and pinned objects reach, by depth, and drops the rest. The report prints the heap
before and after, and what went by type. Fields: `before`, `after`, `deleted`, `types`, `complete`,
`depth`.]],
    example = "ws:gc().deleted",
  },
  run = function(repl, words)
    return repl:call("gc", words)
  end,
}
