-- SPDX-License-Identifier: MIT
--- Completion of Lua: globals, fields and methods, and the contents of quotes.
-- @module dryad.prompt.complete_lua

local argument_values = require "dryad.prompt.argument_values"
local commands = require "dryad.prompt.commands"
local core = require "dryad.core"
local help = require "dryad.prompt.help"
local interruption = require "dryad.text.interruption"
local kinds = require "dryad.prompt.value_types"
local lexer = require "dryad.prompt.lexer"
local places = require "dryad.prompt.places"

local M = {}

--- Adds the keys that are names. The value may be of any kind, and its metamethods may fail.
local function add_keys(names, value)
  interruption.attempt(function()
    for key in pairs(value) do
      if type(key) == "string" and key:find("^[%a_][%w_]*$") then
        names[#names + 1] = key
        if #names >= 1000 then
          return
        end
      end
    end
  end)
end

local function core_type(value)
  local meta = getmetatable(value)
  for _, kind in ipairs(kinds) do
    if rawequal(core[kind.name].meta, meta) then
      return core[kind.name]
    end
  end
end

--- The names that can follow `value.` or `value:`.
local function members(value, separator)
  local names, kind = {}, core_type(value)
  if kind then
    add_keys(names, separator == ":" and kind.methods or kind.getters)
    return names
  end
  if type(value) == "string" then
    value = string
  end
  add_keys(names, value)
  local meta = getmetatable(value)
  local inherited = type(meta) == "table" and (meta.methods or meta.__index)
  if type(inherited) == "table" then
    add_keys(names, inherited)
  end
  return names
end

--- The members of every type, for a value that is unknown until the line runs.
local function all_members(separator)
  local names = {}
  for _, kind in ipairs(kinds) do
    local known = core[kind.name]
    add_keys(names, known and (separator == ":" and known.methods or known.getters) or {})
  end
  return names
end

local function globals(session)
  local names = {}
  for _, from in ipairs({ session.locals, session.env, lexer.keywords }) do
    add_keys(names, from)
  end
  return names
end

--- The value of `name.field[1]...` that ends at tokens[last], without calling anything, and whether it is known.
local function chain_value(tokens, last, session)
  local first = last
  while first > 1 do
    local token = tokens[first]
    if token.text == "]" and tokens[first - 2] and tokens[first - 2].text == "[" then
      first = first - 3
    elseif token.kind == "name" and tokens[first - 1].text == "." then
      first = first - 2
    else
      break
    end
  end
  if not tokens[first] or tokens[first].kind ~= "name" then
    return nil, false
  end
  local code = ""
  for i = first + 1, last do
    code = code .. tokens[i].text
  end
  local get = load("return (...)" .. code, "=complete", "t", {})
  local ok, value = pcall(get or error, session:value(tokens[first].text))
  return value, ok
end

-- The names that help gives to file parameters.
local FILES = { file = true, path = true, source = true }
local OPENERS = { dofile = true, loadfile = true, open = true, lines = true } -- in Lua's own library

--- The type of the first argument of a function, as its help or the declaration of its command names it.
local function argument_type(name)
  local parameter = help.first_parameter(name)
  local command = commands.get(name)
  if FILES[parameter] or OPENERS[name] then
    return "file"
  elseif argument_values[parameter] then
    return parameter
  elseif command and command.arguments[1] then
    return command.arguments[1].type
  end
  return name -- such as `recipe`
end

--- Whether a line is a command: its quotes are then the command's, not Lua's.
local function is_command(tokens, session)
  local word = tokens[1].text
  return commands.called(word) ~= nil and session:value(word) == nil
end

--- Candidates inside a string: values that the function before it takes, files if it looks like a path, else types.
-- Returns the typed part, the candidates, and the place.
local function in_string(tokens, session)
  local token = tokens[#tokens].text
  local typed, place = places.lua_string(token)
  local quote = token:match "^[\"']"
  if quote and is_command(tokens, session) then
    typed, place = token:sub(2), places.quotes(quote)
  elseif not typed then
    return "", {}, place
  end
  local i = #tokens - 1
  while tokens[i] and (tokens[i].text == "(" or tokens[i].text == "{" or tokens[i].text == ",") do
    i = i - 1
  end
  local kind = tokens[i] and argument_type(tokens[i].text)
  if typed:find "^[./~]" then
    kind = "file"
  end
  local values = argument_values[kind] or argument_values.type
  return typed, values(session, typed, {}), place
end

--- The typed part of a name at the end of a text, its candidates, and the place.
-- @tparam string before the text before the cursor
-- @tparam table session @{dryad.prompt.session}
-- @treturn string typed
-- @treturn {string,...} names
-- @treturn place @{dryad.prompt.places}
-- @usage complete_lua.candidates("heap:summa", session)
function M.candidates(before, session)
  local tokens = lexer.tokens(before)
  local last = tokens[#tokens]
  if last and last.kind == "string" and last.open then
    return in_string(tokens, session)
  end
  local typed = before:match("[%a_][%w_]*$") or ""
  local at = typed == "" and #tokens or #tokens - 1
  local separator = tokens[at] and tokens[at].text
  if separator == "." or separator == ":" then
    local value, known = chain_value(tokens, at - 1, session)
    return typed, known and members(value, separator) or all_members(separator), places.name
  end
  return typed, typed ~= "" and globals(session) or {}, places.name
end

return M
