-- SPDX-License-Identifier: MIT
--- Completion at the prompt: names, fields, methods, types, commands, recipes and files.
-- @module dryad.prompt.complete

local commands = require "dryad.prompt.commands"
local complete_sql = require "dryad.prompt.complete_sql"
local kinds = require "dryad.heap.value_types"
local lexer = require "dryad.prompt.lexer"
local screen = require "dryad.text.screen"

local M = {}

local MOST = 200 -- candidates shown

-- ---- what there is --------------------------------------------------------------------------------

local function with_prefix(prefix, names)
  local found, seen = {}, {}
  for _, name in ipairs(names) do
    if name:sub(1, #prefix) == prefix and not seen[name] then
      seen[name] = true
      found[#found + 1] = name
    end
  end
  table.sort(found)
  return found
end

local function add_keys(names, value)
  local ok, iterate, state, first = pcall(pairs, value)
  if not ok then
    return
  end
  for key in iterate, state, first do
    if type(key) == "string" and key:find("^[%a_][%w_]*$") then
      names[#names + 1] = key
      if #names >= 1000 then
        return
      end
    end
  end
end

local function core_type(value)
  local ok, core = pcall(require, "dryad.core")
  local meta = getmetatable(value)
  if not ok or type(meta) ~= "table" then
    return nil
  end
  for _, kind in ipairs(kinds) do
    if core[kind.name] and core[kind.name].meta == meta then
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
  if type(meta) == "table" and type(meta.__index) == "table" then
    add_keys(names, meta.__index)
  end
  return names
end

--- The members of every type, for a value that is not known before the line runs.
local function all_members(separator)
  local names = {}
  local ok, core = pcall(require, "dryad.core")
  for _, kind in ipairs(ok and kinds or {}) do
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

local function type_names(session)
  local ok, types = pcall(function()
    return session:value("heap").types
  end)
  return ok and types or {}
end

local function recipe_names()
  local ok, list = pcall(function()
    return require("dryad.recipes.recipes").list()
  end)
  local names = {}
  for i, recipe in ipairs(ok and list or {}) do
    names[i] = recipe.name
  end
  return names
end

local function argument_names(recipe_name)
  local ok, recipe = pcall(function()
    return require("dryad.recipes.recipes").find(recipe_name)
  end)
  local names = {}
  for i, argument in ipairs(ok and recipe and recipe.args or {}) do
    names[i] = argument.name .. "="
  end
  return names
end

local function help_names()
  return require("dryad.prompt.help").names()
end

local function file_names(prefix)
  local core = require("dryad.core")
  local directory = prefix:match("^(.*/)") or ""
  local place = directory:gsub("^~/", (os.getenv("HOME") or "~") .. "/")
  local files = core.directory(place == "" and "." or place) or {}
  local names = {}
  for i, file in ipairs(files) do
    names[i] = directory .. file
  end
  return names
end

-- ---- where the cursor is --------------------------------------------------------------------------

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

local TYPED = { get_all = true, heap = true, om = true, of = true, all = true, objects = true, summarize = true }
local OF_FIELDS = { column = true, sort = true, sum = true, group_by = true }
local FILES = { load = true, records = true, dofile = true, loadfile = true, open = true, lines = true }

--- Inside a string: files after a loader, names after help, fields after what takes one, else types. What is typed and
-- what there is.
local function in_string(tokens, session)
  local string_token = tokens[#tokens]
  local typed = string_token.text:sub(2)
  local i = #tokens - 1
  while tokens[i] and (tokens[i].text == "(" or tokens[i].text == "{" or tokens[i].text == ",") do
    i = i - 1
  end
  local caller = tokens[i] and tokens[i].text
  if FILES[caller] or typed:find("^[./~]") then
    return typed, file_names(typed), true
  elseif caller == "help" then
    return typed, help_names(), true
  elseif caller == "recipe" then
    return typed, recipe_names(), true
  elseif OF_FIELDS[caller] then
    return typed, require("dryad.heap.column").fields, true
  elseif TYPED[caller] or session:value("heap") ~= nil then
    return typed, type_names(session), true
  end
  return typed, {}
end

--- After the first word of a command.
local function in_command(before, session)
  local asked = before:match("^%s*%?%s*([%w_.:]*)$") or before:match("^%s*help%s+([%w_.:]*)$")
  if asked then
    return asked, help_names()
  end
  local recipe = before:match("^%s*run%s+([%w_-]*)$")
  if recipe then
    return recipe, recipe_names()
  end
  local name, last = before:match("^%s*run%s+([%w_-]+)%s.-([^%s=]*)$")
  if name then
    local names = argument_names(name)
    local value = before:find("=[^%s=]*$") or #with_prefix(last, names) == 0
    return last, value and type_names(session) or names
  end
  return complete_sql.candidates(before, session, { types = type_names, files = file_names })
end

--- What is typed of a name at the cursor, the names there are, and whether a string is to be closed after it.
local function candidates(before, session)
  local typed, names, in_quotes = in_command(before, session)
  if typed then
    return typed, names, in_quotes
  end
  local tokens = lexer.tokens(before)
  local last = tokens[#tokens]
  if last and last.kind == "string" and last.open then
    return in_string(tokens, session)
  end
  typed = before:match("[%a_][%w_]*$") or ""
  local at = typed == "" and #tokens or #tokens - 1
  local separator = tokens[at] and tokens[at].text
  if separator == "." or separator == ":" then
    local value, known = chain_value(tokens, at - 1, session)
    return typed, known and members(value, separator) or all_members(separator)
  elseif typed == "" then
    return typed, {}
  end
  names = globals(session)
  if before:find("^%s*[%a_][%w_]*$") then
    table.move(commands.names(), 1, #commands.names(), #names + 1, names)
  end
  return typed, names
end

-- ---- what to do about it --------------------------------------------------------------------------

local function common_prefix(names)
  local common = names[1]
  for i = 2, #names do
    while names[i]:sub(1, #common) ~= common do
      common = common:sub(1, utf8.offset(common, -1) - 1)
    end
  end
  return common
end

--- Names in columns, read downwards, as wide as the terminal.
-- @tparam {string,...} names
-- @tparam integer columns of the terminal
-- @treturn string
-- @usage print(require("dryad.prompt.complete").listing({ "a", "b" }, 80))
function M.listing(names, columns)
  local shown = math.min(#names, MOST)
  local width = 0
  for i = 1, shown do
    width = math.max(width, utf8.len(names[i]) or #names[i])
  end
  width = width + 2
  local across = math.max(columns // width, 1)
  local rows = (shown + across - 1) // across
  local lines = {}
  for row = 1, rows do
    local line = {}
    for i = row, shown, rows do
      line[#line + 1] = names[i] .. (" "):rep(width - (utf8.len(names[i]) or #names[i]))
    end
    lines[row] = (table.concat(line):gsub("%s+$", ""))
  end
  if #names > shown then
    lines[#lines + 1] = ("and %d more"):format(#names - shown)
  end
  return table.concat(lines, "\n")
end

--- What the Tab key does.
-- @tparam string before the text before the cursor
-- @tparam string after the text after it
-- @tparam table session @{dryad.prompt.session}
-- @treturn string|nil what to insert at the cursor
-- @treturn string|nil what to show below
-- @usage complete.complete('heap:get_all("Thr', "", session) --> 'ead"'
function M.complete(before, after, session)
  if not before:find("%S") then
    return "  "
  end
  local typed, names, in_quotes = candidates(before, session)
  local found = with_prefix(typed, names)
  if #found == 0 then
    return nil
  end
  local common = common_prefix(found)
  local rest = common:sub(#typed + 1)
  if #found == 1 then
    local quote = in_quotes and not common:find("/$") and after == "" and before:match([[.*(["'])]]) or ""
    return rest .. quote
  elseif rest ~= "" then
    return rest
  end
  local _, columns = screen.size()
  return nil, M.listing(found, columns or 80)
end

return M
