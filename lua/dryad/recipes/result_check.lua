-- SPDX-License-Identifier: MIT
--- Whether what came from the sandbox can be printed: rows and reports must be what @{dryad.text.render} describes.
-- @module dryad.recipes.result_check

local portrait = require "dryad.text.portrait"
local render = require "dryad.text.render"

local M = {}

local MOST_COLUMNS = 500

local is_kind = {}
for _, kind in ipairs(render.KINDS) do
  is_kind[kind] = true
end

local function is_text(value)
  return value == nil or type(value) == "string"
end

local function column_problem(column, number)
  local field, kind, title = column, nil, nil
  if type(column) == "table" then
    field, kind, title = column[1], column[2], column[3]
  end
  if type(field) ~= "string" then
    return ("column %d has no name"):format(number)
  elseif kind ~= nil and not is_kind[kind] then
    return ("column %d has an unknown kind; there are %s"):format(number, table.concat(render.KINDS, ", "))
  elseif not is_text(title) then
    return ("the title of column %d is not a text"):format(number)
  end
end

--- What is wrong with the columns of rows.
local function columns_problem(columns)
  if type(columns) ~= "table" then
    return "columns is not an array"
  elseif #columns > MOST_COLUMNS then
    return ("rows have at most %d columns, not %d"):format(MOST_COLUMNS, #columns)
  end
  for i, column in ipairs(columns) do
    local problem = column_problem(column, i)
    if problem then
      return problem
    end
  end
end

local any_problem

--- What is wrong with rows among the items of a table: wherever they are, JSON has them as rows.
local function items_problem(value)
  for _, item in pairs(value) do
    local problem = any_problem(item)
    if problem then
      return problem
    end
  end
end

local function rows_problem(rows)
  local problem = columns_problem(rows.columns)
  if problem then
    return problem
  elseif rows.shown ~= nil and not (math.type(rows.shown) == "integer" and rows.shown >= 0) then
    return "shown is not a number of rows"
  elseif not is_text(rows.empty) then
    return "empty is not a text"
  end
  for i, row in ipairs(rows) do
    problem = type(row) ~= "table" and ("row %d is not a table"):format(i) or items_problem(row)
    if problem then
      return problem
    end
  end
end

function any_problem(value)
  if portrait.is(value) then
    return any_problem(portrait.rows(value)) or any_problem(portrait.plain(value))
  elseif type(value) ~= "table" then
    return nil
  elseif value.columns ~= nil then
    return rows_problem(value)
  end
  return items_problem(value)
end

local part_problem

--- What is wrong with a report, or with a table that is none.
local function report_problem(value)
  if not is_text(value.title) then
    return "the title of a report is not a text"
  elseif value.sections ~= nil and type(value.sections) ~= "table" then
    return "the sections of a report are not an array"
  end
  return part_problem(value.rows) or part_problem(value.sections)
end

--- What is wrong with a part of a report: rows, a report, or an array of those.
function part_problem(value)
  if type(value) ~= "table" or portrait.is(value) or value.columns ~= nil then
    return nil
  end
  local problem = report_problem(value)
  for _, item in ipairs(problem and {} or value) do
    problem = problem or part_problem(item)
  end
  return problem
end

--- What is wrong with a result.
-- @param value as @{dryad.recipes.parcel} unpacks it
-- @treturn string|nil nil if it can be printed
-- @usage result_check.problem { columns = { { "size", "octets" } } } --> "column 1 has an unknown kind; ..."
function M.problem(value)
  local problem = any_problem(value)
  if not problem and render.is_report(value) then
    problem = report_problem(value)
  end
  return problem
end

return M
