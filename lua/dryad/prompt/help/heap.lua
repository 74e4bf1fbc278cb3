-- SPDX-License-Identifier: MIT
return {
  title = "a heap: all objects of one dump",
  text = "Call methods with a colon: `heap:summarize()`.",
  entries = {
    {
      "heap(x)",
      "heap(x) -> object or list",
      [[The short way in: an address (a number, or text in decimal or 0x...) returns the object; the name of a type, or
of a class such as `shop.cache.Entry`, returns all its objects; any other text is an SQL condition, as for `heap:where`.
An unknown name is an error that suggests the nearest types.]],
      'heap "module"',
    },
    {
      "heap[address]",
      "heap[address] -> object or nil",
      "The object at an address.",
      "heap[heap('module')[1].address]",
    },
    {
      "heap.num_objects",
      "heap.num_objects",
      "How many objects there are; the same as #heap.",
      "heap.num_objects == #heap",
    },
    { "heap.num_refs", "heap.num_refs", "How many references there are, including dangling ones.", "heap.num_refs" },
    { "heap.total_size", "heap.total_size", "Bytes of all objects together.", "heap.total_size / 2^20" },
    { "heap.file", "heap.file", "The file it was loaded from.", "heap.file" },
    { "heap.types", "heap.types", "The names of all types, an array.", "#heap.types" },
    {
      "heap.report",
      "heap.report",
      [[The report on loading: `lines`, `objects`, `duplicates`, `bad_lines`, `truncated`, `dangling_refs` (after
collapsing), `collapsed`, `python` (2 or 3), `seconds`, and `problems`, an array of `{line, offset, reason}`.
`mended` lines were repaired; `lossy_lines` of them lost a size or references. `duplicates` are lines that repeat an
address, `conflicts` those of them that differ from the first in type, size or number of references.
`cut_texts` were longer than `max_text`; they and texts that no object keeps lost `cut_bytes`.
`complete` is true, false (`incomplete` says why), or nil if the dump's format does not tell.]],
      "heap.report",
    },
    {
      "heap.process",
      "heap.process",
      [[What the dump says of its process: a table with `pid`, `command`, `python`, `time`, `rss` (bytes) and
more, which `help dumps` lists; nil if it says nothing.]],
      "heap.process",
    },
    {
      "heap:describe",
      "heap:describe() -> text",
      [[What `summary` and `leaks` begin with: whether the dump is incomplete, and the process that it was taken of, a
line each. Empty if the dump tells neither.]],
      "heap:describe()",
    },
    {
      "heap:browse",
      "heap:browse()",
      [[Opens the full-screen browser on the heap; `q` returns. Only in the program, on a terminal; `help browsing`
explains it.]],
      "look = function() heap:browse() end",
    },
    {
      "heap:threads",
      "heap:threads() -> list",
      "The threads of the process; `stack` of each is a list of its frames. Empty if the dump does not tell.",
      "heap:threads()",
    },
    {
      "heap:stacks",
      "heap:stacks() -> stacks",
      [[What threads and tasks were doing, those with the same stack together: an array of `{kind, names, count,
retained, frames}`, `frames` of `{name, file, line, retained, locals}`, innermost first, `locals` of `{name, object,
objects, retained}`. Prints as `dryad stacks` does.]],
      "heap:stacks()",
    },
    {
      "heap:tasks",
      "heap:tasks() -> list",
      [[The tasks of the process's event loops; `stack` of each is a list of its frames. Empty if the dump has no
facts of the process.]],
      "heap:tasks()",
    },
    {
      "heap:get",
      "heap:get(address) -> object or nil",
      "The object at an address, or at a way.",
      "heap:get(heap('module')[1].address)",
    },
    {
      "heap:objects",
      "heap:objects([type]) -> iterator",
      [[Iterates over all objects, or those of a type, in address order: millions a second. Loops over columns
(`heap:column`) are several times as fast, conditions (`heap:where`) a hundred times.]],
      "for o in heap:objects('module') do print(o.name); break end",
    },
    {
      "heap:column",
      "heap:column(field) -> column",
      [[One field of all objects as an array of plain numbers or texts, in the order of `heap:objects`, for fast
loops: address, type, size, len, num_refs, num_parents, retained_size, value or name. `c:object(i)` is the object; see
`help column`.]],
      "n = 0; for _, size in pairs(heap:column('size')) do n = n + size end; n",
    },
    {
      "heap:classes",
      "heap:classes() -> rows",
      [[Counts and sizes by class: rows of `{class, type_str, count, total_size, max_size, avg, versions, origin}`, the
most bytes first. A class that a program defines again and again is one row with that many `versions`; `origin` is whose
code defines it: `program`, `package`, `library` or `interpreter`. `row.objects`, `row.max` and `row.definitions` (the
class objects) are fields too.]],
      "heap:classes()[1].class",
    },
    {
      "heap:get_all",
      "heap:get_all(type) -> list",
      [[All objects of a type, sorted by size, then number of references, then of parents, largest first. A class with
its module will do too: `shop.cache.Entry`, or `cache.Entry` where only one class has that end.]],
      "heap:get_all('dict'):head(5)",
    },
    {
      "heap:where",
      "heap:where(condition) -> list",
      [[The objects that satisfy a condition, largest first: SQL over the columns of `obj`, or a function. `1234&`
stands for the children of an object, `1234^` for its parents, `0&` for the objects without a referrer. Comparisons of
number fields and type with constants, joined by `and`, are a hundred times as fast as the rest.]],
      "heap:where \"type = 'dict' and len > 100\"",
    },
    {
      "heap:sql",
      "heap:sql(query [, parameters ...]) -> result",
      [[Runs any SQLite query over the tables of the heap:

    obj(address, type, name, value, size, len, mark, repr)
    ref(parent, child)            one row for each reference
    unreferenced(address)         the objects without a referrer

When named, obj also has `num_refs`, `num_parents`, `retained`, `idom`, `class`, `refcount`, `root` (the reason),
`allocated`, `file` and `line`; ref has `position` and `label`. `.user.name` is an attribute of the row's object, which
`attr(o.address, 'user.name')` also gives.

`?` in the query stands for the parameters in their order (an object stands for its address; a list fits
`address in list(?)`); a single table gives them by name, for `:size`. `heap:undo()` reverses insert, delete and
update.]],
      [[heap:sql("select type, count(*) from obj where size > ? group by 1", 1000)]],
    },
    {
      "heap:summarize",
      "heap:summarize([start [, excluding]]) -> summary",
      [[Counts and sizes by type: of everything, or of what is reachable from an object or list (itself included)
without passing `excluding`: a list, an array of objects or addresses, a type's name, an SQL condition, or an array of
those.]],
      "heap:summarize(heap('Thread')[1], 'module')",
    },
    {
      "heap:roots",
      "heap:roots() -> list",
      [[Where liveness starts. If the dump says what the interpreter holds: those objects, and those that native code
holds. Otherwise modules, objects that nothing in the dump refers to, and one object of each cycle that nothing else
refers to. Loading determines the roots; later changes of the heap keep them.]],
      "heap:roots():summarize()",
    },
    {
      "heap:root_reason",
      "heap:root_reason(o) -> text or nil",
      [[Why an object is a root; nil for any other. If the dump says what the interpreter holds: modules, builtins,
thread, atexit, signal, interpreter, native (C code holds it) or uncounted (it has no reference count that would prove
it garbage). Otherwise module, frame, unreferenced or cycle. And given, by `heap:set_roots`.]],
      "heap:root_reason(heap('module')[1])",
    },
    {
      "heap:set_roots",
      "heap:set_roots([roots])",
      [[Makes other objects the roots: a list, an object, an address, a type's name, or an array of those. Without an
argument, determines the roots again from the heap as it is now.]],
      "heap:set_roots('module'); print(#heap:unreachable()); heap:set_roots()",
    },
    {
      "heap:garbage",
      "heap:garbage() -> list",
      [[The objects that no root reaches: the process had not collected them yet, or other roots or a change of the heap
left them behind.]],
      "heap:garbage():summarize()",
    },
    { "heap:unreachable", "heap:unreachable() -> list", "The same as heap:garbage.", "#heap:unreachable()" },
    {
      "heap:path",
      "heap:path(from, to [, {reversed=true, excluding=objects}]) -> path or nil",
      [[A path with the fewest steps from any of `from` to the nearest of `to`, each an object, an address, a way, a
list, a type's name, or an array of those; `reversed` follows referrers, and no path passes what is `excluding`. See
`help path`.]],
      "heap:path('module', heap('Thread')[1])",
    },
    {
      "heap:at",
      "heap:at(way) -> object or nil",
      [[The object at a way, as `o.way` and all answers write it: from a module, `<thread 'billing-7'>`,
`<task 'refund'>` or `<0x7f..>`, by attributes, local variables, indexes and keys. If nothing is there, the second
result says how far the way goes. Wherever an address is taken, so is a way.]],
      "heap:at 'threading._active'",
    },
    {
      "heap:why",
      "heap:why(x [, n]) -> why",
      [[Explains why something is alive. For an object, up to n different short paths from roots; for a list, a type or
an array, the shortest paths to all of them, merged into one tree with counts and bytes, and who refers to them.]],
      "heap:why('Thread')",
    },
    {
      "heap:dominators",
      "heap:dominators([o]) -> dominators",
      [[The dominator tree, or the part below one object: what keeps what alive. Prints as a drawing; see
`help dominators`.]],
      "heap:dominators()",
    },
    {
      "heap:retained",
      "heap:retained(what) -> list",
      [[The objects that would be freed if all of `what` went away together, themselves included. `what` is a list, an
object, an address, a type's name, or an array of those.]],
      "heap:retained('Thread'):summarize()",
    },
    {
      "heap:retained_size",
      "heap:retained_size(what) -> bytes",
      [[The bytes that would be freed if all of `what` went away together, each object counted once. `what` is a list,
an object, an address, a type's name, or an array of those.]],
      "heap:retained_size('Thread')",
    },
    {
      "heap:remove_references",
      "heap:remove_references(from, to) -> count",
      [[Drops every reference from any of `from` to any of `to`. Objects that no root reaches any more become
unreachable. `heap:undo()` restores the references.]],
      "heap:remove_references('list', 'Thread'); heap:undo()",
    },
    {
      "heap:collapse_instance_dicts",
      "heap:collapse_instance_dicts() -> count",
      [[Folds the `__dict__` of each instance or module into its owner. Loading does so already, except with
`collapse = false`.]],
      "heap:collapse_instance_dicts()",
    },
    {
      "heap:compute_total_size",
      "heap:compute_total_size(o) -> object",
      "Meliae's way to write `o:compute_total_size()`; the object then has its `total_size`.",
      "heap:compute_total_size(heap('Thread')[1])",
    },
    {
      "heap:compute_referrers",
      "heap:compute_referrers()",
      "Does nothing: referrers are always there. It keeps scripts for Meliae working.",
      "heap:compute_referrers()",
    },
    {
      "heap:compute_parents",
      "heap:compute_parents()",
      "Kept for Meliae's scripts, and without effect: parents are always there.",
      "heap:compute_parents()",
    },
    {
      "heap:remove_expensive_references",
      "heap:remove_expensive_references() -> count",
      [[Drops references that lead everywhere: to modules, frames and types, a function's globals and module, sideways
links of LRU nodes. Returns how many objects changed; `heap:undo()` restores the references.]],
      "heap:remove_expensive_references(); heap:undo()",
    },
    {
      "heap:undo",
      "heap:undo() -> boolean",
      "Undoes the last change; false if there is none. Using an object that is gone raises an error.",
      "heap:undo()",
    },
    {
      "heap:guess_intern_dict",
      "heap:guess_intern_dict() -> object or nil",
      "The interpreter's dict of interned strings.",
      "heap:guess_intern_dict()",
    },
    {
      "heap:memory",
      "heap:memory() -> table",
      [[The memory that the heap takes in this process: the bytes of each array by name, such as `m.children`, and their
sum, `m:total()`; `history` is what undo needs. For a heap opened from an index, the memory once all of it has been
used. Prints as a table.]],
      "heap:memory()",
    },
    {
      "heap:save",
      "heap:save(path [, options])",
      [[Writes the heap in its current state to an index, a file whose name ends in .dryad, which `dryad.load` opens at
once. It includes the dominators if they were computed, but not pins and marks. It replaces an index of the same dump;
only `{ force = true }` replaces another file.]],
      'heap:save "app.dryad"',
    },
    { "heap:is_open", "heap:is_open() -> boolean", "Whether the heap is still open.", "heap:is_open()" },
    {
      "heap:close",
      "heap:close()",
      "Frees the memory at once; `local heap <close> = dryad.load(...)` does so at the end of a block.",
      "do local h <close> = dryad.load(heap.file, { progress = false }) end",
    },
  },
}
