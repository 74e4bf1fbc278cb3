-- SPDX-License-Identifier: MIT
--- Recipes: questions about a heap that are worth asking again, each a file.
--
-- A recipe is a Lua file that returns `{run=function(heap, args) ... end}`; its first comment says what it answers and
-- declares its arguments (@{dryad.recipes.header}). `run` returns a value: a list, a summary, a text, rows or a report
-- (as in @{dryad.text.render}). Or it is an SQL query (@{dryad.recipes.sql_recipe}), whose result it returns. It is
-- named after its file, which @{dryad.recipes.files} finds. Files are read again at every call, so an edited recipe
-- takes effect at once.
--
-- Finding, listing and explaining recipes runs none. A recipe runs in a sandbox (@{dryad.recipes.sandbox}), unless it
-- is one of Dryad's own, is given by the path of its file, or the caller trusts it. Queries only read, except in the
-- last two cases. A recipe without arguments in its comment may declare them in the table that it returns (`args`, as
-- in @{dryad.recipes.arguments}).
-- @module dryad.recipes.recipes

local arguments = require "dryad.recipes.arguments"
local did_you_mean = require "dryad.text.did_you_mean"
local files = require "dryad.recipes.files"
local format = require "dryad.text.format"
local interruption = require "dryad.text.interruption"
local loader = require "dryad.heap.load"
local layout = require "dryad.text.layout"
local lua_recipe = require "dryad.recipes.lua_recipe"
local render = require "dryad.text.render"
local sandbox = require "dryad.recipes.sandbox"
local screen = require "dryad.text.screen"
local sql_recipe = require "dryad.recipes.sql_recipe"

local M = {}

-- By file extension: path -> what the file declares as far as it shows without running it, or nil and its problem.
local loaders = { lua = lua_recipe.load, sql = sql_recipe.load }

local TRUSTED = { dryad = true, path = true }

local Recipe = {}
Recipe.__index = Recipe
Recipe.__name = "dryad.recipe"

local function usage(recipe)
  local args = recipe.args and arguments.usage(recipe.args) or "[NAME=VALUE ...]"
  return ("dryad run %s DUMP%s"):format(recipe.name, args ~= "" and " " .. args or "")
end

local function argument_help(argument)
  local default = argument.default ~= nil and (", %s by default"):format(argument.default) or ""
  return ("%s (%s%s)"):format(argument.summary or "", argument.type, default):match "^%s*(.*)$"
end

local function described(recipe)
  return recipe.summary ~= "" and recipe.summary or "it does not say what it answers"
end

