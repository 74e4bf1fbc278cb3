-- SPDX-License-Identifier: MIT
--- What could be saved, in a report.
-- @module dryad.report.waste

local bounded = require "dryad.report.bounded"
local waste = require "dryad.analysis.waste"

local M = {}

local ROWS, BYTES = 15, 15000 -- of each table: rows, and bytes of their JSON

local CLASSES = { class = true, type = true } -- columns that hold their names

local function columns_of(rows)
  local columns = bounded.array()
  for i, column in ipairs(rows.columns) do
    local key, kind, title = table.unpack(column, 1, 3)
    columns[i] = { key = key, kind = CLASSES[key] and "class" or kind or "text", title = title or key:gsub("_", " ") }
  end
  return columns
end

local function table_of(part)
  local rows = part.rows
  local made = { title = part.title, text = part.text, columns = rows and columns_of(rows) or bounded.array() }
  made.rows, made.more = bounded.list(rows and #rows or 0, ROWS, BYTES, function(i)
    local row = {}
    for _, column in ipairs(made.columns) do
      local value = rows[i][column.key]
      row[column.key] = type(value) == "string" and bounded.text(value, bounded.NAME) or value
    end
    return row
  end)
  return made
end

--- The section.
-- @tparam heap heap
-- @treturn table `{total = bytes, text =, tables = {{title =, text =, columns =, rows =, more =}, ...}}`
-- @usage waste_section.of(heap)
function M.of(heap)
  local found, tables = waste.of(heap, { count = ROWS }), bounded.array()
  for i, part in ipairs(found.sections) do
    tables[i] = table_of(part)
  end
  return { total = found.saved, text = found.title, tables = tables }
end

return M
