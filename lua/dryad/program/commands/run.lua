-- SPDX-License-Identifier: MIT
local findings = require "dryad.program.findings"
local loading = require "dryad.program.loading"
local recipes = require "dryad.recipes.recipes"
local shared = require "dryad.program.shared_declarations"

return {
  summary = "Runs a recipe on a dump.",
  arguments = {
    { "RECIPE", type = "recipe", help = "a recipe's name; `dryad recipes` lists them" },
    shared.dump,
    {
      "WORD", type = "recipe_argument", many = true, optional = true,
      help = "an argument, as a value or NAME=VALUE; `dryad recipes RECIPE` explains them",
    },
  },
  options = {
    shared.keep,
    shared.force_keep,
    shared.threads,
    shared.json,
    shared.csv,
    shared.raw,
    shared.strict,
    shared.spill,
  },
  examples = { { "dryad run holders app.dump.zst type=Session", "who refers to the objects of type Session" } },
  json = "what the recipe returns: a list, rows, or {title, text, sections: [{title, text, rows}]}",
  run = function(given, words)
    findings.check_form(given)
    if not words[1] then
      error("run needs a recipe and a dump; `dryad recipes` lists the recipes", 0)
    end
    local recipe, message = recipes.find(words[1])
    if not recipe then
      error(message, 0)
    elseif not words[2] then
      error(("run %s needs a dump"):format(words[1]), 0)
    end
    local rest = table.move(words, 3, #words, 1, {})
    message = recipes.problem(recipe, rest)
    if message then
      error(message, 0)
    end
    findings.print(recipes.run(recipe, { loading.heap(words[2], given) }, rest, loading.options(given)), given)
  end,
}
