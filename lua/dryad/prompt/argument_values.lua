-- SPDX-License-Identifier: MIT
--- The names that Tab offers for an argument, by its type.
--
-- Each entry of this table is `function(session, typed, words)`, which returns the names for an argument of that type;
-- `typed` is the part typed so far, `words` are the words before it.
-- @module dryad.prompt.argument_values
-- @usage local names = require("dryad.prompt.argument_values").recipe(session, "hol", { "run" })

local core = require "dryad.core"
local globals = require "dryad.analysis.globals"
local kind_names = require "dryad.heap.kind_names"
local recipes = require "dryad.recipes.recipes"
local sql_names = require "dryad.prompt.sql_names"

local M = {}

function M.file(_, typed)
  local directory = typed:match "^(.*/)" or ""
  local place = directory:gsub("^~/", (os.getenv "HOME" or "~") .. "/")
  local names = {}
  for i, file in ipairs(core.directory(place == "" and "." or place) or {}) do
    names[i] = directory .. file
  end
  return names
end

--- Types and classes of objects.
function M.type(session)
  local ok, names = pcall(function()
    return kind_names.all(session:value("heap"))
  end)
  return ok and names or {}
end

--- An object, a type or a class. Offers no addresses.
M.what = M.type

function M.module(session)
  local ok, names = pcall(function()
    return globals.modules(session:value "heap")
  end)
  return ok and names or {}
end

--- Fields for columns, sums and sorting.
function M.field()
  return require("dryad.heap.column").fields
end

function M.recipe()
  local names = {}
  for i, file in ipairs(recipes.files()) do
    names[i] = file.name
  end
  return names
end

--- NAME= for each argument of the recipe; after the `=`, types.
function M.recipe_argument(session, typed, words)
  local recipe = recipes.find(words[2])
  local names, is_name = {}, false
  for i, argument in ipairs(recipe and recipe.args or {}) do
    names[i] = argument.name .. "="
    is_name = is_name or names[i]:sub(1, #typed) == typed and names[i] ~= typed
  end
  return is_name and names or M.type(session)
end

function M.help()
  return require("dryad.prompt.help").names()
end

function M.generation(session)
  local ok, count = pcall(function()
    return #session:value("ws").heaps
  end)
  local names = {}
  for num = 1, ok and count or 0 do
    names[num] = ("%d"):format(num)
  end
  return names
end

function M.column(session)
  return sql_names.columns(session)
end

return M
