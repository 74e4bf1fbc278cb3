-- SPDX-License-Identifier: MIT
--- What the code of a recipe finds in the sandbox: the language, the documented modules, and nothing else.
--
-- The kernel already keeps the process from everything but its own memory. This keeps the code from the rest of that:
-- it gets copies of Lua's libraries without those that reach outside, and no metatable but its own.
-- @module dryad.recipes.environment

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local output = require "dryad.text.output"
local render = require "dryad.text.render"
local top = require "dryad.text.top"
local units = require "dryad.text.units"

local M = {}

local LANGUAGE = {
  "assert", "collectgarbage", "error", "ipairs", "next", "pairs", "pcall", "rawequal", "rawget", "rawlen", "rawset",
  "select", "tonumber", "tostring", "type", "xpcall", "_VERSION",
}
local LIBRARIES = { "coroutine", "math", "string", "table", "utf8" }
local MISSING = { "debug", "dofile", "io", "load", "loadfile", "os", "package", "warn" }
local NAMES = "dryad, dryad.text.render, dryad.text.top, dryad.text.units"
local OUTSIDE = { "dump", "load", "recipe", "recipes", "records", "workspace" } -- of the module dryad

local function refusal(name)
  return function()
    check.fail("%s is not available to a recipe in the sandbox; --trust runs it without one", name)
  end
end

local function copy(module)
  local made = {}
  for name, member in pairs(module) do
    made[name] = member
  end
  return made
end

-- ---- metatables -----------------------------------------------------------------------------------

local own = setmetatable({}, { __mode = "k" }) -- the metatables that the recipe set

--- Whether a metatable is one that a recipe set.
-- @tparam table meta
-- @treturn boolean
-- @usage if environment.is_foreign(getmetatable(value)) then return nil end
function M.is_foreign(meta)
  return own[meta] ~= nil
end

--- getmetatable for recipes: of other values than their own, it tells the name.
local function metatable_of(value)
  local meta = getmetatable(value)
  if type(meta) ~= "table" or own[meta] then
    return meta
  end
  return type(meta.__name) == "string" and meta.__name or false
end

--- setmetatable for recipes.
local function set_metatable(value, meta)
  local old = getmetatable(value)
  if type(value) == "table" and type(old) == "table" and not own[old] then
    error("cannot change a protected metatable", 2)
  elseif type(meta) == "table" then
    own[meta] = true
  end
  return setmetatable(value, meta)
end

-- ---- the environment ------------------------------------------------------------------------------

local function dryad_module()
  local module = copy(package.loaded.dryad)
  for _, name in ipairs(OUTSIDE) do
    module[name] = refusal("dryad." .. name)
  end
  return module
end

local function require_from(modules)
  return function(name)
    local module = modules[name]
    if module == nil then
      check.fail("require: '%s' is no module for recipes in the sandbox; there are %s", tostring(name), NAMES)
    end
    return module
  end
end

--- Makes the globals of a recipe.
-- @tparam function write takes each text that the recipe prints
-- @treturn table
-- @usage local globals = environment.new(io.write)
function M.new(write)
  local globals, modules = {}, {
    dryad = dryad_module(), ["dryad.text.render"] = copy(render), ["dryad.text.top"] = top,
    ["dryad.text.units"] = copy(units),
  }
  for _, name in ipairs(LANGUAGE) do
    globals[name] = _ENV[name]
  end
  for _, name in ipairs(LIBRARIES) do
    globals[name] = copy(_ENV[name])
    modules[name] = globals[name]
  end
  globals.string.dump = nil
  globals._G, globals.require = globals, require_from(modules)
  globals.getmetatable, globals.setmetatable = metatable_of, set_metatable
  function globals.print(...)
    local words = table.pack(...)
    for i = 1, words.n do
      words[i] = tostring(words[i])
    end
    write(table.concat(words, "\t") .. "\n")
  end
  local absent = {}
  for _, name in ipairs(MISSING) do
    absent[name] = refusal(name)
  end
  return setmetatable(globals, {
    __metatable = false,
    __index = function(_, name)
      return absent[name] and absent[name]()
    end,
  })
end

-- ---- the process ----------------------------------------------------------------------------------

--- Takes from this process, a copy that ends with the recipe, what a recipe could reach without its globals.
-- @tparam function write takes each text that Dryad itself prints for the recipe
-- @usage environment.seal(function(text) send("p", text) end)
function M.seal(write)
  string.dump = nil -- luacheck: ignore 122
  core.heap.methods.save = refusal "heap:save"
  for _, name in ipairs { "csv", "json" } do
    local made = core.list.methods[name]
    core.list.methods[name] = function(list, file, ...)
      if file ~= nil then
        check.fail("l:%s to a file is not available to a recipe in the sandbox; --trust runs it without one", name)
      end
      return made(list, nil, ...)
    end
  end
  for _, name in ipairs { "write", "data", "tell", "ask" } do
    output[name] = function(text)
      write(text .. (name == "tell" and "\n" or ""))
    end
  end
  function output.flush() end
  function output.redraw() end
end

return M
