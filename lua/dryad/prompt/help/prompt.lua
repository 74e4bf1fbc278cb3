-- SPDX-License-Identifier: MIT
return {
  title = "the prompt itself: what a line may be, names and keys",
  start = {
    "A line is Lua; the prompt prints an expression's value and keeps it in _.",
    { 'heap "Thread"', "all objects of a type, largest first" },
    { 't = heap("Thread")[1]', "one of them" },
    { "t.c  t.p  t.d", "what it refers to, what refers to it, its attributes" },
    { "140203053926864", "an address alone, or a way: __main__.cache" },
    { "leaks  stacks", "the leak suspects; what threads and tasks were doing" },
    { "why Thread", "why they are alive; for a single one: t:why()" },
    { "select type from obj", "any SQLite query; help commands lists the others" },
    { "run waste", "a recipe: a question that is ready to ask" },
    "help NAME or ?NAME explains a name; Tab completes; Ctrl-C stops what is running:",
  },
  text = [[
A line that compiles as Lua is Lua: the prompt prints the value of an expression, also of one after a last `;`, and
`local`s stay for the next lines. Otherwise it is a command if its first word is one (`help commands`), or SQL for the
database of the workspace if it begins with `!`. To call Lua's own select, write `select(...)`.

An address alone shows its object, and so do `#2.5` and `$name`; `1234&` and `1234^` alone show all objects that they
stand for, and `#2` the whole result. A statement continues over several lines until it is complete, SQL while a quote,
a comment or a parenthesis is open; an empty line ends it.

Keys: Tab completes names, fields, types, commands and files; Ctrl-R searches the history; Ctrl-C stops any work, or
clears the line; Ctrl-D leaves. Long output goes through `PAGER`; `NO_COLOR` is respected.]],
  entries = {
    {
      "heap",
      "heap",
      "The heap loaded last. `heap(x)` is the short way in: see `help heap`.",
      "#heap, heap.total_size",
    },
    { "om", "om", "The same as heap; Meliae's name for it.", "om:summarize()" },
    { "heaps", "heaps[n]", "The heaps of all generations of the workspace, the same as ws.heaps.", "#heaps" },
    { "ws", "ws", "The workspace that commands work on: see `help workspace`.", "ws:stats()" },
    { "dryad", "dryad", 'The module, as `require "dryad"` returns it: see `help dryad`.', "dryad.version" },
    {
      "pp",
      "pp(x)",
      "Prints a value in full, whatever its length; the same as dryad.pp.",
      "pp(heap:get_all('module'):head(3))",
    },
    { "_", "_", "The last value printed.", "heap 'module'; #_" },
  },
}
