-- SPDX-License-Identifier: MIT
local command_line = require "dryad.text.command_line"
local recipes = require "dryad.recipes.recipes"

return {
  summary = "Lists the recipes that `run` takes, or explains one.",
  arguments = { { "RECIPE", type = "recipe", optional = true } },
  example = "recipes holders",
  run = function(_, words)
    local name = command_line.split(words)[1]
    if not name then
      return recipes.list()
    end
    local recipe, message = recipes.find(name)
    return recipe or error(message, 0)
  end,
}
