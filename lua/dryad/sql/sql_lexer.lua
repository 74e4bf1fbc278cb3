-- SPDX-License-Identifier: MIT
--- Splits SQL into tokens as SQLite does, and recognises those that Dryad adds: `$name`, `#2.5` and `#2.type`.
-- @module dryad.sql.sql_lexer

local M = {}

local LETTER = "[%a_\x80-\xff]"
local WORD = "^[%w_$\x80-\xff]*"

local CLOSING = { ["'"] = "'", ['"'] = '"', ["`"] = "`" }

--- The end of a quoted token, in which a doubled quote stands for itself; the end of the text if it is not closed.
local function quoted(text, from)
  local quote, at = text:sub(from, from), from + 1
  while true do
    local close = text:find(quote, at, true)
    if not close then
      return #text
    elseif text:sub(close + 1, close + 1) ~= quote then
      return close
    end
    at = close + 2
  end
end

--- The end of a match, or nil.
local function end_of(text, pattern, at)
  return (select(2, text:find(pattern, at)))
end

local function number(text, at)
  local last = end_of(text, "^0[xX]%x+", at)
  if not last then
    last = end_of(text, "^%d*%.?%d*", at)
    last = end_of(text, "^[eE][+-]?%d+", last + 1) or last
  end
  return end_of(text, WORD, last + 1)
end

local function reference(text, at)
  local dot = text:match("^#%d+()%.", at)
  local last = dot and (end_of(text, "^[%w_\x80-\xff]+", dot + 1) or M.quoted_name(text, dot + 1))
  return last or end_of(text, "^#%d*", at)
end

--- The end of a quoted name that begins here, or nil.
-- @tparam string text
-- @tparam integer at
-- @treturn integer|nil
-- @usage lexer.quoted_name('"my col"', 1) --> 8
function M.quoted_name(text, at)
  local c = text:sub(at, at)
  if c == "[" then
    return text:find("]", at, true) or #text
  end
  return (c == '"' or c == "`") and quoted(text, at) or nil
end

--- The token that begins at a position: its kind and its end.
-- Kinds are `blank`, `comment`, `string`, `name` (also a quoted one), `number`, `parameter` (`:name`, `@name`, `?1`),
-- `dollar` (`$` and a name that may hold `.` and `:`), `reference` (`#` with what belongs to it) and `other`, one byte.
-- @tparam string text
-- @tparam integer at
-- @treturn string kind
-- @treturn integer the token's last byte; a token that is not closed extends to the end of the text
-- @usage local kind, last = require("dryad.sql.sql_lexer").token("select 1", 1)
function M.token(text, at)
  local c, two = text:sub(at, at), text:sub(at, at + 1)
  if c:find "%s" then
    return "blank", end_of(text, "^%s+", at)
  elseif two == "--" then
    return "comment", (text:find("\n", at, true) or #text + 1) - 1
  elseif two == "/*" then
    return "comment", end_of(text, "%*/", at + 2) or #text
  elseif c == "'" then
    return "string", quoted(text, at)
  elseif CLOSING[c] or c == "[" then
    return "name", M.quoted_name(text, at)
  elseif c:find(LETTER) then
    return "name", end_of(text, WORD, at)
  elseif text:find("^%.?%d", at) then
    return "number", number(text, at)
  elseif c == "?" then
    return "parameter", end_of(text, "^?%d*", at)
  elseif text:find("^[:@][%w_\x80-\xff]", at) then
    return "parameter", end_of(text, WORD, at + 1)
  elseif text:find("^$[%w_\x80-\xff]", at) then
    return "dollar", end_of(text, "^[%w_.:\x80-\xff]+", at + 1)
  elseif c == "#" then
    return "reference", reference(text, at)
  end
  return "other", at
end

--- Whether a token is unfinished: it ends only because the text does.
local function is_cut(kind, token)
  local c = token:sub(1, 1)
  if kind == "comment" then
    return c == "/" and not (#token >= 4 and token:find "%*/$")
  elseif c == "[" then
    return kind == "name" and not token:find "%]$"
  elseif CLOSING[c] and (kind == "string" or kind == "name") then
    return select(2, token:gsub(c, "")) % 2 == 1
  end
end

--- The quote that a text ends inside of.
-- @tparam string text
-- @treturn string|nil its kind: `string`, `name` or `comment`; nil if there is none
-- @treturn integer where it begins
-- @usage lexer.open_quote "where type = 'Thr" --> string 14
function M.open_quote(text)
  local at = 1
  while at <= #text do
    local kind, last = M.token(text, at)
    if is_cut(kind, text:sub(at, last)) then
      return kind, at
    end
    at = last + 1
  end
end

--- Whether a text ends inside a quote, a comment between `/*` and `*/`, or parentheses.
-- @tparam string text
-- @treturn boolean
-- @usage lexer.is_open("select (1,") --> true
function M.is_open(text)
  local depth, at = 0, 1
  while at <= #text do
    local kind, last = M.token(text, at)
    local token = text:sub(at, last)
    if is_cut(kind, token) then
      return true
    end
    depth = math.max(0, depth + (token == "(" and 1 or token == ")" and -1 or 0))
    at = last + 1
  end
  return depth > 0
end

--- A name without its quotes.
-- @tparam string name as it stands in SQL
-- @treturn string
-- @usage lexer.unquoted('"a ""b"""') --> a "b"
function M.unquoted(name)
  local c = name:sub(1, 1)
  if c == "[" then
    return (name:gsub("^%[", ""):gsub("%]$", ""))
  elseif not CLOSING[c] then
    return name
  end
  return (name:sub(2, -2):gsub(c .. c, c))
end

return M
