-- SPDX-License-Identifier: MIT
--- Recipes: questions about a heap that are worth asking again, each a file.
--
-- A recipe is a Lua file that returns `{summary=, args=, run=function(heap, args) ... end}` (`args` as in
-- @{dryad.recipes.arguments}). `run` returns a value: a list, a summary, a text, rows or a report (as in
-- @{dryad.text.render}). Or it is an SQL query (@{dryad.recipes.sql_recipe}), whose result it returns. A recipe is
-- named after its file. Recipes come from the installed `scripts`, then from the directories in `DRYAD_RECIPES`, then
-- from `$XDG_CONFIG_HOME/dryad/recipes`; a later one shadows an earlier one of the same name. Files are read again at
-- every call, so an edited recipe takes effect at once.
-- @module dryad.recipes.recipes

local arguments = require "dryad.recipes.arguments"
local core = require "dryad.core"
local did_you_mean = require "dryad.text.did_you_mean"
local format = require "dryad.text.format"
local loader = require "dryad.heap.load"
local layout = require "dryad.text.layout"
local render = require "dryad.text.render"

local M = {}

-- By file extension: path -> the declaration in the file, or nil and its problem.
local loaders = {}

-- A recipe has globals of its own over those of Dryad's modules, and does not see what the user assigned at the prompt.
function loaders.lua(path)
  local chunk, message = loadfile(path, "t", setmetatable({}, { __index = _ENV }))
  if not chunk then
    return nil, message
  end
  local ok, declared = pcall(chunk)
  if not ok then
    return nil, tostring(declared)
  elseif type(declared) ~= "table" then
    return nil, "it does not return a table"
  end
  return declared
end

loaders.sql = require("dryad.recipes.sql_recipe").load

local Recipe = {}
Recipe.__index = Recipe
Recipe.__name = "dryad.recipe"

local function usage(recipe)
  local args = arguments.usage(recipe.args)
  return ("dryad run %s DUMP%s"):format(recipe.name, args ~= "" and " " .. args or "")
end

local function argument_help(argument)
  local default = argument.default ~= nil and (", %s by default"):format(argument.default) or ""
  return ("%s (%s%s)"):format(argument.summary or "", argument.type, default):match "^%s*(.*)$"
end

