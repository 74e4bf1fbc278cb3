-- SPDX-License-Identifier: MIT
local findings = require "dryad.program.findings"
local pager = require "dryad.text.pager"
local recipes = require "dryad.recipes.recipes"
local shared = require "dryad.program.shared_declarations"

local function plain(recipe)
  return { name = recipe.name, summary = recipe.summary, from = recipe.from, path = recipe.path, error = recipe.error }
end

local function plain_list(list)
  local made = {}
  for i, recipe in ipairs(list) do
    made[i] = plain(recipe)
  end
  return made
end

return {
  summary = "Lists the recipes, or explains one.",
  arguments = { { "RECIPE", type = "recipe", optional = true, help = "a recipe's name" } },
  takes = "at most one name",
  options = { shared.json },
  examples = { { "dryad recipes holders", "the purpose and arguments of the recipe `holders`" } },
  json = "[{name, summary, from, path, error}], or one of these for a RECIPE",
  run = function(given, words)
    local found, message
    if words[1] then
      found, message = recipes.find(words[1])
      if not found then
        error(message, 0)
      end
    else
      found = recipes.list()
    end
    if given.json then
      findings.print(words[1] and plain(found) or plain_list(found), given, { command = "recipes" })
    else
      pager.show(tostring(found))
    end
  end,
}
