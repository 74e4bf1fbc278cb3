-- SPDX-License-Identifier: MIT
--- Parses the words of commands: quoted texts, file names, statements.
-- @module dryad.text.command_line

local check = require "dryad.text.argument_errors"
local format = require "dryad.text.format"

local M = {}

--- Splits a line into words at spaces, except inside quotes.
-- @tparam string text
-- @treturn {string,...}
-- @usage command_line.split([[holders type="my type"]]) --> { "holders", "type=my type" }
function M.split(text)
  local words, word, quote = {}, nil, nil
  for c in text:gmatch(".") do
    if quote then
      if c == quote then
        quote = nil
      else
        word = word .. c
      end
    elseif c == '"' or c == "'" then
      quote, word = c, word or ""
    elseif c:find("%s") then
      words[#words + 1] = word
      word = nil
    else
      word = (word or "") .. c
    end
  end
  words[#words + 1] = word
  return words
end

--- A text without blanks around it.
-- @tparam string text
-- @treturn string
-- @usage command_line.trim(" a b ") --> "a b"
function M.trim(text)
  return text:match "^%s*(.-)%s*$"
end

--- A text without the pair of quotes around it, if there is one and it contains no other quote of its kind.
-- @tparam string text
-- @treturn string
-- @usage command_line.unquoted [["type = 'dict'"]] --> type = 'dict'
function M.unquoted(text)
  return text:match '^%s*"([^"]*)"%s*$' or text:match "^%s*'([^']*)'%s*$" or M.trim(text)
end

--- The words given to a command, without blanks around them; empty if there are none. Raises an error if they are not
-- text.
-- @tparam string method for messages
-- @tparam string|number|nil text
-- @treturn string
-- @usage command_line.given("gen", 2) --> "2"
function M.given(method, text)
  check.argument(text == nil or type(text) == "string" or type(text) == "number", method, "words", "a text", text)
  return M.trim(tostring(text or ""))
end

--- A file name as a shell expands it: `~/` is the home directory.
-- @tparam string name
-- @treturn string
-- @usage command_line.file_name "~/my.db"
function M.file_name(name)
  local home = os.getenv "HOME"
  return home and name:find "^~/" and home .. name:sub(2) or name
end

--- A word as a shell reads it: quoted if need be, and always printable.
-- @tparam string word
-- @treturn string
-- @usage command_line.quoted "my app.dump" --> 'my app.dump'
function M.quoted(word)
  if word:find "^[%w_./:@%%+=,-]+$" then
    return word
  elseif format.printable(word) == word then
    return "'" .. word:gsub("'", "'\\''") .. "'"
  end
  return "$'" .. word:gsub("[^%w_./ -]", function(c) return ("\\%03o"):format(c:byte()) end) .. "'"
end

--- A statement, given with or without its first word.
-- @tparam string word such as "select"
-- @tparam string text
-- @treturn string
-- @usage command_line.statement("select", "* from obj") --> "select * from obj"
function M.statement(word, text)
  local first = text:match "^%s*(%a+)"
  return first and first:lower() == word and text or word .. " " .. text
end

return M
