-- SPDX-License-Identifier: MIT
--- Recipes of others, for specs: files in a folder of their own that DRYAD_RECIPES names.

local recipes = require "dryad.recipes.recipes"

local M = {}

local made = {}

local function folder()
  local path = os.tmpname()
  os.remove(path)
  assert(os.execute(("mkdir '%s'"):format(path)))
  made[#made + 1] = path
  return path
end

--- Calls `f` while DRYAD_RECIPES names this folder.
local function with_recipes_of(path, f, ...)
  local getenv = os.getenv
  os.getenv = function(name) -- luacheck: ignore 122
    return name == "DRYAD_RECIPES" and path or getenv(name)
  end
  local found = table.pack(pcall(f, ...))
  os.getenv = getenv -- luacheck: ignore 122
  assert(found[1], found[2])
  return table.unpack(found, 2, found.n)
end

--- The folder of a new recipe `mine` with this code, Lua or what `ending` says.
function M.folder(code, ending)
  local path = folder()
  local file <close> = assert(io.open(path .. "/mine." .. (ending or "lua"), "w"))
  file:write(code)
  return path
end

--- What recipes.find returns for `mine` with this code.
function M.find(code, options)
  return with_recipes_of(M.folder(code), recipes.find, "mine", options)
end

--- The recipe `mine` with this code, as somebody else's; `options` as of dryad.recipe.
function M.recipe(code, options)
  return assert(M.find(code, options))
end

--- The same, for code that is the body of `run`. The argument is declared so that the code need not run for that.
function M.body(code, options)
  local text = "-- a test\n-- :unused string optional\nreturn { run = function(heap, args) %s\nend }"
  return M.recipe(text:gsub("%%s", function() return code end), options)
end

--- The same for a query.
function M.query(text, options)
  return assert(with_recipes_of(M.folder(text, "sql"), recipes.find, "mine", options))
end

function M.clean()
  for _, path in ipairs(made) do
    os.execute(("rm -r '%s'"):format(path))
  end
  made = {}
end

return M
