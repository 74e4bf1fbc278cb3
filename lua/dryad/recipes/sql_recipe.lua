-- SPDX-License-Identifier: MIT
--- Recipes that are one SQL query.
--
-- The comment at the top declares the query. Its first paragraph is the summary; a line that begins with `:` declares
-- an argument: its name, its type (@{dryad.recipes.arguments}), then `= WORD` for a default or `optional`, and its
-- meaning. In the query, `:name` is the argument's value: an address for `address` and `module`, a list for `objects`,
-- which fits `address in list(:name)`; NULL for an optional argument that is not given.
--
--    -- the largest objects
--    --
--    -- :type type optional   only of this type
--    -- :count integer = 10   rows in the table
--    select address, size from obj where :type is null or type = :type order by size desc limit :count
--
-- @module dryad.recipes.sql_recipe

local arguments = require "dryad.recipes.arguments"
local interruption = require "dryad.text.interruption"
local lexer = require "dryad.sql.sql_lexer"

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

--- Parses one declaration, without its `:`; or returns nil and its problem.
local function declared_argument(line)
  local name, kind, rest = line:match "^([%a_][%w_]*)%s+(%a+)%f[%s\0](.*)$"
  if not name then
    return nil, "an argument must be declared as `:NAME TYPE [= DEFAULT | optional]  SUMMARY`"
  end
  local argument = { name = name, type = kind, summary = rest:match "^%s*(.-)%s*$" }
  local default, after = rest:match "^%s*=%s*(%S+)%s*(.-)%s*$"
  if default then
    argument.default, argument.summary = default, after
  elseif rest:find "^%s*optional%f[%s\0]" then
    argument.optional, argument.summary = true, rest:match "^%s*optional%s*(.-)%s*$"
  end
  if kind == "heap" then
    return nil, ("'%s' cannot be a heap: a query runs on a single one"):format(name)
  end
  local problem = arguments.problem { argument }
  if problem then
    return nil, (problem:gsub("^args%[1%]:? ?", ""))
  end
  return argument
end

--- The summary and the arguments that the comment at the top declares; or nil and the problem.
local function read_header(text, path)
  local summary, args, seen = {}, {}, {}
  local number, is_summary = 0, true
  for line in text:sub(1, header_end(text) - 1):gmatch "([^\n]*)\n?" do
    number = number + 1
    local comment = line:match "^%s*%-%-%s*(.-)%s*$" or ""
    is_summary = is_summary and (comment ~= "" or #summary == 0)
    if comment:sub(1, 1) == ":" then
      local argument, problem = declared_argument(comment:sub(2))
      if argument and seen[argument.name] then
        problem = ("a second argument '%s'"):format(argument.name)
      end
      if problem then
        return nil, ("%s:%d: %s"):format(path, number, problem)
      end
      seen[argument.name], args[#args + 1] = true, argument
      is_summary = false
    elseif is_summary and comment ~= "" then
      summary[#summary + 1] = comment
    end
  end
  return table.concat(summary, " "), args
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
-- @treturn table|nil the same as a recipe in Lua returns: `{summary =, args =, run =}`
-- @treturn string the problem, with the file and the line
-- @usage local declared, problem = require("dryad.recipes.sql_recipe").load "largest.sql"
function M.load(path)
  local file <close>, message = io.open(path)
  local text = file and file:read "a"
  if not text then
    return nil, message
  end
  local summary, args = read_header(text, path)
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
  local function run(heap, values)
    local query = with_nulls(text, parameters, values)
    local ok, result = pcall(heap.sql, heap, query, table.unpack(next(values) and { values } or {}))
    if not ok and not interruption.is(result) then
      local reason = tostring(result):gsub("^[^:]+:%d+: ", "") -- the caller's line
      result = ("%s:%d: %s"):format(path, line_at(text, from), reason)
    end
    return ok and result or error(result, 0)
  end
  return { summary = summary, args = args, run = run }
end

return M