--- Help: what it answers, how to run it, its arguments, and its path.
function Recipe:__tostring()
  if self.error then
    return ("%s: cannot be used: %s"):format(self.name, self.error)
  end
  local width, rows = layout.width(), {}
  for i, argument in ipairs(self.args or {}) do
    rows[i] = { argument.name, argument_help(argument) }
  end
  local lines = { layout.fill(("%s: %s"):format(self.name, described(self)), width), "" }
  lines[#lines + 1] = layout.fill(usage(self), width, "    ", "  ")
  lines[#lines + 1] = #rows > 0 and "" or nil
  table.move(layout.definitions(rows, width), 1, #rows, #lines + 1, lines)
  table.move({ "", "  from " .. self.path }, 1, 2, #lines + 1, lines)
  return format.printable_lines(table.concat(lines, "\n"))
end

local function unusable(recipe, problem)
  return ("recipe '%s' cannot be used: %s (%s)"):format(recipe.name, problem, recipe.path)
end

-- Trusted code has globals of its own over those of Dryad's modules, and does not see what the user assigned at the
-- prompt.
local function trusted_declaration(recipe)
  local code, message = files.text(recipe.path)
  if not code then
    return nil, message
  end
  local ok, declared, problem = interruption.attempt(lua_recipe.evaluate, code, recipe.path,
    setmetatable({}, { __index = _ENV }))
  if not ok then
    return nil, tostring(declared)
  end
  return declared, problem
end

--- Makes sure that the arguments of a recipe are known, for which its code may have to run; raises an error if it
-- cannot be used.
local function prepare(recipe)
  if recipe.error then
    error(tostring(recipe), 0)
  elseif recipe.run or recipe.args and not recipe.is_trusted then
    return
  end
  local declared, problem
  if recipe.is_trusted then
    declared, problem = trusted_declaration(recipe)
  else
    declared, problem = sandbox.declaration(recipe)
  end
  if not declared then
    error(unusable(recipe, problem), 0)
  end
  recipe.args, recipe.run = recipe.args or declared.args or {}, declared.run
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

--- Says whose recipe it is that answers to the name of one of Dryad's own.
local function tell_origin(recipe)
  if recipe.hides_own then
    warn(format.printable(("%s: the recipe of %s, not Dryad's own"):format(recipe.name, recipe.path)))
  end
end

local function run(recipe, heap, values)
  tell_origin(recipe)
  local result
  if recipe.run then
    result = screen.plainly(recipe.run, heap, values)
  else
    result = sandbox.run(recipe, heap, values)
  end
  return render.present(result)
end

--- Runs it. Arguments are given by name, or by position: `{ "Thread", count = 5 }`.
function Recipe:__call(heap, args)
  if not heap then
    error(("recipe '%s' needs a heap: recipe(heap, {...})"):format(self.name), 2)
  end
  local ok, problem = interruption.attempt(prepare, self)
  if not ok then
    error(problem, 2)
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
  return run(self, heap, values)
end

local function with_rights(query, may_write)
  return function(heap, values)
    return query(heap, values, may_write)
  end
end

--- The recipe of a file as @{dryad.recipes.files} has it, of which no code has run.
local function load_recipe(name, file, options)
  options = options or {}
  local recipe = {
    name = name, path = file.path, from = file.from, hides = file.hides, hides_own = file.hides_own, error = file.error,
    summary = "", is_trusted = TRUSTED[file.from] or options.trust or false, memory = options.memory,
    time = options.time,
  }
  if not file.error then
    local declared, problem = loaders[file.ending](file.path)
    recipe.error = problem
    if declared then
      recipe.summary, recipe.args, recipe.query = declared.summary, declared.args, declared.query
    end
    if recipe.query and recipe.is_trusted then
      recipe.run = with_rights(recipe.query, file.from ~= "dryad")
    end
    if declared and file.from == "dryad" then
      recipe.args = declared.args or {}
    end
  end
  return setmetatable(recipe, Recipe)
end

local List = { __name = "dryad.recipes" }

--- Where a recipe comes from, for those that are not Dryad's own or hide another.
local function origin(recipe)
  if recipe.from == "dryad" and not recipe.hides then
    return ""
  end
  return (" (%s%s)"):format(recipe.path, recipe.hides and "; hides " .. recipe.hides or "")
end

--- Prints names and summaries (or why a recipe cannot be used), and the files of those that are not Dryad's own.
function List.__tostring(list)
  local rows = {}
  for i, recipe in ipairs(list) do
    local summary = recipe.error and "cannot be used: " .. recipe.error or recipe.summary
    rows[i] = { format.printable(recipe.name), format.printable((summary .. origin(recipe)):gsub("^ ", "")) }
  end
  return table.concat(layout.definitions(rows, layout.width()), "\n")
end

--- The files of all recipes, by name, without reading them.
-- @treturn {table,...} `{name=, path=, from=}`
-- @usage for _, file in ipairs(recipes.files()) do print(file.name, file.path) end
function M.files()
  local found = {}
  for name, file in pairs(files.by_name()) do
    found[#found + 1] = not file.error and { name = name, path = file.path, from = file.from } or nil
  end
  table.sort(found, function(a, b)
    return a.name < b.name
  end)
  return found
end

--- All recipes, by name. An invalid one is listed with an `error`.
-- @treturn {recipe,...} prints their names and summaries
-- @usage print(dryad.recipes())
function M.list()
  local list = {}
  for name, file in pairs(files.by_name()) do
    list[#list + 1] = load_recipe(name, file)
  end
  table.sort(list, function(a, b)
    return a.name < b.name
  end)
  return setmetatable(list, List)
end

--- The recipe with this name, or in the file at this path if it has a slash. Reads no other file, and runs no code.
-- @tparam string name
-- @tparam[opt] table options `trust` (runs its code without the sandbox), `memory` (bytes) and `time` (seconds): the
--   limits of the sandbox
-- @treturn recipe|nil callable as `recipe(heap, {...})`; has `name`, `summary`, `args` (nil if only its code declares
--   them), `path`, `from`
-- @treturn string what is wrong
-- @usage print(dryad.recipe("holders")(heap, { type = "Thread" }))
function M.find(name, options)
  local found, file = files.at(name)
  if not file then
    found, file = name, files.by_name()[name]
  end
  if file then
    local recipe = load_recipe(found, file, options)
    if recipe.error then
      return nil, unusable(recipe, recipe.error)
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

--- The arguments of a recipe. Its code runs if nothing else declares them; raises an error if it cannot be used.
-- @tparam recipe recipe
-- @treturn {table,...} as in @{dryad.recipes.arguments}
-- @usage local args = recipes.arguments(recipe)
function M.arguments(recipe)
  prepare(recipe)
  return recipe.args
end

--- The problem of the words for a recipe, as far as it shows without a dump.
-- @tparam recipe recipe
-- @tparam {string,...} words `name=value`, or values in the order of declaration
-- @treturn string|nil
-- @usage local message = recipes.problem(recipe, { "Thread", "count=5" })
function M.problem(recipe, words)
  local given, message = arguments.assign(M.arguments(recipe), words)
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
  for _, argument in ipairs(M.arguments(recipe)) do
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
  return run(recipe, heaps[1], values)
end

return M
