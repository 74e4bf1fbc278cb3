-- SPDX-License-Identifier: MIT
--- Renders findings as text for people. @{dryad.text.json_value} converts them to plain tables for JSON.
--
-- **Rows** are an array of tables with `columns`, an array of `{field, kind, title}`: kind is `text`
-- (the default), `count`, `bytes`, `percent` (a number from 0 to 100), `bar` (the same, with a bar),
-- `number`, `value` (text is quoted) or `object`; the title defaults to the field's name. A column with
-- `is_detail = true` is the first to go where a terminal is too narrow for all.
-- `empty` is printed if there are no rows, and only the first `shown` rows, if that is set, with the number of the
-- others; never more than 10,000. Objects and values are cut at 80 characters, other texts at 200. A value that is no
-- number is printed as it is, whatever the kind of its column.
--
-- A **report** is a table with any of `title`, `text` (one text or an array of lines), `rows` (rows, a
-- list or a summary), `sections` (an array of reports) and `data` (a value for JSON alone).
-- @module dryad.text.render
-- @usage
-- local render = require "dryad.text.render"
-- print(render.text {
--   columns = { { "type" }, { "size", "bytes" } },
--   { type = "Thread", size = 2224000 },
-- })

local fold = require "dryad.text.fold"
local format = require "dryad.text.format"
local layout = require "dryad.text.columns"
local notation = require "dryad.text.notation"
local repr = require "dryad.text.repr"
local screen = require "dryad.text.screen"
local table_width = require "dryad.text.table_width"
local units = require "dryad.text.units"

local M = {}

local OBJECT = 80 -- characters of an object in a table, at most

-- ---- text ---------------------------------------------------------------------------------------

local function printable(value)
  return format.printable(tostring(value))
end

local cut, cut_object, width_of = format.cut, format.cut_object, format.width

local cell_text = { text = printable, number = printable, count = units.count, bytes = units.bytes }

function cell_text.object(value)
  return cut_object(printable(value), OBJECT)
end

function cell_text.value(value)
  return cut_object(printable(type(value) == "string" and repr.text(value) or value), OBJECT)
end

function cell_text.percent(value)
  return value == value and ("%.1f%%"):format(value) or ""
end

cell_text.bar = table_width.bar_text

--- The kinds of columns.
M.KINDS = { "text", "count", "bytes", "percent", "bar", "number", "value", "object" }

local RIGHT = { count = true, bytes = true, percent = true, number = true }
local BROKEN = { object = notation.cut, value = cut_object }

--- The columns in full: an array of {field=, kind=, title=}.
local function columns_of(rows)
  local columns = {}
  for i, column in ipairs(rows.columns) do
    local field, kind, title = table.unpack(type(column) == "table" and column or { column }, 1, 3)
    kind = kind or "text"
    title = cut(format.printable(title or (field:gsub("_", " "))), layout.WIDEST)
    columns[i] = {
      field = field, kind = kind, title = title, fixed = table_width.FIXED[kind],
      is_detail = type(column) == "table" and column.is_detail,
    }
    if not cell_text[kind] then
      error(("column '%s' has an unknown kind: '%s'"):format(field, kind), 0)
    end
  end
  return columns
end

--- The text of a value in a column, and whether it had to be cut. An object that a terminal has too little room for is
-- cut later, to fit.
local function cell_of(column, value, is_fitted)
  if value == nil then
    return "", false
  elseif column.fixed and type(value) == "number" then
    return cell_text[column.kind](value), false
  end
  local is_whole = column.fixed or is_fitted and column.kind == "object"
  local text = (is_whole and printable or cell_text[column.kind])(value)
  local cell = cut(text, layout.WIDEST)
  return cell, cell ~= text
end

local function line_of(columns, cells, colour)
  local shown = {}
  for i, column in ipairs(columns) do
    local shorten = BROKEN[column.kind] or cut
    shown[i] = layout.pad(shorten(cells[i], column.width), column.width, RIGHT[column.kind])
    if colour and column.kind == "bar" then
      shown[i] = shown[i]:gsub("[\x80-\xff]+", "\27[36m%0\27[0m")
    end
  end
  return layout.line(shown, layout.GAP)
end

