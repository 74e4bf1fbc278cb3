-- SPDX-License-Identifier: MIT
--- The places of a line where Tab inserts text from outside, and how such a text is quoted there.
--
-- A place is `{write =, close =}`: `write(text)` returns a text as it stands there, or nil if it cannot: there is no
-- quoting in a word. What it returns is printable, so that it never acts as keys, and neither ends the string or the
-- word nor begins another expression. The end of a text may be written alone, after what is typed already. `close` ends
-- the string; nil if there is none.
-- @module dryad.prompt.places

local core = require "dryad.core"
local lua_literal = require "dryad.text.lua_literal"

local M = {}

local function is_printable(text)
  return core.printable(text) == text
end

--- A text itself if it is printable and has no character of a set.
local function unless_any(set)
  return function(text)
    return is_printable(text) and not text:find(set) and text or nil
  end
end

--- A name of Lua, of SQL, or after a `$`.
M.name = { write = unless_any "[^%w_.:\x80-\xff]" }

--- A word of a command: what neither ends it nor is a shorthand, nor makes Lua of the line.
M.word = { write = unless_any "[^%w_.:/@~%%+<>=\x80-\xff-]", first = "^[%w_\x80-\xff]" }

--- An option of a command.
M.option = { write = unless_any "[^%w=-]" }

--- The name of a file at the end of a command, which may have blanks in it.
M.file = { write = unless_any "[\"'`()%[%]{}=;]", first = "^[%w_./~\x80-\xff]", last = "%S$" }

--- The quotes of a command's argument, in which nothing can be escaped.
-- @tparam string quote
-- @treturn place
-- @usage places.quotes('"').write 'my type'
function M.quotes(quote)
  return { write = unless_any("[\\" .. quote .. "]"), close = quote }
end

--- A string of SQL.
M.sql_string = {
  write = function(text)
    return is_printable(text) and text:gsub("'", "''") or nil
  end,
  close = "'",
}

--- The Lua string that a text is inside of.
-- @tparam string token from the string's opening on
-- @treturn string|nil the text typed so far; nil in the middle of an escape
-- @treturn place
-- @usage local typed, place = places.lua_string [["my \"ty]]
function M.lua_string(token)
  local quote, equals = token:match "^[\"']", token:match "^%[(=*)%["
  local close = quote or "]" .. equals .. "]"
  return lua_literal.text(token .. close), {
    write = quote and function(text)
      return lua_literal.contents(text, quote)
    end or unless_any "%]",
    close = close,
  }
end

--- Whether a whole text can stand at a place.
-- @tparam place place
-- @tparam string text
-- @treturn boolean
-- @usage places.takes(places.word, "my type") --> false
function M.takes(place, text)
  return place.write(text) ~= nil and text:find(place.first or "") ~= nil and text:find(place.last or "") ~= nil
end

return M
