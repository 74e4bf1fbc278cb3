-- SPDX-License-Identifier: MIT
--- Hints at what the user may have meant by a line that failed.
-- @module dryad.prompt.hints

local argument_values = require "dryad.prompt.argument_values"
local commands = require "dryad.prompt.commands"
local core = require "dryad.core"
local format = require "dryad.text.format"
local guidance = require "dryad.text.guidance"
local kinds = require "dryad.prompt.value_types"
local lexer = require "dryad.prompt.lexer"
local nearest = require "dryad.text.did_you_mean"
local python = require "dryad.prompt.python"
local recipes = require "dryad.recipes.recipes"
local screen = require "dryad.text.screen"
local sql_names = require "dryad.prompt.sql_names"
local suspects = require "dryad.analysis.suspects"
local ways = require "dryad.analysis.ways"

local M = {}

local function hint(text)
  return screen.style("dim", format.printable_lines(text), "stderr")
end

local function names_of(session)
  local names, known = {}, {}
  local function add(name)
    if type(name) == "string" and not known[name] then
      names[#names + 1], known[name] = name, true
    end
  end
  for _, name in ipairs(commands.names()) do
    add(name)
  end
  for _, file in ipairs(recipes.files()) do
    add(file.name)
  end
  for _, group in ipairs { session.locals, session.env } do
    for name in pairs(group) do
      add(name)
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
  local found = {}
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

--- How Lua writes a line of Python, or nil if the line does not look like Python.
-- @tparam string text the line
-- @treturn string|nil
-- @usage hints.of_python("for x in heap 'dict':")
function M.of_python(text)
  if text:find("\n", 1, true) then
    return nil
  end
  local made, remark = python.to_lua(text), python.remark(text)
  return made and hint("in Lua: " .. made) or remark and hint(remark)
end

-- Python's names that Lua lacks.
local PYTHON = {
  len = true, dir = true, vars = true, None = true, True = true, False = true, str = true, repr = true, id = true,
  list = true, sorted = true, sum = true, isinstance = true, sys = true, abs = true,
}

-- What people type for a recipe or command of another name.
local WORDS = {
  top = "run biggest", largest = "run biggest", big = "run biggest", who = "why TYPE, or run holders TYPE",
  search = "heap:where \"value like '%text%'\"", find = "heap:where \"value like '%text%'\"",
  show = "heap \"TYPE\"", types = "summary", ls = "globals", locals = "stacks", bt = "stacks", where = "stacks",
  memory = "summary", version = "dryad.version",
}

--- The heap in use, or nil.
local function heap_of(session)
  local heap = session:value "heap"
  return rawequal(getmetatable(heap), core.heap.meta) and heap:is_open() and heap or nil
end

--- A hint for a name that is a variable of the program, or one of its modules; nil for any other.
local function about_variable(name, session)
  local heap = heap_of(session)
  if heap and heap:at(name) then
    return hint(("inside of Lua, write heap:at \"%s\" for what is at that way"):format(name))
  elseif heap and heap:at("__main__." .. name) then
    return hint(("did you mean __main__.%s? Inside of Lua, write heap:at \"__main__.%s\""):format(name, name))
  end
end

local function about_name(name, session)
  local variable = about_variable(name, session)
  if variable then
    return variable
  elseif WORDS[name] then
    return hint("try " .. WORDS[name])
  elseif core.heap.methods[name] then
    return hint(("%s is a method: heap:%s()"):format(name, name))
  elseif core.heap.getters[name] then
    return hint(("%s is a field: heap.%s"):format(name, name))
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
-- @tparam string text the line
-- @treturn string|nil
-- @usage hints.of_error("attempt to call a nil value (global 'prnt')", session, "prnt(heap)")
function M.of_error(message, session, text)
  local kind, name = message:match("%((%a+) '([%w_]+)'%)$")
  if kind == "global" then
    local argument = PYTHON[name] and text:match "^%s*%w+%s*%(([%a_][%w_]*)%)%s*$"
    local variable = argument and session:value(argument) == nil and about_variable(argument, session)
    return variable or PYTHON[name] and M.of_python(text) or about_name(name, session)
  elseif kind == "method" and name == "json" then
    return hint "dryad.json(x) writes any value as JSON"
  elseif kind == "method" or kind == "field" then
    local near = nearest.names(name, members())
    if #near > 0 and near[1] ~= name then
      return hint("did you mean " .. table.concat(near, " or ") .. "?")
    end
  end
  return about_sql(message, session)
end

--- A hint for a line that is a command of the shell: `dryad leaks app.dump`; nil for any other.
local function about_shell(text)
  local word = text:match "^%s*dryad%s+([%a_][%w_]*)"
  if not word then
    return nil
  elseif commands.get(word) then
    return hint(("leave out `dryad` and the name of the dump: `%s` is about the heap that is loaded"):format(word))
  end
  return hint "that is a line for the shell; help lists the commands of this prompt"
end

--- A hint for a line that is neither Lua nor a command, or nil: it may be Python or a command of SQLite's shell, or its
-- first word a mistyped command.
-- @tparam string text the line
-- @tparam table session @{dryad.prompt.session}
-- @treturn string|nil
-- @usage hints.of_line("rnu overview", session)
function M.of_line(text, session)
  local heap = heap_of(session)
  if heap and ways.has_form(text) and heap:at(text:match "^%s*([^.%[]*)") then
    return nil -- the message says how far the way goes
  end
  local as_lua, of_shell = M.of_python(text), about_shell(text)
  if as_lua or of_shell then
    return as_lua or of_shell
  elseif text:find "^%s*%.%l+" then
    return hint "the tables are obj and ref; help heap:sql lists their columns"
  end
  local word = text:match("^%s*([%a_][%w_]*)%s+[%w_\"'*($#-]")
  if WORDS[word] and not is_name(word, session) then
    return hint("try " .. WORDS[word])
  elseif not word or lexer.keywords[word] or is_name(word, session) then
    return nil
  end
  local near = nearest.names(word, commands.names())
  if #near > 0 then
    return hint("did you mean " .. table.concat(near, " or ") .. "?")
  end
end

--- A hint for a line whose value is a method that was not called, or nil.
-- @tparam string text the line
-- @treturn string|nil
-- @usage hints.of_function("s.retained_size")
function M.of_function(text)
  local before, name = text:match "([^;]-)%.([%a_][%w_]*)%s*$"
  for _, known in ipairs(kinds) do
    if name and core[known.name] and core[known.name].methods and core[known.name].methods[name] then
      return hint(("%s is a method: %s:%s()"):format(name, before:match "^%s*(.*)", name))
    end
  end
end

--- What to ask after an answer, said once; nil after most.
-- @param value the answer
-- @treturn string|nil
-- @usage hints.after(dryad.leak_suspects(heap))
function M.after(value)
  local first = suspects.is(value) and value[1]
  return first and guidance.once("leaks", format.printable(("next: why %s tells the ways to them"):format(
    first.class or first.type))) or nil
end

--- A hint for a line that is an undefined name, or nil.
-- @tparam string text the line
-- @tparam table session @{dryad.prompt.session}
-- @treturn string|nil
-- @usage hints.of_nil("thread", session)
function M.of_nil(text, session)
  local name = text:match("^%s*([%a_][%w_]*)%s*$")
  if text:find "%[0%]" then
    return M.of_python(text) and hint("Lua counts from 1: " .. python.to_lua(text))
  elseif PYTHON[name] then
    return M.of_python(text)
  elseif name and name ~= "nil" and not session.locals[name] then
    return about_name(name, session) or hint("nothing has this name")
  end
end

return M
