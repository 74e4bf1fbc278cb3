-- SPDX-License-Identifier: MIT
--- Recipes that are one SQL query.
--
-- The comment at the top says what it answers and declares its arguments (@{dryad.recipes.header}). In the query,
-- `:name` is the argument's value: an address for `address` and `module`, a list for `objects`, which fits `address in
-- list(:name)`; NULL for an optional argument that is not given. It only reads, unless the user trusts it.
--
--    -- the largest objects
--    --
--    -- :type type optional   only of this type
--    -- :count integer = 10   rows in the table
--    select address, size from obj where :type is null or type = :type order by size desc limit :count
--
-- @module dryad.recipes.sql_recipe

local files = require "dryad.recipes.files"
local header = require "dryad.recipes.header"
local interruption = require "dryad.text.interruption"
local lexer = require "dryad.sql.sql_lexer"
local sql = require "dryad.sql.query"

local M = {}

local function line_at(text, at)
  return 1 + select(2, text:sub(1, at - 1):gsub("\n", ""))
end

--- Where the comment at the top ends.
local function header_end(text)
  local at = 1
  while at <= #text do
    local kind, last = lexer.token(text, at)
    if kind ~= "blank" and kind ~= "comment" then
      break
    end
    at = last + 1
  end
  return at
end

--- Why a query cannot have an argument; nil if it can.
local function problem_of(argument)
  if argument.type == "heap" then
    return ("'%s' cannot be a heap: a query runs on a single one"):format(argument.name)
  end
end

--- The parameters of a query: an array of `{name =, from =, to =}`; or nil and the problem.
local function find_parameters(text, path, args)
  local declared, used, found = {}, {}, {}
  for _, argument in ipairs(args) do
    declared[argument.name] = true
  end
  local at = 1
  while at <= #text do
    local kind, last = lexer.token(text, at)
    local token = text:sub(at, last)
    if kind == "parameter" or kind == "dollar" then
      local name = token:match "^:(.*)$"
      if not declared[name] then
        return nil, ("%s:%d: no argument is declared for '%s'"):format(path, line_at(text, at), token)
      end
      used[name], found[#found + 1] = true, { name = name, from = at, to = last }
    end
    at = last + 1
  end
  for _, argument in ipairs(args) do
    if not used[argument.name] then
      return nil, ("%s: the query does not use its argument '%s'"):format(path, argument.name)
    end
  end
  return found
end

--- The query with NULL for each parameter that has no value.
local function with_nulls(text, parameters, values)
  local parts, at = {}, 1
  for _, parameter in ipairs(parameters) do
    if values[parameter.name] == nil then
      parts[#parts + 1] = text:sub(at, parameter.from - 1)
      parts[#parts + 1] = "null"
      at = parameter.to + 1
    end
  end
  parts[#parts + 1] = text:sub(at)
  return table.concat(parts)
end

--- Reads a recipe.
-- @tparam string path
-- @treturn table|nil `{summary =, args =, query = function(heap, values, may_write)}`
-- @treturn string the problem, with the file and the line
-- @usage local declared, problem = require("dryad.recipes.sql_recipe").load "largest.sql"
function M.load(path)
  local text, message = files.text(path)
  if not text then
    return nil, message
  end
  local summary, args = header.read(text, path, problem_of)
  if not summary then
    return nil, args
  elseif summary == "" then
    return nil, ("%s:1: a comment at the top must say what it answers"):format(path)
  end
  local from = header_end(text)
  local parameters, problem = find_parameters(text, path, args)
  if not parameters then
    return nil, problem
  elseif from > #text then
    return nil, ("%s:%d: there is no query"):format(path, line_at(text, #text))
  end
  local function query(heap, values, may_write)
    local ask = may_write and sql.run or sql.read
    local ok, result = pcall(ask, heap, with_nulls(text, parameters, values),
      table.unpack(next(values) and { values } or {}))
    if not ok and not interruption.is(result) then
      local reason = tostring(result):gsub("^[^:]+:%d+: ", "") -- the caller's line
      result = ("%s:%d: %s"):format(path, line_at(text, from), reason)
    end
    return ok and result or error(result, 0)
  end
  return { summary = summary, args = args, query = query }
end

return M
