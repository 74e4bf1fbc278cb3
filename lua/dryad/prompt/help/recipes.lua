-- SPDX-License-Identifier: MIT
local format = require "dryad.text.format"
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
    for i, file in ipairs(recipes.files()) do -- reading a file runs it, so only Dryad's own show their summaries
      local text = file.from == "dryad" and recipes.find(file.name).summary or "from " .. file.path
      rows[i] = { format.printable(file.name), format.printable(text) }
    end
    return rows
  end,
}
