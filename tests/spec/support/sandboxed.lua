-- SPDX-License-Identifier: MIT
--- Recipes of others, for specs: files in a folder of their own that DRYAD_RECIPES names, and a heap to run them on.

local dumps = require "tests.spec.support.dumps"
local recipes = require "dryad.recipes.recipes"

local M = {}

M.heap = dumps.heap {
  '{"address": 1, "type": "dict", "size": 100, "len": 2, "refs": [2, 3]}',
  '{"address": 2, "type": "str", "size": 20, "value": "a", "refs": []}',
  '{"address": 3, "type": "str", "size": 30, "value": "b", "refs": []}',
  '{"address": 4, "type": "module", "size": 40, "name": "m", "refs": [1]}',
}

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

--- What recipes.find returns for `mine` with this code, Lua or what `ending` says.
function M.find(code, options, ending)
  return with_recipes_of(M.folder(code, ending), recipes.find, "mine", options)
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
  return assert(M.find(text, options, "sql"))
end

--- What a piece of code is in the sandbox.
function M.value(code)
  return M.body(code)(M.heap, {})
end

--- The error of a recipe with this body, without its lines.
function M.failure(code, options)
  return dumps.message(M.body(code, options), M.heap, {}):match "^[^\n]*"
end

function M.assert_fails(code, reason, options)
  local message = M.failure(code, options)
  assert(message:find(reason, 1, true), ("%s\nfailed with: %s"):format(code, message))
end

function M.clean()
  for _, path in ipairs(made) do
    os.execute(("rm -r '%s'"):format(path))
  end
  made = {}
end

return M
