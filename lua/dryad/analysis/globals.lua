-- SPDX-License-Identifier: MIT
--- The global variables of a module, and what each keeps alive.
-- @module dryad.analysis.globals

local core = require "dryad.core"
local nearest = require "dryad.text.did_you_mean"
local render = require "dryad.text.render"
local top = require "dryad.text.top"
local units = require "dryad.text.units"

local M = {}

local COLUMNS = { { "name" }, { "retained", "bytes" }, { "size", "bytes" }, { "object", "object" } }

--- The names of all modules, sorted.
-- @tparam heap heap
-- @treturn {string,...}
-- @usage print(table.concat(globals.modules(heap), " "))
function M.modules(heap)
  local names, known = {}, {}
  for _, module in ipairs(core.list_of_type(heap, "module")) do
    local name = module.name
    if type(name) == "string" and not known[name] then
      known[name] = true
      names[#names + 1] = name
    end
  end
  table.sort(names)
  return names
end

--- The module with a name; of several, the one with the most references.
local function find(heap, name)
  local found
  for _, module in ipairs(core.list_of_type(heap, "module")) do
    if module.name == name and (not found or module.num_refs > found.num_refs) then
      found = module
    end
  end
  return found or error(("there is no module '%s'%s"):format(name, nearest.hint(name, M.modules(heap))), 0)
end

--- The global variables of a module, those that retain most first.
-- @tparam heap heap
-- @tparam string name of the module
-- @treturn table a report whose rows are `{name =, object =, size =, retained =}`
-- @usage print(require("dryad.analysis.globals").of(heap, "__main__"))
function M.of(heap, name)
  local module = find(heap, name)
  local rows = { columns = COLUMNS, empty = "the module has no global variables in the dump" }
  for i = 1, #module do
    local label, o = module:label(i), module[i]
    if label:find "^%." and o then
      rows[#rows + 1] = { name = label:sub(2), object = o, size = o.size, retained = o.retained_size or 0 }
    end
  end
  return render.present {
    title = ("%s: %s; with the module they retain %s"):format(name, units.quantity(#rows, "global variable"),
      units.bytes(module.retained_size)),
    rows = top(rows, "retained"),
  }
end

return M
