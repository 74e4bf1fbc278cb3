-- SPDX-License-Identifier: MIT
--- Suspects by reach: objects of the program that refer to much which others keep, too, so that they do not dominate
-- it: a container, such as an index or the memo of a pickler, or native code holds both them and what is in them.
-- @module dryad.analysis.suspects_by_reach

local by_class = require "dryad.analysis.suspects_by_class"
local core = require "dryad.core"

local M = {}

local HALF = 0.5
local MOST = 8 -- classes that native code holds

local function suspect_of(row, objects, freed, retained)
  return {
    type = row.type_str, class = row.class, origin = row.origin, objects = objects, heads = objects, freed = freed,
    retained = retained, keeps_with_others = true,
  }
end

local function is_of_program(row)
  return row.class and row.origin == "program" and row.count >= by_class.MANY
end

--- The bytes of some objects and what they reach among others; 0 if a single one of a few reaches half of that, as in a
-- graph of objects that all refer to each other.
local function reach_of(objects, others)
  local heap = core.heap_of(objects)
  local function bytes_of(list)
    return (list + core.reach_within(list, others)):sum "size"
  end
  local bytes = bytes_of(objects)
  for _, i in ipairs { 1, #objects // 2, #objects } do
    if bytes_of(core.list_of(heap, { objects[i] })) >= HALF * bytes then
      return 0
    end
  end
  return bytes
end

--- The objects in number that refer to most of what a place retains.
-- @tparam heap heap
-- @tparam object place
-- @treturn suspect|nil as from @{dryad.analysis.suspects_by_class.find}
-- @usage print(by_reach.of_place(heap, heap:get_all()[1]))
function M.of_place(heap, place)
  local only = core.list_of(heap, { place })
  local freed, bytes = core.retained(heap, only)
  for _, row in ipairs(core.summary_by_class(place.dominated, nil, by_class.MANY)) do
    if is_of_program(row) then
      local objects = core.list_of_class(heap, row.class) & freed
      if #objects >= by_class.MANY and reach_of(objects, freed - only) >= HALF * bytes then
        local found = suspect_of(row, objects, freed, bytes)
        found.accumulation = place
        return found
      end
    end
  end
end

--- Objects that native code holds, together with what is in them. Only dumps with facts of the process tell what it
-- holds.
-- @tparam heap heap
-- @tparam integer least bytes that a suspect retains
-- @treturn {suspect,...} in no order
-- @usage print(#by_reach.of_native(heap, 1000000))
function M.of_native(heap, least)
  local found, looked = {}, 0
  for _, row in ipairs(core.facts(heap) and core.summary_by_class(heap, nil, by_class.MANY) or {}) do
    local is_native = is_of_program(row) and core.root_reason(heap[row.max_address]) == "native"
    if is_native and looked < MOST then
      looked = looked + 1
      local objects = core.list_of_class(heap, row.class)
      local roots = core.roots(heap)
      local freed, bytes = core.retained(heap, objects + core.reach_within(objects, roots))
      if bytes >= least and reach_of(objects, roots) > 0 then
        found[#found + 1] = suspect_of(row, objects, freed, bytes)
      end
    end
  end
  return found
end

return M
