-- SPDX-License-Identifier: MIT
--- Renders findings as text for people. @{dryad.text.json_value} converts them to plain tables for JSON.
--
-- **Rows** are an array of tables with `columns`, an array of `{field, kind, title}`: kind is `text`
-- (the default), `count`, `bytes`, `percent` (a number from 0 to 100), `bar` (the same, with a bar),
-- `number`, `value` (text is quoted) or `object`; the title defaults to the field's name.
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

local bar = require "dryad.text.bar"
local format = require "dryad.text.format"
local layout = require "dryad.text.columns"
local repr = require "dryad.text.repr"
local screen = require "dryad.text.screen"
local units = require "dryad.text.units"

local M = {}

local OBJECT = 80 -- characters of an object in a table, at most
local LEAST = 12 -- characters: the narrowest column of a table
local BAR = 12 -- columns of a full bar in a table

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

function cell_text.bar(value)
  return value == value and ("%5.1f%% %s"):format(value, bar(value / 100, BAR)) or ""
end

--- The kinds of columns.
M.KINDS = { "text", "count", "bytes", "percent", "bar", "number", "value", "object" }

local RIGHT = { count = true, bytes = true, percent = true, number = true }
local FIXED = { count = true, bytes = true, percent = true, number = true, bar = true }
local BROKEN = { object = cut_object, value = cut_object }

--- The columns in full: an array of {field=, kind=, title=}.
local function columns_of(rows)
  local columns = {}
  for i, column in ipairs(rows.columns) do
    local field, kind, title = table.unpack(type(column) == "table" and column or { column }, 1, 3)
    kind = kind or "text"
    title = cut(format.printable(title or (field:gsub("_", " "))), layout.WIDEST)
    columns[i] = { field = field, kind = kind, title = title, fixed = FIXED[kind] }
    if not cell_text[kind] then
      error(("column '%s' has an unknown kind: '%s'"):format(field, kind), 0)
    end
  end
  return columns
end

--- The text of a value in a column, and whether it had to be cut.
local function cell_of(column, value)
  if value == nil then
    return "", false
  elseif column.fixed and type(value) == "number" then
    return cell_text[column.kind](value), false
  end
  local text = (column.fixed and printable or cell_text[column.kind])(value)
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
  for i, column in ipairs(columns) do
    titles[i] = column.title
    column.width = width_of(column.title)
  end
  local cells, shown, any_cut = {}, math.min(#rows, rows.shown or #rows, layout.MOST_ROWS), false
  for r = 1, shown do
    local row = rows[r]
    cells[r] = {}
    for i, column in ipairs(columns) do
      local cell, is_cut = cell_of(column, row[column.field])
      cells[r][i], any_cut = cell, any_cut or is_cut
      column.width = math.max(column.width, width_of(cell))
    end
  end
  if options.width then
    layout.fit(columns, options.width, LEAST)
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
  return table.concat(lines, "\n")
end

--- Folds a line at spaces; continuation lines are indented a little deeper.
local function fold(line, width)
  local indent = line:match "^ *"
  local lines, current = {}, nil
  for word in line:gmatch "%S+" do
    if not current then
      current = indent .. word
    elseif width_of(current) + 1 + width_of(word) <= width then
      current = current .. " " .. word
    else
      lines[#lines + 1] = current
      current = indent .. "  " .. word
    end
  end
  lines[#lines + 1] = current
  return table.concat(lines, "\n")
end

local function paragraph(text, options)
  local lines = {}
  for _, item in ipairs(type(text) == "table" and text or { text }) do
    for line in (tostring(item) .. "\n"):gmatch "(.-)\n" do
      line = format.printable(line)
      if options.width and width_of(line) > options.width then
        line = fold(line, options.width)
      end
      lines[#lines + 1] = line
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

function Finding.__tostring(value)
  local columns = screen.is_terminal "stdout" and select(2, screen.size()) or nil
  return M.text(value, { width = columns, colour = screen.colours "stdout" })
end

return M
