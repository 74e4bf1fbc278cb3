-- SPDX-License-Identifier: MIT
--- How all that is alive is divided among the classes of a program.
-- @module dryad.analysis.class_shares

local core = require "dryad.core"

local M = {}

--- Every byte that roots reach belongs to one class: that of the object itself, or for built-in types and containers
-- of the library, of the nearest object above it in the dominator tree that is of neither; where there is none, to its
-- own.
-- @tparam heap heap
-- @tparam[opt] integer most rows; nil: all
-- @treturn {row,...} `{class = with its module, module = nil if it has none, origin = "program", "package", "library"
--   or "interpreter", count = its own objects, size = their bytes, bytes = its share}`, most bytes first; `more` is nil
--   or `{count = of further classes, bytes =}`
-- @usage print(require("dryad.analysis.class_shares").of(heap)[1].class)
function M.of(heap, most)
  local rows, count, bytes = core.class_shares(heap, most or math.maxinteger)
  rows.more = count > 0 and { count = count, bytes = bytes } or nil
  return rows
end

return M
