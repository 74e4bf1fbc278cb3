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
    { "l.c", "l.c", "A list of the objects that they refer to, each once.", "l.c" },
    { "l.p", "l.p", "A list of the objects that refer to them, each once.", "l.p" },
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
      "An array of what a function returns for each.",
      "l:map(function(o) return o.size end)",
    },
    {
      "l:attr",
      "l:attr(name) -> array",
      "An array of the values of an attribute or dict key.",
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
      "The bytes that would be freed if all of them went away together, each object counted once.",
      "l:retained_size()",
    },
    {
      "l:retained_by_type",
      "l:retained_by_type() -> rows",
      [[The sum of what its members of each type retain: `{type_str, count, size, retained}`, largest retained first. If
a member dominates another of its type, the bytes of the other count twice; bytes that only several of them together
keep alive are not counted.]],
      "heap('module'):retained_by_type()",
    },
    {
      "l:why",
      "l:why() -> why",
      [[Explains why they are alive: the shortest paths from roots to all of them, merged into one tree with counts and
bytes, and who refers to them.]],
      "l:why()",
    },
    {
      "l:group_by",
      'l:group_by(field, ".attribute" or function) -> groups',
      "The list in groups, by a field, an attribute or the result of a function.",
      "l:group_by(function(o) return o.num_parents end)",
    },
    {
      "l:sites",
      "l:sites([frames]) -> rows",
      [[Where the members were allocated, if tracemalloc was tracing in the process: rows of `{site, count, size}`, the
most bytes first. With `frames`, a site is that many lines: the one that allocated, and its callers.]],
      "l:sites()",
    },
    {
      "l:classes",
      "l:classes() -> rows",
      "Counts and sizes of its members by class; see `heap:classes`.",
      "l:classes()",
    },
    {
      "l:csv",
      "l:csv([file [, fields [, options]]]) -> text",
      [[Its members as CSV, a row each: as text, or in a new file. `fields` is an array of fields, and of `.NAME` for
attributes; by default address, type, size, len, value, name, num_refs and num_parents. `{ force = true }` replaces an
existing file; `{ excel = true }` is for spreadsheets. A second value counts the lone surrogates that became escapes.]],
      'l:head(2):csv(nil, { "address", "size" })',
    },
    {
      "l:json",
      "l:json([file [, fields [, options]]]) -> text",
      "The same as JSON, an array of objects.",
      "l:head(2):json()",
    },
    {
      "l:jsonl",
      "l:jsonl([file [, fields [, options]]]) -> text",
      "The same as JSON lines, an object on each.",
      "l:head(2):jsonl()",
    },
    {
      "l:summarize",
      "l:summarize() -> summary",
      "Counts and sizes by type of its members alone.",
      "l.c:summarize()",
    },
    { "l:totable", "l:totable() -> array", "A plain Lua array of the objects.", "#l:totable()" },
    {
      "l:browse",
      "l:browse()",
      [[Opens the list in the full-screen browser, from which `q` returns. Only in the program, on a terminal;
`help browsing` explains the browser.]],
      "look = function() l:browse() end",
    },
    { "l:show", "l:show([n])", "Prints all, or the first n.", "l:show(3)" },
    { "l:format", "l:format(n) -> text", "What l:show(n) prints.", "l:format(3)" },
    { "l + l", "a + b, a - b, a & b", "Union, difference and intersection.", "(l + l.c) - l, l & l.c.p" },
  },
}
