-- SPDX-License-Identifier: MIT
--- Hints at what the user may have meant by a line that failed.
-- @module dryad.prompt.hints

local argument_values = require "dryad.prompt.argument_values"
local commands = require "dryad.prompt.commands"
local kinds = require "dryad.prompt.value_types"
local lexer = require "dryad.prompt.lexer"
local nearest = require "dryad.text.did_you_mean"
local screen = require "dryad.text.screen"
local sql_names = require "dryad.prompt.sql_names"

local M = {}

local function hint(text)
  return screen.style("dim", text, "stderr")
end

local function names_of(session)
  local names, known = commands.names(), {}
  for _, name in ipairs(names) do
    known[name] = true
  end
  for _, group in ipairs { session.locals, session.env } do
    for name in pairs(group) do
      if type(name) == "string" and not known[name] then
        names[#names + 1], known[name] = name, true
      end
    end
  end
  return names
end

local function is_name(word, session)
  for _, name in ipairs(names_of(session)) do
    if name == word then
      return true
    end
  end
  return false
end

--- Every field and method of Dryad's types.
local function members()
  local found, core = {}, require("dryad.core")
  for _, kind in ipairs(kinds) do
    for _, group in ipairs({ "methods", "getters" }) do
      for name in pairs(core[kind.name] and core[kind.name][group] or {}) do
        found[#found + 1] = name
      end
    end
  end
  return found
end

local function is_type(name, session)
  for _, known in ipairs(argument_values.type(session)) do
    if known == name then
      return true
    end
  end
end

-- What Python's names are in Lua, or at the prompt.
local PYTHON_NAMES = {
  len = "Lua writes #x for len(x)",
  dir = "Tab after `x.` lists the fields of x; x.d shows the attributes of an object",
  vars = "x.d shows the attributes of an object",
  None = "Lua writes nil for None",
  True = "Lua writes true for True",
  False = "Lua writes false for False",
}

-- How Lua writes the statements that Python ends with a colon.
local PYTHON_STATEMENTS = {
  ["for"] = "for _, x in ipairs(list) do ... end",
  ["while"] = "while condition do ... end",
  ["if"] = "if condition then ... end",
  def = "function f(x) ... end",
}

--- How Lua writes a line of Python, or nil if the line does not look like Python.
-- @tparam string text the line
-- @treturn string|nil
-- @usage hints.of_python("for x in heap 'dict':")
function M.of_python(text)
  local word = text:match "^%s*(%l+)%s[^\n]*[^:\n]:%s*$"
  if PYTHON_STATEMENTS[word] then
    return hint("Lua writes " .. PYTHON_STATEMENTS[word])
  end
  local printed = text:match "^%s*print%s+([%w_#][^\n]-)%s*$"
  return printed and hint(("Lua writes print(%s)"):format(printed))
end

local function about_name(name, session)
  if PYTHON_NAMES[name] then
    return hint(PYTHON_NAMES[name])
  elseif is_type(name, session) then
    return hint(('%s is a type: heap "%s" gives its objects'):format(name, name))
  end
  local near = nearest.names(name, names_of(session))
  if #near > 0 and near[1] ~= name then
    return hint("did you mean " .. table.concat(near, " or ") .. "?")
  end
end

--- A hint for an SQLite error about a column or a table, or nil.
local function about_sql(message, session)
  local kind, name = message:match "no such (%a+): ([%w_.]+)"
  if kind ~= "column" and kind ~= "table" then
    return nil
  elseif kind == "column" and is_type(name, session) then
    return hint(("%s is a type: in SQL, quote text: type = '%s'"):format(name, name))
  end
  local near = nearest.names(name:match "[^.]*$", sql_names[kind .. "s"](session))
  if #near > 0 then
    return hint("did you mean " .. table.concat(near, " or ") .. "?")
  end
  return hint("help heap:sql lists the columns of obj and ref")
end

--- A hint for an error, or nil.
-- @tparam string message the error message
-- @tparam table session @{dryad.prompt.session}
-- @treturn string|nil
-- @usage hints.of_error("attempt to call a nil value (global 'prnt')", session)
function M.of_error(message, session)
  local kind, name = message:match("%((%a+) '([%w_]+)'%)$")
  if kind == "global" then
    return about_name(name, session)
  elseif kind == "method" or kind == "field" then
    local near = nearest.names(name, members())
    if #near > 0 and near[1] ~= name then
      return hint("did you mean " .. table.concat(near, " or ") .. "?")
    end
  end
  return about_sql(message, session)
end

--- A hint for a line that is neither Lua nor a command, or nil: it may be Python or a command of SQLite's shell, or its
-- first word a mistyped command.
-- @tparam string text the line
-- @tparam table session @{dryad.prompt.session}
-- @treturn string|nil
-- @usage hints.of_line("rnu overview", session)
function M.of_line(text, session)
  local python = M.of_python(text)
  if python then
    return python
  elseif text:find "^%s*%.%l+" then
    return hint "the tables are obj and ref; help heap:sql lists their columns"
  end
  local word = text:match("^%s*([%a_][%w_]*)%s+[%w_\"'*($#-]")
  if not word or lexer.keywords[word] or is_name(word, session) then
    return nil
  end
  local near = nearest.names(word, commands.names())
  if #near > 0 then
    return hint("did you mean " .. table.concat(near, " or ") .. "?")
  end
end

--- A hint for a line that is an undefined name, or nil.
-- @tparam string text the line
-- @tparam table session @{dryad.prompt.session}
-- @treturn string|nil
-- @usage hints.of_nil("thread", session)
function M.of_nil(text, session)
  local name = text:match("^%s*([%a_][%w_]*)%s*$")
  if name and name ~= "nil" and not session.locals[name] then
    return about_name(name, session) or hint("nothing has this name")
  end
end

return M
