-- SPDX-License-Identifier: MIT
return {
  title = "recipes: questions that have been asked before",
  text = [[`recipes` lists them, `run NAME` runs one on the heap, `help NAME` explains it. A recipe is a Lua file that
returns {name=, summary=, args=, run = function(heap, args) ... end}, or an SQL query with a comment before it: what it
answers, then a line for each argument, as `-- :count integer = 10  rows`, which the query has as `:count`. Put yours in
~/.config/dryad/recipes, or in a directory named in DRYAD_RECIPES. On the command line:
dryad run NAME DUMP [name=value ...], with --csv or --json for programs.]],
  entries = {},
}
