-- SPDX-License-Identifier: MIT
--- The rows of a query or a result as text, in pieces: there may be millions.
--
-- Forms are `"json"`, the object `{"columns": [...], "rows": [[...], ...]}`; `"objects"`, an array of objects;
-- `"jsonl"`, an object on each line; and those of @{dryad.text.csv}.
-- @module dryad.sql.row_texts

local core = require "dryad.core"
local csv = require "dryad.text.csv"

local M = {}

local Texts = {}
Texts.__index = Texts

--- The names of columns, made unique: a second `type` becomes `type_2`.
-- @tparam {string,...} columns
-- @treturn {string,...}
-- @usage row_texts.unique_names { "type", "type" } --> { "type", "type_2" }
function M.unique_names(columns)
  local names, taken = {}, {}
  for i, column in ipairs(columns) do
    local name, n = column, 1
    while taken[name] do
      n = n + 1
      name = ("%s_%d"):format(column, n)
    end
    names[i], taken[name] = name, true
  end
  return names
end

local function new(columns, form, next_text)
  local names = M.unique_names(columns)
  -- The first rows are read now, so that most errors come before any output.
  local text, escapes = next_text(names)
  return setmetatable({
    columns = columns, form = form, names = names, next_text = next_text, text = text, escapes = escapes,
  }, Texts)
end

--- The rows of a statement, which are read from the database while they are written.
-- @tparam database db
-- @tparam string statement
-- @tparam table parameters
-- @tparam string form
-- @treturn table|nil `{columns =}` for @{write}; nil if the statement is no query
-- @usage row_texts.write(row_texts.of_statement(db, "select * from obj", nil, "csv"), io.write)
function M.of_statement(db, statement, parameters, form)
  local columns, next_text = db:texts(statement, parameters, form)
  return columns and new(columns, form, next_text)
end

--- The rows of a result.
-- @tparam result r
-- @tparam string form
-- @treturn table
-- @usage row_texts.write(row_texts.of_result(heap:sql "select * from obj", "jsonl"), io.write)
function M.of_result(r, form)
  return new(r.columns, form, core.result_texts(r, form))
end

--- Whether a value is what the functions above return.
-- @param value
-- @treturn boolean
-- @usage if row_texts.is(value) then row_texts.write(value, io.write) end
function M.is(value)
  return rawequal(getmetatable(value), Texts)
end

local function json_head(texts)
  return '{"columns":' .. core.json.encode(setmetatable(texts.columns, { __jsontype = "array" })) .. ',"rows":['
end

local HEADS = {
  json = json_head,
  objects = function() return "[" end,
  jsonl = function() return "" end,
  csv = function(texts) return csv.head(texts.columns, "csv") end,
  excel = function(texts) return csv.head(texts.columns, "excel") end,
}
local TAILS = { json = "]}", objects = "]\n", jsonl = "", csv = "", excel = "" }

--- Writes all rows, once.
-- @tparam table texts
-- @tparam function write called with each piece, and how many lone surrogates are escaped in it
-- @usage row_texts.write(row_texts.of_result(r, "csv"), function(text) io.write(text) end)
function M.write(texts, write)
  write(HEADS[texts.form](texts))
  local text, escapes = texts.text, texts.escapes
  while text do
    write(text, escapes)
    text, escapes = texts.next_text(texts.names)
  end
  write(TAILS[texts.form])
end

return M
