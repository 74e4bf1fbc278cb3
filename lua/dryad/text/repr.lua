-- SPDX-License-Identifier: MIT
--- Values as Python writes them.
-- @module dryad.text.repr

local M = {}

-- Code points that Python does not print: format and control characters, spaces other than the space, private
-- use, surrogates and non-characters; pairs of first and last.
local HIDDEN = {
  0x00, 0x1f, 0x7f, 0xa0, 0xad, 0xad, 0x600, 0x605, 0x61c, 0x61c, 0x6dd, 0x6dd, 0x70f, 0x70f, 0x8e2, 0x8e2,
  0x1680, 0x1680, 0x180e, 0x180e, 0x2000, 0x200f, 0x2028, 0x202f, 0x205f, 0x206f, 0x3000, 0x3000, 0xd800, 0xf8ff,
  0xfeff, 0xfeff, 0xfff0, 0xfffb, 0xfffe, 0xffff, 0x110bd, 0x110bd, 0x1bca0, 0x1bca3, 0x1d173, 0x1d17a,
  0xe0000, 0xe0fff, 0xf0000, 0x10ffff,
}

local function is_hidden(point)
  for i = 1, #HIDDEN, 2 do
    if point >= HIDDEN[i] and point <= HIDDEN[i + 1] then
      return true
    end
  end
  return false
end

local SHORT = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\\"] = "\\\\" }

local function escape_byte(c)
  return SHORT[c] or ("\\x%02x"):format(c:byte())
end

local function escape_point(point)
  if point < 0x100 then
    return ("\\x%02x"):format(point)
  elseif point < 0x10000 then
    return ("\\u%04x"):format(point)
  end
  return ("\\U%08x"):format(point)
end

local function quote(text, body)
  local mark = text:find("'", 1, true) and not text:find('"', 1, true) and '"' or "'"
  if mark == "'" then
    body = body:gsub("'", "\\'")
  end
  return mark .. body .. mark
end

--- Bytes, quoted, with escapes for all but printable ASCII.
-- @tparam string text
-- @treturn string
-- @usage repr.bytes("it's") --> "it's" in double quotes
function M.bytes(text)
  return quote(text, (text:gsub("[%c\\\127-\255]", escape_byte)))
end

--- Text, quoted, with escapes for what is not printable.
-- @tparam string text UTF-8, with lone surrogates as three bytes; invalid bytes are shown as escapes
-- @tparam[opt] boolean ascii escape all but ASCII, as Python 2 does
-- @treturn string
-- @usage repr.text("Grüße") --> 'Grüße'
function M.text(text, ascii)
  local body = text:gsub("[%c\\\127]", escape_byte)
  if not body:find "[\x80-\xff]" then
    return quote(text, body)
  elseif not utf8.len(body, 1, -1, true) then
    return M.bytes(text)
  end
  body = body:gsub("[\xc2-\xfd][\x80-\xbf]*", function(c)
    local point = utf8.codepoint(c, 1, 1, true)
    return (ascii or is_hidden(point)) and escape_point(point) or c
  end)
  return quote(text, body)
end

--- A float with the fewest digits that read back unchanged.
-- @tparam number number
-- @treturn string
-- @usage repr.float(0.1) --> 0.1
function M.float(number)
  if number ~= number then
    return "nan"
  elseif number == math.huge or number == -math.huge then
    return number > 0 and "inf" or "-inf"
  end
  local digits
  for precision = 0, 16 do
    digits = ("%%.%de"):format(precision):format(number)
    if tonumber(digits) == number then
      break
    end
  end
  local sign, first, rest, exponent = digits:match "^(%-?)(%d)%.?(%d*)e([+-]%d+)$"
  exponent = math.tointeger(tonumber(exponent))
  if exponent < -4 or exponent >= 16 then
    return ("%s%s%s%se%s%02d"):format(sign, first, rest ~= "" and "." or "", rest, exponent < 0 and "-" or "+",
      math.abs(exponent))
  elseif exponent < 0 then
    return sign .. "0." .. ("0"):rep(-exponent - 1) .. first .. rest
  end
  local all = first .. rest .. ("0"):rep(exponent - #rest)
  local fraction = all:sub(exponent + 2)
  return sign .. all:sub(1, exponent + 1) .. "." .. (fraction ~= "" and fraction or "0")
end

--- The value or name of an object.
-- @param value boolean, number or text
-- @tparam string type_str the object's type
-- @tparam integer python 2 or 3
-- @treturn string
-- @usage repr.value("abc", "unicode", 2) --> u'abc'
function M.value(value, type_str, python)
  if type(value) == "boolean" then
    return value and "True" or "False"
  elseif math.type(value) == "integer" then
    return ("%d"):format(value)
  elseif type(value) == "number" then
    return M.float(value)
  elseif (type_str == "int" or type_str == "long") and value:find "^%-?%d+$" then
    return value
  elseif python == 2 then
    return type_str == "unicode" and "u" .. M.text(value, true) or M.bytes(value)
  elseif type_str == "bytes" then
    return "b" .. M.bytes(value)
  end
  return M.text(value)
end

return M
