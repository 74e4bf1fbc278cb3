-- SPDX-License-Identifier: MIT
--- Completion after the first word of a command of workspaces: SQL, type names, names, files.
-- @module dryad.prompt.complete_sql

local M = {}

local function split(text)
  local words = {}
  for word in text:gmatch "%S+" do
    words[#words + 1] = word
  end
  return words
end

--- The columns of obj and ref.
M.COLUMNS = split [[
  address type name value size len mark repr num_refs num_parents retained idom parent child position label]]

local WORDS = split [[
  obj ref unreferenced
  select distinct from where group order by having limit offset join left using on as and or not in is null like glob
  between exists case when then else end asc desc union all except intersect with recursive insert into values delete
  update set count sum min max avg total group_concat length substr coalesce list to reversed stop]]

table.move(M.COLUMNS, 1, #M.COLUMNS, #WORDS + 1, WORDS)

local SQL = {}
for _, word in ipairs(split [[
  select with explain insert delete update pin path ancestor_types shell info parents kids set echo why]]) do
  SQL[word] = true
end

local FILES = { read = true, open = true, create = true, export = true }

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

--- SQL's words, and the tables of each generation.
local function sql_words(session)
  return of_workspace(session, function(ws)
    local words = table.move(WORDS, 1, #WORDS, 1, {})
    for num = 1, #ws.heaps do
      words[#words + 1] = "obj" .. num
      words[#words + 1] = "ref" .. num
    end
    return words
  end)
end

--- What is typed of a shorthand at the end of a text, and what there is: names, columns of a result, results.
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

local OPTIONS = { timer = { "on", "off" }, gen = { "none" } }

--- What is typed of a word at the cursor, and the words there are; nothing on a line that is no such command.
-- @tparam string before the text before the cursor
-- @tparam table session @{dryad.prompt.session}
-- @tparam table lists `types(session)` and `files(prefix)`: functions that give names
-- @treturn string|nil typed
-- @treturn {string,...} names
-- @treturn boolean whether a quote is to be closed after it
-- @usage complete_sql.candidates("select * from obj where type = 'Thr", session, lists)
function M.candidates(before, session, lists)
  local command, rest = before:match "^%s*(%a[%w_]*)%s+(.*)$"
  local sign = before:match "^%s*!(.*)$"
  if not command and before:find "^%s*[$#]%S+$" and not before:find "^%s*#%d*$" then
    return in_shorthand(before, session)
  elseif OPTIONS[command] and rest:find "^%a*$" then
    return rest, OPTIONS[command], false
  end
  command = command and command:lower()
  local file = FILES[command] and rest or command == "gen" and rest:match "^%d+%s+from%s+(.*)$"
  if file then
    return file:match "[^'\"]*$", lists.files(file:match "[^'\"]*$"), false
  elseif not sign and not SQL[command] then
    return nil
  end
  local text = sign or rest
  local shorthand, found = in_shorthand(text, session)
  if shorthand then
    return shorthand, found, false
  end
  local type_name = text:match "%f[%w_]type%s*=%s*'([^']*)$" or text:match "%f[%w_]type%s+in%s*%([^)]*'([^',]*)$"
  if type_name then
    return type_name, lists.types(session), true
  elseif command == "why" then
    return text:match "^[%w_.]*$", lists.types(session), false
  end
  local word = text:match "[%a_][%w_]*$"
  return word or "", word and sql_words(session) or {}, false
end

return M
