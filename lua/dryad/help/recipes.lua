return {
  title = "recipes: questions that have been asked before",
  text = [[`recipes` lists them, `run NAME` runs one on the heap, `help NAME` explains it. A recipe is a Lua file that
returns {name=, summary=, args=, run = function(heap, args) ... end}; put yours in ~/.config/dryad/recipes, or in a
directory named in DRYAD_RECIPES. On the command line: dryad run NAME DUMP [name=value ...].]],
  entries = {},
}
