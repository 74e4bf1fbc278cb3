-- SPDX-License-Identifier: MIT
--- Modules that a program makes again and again: from one file, or without any under names that differ by a number.
-- @module dryad.analysis.suspects_by_module

local by_class = require "dryad.analysis.suspects_by_class"
local core = require "dryad.core"
local dict = require "dryad.heap.dict"

local M = {}

--- What modules of one origin have in common: their file, or of modules that code made by hand their names without
-- numbers, also hexadecimal ones. Nil for other modules: none is like them.
-- @treturn string|nil
-- @treturn string the name without numbers
local function origin_of(module)
  local name = type(module.name) == "string" and module.name or ""
  local pattern, numbers = name:gsub("%x*%d%x*", "*")
  local file = dict.lookup(module, "__file__")
  if type(file) == "string" then
    return file, pattern
  end
  local is_made_by_hand = dict.lookup(module, "__spec__") == core.None
  return is_made_by_hand and numbers > 0 and pattern or nil, pattern
end

--- The suspects, in no order.
-- @tparam heap heap
-- @tparam integer least bytes that a suspect retains
-- @treturn {suspect,...} as from @{dryad.analysis.suspects_by_class.find}; `named` is their name without
--   numbers, or `of` and their file
-- @usage print(#by_module.find(heap, 1000000))
function M.find(heap, least)
  local by_origin, origins, found = {}, {}, {}
  for _, module in ipairs(core.list_of_type(heap, "module")) do
    local origin, pattern = origin_of(module)
    local modules = origin and by_origin[origin]
    if origin and not modules then
      modules = { pattern = pattern }
      by_origin[origin], origins[#origins + 1] = modules, modules
    end
    if modules then
      modules[#modules + 1] = module
      modules.pattern = modules.pattern == pattern and pattern or "of " .. origin:match "[^/]*$"
    end
  end
  for _, modules in ipairs(origins) do
    local objects = #modules >= by_class.MANY and core.list_of(heap, modules)
    local freed, retained = nil, 0
    if objects then
      freed, retained = core.retained(heap, objects)
    end
    if retained >= least then
      found[#found + 1] = {
        type = "module", class = "module", origin = "program", named = modules.pattern, heads = objects,
        objects = objects, freed = freed, retained = retained, keeps_with_others = true,
      }
    end
  end
  return found
end

return M
