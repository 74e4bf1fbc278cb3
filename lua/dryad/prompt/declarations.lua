-- SPDX-License-Identifier: MIT
--- Declarations in a folder: each file NAME.lua returns the declaration of NAME, a table.
--
-- To add a command, a word of the prompt or a topic of help, add a file to the folder. A file is read when its
-- declaration is first needed.
-- @module dryad.prompt.declarations

local core = require "dryad.core"

local M = {}

local Folder = {}
Folder.__index = Folder

--- The declarations of a folder.
-- @tparam string module the folder as a module's name
-- @tparam[opt] {string,...} first names that come before the others, which are sorted
-- @treturn table with the methods `names` and `get`
-- @usage local words = require("dryad.prompt.declarations").folder "dryad.prompt.commands"
function M.folder(module, first)
  local places, known, names = {}, {}, {}
  for place, name in ipairs(first or {}) do
    places[name] = place
  end
  for _, file in ipairs(assert(core.directory(core.data_directory .. "/lua/" .. module:gsub("%.", "/")))) do
    local name = file:match "^([%w_]+)%.lua$"
    if name then
      known[name], names[#names + 1] = true, name
    end
  end
  table.sort(names, function(a, b)
    local place, other = places[a] or math.huge, places[b] or math.huge
    if place ~= other then
      return place < other
    end
    return a < b
  end)
  return setmetatable({ module = module, ordered = names, known = known }, Folder)
end

--- All names, in order.
-- @treturn {string,...}
-- @usage for _, name in ipairs(folder:names()) do print(name) end
function Folder:names()
  return table.move(self.ordered, 1, #self.ordered, 1, {})
end

--- The declaration with this name, which it then contains; nil if there is none.
-- @tparam string name
-- @treturn table|nil
-- @usage print(folder:get("why").summary)
function Folder:get(name)
  if not self.known[name] then
    return nil
  end
  local declaration = require(self.module .. "." .. name)
  declaration.name = name
  return declaration
end

return M
