-- SPDX-License-Identifier: MIT
--- The objects of a heap by class, with what those of each class retain.
-- @module dryad.analysis.class_table

local core = require "dryad.core"

local M = {}

M.MOST = 1000 -- rows, unless more are asked for: a program that defines classes all the time has a million

local Row = { __name = "dryad.class_table_row" }
local FIELDS = { "class", "type_str", "origin", "count", "size", "retained", "address" }

function Row.__json_value(row)
  return row, FIELDS
end

--- The classes of a heap. What a class retains is the sum of what those of its objects retain that no other of them
-- dominates.
-- @tparam heap heap
-- @tparam[opt] table options `{order = "retained" (the default), "size", "count" or "name"; most = rows; text = what
--   the names of the classes contain, in either case}`
-- @treturn {row,...} `{class = nil if it is not known, type_str =, origin =, count =, size =, retained =, address = of
--   the object that retains most}`, largest first; `classes`, `count` and `size` are those of all classes, also of
--   those beyond the last row
-- @usage print(require("dryad.analysis.class_table").of(heap)[1].class)
function M.of(heap, options)
  options = options or {}
  local rows, classes, count, size = core.class_table(heap, options.order or "retained", options.most or M.MOST,
    options.text)
  rows.classes, rows.count, rows.size = classes, count, size
  for _, row in ipairs(rows) do
    setmetatable(row, Row)
  end
  return rows
end

return M
