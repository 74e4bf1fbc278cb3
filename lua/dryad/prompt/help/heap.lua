-- SPDX-License-Identifier: MIT
return {
  title = "a heap: all objects of one dump",
  text = "Call methods with a colon: `heap:summarize()`.",
  entries = {
    {
      "heap(x)",
      "heap(x) -> object or list",
      [[The short way in: an address (a number, or text in decimal or 0x...) returns the object; a type's name
returns all its objects; any other text is an SQL condition, as for `heap:where`. An unknown name is an error that
suggests the nearest types.]],
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
      [[What loading found: `lines`, `objects`, `duplicates`, `bad_lines`, `truncated`, `dangling_refs` (after
collapsing), `collapsed`, `python` (2 or 3), `seconds`, and `problems`, an array of `{line, offset, reason}`.]],
      "heap.report",
    },
    {
      "heap:get",
      "heap:get(address) -> object or nil",
      "The object at an address.",
      "heap:get(heap('module')[1].address)",
    },
    {
      "heap:objects",
      "heap:objects([type]) -> iterator",
      [[Iterates over all objects, or those of a type, in the order of their addresses: millions a second. Loops over
columns (`heap:column`) are several times as fast, conditions (`heap:where`) a hundred times.]],
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
      "heap:get_all",
      "heap:get_all(type) -> list",
      "All objects of a type, sorted by size, then number of references, then of parents, largest first.",
      "heap:get_all('dict'):head(5)",
    },
    {
      "heap:where",
      "heap:where(condition) -> list",
      [[The objects that satisfy a condition, largest first: SQL over the columns of `obj`, or a function. `1234&`
stands for the children of an object, `1234^` for its parents, `0&` for what nothing refers to. Comparisons of number
fields and type with constants, joined by `and`, are a hundred times as fast as the rest.]],
      "heap:where \"type = 'dict' and len > 100\"",
    },
    {
      "heap:sql",
      "heap:sql(query [, parameters ...]) -> result",
      [[Runs any SQLite query over the tables of the heap:

    obj(address, type, name, value, size, len, mark, repr)
    ref(parent, child)            one row for each reference
    unreferenced(address)         what nothing refers to

When named, obj also has `num_refs`, `num_parents`, `retained` and `idom`; ref has `position` and `label`.

`?` in the query stands for the parameters in their order (an object stands for its address; a list fits
`address in list(?)`); one table gives them by name, for `:size`. `heap:undo()` takes back what insert, delete and
update did.]],
      [[heap:sql("select type, count(*) from obj where size > ? group by 1", 1000)]],
    },
    {
      "heap:summarize",
      "heap:summarize([start [, excluding]]) -> summary",
      [[Counts and sizes by type: of everything, or of what is reachable from an object or list (itself included),
without walking into `excluding`: a list, an array of objects or addresses, a type's name, an SQL condition, or an array
of those.]],
      "heap:summarize(heap('Thread')[1], 'module')",
    },
    {
      "heap:roots",
      "heap:roots() -> list",
      [[Where liveness starts: modules, frames, what nothing in the dump refers to, and one object of each cycle that
nothing else refers to. Loading determines the roots; they stay when the heap is changed.]],
      "heap:roots():summarize()",
    },
    {
      "heap:root_reason",
      "heap:root_reason(o) -> text or nil",
      "Why an object is a root: module, frame, unreferenced, cycle or given; nil for any other.",
      "heap:root_reason(heap('module')[1])",
    },
    {
      "heap:set_roots",
      "heap:set_roots([roots])",
      [[Makes other objects the roots: a list, an object, an address, a type's name, or an array of those; without
any, determines them anew from the heap as it is now.]],
      "heap:set_roots('module'); print(#heap:unreachable()); heap:set_roots()",
    },
    {
      "heap:unreachable",
      "heap:unreachable() -> list",
      "What roots do not reach: garbage that other roots or a change of the heap left behind.",
      "heap:unreachable():summarize()",
    },
    {
      "heap:path",
      "heap:path(from, to [, {reversed=true}]) -> path or nil",
      [[A path with the fewest steps from any of `from` to the nearest of `to`, each an object, an address, a list, a
type's name, or an array of those; `reversed` follows referrers. See `help path`.]],
      "heap:path('module', heap('Thread')[1])",
    },
    {
      "heap:why",
      "heap:why(x [, n]) -> why",
      [[Why something is alive. Of an object up to n different short paths from roots; of a list, a type or an array
the shortest paths to all of them, merged into one tree with counts and bytes, and who refers to them.]],
      "heap:why('Thread')",
    },
    {
      "heap:dominators",
      "heap:dominators([o]) -> dominators",
      [[The dominator tree, or what is below one object: what keeps what alive. Prints as a drawing; see
`help dominators`.]],
      "heap:dominators()",
    },
    {
      "heap:retained",
      "heap:retained(what) -> list",
      [[What would be freed if all of these went away together, themselves included: a list, an object, an address, a
type's name, or an array of those.]],
      "heap:retained('Thread'):summarize()",
    },
    {
      "heap:retained_size",
      "heap:retained_size(what) -> bytes",
      [[What would be freed if all of these went away together: a list, an object, an address, a type's name, or an
array of those; each object counted once.]],
      "heap:retained_size('Thread')",
    },
    {
      "heap:remove_references",
      "heap:remove_references(from, to) -> count",
      [[Drops every reference from any of `from` to any of `to`; what roots no longer reach is then unreachable.
`heap:undo()` takes it back.]],
      "heap:remove_references('list', 'Thread'); heap:undo()",
    },
    {
      "heap:collapse_instance_dicts",
      "heap:collapse_instance_dicts() -> count",
      [[Folds each instance's `__dict__` (or a module's) into the instance. Loading does so already, except with
`collapse = false`.]],
      "heap:collapse_instance_dicts()",
    },
    {
      "heap:compute_parents",
      "heap:compute_parents()",
      "Does nothing: parents are always there. For scripts written for Meliae.",
      "heap:compute_parents()",
    },
    {
      "heap:remove_expensive_references",
      "heap:remove_expensive_references() -> count",
      [[Drops references that lead everywhere: to modules, frames and types, a function's globals and module, sideways
links of LRU nodes. Returns how many objects changed; `heap:undo()` takes it back.]],
      "heap:remove_expensive_references(); heap:undo()",
    },
    {
      "heap:undo",
      "heap:undo() -> boolean",
      "Takes back the last change; false when there is none. An object that is gone says so when used.",
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
      [[The memory of the heap in this process: bytes of each array by name, such as `m.children`, and all together,
`m:total()`; `history` is what undo needs. For a heap opened from an index it is the memory once all of it was touched.
Prints as a table.]],
      "heap:memory()",
    },
    {
      "heap:save",
      "heap:save(path [, options])",
      [[Writes the heap as it stands into an index, a file whose name ends in .dryad, which `dryad.load` opens at once.
It includes the dominators if they were computed, but no pins and marks. It replaces an index of the same dump; only
`{ force = true }` replaces another file.]],
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
