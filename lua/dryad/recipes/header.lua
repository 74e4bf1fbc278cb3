-- SPDX-License-Identifier: MIT
--- What a recipe says about itself: the first comment of its file, read as text.
--
-- Its first paragraph is the summary. A line that begins with `:` declares an argument: its name, its type
-- (@{dryad.recipes.arguments}; a string may list its choices), then `= WORD` for a default or `optional`, and its
-- meaning.
--
--    -- the largest objects
--    --
--    -- :type type optional                     only of this type
--    -- :by string(size|retained_size) = size   what counts as large
--    -- :count integer = 20                     rows in the table
--
-- A line with the license may come first. Whatever a file says is safe to print.
-- @module dryad.recipes.header

local arguments = require "dryad.recipes.arguments"
local format = require "dryad.text.format"

local M = {}

local BYTES = 1 << 16 -- of a text that are searched for its first comment
local ARGUMENTS = 100
local CHARACTERS = 1000 -- of the summary, and of a line

--- The lines of the first comment, and the number of the first of them.
local function comment_lines(text)
  local lines, number, first = {}, 0, 1
  for line in (text .. "\n"):gmatch "(.-)\r?\n" do
    number = number + 1
    local comment = not line:find "^%s*%-%-%[=*%[" and line:match "^%s*%-%-+%s*(.-)%s*$"
    if comment and comment:find "^SPDX%-License%-Identifier:" then
      lines, first = {}, number + 1
    elseif comment then
      lines[#lines + 1] = format.cut(format.printable((comment:gsub("\t", " "))), CHARACTERS)
    elseif #lines > 0 or line:find "%S" then
      break
    else
      first = number + 1
    end
  end
  return lines, first
end

--- Splits `size|count` into its words.
local function choices_of(list)
  local choices = {}
  for choice in (list or ""):gmatch "[^|()%s]+" do
    choices[#choices + 1] = choice
  end
  return list and choices
end

--- Parses one declaration, without its `:`; or returns nil and its problem.
local function declared_argument(line)
  local name, kind, rest = line:match "^([%a_][%w_]*)%s+(%a+)(.*)$"
  local list = rest and rest:match "^%b()"
  rest = list and rest:sub(#list + 1) or rest
  if not name or rest:find "^%S" then
    return nil, "an argument must be declared as `:NAME TYPE [= DEFAULT | optional]  SUMMARY`"
  end
  local argument = { name = name, type = kind, choices = choices_of(list), summary = rest:match "^%s*(.-)%s*$" }
  local default, after = rest:match "^%s*=%s*(%S+)%s*(.-)%s*$"
  if default then
    argument.default, argument.summary = default, after
  elseif rest:find "^%s*optional%f[%s\0]" then
    argument.optional, argument.summary = true, rest:match "^%s*optional%s*(.-)%s*$"
  end
  local problem = arguments.problem { argument }
  if problem then
    return nil, (problem:gsub("^args%[1%]:? ?", ""))
  end
  return argument
end

--- Reads the first comment of a recipe.
-- @tparam string text
-- @tparam string path for messages
-- @tparam[opt] function check returns the problem of an argument that this kind of recipe cannot have
-- @treturn string|nil the summary, which may be empty; nil when a declaration is wrong
-- @treturn {table,...}|string the arguments (@{dryad.recipes.arguments}); or the problem, with the file and the line
-- @usage local summary, args = require("dryad.recipes.header").read(text, "largest.sql")
function M.read(text, path, check)
  local summary, args, seen, is_summary = {}, {}, {}, true
  local lines, first = comment_lines(text:sub(1, BYTES))
  for i, line in ipairs(lines) do
    is_summary = is_summary and (line ~= "" or #summary == 0)
    if line:sub(1, 1) == ":" then
      local argument, problem = declared_argument(line:sub(2))
      if argument and seen[argument.name] then
        problem = ("a second argument '%s'"):format(argument.name)
      elseif #args == ARGUMENTS then
        problem = ("more than %d arguments"):format(ARGUMENTS)
      end
      problem = problem or check and check(argument)
      if problem then
        return nil, ("%s:%d: %s"):format(path, first + i - 1, problem)
      end
      seen[argument.name], args[#args + 1] = true, argument
      is_summary = false
    elseif is_summary and line ~= "" then
      summary[#summary + 1] = line
    end
  end
  return format.cut(table.concat(summary, " "), CHARACTERS), args
end

return M
