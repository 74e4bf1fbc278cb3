-- SPDX-License-Identifier: MIT
--- What a text finds: an address, an SQL condition, a way, or part of a class, a name or a value.
-- @module dryad.browse.matches

local core = require "dryad.core"
local interruption = require "dryad.text.interruption"
local query = require "dryad.sql.query"
local registry = require "dryad.browse.registry"
local ways = require "dryad.analysis.ways"

local M = {}

-- What a condition of SQL has, and no name.
local OPERATORS = { "[<>=]", "%f[%w]like%f[%W]", "%f[%w]glob%f[%W]", "%f[%w]in%s*%(", "%f[%w]is%f[%W]",
                    "%f[%w]between%f[%W]" }

local function is_condition(text)
  for _, operator in ipairs(OPERATORS) do
    if text:lower():find(operator) then
      return true
    end
  end
  return false
end

local function by_condition(heap, objects, condition)
  return objects and query.filter(objects, condition, "search") or query.where(heap, condition, "search")
end

--- The object that a text names by its address or by a way to it.
local function named(heap, text)
  if text:find "^%d%d%d%d+$" or text:find "^0[xX]%x+$" then
    return heap:get(text)
  elseif text:find "[.%[<]" and ways.has_form(text) then
    return (ways.at(heap, text))
  end
end

--- A view of what a text finds.
-- @tparam {heap,...} heaps the last of which is searched
-- @tparam list|nil objects those that are searched; nil: all
-- @tparam string text
-- @treturn view|nil a list, or the object at an address or a way
-- @treturn string|nil why there is none
-- @usage local found, why_not = matches.view({ heap }, nil, "size > 1000")
function M.view(heaps, objects, text)
  local heap, why_not = heaps[#heaps], nil
  text = text:match "^%s*(.-)%s*$"
  if text == "" then
    return nil, "type a class, a name, a value, an address, a way or a condition such as size > 1000"
  end
  if is_condition(text) then
    local good, found = interruption.attempt(by_condition, heap, objects, text)
    if good and #found > 0 then
      return registry.open("list", heaps, found, text, "retained_size")
    end
    why_not = good and "no object satisfies " .. text or tostring(found):match "^[^\n]*"
  end
  local o = named(heap, text)
  if o then
    return registry.open("object", heaps, o)
  end
  local found = core.with_text(heap, objects, text)
  if #found > 0 then
    return registry.open("list", heaps, found, ("'%s'"):format(text), "retained_size")
  end
  return nil, why_not or ("no class, name or value contains '%s'"):format(text)
end

return M