--- Help: what it answers, how to run it, its arguments, and its path.
function Recipe:__tostring()
  if self.error then
    return ("%s: cannot be used: %s"):format(self.name, self.error)
  end
  local width, rows = layout.width(), {}
  for i, argument in ipairs(self.args) do
    rows[i] = { argument.name, argument_help(argument) }
  end
  local lines = { layout.fill(("%s: %s"):format(self.name, self.summary), width), "" }
  lines[#lines + 1] = layout.fill(usage(self), width, "    ", "  ")
  lines[#lines + 1] = #rows > 0 and "" or nil
  table.move(layout.definitions(rows, width), 1, #rows, #lines + 1, lines)
  table.move({ "", "  from " .. self.path }, 1, 2, #lines + 1, lines)
  return table.concat(lines, "\n")
end

local function fill(recipe, heap, given, loading)
  local function load_heap(path)
    return loader.load(path, loading)
  end
  local values, message = arguments.values(recipe.args, given, { heap = heap, load = load_heap })
  if not values then
    return nil, ("recipe '%s': %s; usage: %s"):format(recipe.name, message, usage(recipe))
  end
  return values
end

--- Runs it. Arguments are given by name, or by position: `{ "Thread", count = 5 }`.
function Recipe:__call(heap, args)
  if self.error then
    error(tostring(self), 2)
  elseif not heap then
    error(("recipe '%s' needs a heap: recipe(heap, {...})"):format(self.name), 2)
  end
  local given = {}
  for name, value in pairs(args or {}) do
    local argument = self.args[name]
    given[argument and argument.name or name] = value
  end
  local named, message = arguments.check_names(self.args, given)
  if not named then
    error(("recipe '%s': %s"):format(self.name, message), 2)
  end
  local values
  values, message = fill(self, heap, named)
  if not values then
    error(message, 2)
  end
  return render.present(self.run(heap, values))
end

local function problem_of(declared)
  if type(declared.summary) ~= "string" then
    return "it has no summary"
  elseif type(declared.run) ~= "function" then
    return "it has no function run(heap, args)"
  end
  return arguments.problem(declared.args or {})
end

--- The recipe of a file as @{recipe_files} has it.
local function load_recipe(name, file)
  local recipe = { name = name, path = file.path, from = file.from, error = file.error, args = {}, summary = "" }
  if not file.error then
    local declared, problem = loaders[file.ending](file.path)
    recipe.error = problem or problem_of(declared)
    if not recipe.error then
      recipe.summary, recipe.args, recipe.run = declared.summary, declared.args or {}, declared.run
    end
  end
  return setmetatable(recipe, Recipe)
end

--- The directories searched, in order: `{directory=, from=, named=}`.
local function sources()
  local found = { { directory = core.data_directory .. "/scripts", from = "dryad" } }
  for directory in (os.getenv "DRYAD_RECIPES" or ""):gmatch "[^:]+" do
    found[#found + 1] = { directory = directory, from = "DRYAD_RECIPES", named = true }
  end
  local home = os.getenv "HOME"
  local config = os.getenv "XDG_CONFIG_HOME"
  if config == nil or config == "" then
    config = home and home .. "/.config"
  end
  if config then
    found[#found + 1] = { directory = config .. "/dryad/recipes", from = "user" }
  end
  return found
end

local function sorted(names)
  table.sort(names)
  return names
end

--- The files of recipes by name: `{path=, ending=, from=}`. A folder that the user named but that cannot be read is
-- included with an `error`.
local function recipe_files()
  local by_name = {}
  for _, source in ipairs(sources()) do
    local files, message = core.directory(source.directory)
    if not files and source.named then
      by_name[source.directory] = { path = source.directory, from = source.from, error = message }
    end
    for _, file in ipairs(sorted(files or {})) do
      local name, ending = file:match "^([^.].*)%.(%w+)$"
      if loaders[ending] then
        by_name[name] = { path = source.directory .. "/" .. file, ending = ending, from = source.from }
      end
    end
  end
  return by_name
end

local List = { __name = "dryad.recipes" }

--- Prints names and summaries (or why a recipe cannot be used), and the files of those that are not Dryad's own.
function List.__tostring(list)
  local rows = {}
  for i, recipe in ipairs(list) do
    local summary = recipe.error and "cannot be used: " .. recipe.error or recipe.summary
    local origin = recipe.from == "dryad" and "" or (" (%s)"):format(recipe.path)
    rows[i] = { format.printable(recipe.name), format.printable(summary .. origin) }
  end
  return table.concat(layout.definitions(rows, layout.width()), "\n")
end

--- The files of all recipes, by name, without reading them.
-- @treturn {table,...} `{name=, path=, from=}`
-- @usage for _, file in ipairs(recipes.files()) do print(file.name, file.path) end
function M.files()
  local files = {}
  for name, file in pairs(recipe_files()) do
    files[#files + 1] = not file.error and { name = name, path = file.path, from = file.from } or nil
  end
  table.sort(files, function(a, b)
    return a.name < b.name
  end)
  return files
end

--- All recipes, by name. An invalid one is listed with an `error`.
-- @treturn {recipe,...} prints their names and summaries
-- @usage print(dryad.recipes())
function M.list()
  local list = {}
  for name, file in pairs(recipe_files()) do
    list[#list + 1] = load_recipe(name, file)
  end
  table.sort(list, function(a, b)
    return a.name < b.name
  end)
  return setmetatable(list, List)
end

--- The recipe with this name. Reads no other file.
-- @tparam string name
-- @treturn recipe|nil callable as `recipe(heap, {...})`; has `name`, `summary`, `args`, `path`, `from`
-- @treturn string what is wrong
-- @usage print(dryad.recipe("holders")(heap, { type = "Thread" }))
function M.find(name)
  local file = recipe_files()[name]
  if file then
    local recipe = load_recipe(name, file)
    if recipe.error then
      return nil, ("recipe '%s' cannot be used: %s (%s)"):format(name, recipe.error, recipe.path)
    end
    return recipe
  end
  local names = {}
  for i, known in ipairs(M.files()) do
    names[i] = known.name
  end
  local hint = did_you_mean.hint(name, names)
  return nil, ("no recipe '%s'%s"):format(name, hint ~= "" and hint or "; there are " .. table.concat(names, ", "))
end

--- The problem of the words for a recipe, as far as it shows without a dump.
-- @tparam recipe recipe
-- @tparam {string,...} words `name=value`, or values in the order of declaration
-- @treturn string|nil
-- @usage local message = recipes.problem(recipe, { "Thread", "count=5" })
function M.problem(recipe, words)
  local given, message = arguments.assign(recipe.args, words)
  if not given then
    return ("recipe '%s': %s; usage: %s"):format(recipe.name, message, usage(recipe))
  end
  return nil
end

--- Runs a recipe with arguments as typed on a command line. The first heap is the one in question; further ones are the
-- values of the arguments of type `heap`, which otherwise are paths of dumps. A wrong word raises an error without a
-- position: it is the user's, not the programmer's.
-- @tparam recipe recipe
-- @tparam {heap,...} heaps
-- @tparam {string,...} words
-- @tparam[opt] table loading options of `dryad.load` for dumps that are given by their paths
-- @return what the recipe returns
-- @usage recipes.run(dryad.recipe "holders", { heap }, { "Thread", "count=5" })
function M.run(recipe, heaps, words, loading)
  local rest, further = {}, 2
  local given = {}
  for _, argument in ipairs(recipe.args) do
    if argument.type == "heap" and heaps[further] then
      given[argument.name] = heaps[further]
      further = further + 1
    else
      rest[#rest + 1] = argument
    end
  end
  local named, message = arguments.assign(rest, words)
  if not named then
    error(("recipe '%s': %s; usage: %s"):format(recipe.name, message, usage(recipe)), 0)
  end
  for name, word in pairs(named) do
    given[name] = word
  end
  local values
  values, message = fill(recipe, heaps[1], given, loading)
  if not values then
    error(message, 0)
  end
  return render.present(recipe.run(heaps[1], values))
end

return M
