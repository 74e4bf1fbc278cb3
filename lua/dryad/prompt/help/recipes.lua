-- SPDX-License-Identifier: MIT
local recipes = require "dryad.recipes.recipes"

return {
  title = "recipes: questions that are ready to ask",
  text = [[`run NAME` runs one on the heap, `help NAME` explains it. A recipe is a Lua file that returns
`{name=, summary=, args=, run = function(heap, args) ... end}`, or an SQL query after a comment. The comment says what
it answers, then declares each argument on a line such as `-- :count integer = 10  rows`, which the query calls
`:count`. Put yours in `~/.config/dryad/recipes`, or in a directory that `DRYAD_RECIPES` names. On the command line:
`dryad run NAME DUMP [name=value ...]`, with `--csv` or `--json` for programs.]],
  entries = {},
  rows = function()
    local rows = {}
    for i, recipe in ipairs(recipes.list()) do
      rows[i] = { recipe.name, recipe.error and "cannot be used: " .. recipe.error or recipe.summary }
    end
    return rows
  end,
}
