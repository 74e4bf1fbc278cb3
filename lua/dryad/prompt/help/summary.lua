-- SPDX-License-Identifier: MIT
return {
  title = "a summary: counts and sizes by type",
  text = "Prints the 20 largest types. `s` here is any summary, as in `s = heap:summarize()`.",
  entries = {
    { "s.total_count", "s.total_count", "How many objects it counts.", "s.total_count" },
    { "s.total_size", "s.total_size", "Their bytes.", "s.total_size" },
    {
      "s[i]",
      "s[i], s[type], #s",
      [[A row, by its index as printed or by type: `type_str`, `count`, `total_size`, `max_size`, `max_address`,
`avg`, `stddev`, `objects` (a list), `max` (the largest object).]],
      "s[1].type_str, s['dict'].count, #s",
    },
    { "s:by_size", "s:by_size() -> summary", "Sorted by size, as initially.", "s:by_size()" },
    { "s:by_count", "s:by_count() -> summary", "Sorted by count.", "s:by_count()" },
    { "s:top", "s:top(n) -> summary", "The first n types.", "s:top(5)" },
  },
}
