-- SPDX-License-Identifier: MIT
--- Completes the arguments of a command according to its declaration; in SQL also shorthands, types in quotes and SQL
-- keywords.
-- @module dryad.prompt.complete_command

local argument_values = require "dryad.prompt.argument_values"
local commands = require "dryad.prompt.commands"
local places = require "dryad.prompt.places"
local sql_lexer = require "dryad.sql.sql_lexer"
local sql_names = require "dryad.prompt.sql_names"

local M = {}

local SQL_WORDS = {}
for word in ([[
  select distinct from where group order by having limit offset join left using on as and or not in is null like glob
  between exists case when then else end asc desc union all except intersect with recursive insert into values delete
  update set count sum min max avg total group_concat length substr coalesce list to reversed stop]]):gmatch "%S+" do
  SQL_WORDS[#SQL_WORDS + 1] = word
end

local function of_workspace(session, read)
  local ok, found = pcall(function()
    return read(session:value "ws")
  end)
  return ok and found or {}
end

local function names_set(session)
  return of_workspace(session, function(ws)
    local names = {}
    for name in pairs(ws.names) do
      names[#names + 1] = name
    end
    return names
  end)
end

local function sql_words(session)
  local words = table.move(SQL_WORDS, 1, #SQL_WORDS, 1, {})
  for _, more in ipairs { sql_names.tables(session), sql_names.columns(session) } do
    table.move(more, 1, #more, #words + 1, words)
  end
  return words
end

--- The typed part of a shorthand at the end of a text, and its candidates: names, columns of a result, results.
local function in_shorthand(text, session)
  local name = text:match "%$([%w_.:]*)$"
  if name then
    return name, names_set(session)
  end
  local number, column = text:match "#(%d+)%.([%a_]?[%w_]*)$"
  return column or text:match "#(%d*)$", of_workspace(session, function(ws)
    local found = {}
    if number then
      local columns = ws.results[math.tointeger(tonumber(number))].columns
      return table.move(columns, 1, #columns, 1, found)
    end
    for result in pairs(ws.results) do
      found[#found + 1] = ("%d"):format(result)
    end
    return found
  end)
end

--- The same in SQL: in a string that is compared with `type` the types, elsewhere the words of SQL.
local function in_sql(text, session)
  local kind, from = sql_lexer.open_quote(text)
  local before = from and text:sub(1, from - 1)
  if kind == "string" and (before:find "%f[%w_]type%s*=%s*$" or before:find "%f[%w_]type%s+in%s*%([^)]*$") then
    return text:sub(from + 1):gsub("''", "'"), argument_values.type(session), places.sql_string
  elseif kind then
    return "", {}, places.name
  end
  local word = text:match "[%a_][%w_]*$"
  return word or "", word and sql_words(session) or {}, places.name
end

-- Types of arguments that take the rest of the line rather than one word.
local RESTS = { sql = true, text = true, what = true, file = true }

--- Completes an argument of one of these types; returns nothing for others.
local function in_rest(argument, text, session)
  if argument.type == "file" then
    local quote, typed = text:match "^([\"'])([^\"']*)$"
    typed = typed or text
    return typed, argument_values.file(session, typed), quote and places.quotes(quote) or places.file
  end
  local shorthand, found = in_shorthand(text, session)
  if shorthand then
    return shorthand, found, places.name
  elseif argument.type == "what" then
    return text:match "^[%w_.\x80-\xff]*$", argument_values.what(session), places.word
  end
  return in_sql(text, session)
end

--- The arguments of a declaration as slots of one word; `before` takes a slot of its own.
local function slots_of(command)
  local slots = {}
  for _, argument in ipairs(command.arguments) do
    if argument.before then
      slots[#slots + 1] = { choices = { argument.before } }
    end
    slots[#slots + 1] = argument
  end
  return slots
end

--- Whether an argument is a literal word, such as `raw`.
local function is_literal(argument)
  return argument[1] and argument[1]:find "^%l+$" ~= nil
end

--- The typed part of the word at the end of a text, and its candidates.
local function in_words(command, text, session)
  if text:find "[\"'(]" then
    return nil -- a call in Lua
  end
  local words, typed = { command.name }, text:match "[^%s=]*$"
  for word in text:sub(1, -#text:match "%S*$" - 1):gmatch "%S+" do
    words[#words + 1] = not word:find "^%-%-" and word or nil
  end
  if command.options and typed:find "^%-" then
    return typed, command.options, places.option
  end
  local slots = slots_of(command)
  local slot = slots[#words] or slots[#slots].many and slots[#slots]
  if not slot then
    return nil
  elseif RESTS[slot.type] then
    return in_rest(slot, text:match("^" .. ("%S+%s+"):rep(#words - 1) .. "(.*)$"), session)
  end
  local values = argument_values[slot.type]
  local names = values and values(session, text:match "%S*$", words) or {}
  local fixed = slot.choices or is_literal(slot) and { slot[1] } or {}
  return typed, table.move(fixed, 1, #fixed, #names + 1, table.move(names, 1, #names, 1, {})), places.word
end

--- The typed part of the word at the cursor, and its candidates; nothing on a line that is not a command with words.
-- @tparam string before the text before the cursor
-- @tparam table session @{dryad.prompt.session}
-- @treturn string|nil typed
-- @treturn {string,...} names
-- @treturn place @{dryad.prompt.places}
-- @usage complete_command.candidates("select * from obj where type = 'Thr", session)
function M.candidates(before, session)
  if before:find "^%s*[$#]%S+$" and not before:find "^%s*#%d*$" then
    local typed, names = in_shorthand(before, session)
    return typed, names, places.name
  end
  local word, rest = before:match "^%s*(%a[%w_]*)%s+(.*)$"
  local sign, after = before:match "^%s*([!?])%s*(.*)$"
  local command = sign and commands.parse(sign) or commands.called(word)
  if not command or #command.arguments == 0 or rest and rest:find "^[=,]" then
    return nil
  end
  local first, text = command.arguments[1], after or rest
  if RESTS[first.type] then
    return in_rest(first, text, session)
  end
  return in_words(command, text, session)
end

return M
