-- SPDX-License-Identifier: MIT
return {
  title = "the module: loading dumps, comparing, printing",
  text = 'In a script: `local dryad = require "dryad"`. At the prompt it is already there.',
  entries = {
    {
      "dryad.load",
      "dryad.load(source [, options]) -> heap",
      [[Loads a dump. `source` is a path (plain, gzip or zstd), `-` for standard input, a table of lines, or a function
that returns the next chunk of text. Options:

- `threads`: how many threads to load with; by default one per processor
- `collapse` (default true): fold each instance's dict into the instance
- `progress`: true, false or `function(stage, done, total)`
- `strict`: make the first problem in the dump an error
- `python`: 2 or 3, if Dryad cannot tell it from the dump
- `spill`: a folder on a disk with room for a heap that does not fit in memory; large parts of the heap are kept there,
  in unnamed files
- `max_text`: how many bytes of a text to keep, a number or as "1M"; by default 64 KiB
- `max_memory`: how much memory loading may take, likewise; by default what the machine and its control groups have left
- `index`: true writes an index beside the dump, PATH.dryad, which the next load opens at once, and rebuilds it when the
  dump has changed; false ignores an existing one
- `name`: the name of the dump in messages and in `heap.file`, instead of its path; it then has no index

A path that ends in .dryad is opened as an index.]],
      'after = dryad.load(heap.file, { collapse = false, progress = false })',
    },
    {
      "dryad.dump",
      "dryad.dump(pid [, options]) -> table",
      [[Dumps a running Python process, which needs no preparation. Options:

- `path`: the file, compressed according to its extension; default: heap-PID-TIME.dump.zst
- `force`: replace an existing file
- `values`: "full", "hash" or "none"
- `max_value`: how many characters of each text to keep
- `allocation_frames`: while tracemalloc traces, how many lines of code to keep for each object; 0 to 8, default 8
- `timeout`: give up after this many seconds without progress
- `max_size`: give up when the file grows larger, in bytes

The table has `path`, `objects`, `heap_bytes`, `resident` and more.]],
      "take = function(pid) return dryad.load(dryad.dump(pid).path) end",
    },
    {
      "dryad.records",
      "dryad.records(source) -> iterator",
      "The records of a dump one by one, as tables, without building a heap.",
      "for record in dryad.records(heap.file) do print(record.type); break end",
    },
    {
      "dryad.diff",
      "dryad.diff(before, after [, ...]) -> rows by type",
      [[Finds what grew between dumps: a row for each type with counts, sizes and their growth, largest growth first;
`counts` and `sizes` have a number for each heap, and `steady` types grew at every step. `:growth()` says what was
added, who holds it, and how large that was before; `:report()` is what `dryad diff` prints. `:objects("added")`,
`"removed"` or `"kept"` returns the objects themselves; with three heaps or more also `"suspect"`: those in all heaps
but the first. Heaps of one process are compared by address, type and value. In those of different processes, what a
place (a class in a way, with keys and indexes joined) has more than before counts as added, the last members first.]],
      "dryad.diff(heap, heap)",
    },
    {
      "dryad.leak_suspects",
      "dryad.leak_suspects(heap [, fraction]) -> suspects",
      [[Finds leak suspects: classes of the program with many objects, groups of common objects in one container, single
objects, and garbage, that retain at least a tenth of the heap (of a process also 200 KiB), or another fraction. Each
has `kind` (object, group or garbage), `object` or `objects`, `class`, `type`, `count`, `retained`, `fraction`, `chain`,
`accumulation`, `path`, `holders`, `mechanism`, `contents` and `inside`.]],
      "dryad.leak_suspects(heap)",
    },
    {
      "dryad.garbage",
      "dryad.garbage(heap [, least]) -> garbage or nil",
      [[What is dead but not collected, at least so many bytes of it: `count` and `objects` of the class that it is
named after, `retained` and `all` of all of it, its `cycles`, and `collector`, a sentence. Prints as in `leaks`.]],
      "dryad.garbage(heap)",
    },
    {
      "dryad.duplicates",
      "dryad.duplicates(heap) -> groups",
      [[Finds strings that the heap holds more than once: `{type, value, len, count, size, wasted, address}`, the most
wasteful first. Values are as the dump has them, cut at 100 characters.]],
      "dryad.duplicates(heap)[1]",
    },
    {
      "dryad.waste",
      "dryad.waste(heap [, options]) -> report",
      [[Bytes that could be saved: by containers that are empty or nearly so, by instances with a `__dict__` that
`__slots__` would avoid, and by equal strings. Options: `few`, the most items in a nearly empty container (2), and
`count`, the rows in each table (10). `saved` is the bytes in all.]],
      "dryad.waste(heap)",
    },
    {
      "dryad.workspace",
      "dryad.workspace([file [, options]]) -> workspace",
      [[Opens a workspace file, or makes a new one; without a name it is in memory. Options: `unguarded` allows SQL
everything that SQLite can do, outside of the workspace too; `threads`, `spill`, `max_text` and `max_memory` apply
to each of its dumps as in `dryad.load`. See `help workspace`.]],
      "dryad.workspace()",
    },
    {
      "dryad.pp",
      "dryad.pp(x)",
      "Prints any value in full: an object with its references, all of a list, a table with its keys sorted.",
      "dryad.pp { 1, 2, key = 'value' }",
    },
    {
      "dryad.json",
      "dryad.json(x) -> text",
      "Any value as JSON: objects with their fields, lists and results as arrays, `o.d` with its keys.",
      "dryad.json(heap('Thread')[1].d)",
    },
    {
      "dryad.recipes",
      "dryad.recipes() -> recipes",
      "All recipes, by name; prints as a table.",
      "dryad.recipes()",
    },
    {
      "dryad.recipe",
      "dryad.recipe(name [, options]) -> recipe",
      [[One recipe, by its name or by the path of its file; call it with a heap and its arguments, by name or position.
Recipes of others run in a sandbox: the options are its limits, `memory` in bytes and `time` in seconds, or
`trust = true` to run without it.]],
      "dryad.recipe('overview')(heap)",
    },
    {
      "dryad.None",
      "dryad.None",
      "Python's None, as a value in `o.d`.",
      "heap('Thread')[1].d._Thread__target == dryad.None",
    },
    {
      "dryad.clock",
      "dryad.clock() -> seconds",
      "The time of a monotonic clock in seconds, for measuring.",
      "dryad.clock()",
    },
    { "dryad.version", "dryad.version", "The version, as text.", "dryad.version" },
  },
}
