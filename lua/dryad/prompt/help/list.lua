-- SPDX-License-Identifier: MIT
return {
  title = "a list: objects in order",
  text = [[Cheap even when long, and immutable: each method returns a new one. Prints its count and bytes, then as many
objects as fit; `pp(l)` prints all. `l` here is any list, as in `l = heap "Thread"`.]],
  entries = {
    {
      "l[i]",
      "l[i], #l, ipairs(l)",
      "The i-th object, from 1; negative from the end. #l is how many.",
      "l[1], l[-1], #l",
    },
    { "l.c", "l.c", "What they refer to, each once, a list.", "l.c" },
    { "l.p", "l.p", "What refers to them, each once, a list.", "l.p" },
    {
      "l:filter",
      "l:filter(condition) -> list",
      "Those that satisfy a condition: SQL over the columns of `obj` (see `heap:sql`), or a function.",
      'l:filter "num_parents > 1"',
    },
    {
      "l:column",
      "l:column(field) -> column",
      "One field of each as an array of plain values, for fast loops; see `help column`.",
      "l:column('size')[1]",
    },
    { "l:of", "l:of(type) -> list", "Those of a type.", "l.c:of('str')" },
    {
      "l:map",
      "l:map(function) -> array",
      "What a function returns for each, an array.",
      "l:map(function(o) return o.size end)",
    },
    {
      "l:attr",
      "l:attr(name) -> array",
      "The value of an attribute or dict key of each, an array.",
      "l:attr('_Thread__name')",
    },
    {
      "l:sort",
      'l:sort(field [, "asc"]) -> list',
      'Sorted by a field, largest first, or smallest with "asc".',
      "l:sort('num_parents', 'asc')",
    },
    { "l:head", "l:head(n) -> list", "The first n.", "l:head(3)" },
    { "l:sum", "l:sum(field) -> number", "The sum of a number field.", "l:sum('size')" },
    {
      "l:retained_size",
      "l:retained_size() -> bytes",
      "Bytes that would be freed without all of them, each object counted once.",
      "l:retained_size()",
    },
    {
      "l:retained_by_type",
      "l:retained_by_type() -> rows",
      [[What its members of each type retain, added up: `{type_str, count, size, retained}`, largest retained first.
What a member dominated by another of its type retains counts for both; what only several of them keep alive together
counts for none.]],
      "heap('module'):retained_by_type()",
    },
    {
      "l:why",
      "l:why() -> why",
      [[Why they are alive: the shortest paths from roots to all of them, merged into one tree with counts and bytes,
and who refers to them.]],
      "l:why()",
    },
    {
      "l:group_by",
      'l:group_by(field, ".attribute" or function) -> groups',
      "The list in groups, by a field, an attribute or what a function returns for each object.",
      "l:group_by(function(o) return o.num_parents end)",
    },
    {
      "l:summarize",
      "l:summarize() -> summary",
      "Counts and sizes by type of its members alone.",
      "l.c:summarize()",
    },
    { "l:totable", "l:totable() -> array", "A plain Lua array of the objects.", "#l:totable()" },
    { "l:show", "l:show([n])", "Prints all, or the first n.", "l:show(3)" },
    { "l:format", "l:format(n) -> text", "What l:show(n) prints.", "l:format(3)" },
    { "l + l", "a + b, a - b, a & b", "Union, difference and intersection.", "(l + l.c) - l, l & l.c.p" },
  },
}