local function rows_text(rows, options)
  if #rows == 0 then
    return format.printable_lines(rows.empty or "nothing found")
  end
  local columns, titles, lines = columns_of(rows), {}, {}
  for _, column in ipairs(columns) do
    column.width = width_of(column.title)
  end
  local cells, shown, any_cut = {}, math.min(#rows, rows.shown or #rows, layout.MOST_ROWS), false
  for r = 1, shown do
    local row = rows[r]
    cells[r] = {}
    for i, column in ipairs(columns) do
      local cell, is_cut = cell_of(column, row[column.field], options.width)
      cells[r][i], any_cut = cell, any_cut or is_cut
      column.width = math.max(column.width, width_of(cell))
    end
  end
  if options.width and options.colour then
    table_width.draw_bars(columns, cells, rows, options.width)
  end
  local dropped = options.width and table_width.fit(columns, cells, rows, options.width) or {}
  for i, column in ipairs(columns) do
    titles[i] = column.title
  end
  local heading = line_of(columns, titles)
  lines[1] = options.colour and "\27[2m" .. heading .. "\27[0m" or heading
  for r = 1, shown do
    lines[r + 1] = line_of(columns, cells[r], options.colour)
  end
  if shown == layout.MOST_ROWS and shown < #rows then
    lines[#lines + 1] = layout.rest(#rows, shown)
  elseif shown < #rows then
    lines[#lines + 1] = ("... and %s more"):format(units.count(#rows - shown))
  end
  lines[#lines + 1] = any_cut and not options.width and layout.CUT or nil
  lines[#lines + 1] = #dropped > 0 and ("(no room for: %s)"):format(table.concat(dropped, ", ")) or nil
  return table.concat(lines, "\n")
end

local function paragraph(text, options)
  local lines = {}
  for _, item in ipairs(type(text) == "table" and text or { text }) do
    for line in (tostring(item) .. "\n"):gmatch "(.-)\n" do
      line = format.printable(line)
      lines[#lines + 1] = options.width and fold.line(line, options.width) or line
    end
  end
  return table.concat(lines, "\n")
end

local Finding = { __name = "dryad.finding" }

--- Whether a value is a report.
-- @param value
-- @treturn boolean
-- @usage print(require("dryad.text.render").is_report { title = "Threads" }) --> true
function M.is_report(value)
  return type(value) == "table" and (value.title ~= nil or value.text ~= nil or value.rows ~= nil
    or value.sections ~= nil)
end

local function report_text(report, options)
  local parts = {}
  local head = {}
  if report.title then
    local title = format.printable(report.title)
    head[#head + 1] = options.colour and "\27[1m" .. title .. "\27[0m" or title
  end
  if report.text then
    head[#head + 1] = paragraph(report.text, options)
  end
  if report.rows ~= nil then
    head[#head + 1] = M.text(report.rows, options)
  end
  if #head > 0 then
    parts[1] = table.concat(head, "\n")
  end
  for _, section in ipairs(report.sections or {}) do
    parts[#parts + 1] = M.text(section, options)
  end
  return table.concat(parts, "\n\n")
end

--- Renders the value that a recipe returned.
-- @param value rows, a report, or anything that tostring shows
-- @tparam[opt] table options `{width = columns of the terminal, colour = boolean}`; without width, only
--   cells wider than 200 are cut
-- @treturn string without a newline at its end
-- @usage io.write(require("dryad.text.render").text(rows, { width = 80 }), "\n")
function M.text(value, options)
  options = options or {}
  local meta = getmetatable(value)
  if value == nil then
    return ""
  elseif type(value) ~= "table" or meta and meta ~= Finding and meta.__tostring then
    return format.text(value)
  elseif value.columns then
    return rows_text(value, options)
  elseif M.is_report(value) then
    return report_text(value, options)
  end
  local lines = {}
  for i, item in ipairs(value) do
    lines[i] = M.text(item, options)
  end
  return table.concat(lines, "\n")
end

--- The same as it is printed: fitted to the terminal, with colours if that shows them.
-- @param value
-- @treturn string without a newline at its end
-- @usage print(require("dryad.text.render").printed { columns = { { "type" } }, { type = "dict" } })
function M.printed(value)
  local columns = screen.is_terminal "stdout" and select(2, screen.size()) or nil
  return M.text(value, { width = columns, colour = screen.colours "stdout" })
end

--- Lets rows and reports print themselves.
-- @param value what a recipe returned
-- @return the same value
-- @usage print(require("dryad.text.render").present { columns = { { "type" } }, { type = "dict" } })
function M.present(value)
  if type(value) == "table" and not getmetatable(value) and (value.columns or M.is_report(value)) then
    setmetatable(value, Finding)
  end
  return value
end

Finding.__tostring = M.printed

return M
