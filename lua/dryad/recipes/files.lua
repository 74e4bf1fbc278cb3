-- SPDX-License-Identifier: MIT
--- The files of recipes: finding them, and reading one.
--
-- They come from what LuaRocks packages installed under `dryad/recipes`, then from the installed `scripts`, then from
-- the directories in `DRYAD_RECIPES`, then from `$XDG_CONFIG_HOME/dryad/recipes`; a later one hides an earlier one of
-- the same name.
-- @module dryad.recipes.files

local core = require "dryad.core"
local format = require "dryad.text.format"

local M = {}

local BYTES = 1 << 22 -- of a recipe, at most
local ENDINGS = { lua = true, sql = true }

--- The folder of recipes for an entry of `package.path` such as `/usr/share/lua/5.4/?.lua`. Relative ones are left out:
-- they depend on the working directory. Dryad's own Lua files are no recipes.
local function pack_folder(template)
  local folder = template:match "^(/.*)/%?%.lua$"
  folder = folder and folder .. "/dryad/recipes"
  return folder ~= core.data_directory .. "/lua/dryad/recipes" and folder or nil
end

--- Adds the directories where LuaRocks installs Lua modules.
local function add_packs(found)
  local home, seen = os.getenv "HOME", {}
  local paths = package.path .. (home and (";%s/.luarocks/share/lua/5.4/?.lua"):format(home) or "")
  for template in paths:gmatch "[^;]+" do
    local folder = pack_folder(template)
    if folder and not seen[folder] then
      seen[folder], found[#found + 1] = true, { directory = folder, from = "luarocks" }
    end
  end
end

--- The directories searched, in order: `{directory=, from=, named=}`.
local function sources()
  local found = {}
  add_packs(found)
  found[#found + 1] = { directory = core.data_directory .. "/scripts", from = "dryad" }
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

--- The name and the ending of a recipe's file; nil for other files, and where the name is not safe to print.
local function parts_of(file)
  local name, ending = file:match "^([^.].*)%.(%w+)$"
  if ENDINGS[ending] and format.printable(file) == file then
    return name, ending
  end
end

local function sorted(names)
  table.sort(names)
  return names
end

--- The files of recipes by name.
-- @treturn {[string]=table} `{path=, ending=, from=, hides = the path of another of the same name, hides_own = whether
-- one of those hidden is Dryad's}`. A folder that the user named but that cannot be read is included with an `error`
-- @usage local file = require("dryad.recipes.files").by_name().overview
function M.by_name()
  local by_name = {}
  for _, source in ipairs(sources()) do
    local names, message = core.directory(source.directory)
    if not names and source.named then
      by_name[source.directory] = { path = source.directory, from = source.from, error = message }
    end
    for _, file in ipairs(sorted(names or {})) do
      local name, ending = parts_of(file)
      if name then
        local hidden = by_name[name]
        by_name[name] = {
          path = source.directory .. "/" .. file, ending = ending, from = source.from, hides = hidden and hidden.path,
          hides_own = hidden and (hidden.from == "dryad" or hidden.hides_own),
        }
      end
    end
  end
  return by_name
end

--- The file at a path, if a word is one rather than a name: it has a slash.
-- @tparam string word
-- @treturn string|nil the name of the recipe in it
-- @treturn table|nil its file
-- @usage local name, file = require("dryad.recipes.files").at "./mine.lua"
function M.at(word)
  local name, ending = parts_of(word:match "/([^/]+)$" or "")
  if name then
    return name, { path = word, ending = ending, from = "path" }
  end
end

--- The text of a recipe.
-- @tparam string path of a regular file
-- @treturn string|nil
-- @treturn string what is wrong
-- @usage local text, problem = require("dryad.recipes.files").text "./mine.lua"
function M.text(path)
  local facts, message = core.file_facts(path)
  if not facts then
    return nil, message
  elseif facts.kind ~= "file" then
    return nil, path .. ": not a regular file"
  end
  local file <close>, problem = io.open(path, "rb")
  local text = file and (file:read(BYTES + 1) or "")
  if text and #text > BYTES then
    return nil, ("%s: larger than %d MiB"):format(path, BYTES >> 20)
  end
  return text, problem
end

return M
