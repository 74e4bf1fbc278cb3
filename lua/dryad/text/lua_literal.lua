-- SPDX-License-Identifier: MIT
--- Text as a Lua string, written and read.
-- @module dryad.text.lua_literal

local core = require "dryad.core"

local M = {}

local SHORT = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\\"] = "\\\\", ['"'] = '\\"', ["'"] = "\\'" }

local function escaped_byte(byte)
  return ("\\x%02x"):format(byte:byte())
end

local function escaped_ascii(c)
  return SHORT[c] or escaped_byte(c)
end

local LAST = 0x10ffff -- the last code point

--- A lead byte with all continuation bytes after it, which stays if it is a character that shows.
local function beyond_ascii(bytes, escapes_marks)
  local point = utf8.len(bytes, 1, -1, true) == 1 and utf8.codepoint(bytes, 1, 1, true)
  if not point or point > LAST or utf8.char(point) ~= bytes then
    return (bytes:gsub(".", escaped_byte))
  elseif core.is_hidden(point) or escapes_marks and core.text_columns(bytes) == 0 then
    return ("\\u{%X}"):format(point)
  end
  return bytes
end

--- A text as it stands between the quotes of a Lua string: printable, on one line, and Lua reads the same bytes, valid
-- UTF-8 or not. The parts of a text may be written one by one: no escape depends on what follows it.
-- @tparam string text
-- @tparam string quote `"` or `'`
-- @treturn string
-- @usage lua_literal.contents('say "hi"\n', '"') --> say \"hi\"\n
function M.contents(text, quote)
  local ascii = text:gsub("[%c\\" .. quote .. "]", escaped_ascii)
  if not ascii:find "[\x80-\xff]" then
    return ascii
  end
  local written = ascii:gsub("[\x80-\xff][\x80-\xbf]*", beyond_ascii)
  if core.printable(written) == written then
    return written
  end
  return (ascii:gsub("[\x80-\xff][\x80-\xbf]*", function(bytes)
    return beyond_ascii(bytes, true)
  end))
end

--- A text as a whole Lua string.
-- @tparam string text
-- @treturn string in double quotes
-- @usage lua_literal.quoted "a\nb" --> "a\nb", in quotes and with the escape
function M.quoted(text)
  return '"' .. M.contents(text, '"') .. '"'
end

--- The text that a Lua string stands for.
-- @tparam string literal with its quotes or long brackets
-- @treturn string|nil nil if it is not a string, and nothing else
-- @usage lua_literal.text [["a\tb"]]
function M.text(literal)
  local first = literal:match "^[\"']" or literal:find "^%[=*%[" and "["
  local read = first and load("return " .. literal, "=literal", "t", {})
  local value = read and read()
  return type(value) == "string" and value or nil
end

return M
