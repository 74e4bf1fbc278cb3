-- SPDX-License-Identifier: MIT
--- Counts and sizes of objects by class.
-- @module dryad.analysis.classes

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local render = require "dryad.text.render"

local M = {}

local SHOWN = 20 -- rows printed

local Classes = { __name = "dryad.classes" }
local ROW = { "class", "type_str", "count", "total_size", "max_size", "max_address", "avg", "stddev", "versions",
              "origin" } -- in JSON

local row_getters = {}

--- The objects, in the default order.
function row_getters.objects(row, within)
  local objects = core.list_of_same_class(row.max)
  return core.in_default_order(within and within & objects or objects)
end

--- The class objects that have its name.
function row_getters.definitions(row)
  return core.list_of_versions(row.max)
end

--- The rows of the objects of a heap, or of the members of a list.
-- @param of heap or list
-- @treturn {row,...}
-- @usage require("dryad.analysis.classes").of(heap)
function M.of(of)
  local within = rawequal(getmetatable(of), core.list.meta) and of or nil
  local heap = within and core.heap_of(of) or of
  local rows = core.summary_by_class(of)
  local row_meta = { __name = "dryad.class_row" }
  function row_meta.__index(row, key)
    if key == "max" then
      return heap:get(row.max_address)
    end
    local getter = row_getters[key]
    return getter and getter(row, within)
  end
  function row_meta.__json_value(row)
    return row, ROW
  end
  for _, row in ipairs(rows) do
    setmetatable(row, row_meta)
  end
  return setmetatable(rows, Classes)
end

function Classes.__tostring(classes)
  local rows = {
    columns = {
      { "class" }, { "origin" }, { "count", "count" }, { "size", "bytes" }, { "versions", "count" },
    },
  }
  for i = 1, math.min(SHOWN, #classes) do
    local row = classes[i]
    rows[i] = {
      class = row.class or ("%s (several classes)"):format(row.type_str), origin = row.origin, count = row.count,
      size = row.total_size, versions = row.versions > 0 and row.versions or nil,
    }
  end
  local more = #classes > SHOWN and ("\n... %d more"):format(#classes - SHOWN) or ""
  return render.printed(rows) .. more
end

--- Counts and sizes of all objects by class, those of most bytes first.
-- @function heap:classes
-- @treturn {row,...} `{class = with its module, nil if it is not known; type_str = its bare name; count =,
--   total_size =, max_size =, max_address =, avg =, stddev =; versions = how many class objects have this name; origin
--   = whose code defines it: "program", "package", "library" or "interpreter"}`; fields computed when read: `objects`,
--   `max` and `definitions`, the class objects; prints as a table
-- @usage print(heap:classes())
function core.heap.methods.classes(heap)
  return M.of(check.self(heap, "heap", "classes"))
end

--- The same of its members.
-- @function list:classes
-- @treturn {row,...}
-- @usage print(heap("dict").c:classes())
function core.list.methods.classes(list)
  return M.of(check.self(list, "list", "classes"))
end

return M
