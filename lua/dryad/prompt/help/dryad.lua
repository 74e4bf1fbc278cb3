-- SPDX-License-Identifier: MIT
return {
  title = "the module: loading dumps, comparing, printing",
  text = 'In a script: local dryad = require "dryad". At the prompt it is there.',
  entries = {
    {
      "dryad.load",
      "dryad.load(source [, options]) -> heap",
      [[Loads a dump. `source`: a path, plain, gzip or zstd; `-`, standard input; a table of lines; or a
function that returns the next chunk of text. Options: `threads` is how many to load with, one for each
processor where it is not given; `collapse` (default true) folds each instance's dict into the instance;
`progress` is true, false or function(stage, done, total); `strict` makes the first problem in the dump an
error; `python` is 2 or 3 where that cannot be told. A heap that does not fit into memory is loaded with
`spill` = a folder on a disk with room for it: what is large lies there, in files without names. With
`index = true` an index is written beside the dump, PATH.dryad, which the next loading opens at once, and makes
anew once the dump has changed; with `index = false` none is looked for. A path that ends in .dryad is opened as
an index.]],
      'after = dryad.load(heap.file, { collapse = false, progress = false })',
    },
    {
      "dryad.dump",
      "dryad.dump(pid [, options]) -> table",
      [[Dumps a running Python process, which need not know of Dryad. Options: `path` is the file, compressed by its
ending (heap-PID-TIME.dump.zst where it is not given); `force` replaces one that is there; `values` is "full", "hash"
or "none"; `max_value` is how many characters of each text are kept; `timeout` the seconds after which it gives up;
`max_size` the bytes of the file. The table has the `path`, `objects`, `heap_bytes`, `resident` and more.]],
      "take = function(pid) return dryad.load(dryad.dump(pid).path) end",
    },
    {
      "dryad.records",
      "dryad.records(source) -> iterator",
      "The records of a dump one by one, as tables, without building a heap.",
      "for record in dryad.records(heap.file) do print(record.address, record.type); break end",
    },
    {
      "dryad.diff",
      "dryad.diff(before, after [, third]) -> rows by type",
      [[What grew between dumps: a row a type with counts, sizes and their growth, largest growth first.
`:objects("added")`, "removed" or "kept" gives the objects themselves; with three heaps also "suspect":
in the second and third, not in the first.]],
      "dryad.diff(heap, heap)",
    },
    {
      "dryad.leak_suspects",
      "dryad.leak_suspects(heap [, fraction]) -> suspects",
      [[What retains so much that it may be a leak: single objects, and groups of one type under one dominator, that
retain at least a tenth of the heap, or another fraction. Each has `kind` (object or group), `object` or `objects`,
`type`, `count`, `retained`, `fraction`, `accumulation`, `path`, `holders` and `inside`.]],
      "dryad.leak_suspects(heap)",
    },
    {
      "dryad.duplicates",
      "dryad.duplicates(heap) -> groups",
      [[Strings that are there more than once: `{type, value, len, count, size, wasted, address}`, what wastes most
first. Values are as the dump has them, cut at 100 characters.]],
      "dryad.duplicates(heap)[1]",
    },
    {
      "dryad.workspace",
      "dryad.workspace([file [, options]]) -> workspace",
      [[Opens a workspace file, or makes a new one; without a name it is in memory. Options: `unguarded` lets SQL do all
that SQLite can, outside of the workspace too; `threads` and `spill` are for each of its dumps what they are for
dryad.load. See help workspace.]],
      "dryad.workspace()",
    },
    {
      "dryad.pp",
      "dryad.pp(x)",
      "Prints any value in full: an object with its references, all of a list, a table with its keys sorted.",
      "dryad.pp { 1, 2, key = 'value' }",
    },
    {
      "dryad.recipes",
      "dryad.recipes() -> recipes",
      "All recipes, by name; prints as a table.",
      "dryad.recipes()",
    },
    {
      "dryad.recipe",
      "dryad.recipe(name) -> recipe",
      "One recipe; call it with a heap and its arguments by name or position.",
      "dryad.recipe('overview')(heap)",
    },
    {
      "dryad.None",
      "dryad.None",
      "Python's None, as a value in `o.d`.",
      "heap('Thread')[1].d._Thread__target == dryad.None",
    },
    { "dryad.clock", "dryad.clock() -> seconds", "A clock that only goes forward, for measuring.", "dryad.clock()" },
    { "dryad.version", "dryad.version", "The version, as text.", "dryad.version" },
  },
}
