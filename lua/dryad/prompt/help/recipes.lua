-- SPDX-License-Identifier: MIT
local format = require "dryad.text.format"
local recipes = require "dryad.recipes.recipes"

return {
  title = "recipes: questions that are ready to ask",
  text = [[`run NAME` runs one on the heap, `help NAME` explains it. A recipe is a Lua file that returns
`{run = function(heap, args) ... end}`, or an SQL query. The comment at the top says what it answers, then declares each
argument on a line such as `-- :count integer = 10  rows`: `args.count` in Lua, `:count` in SQL. Put yours in
`~/.config/dryad/recipes`, or in a directory that `DRYAD_RECIPES` names. They run in a sandbox, which `run --trust NAME`
leaves out. On the command line: `dryad run NAME DUMP [name=value ...]`, with `--csv` or `--json` for programs.]],
  entries = {},
  rows = function()
    local rows = {}
    for i, recipe in ipairs(recipes.list()) do
      local origin = recipe.from == "dryad" and "" or ("from %s"):format(recipe.path)
      rows[i] = { recipe.name, format.printable(recipe.summary ~= "" and recipe.summary or origin) }
    end
    return rows
  end,
}
