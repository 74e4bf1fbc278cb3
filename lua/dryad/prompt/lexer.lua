-- SPDX-License-Identifier: MIT
--- Splits Lua into tokens, precisely enough to find what a line declares, where its statements end, and what the cursor
-- is in.
-- @module dryad.prompt.lexer

local M = {}

local KEYWORDS = {}
for word in
  ([[and break do else elseif end false for function goto if in local nil not or repeat return then true
  until while]]):gmatch("%a+")
do
  KEYWORDS[word] = true
end
M.keywords = KEYWORDS

--- The end of a long bracket that opens at `from`; nil if none opens there, -1 if it is not closed.
local function long_bracket(text, from)
  local equals = text:match("^%[(=*)%[", from)
  if not equals then
    return nil
  end
  local _, close = text:find("]" .. equals .. "]", from + #equals + 2, true)
  return close or -1
end

--- The end of a quoted string; -1 if the line or the text ends first.
local function quoted(text, from)
  local quote, at = text:sub(from, from), from + 1
  while at <= #text do
    local c = text:sub(at, at)
    if c == quote then
      return at
    elseif c == "\n" then
      return -1
    elseif c == "\\" then
      at = at + 1
    end
    at = at + 1
  end
  return -1
end

local OPERATORS = { "...", "..", "::", "==", "~=", "<=", ">=", "//", "<<", ">>" }

local function operator(text, at)
  for _, o in ipairs(OPERATORS) do
    if text:sub(at, at + #o - 1) == o then
      return at + #o - 1
    end
  end
  return at
end

local function one(text, at)
  local c = text:sub(at, at)
  if text:sub(at, at + 1) == "--" then
    local close = long_bracket(text, at + 2)
    return "comment", close or (text:find("\n", at, true) or #text + 1) - 1
  elseif c == '"' or c == "'" then
    return "string", quoted(text, at)
  elseif c == "[" and long_bracket(text, at) then
    return "string", long_bracket(text, at)
  elseif c:find("[%a_]") then
    local _, to = text:find("^[%w_]+", at)
    return KEYWORDS[text:sub(at, to)] and "keyword" or "name", to
  elseif text:find("^%.?%d", at) then
    local exponent = text:find("^0[xX]", at) and "[pP]" or "[eE]"
    local to = at
    while text:find("^[%w_.]", to + 1) or (text:find("^[+-]", to + 1) and text:sub(to, to):find(exponent)) do
      to = to + 1
    end
    return "number", to
  end
  return "operator", operator(text, at)
end

--- All tokens of a text, without comments.
-- @tparam string text
-- @treturn {table,...} tokens `{kind=, text=, from=, to=}`; kind is name, keyword, string, number or operator;
-- a last string that is not closed, or a comment the cursor is in, has `open = true`
-- @usage for _, token in ipairs(require("dryad.prompt.lexer").tokens("x = 1")) do print(token.kind, token.text) end
function M.tokens(text)
  local tokens, at = {}, 1
  while true do
    at = text:find("%S", at)
    if not at then
      return tokens
    end
    local kind, to = one(text, at)
    local open = to == -1 or (kind == "comment" and to == #text and not text:find("^%-%-%[=*%[", at))
    to = to == -1 and #text or to
    if kind ~= "comment" or open then
      tokens[#tokens + 1] = { kind = kind, text = text:sub(at, to), from = at, to = to, open = open or nil }
    end
    at = to + 1
  end
end

return M
