-- SPDX-License-Identifier: MIT
--- Commands about the prompt itself: help, recipes and leaving.
-- @module dryad.prompt.commands.prompt

local words = require "dryad.text.command_line"

local M = {}

M[#M + 1] = {
  name = "help",
  usage = "help [NAME]",
  summary = "explains a name, or says what there is; `?NAME` is the same",
  run = function(_, rest)
    local help = require("dryad.prompt.help")
    return rest == "" and help.overview() or help.text(words.unquoted(rest))
  end,
}

M[#M + 1] = {
  name = "recipes",
  usage = "recipes [RECIPE]",
  summary = "the questions that are ready to be asked with `run`, or one of them explained",
  run = function(_, rest)
    local recipes = require("dryad.recipes.recipes")
    local name = words.split(rest)[1]
    if not name then
      return recipes.list()
    end
    local recipe, message = recipes.find(name)
    return recipe or error(message, 0)
  end,
}

for _, name in ipairs({ "quit", "exit" }) do
  M[#M + 1] = {
    name = name,
    usage = name,
    summary = "leaves the prompt; so does Ctrl-D",
    bare_only = true,
    run = function(repl)
      repl.finished = true
    end,
  }
end

return M
