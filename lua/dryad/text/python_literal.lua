-- SPDX-License-Identifier: MIT
--- Reads the literals of Python that can be keys: None, booleans, numbers, text, bytes, and tuples of these.
-- @module dryad.text.python_literal

local repr = require "dryad.text.repr"

local M = {}

local ESCAPES = {
  n = "\n", r = "\r", t = "\t", a = "\a", b = "\b", f = "\f", v = "\v", ["\\"] = "\\", ["'"] = "'", ['"'] = '"',
  ["\n"] = "",
}
local DIGITS = { x = 2, u = 4, U = 8 } -- of escapes with a code point

--- One escape of a quoted text, from its backslash: what it stands for, and where it ends; nil if it is wrong.
local function escape(text, at, is_bytes)
  local c = text:sub(at + 1, at + 1)
  if ESCAPES[c] then
    return ESCAPES[c], at + 2
  end
  local octal = text:match("^[0-7][0-7]?[0-7]?", at + 1)
  local width = DIGITS[c]
  local hex = width and text:match("^" .. ("%x"):rep(width), at + 2)
  local point = octal and tonumber(octal, 8) or hex and tonumber(hex, 16)
  if not point or point > (is_bytes and 0xff or 0x10ffff) then
    return "\\", at + 1 -- Python keeps an unknown escape as it is
  end
  return is_bytes and string.char(point) or utf8.char(point), at + (octal and 1 + #octal or 2 + width)
end

--- A quoted text from its opening quote: its repr with `prefix`, and where it ends.
local function quoted(text, at, prefix)
  local mark, parts, from = text:sub(at, at), {}, at + 1
  local is_bytes = prefix:lower() == "b"
  while true do
    local stop = text:find("[\\" .. mark .. "]", from)
    if not stop then
      return nil
    end
    parts[#parts + 1] = text:sub(from, stop - 1)
    if text:sub(stop, stop) == mark then
      local value = table.concat(parts)
      return is_bytes and "b" .. repr.bytes(value) or prefix .. repr.text(value), stop + 1
    end
    parts[#parts + 1], from = escape(text, stop, is_bytes)
  end
end

local function number(text, at)
  local written = text:match("^[+-]?0[xX]%x+", at) or text:match("^[+-]?%d[%d_]*%.?%d*[eE][+-]?%d+", at)
    or text:match("^[+-]?%.%d+[eE][+-]?%d+", at) or text:match("^[+-]?%d[%d_]*%.?%d*", at)
    or text:match("^[+-]?%.%d+", at) or text:match("^[+-]?inf", at) or text:match("^nan", at)
  if not written then
    return nil
  end
  local stop, plain = at + #written, written:gsub("^%+", ""):gsub("_", "")
  if plain:find "inf$" or plain == "nan" then
    return plain, stop
  elseif plain:find "^-?0[xX]" then
    local value = math.tointeger(tonumber(plain))
    return value and #plain <= 18 and ("%d"):format(value) or nil, stop
  elseif plain:find "[.eE]" then
    return repr.float(tonumber(plain) + 0.0), stop
  end
  local trimmed = plain:gsub("^(-?)0+(%d)", "%1%2")
  return trimmed == "-0" and "0" or trimmed, stop
end

local DEEPEST = 100 -- tuples in tuples

local literal

local function tuple(text, at, depth)
  if depth > DEEPEST then
    return nil
  end
  local items, from, comma = {}, at + 1, false
  while true do
    from = text:match("^%s*()", from)
    if text:sub(from, from) == ")" then
      if #items == 1 and not comma then
        return items[1], from + 1 -- in parentheses, but no tuple
      end
      return "(" .. table.concat(items, ", ") .. (#items == 1 and ",)" or ")"), from + 1
    elseif #items > 0 and not comma then
      return nil
    end
    items[#items + 1], from = literal(text, from, depth)
    if not from then
      return nil
    end
    local after = text:match("^%s*,()", from)
    comma, from = after ~= nil, after or from
  end
end

function literal(text, at, depth)
  local prefix = text:match("^([bBuU]?)['\"]", at)
  if prefix then
    return quoted(text, at + #prefix, prefix:lower())
  elseif text:sub(at, at) == "(" then
    return tuple(text, at, depth + 1)
  end
  local word = text:match("^[%a_][%w_]*", at)
  if word == "None" or word == "True" or word == "False" then
    return word, at + #word
  end
  return number(text, at)
end

--- A literal as Python itself would write it.
-- @tparam string text
-- @treturn string|nil nil if that is not a literal, and nothing else
-- @usage python_literal.canonical '("a",0x10)' --> "('a', 16)"
function M.canonical(text)
  local found, stop = literal(text, text:match "^%s*()", 0)
  return found and stop and not text:find("%S", stop) and found or nil
end

return M
