-- SPDX-License-Identifier: MIT
--- Folds lines of text to the width of the terminal.
-- @module dryad.browse.folding

local core = require "dryad.core"
local format = require "dryad.text.format"

local M = {}

local MOST = 1000 -- lines of one
local MOST_BYTES = 40 -- of a column: a character with its marks

--- The bytes of the longest beginning of a text that fits, at a blank if there is one.
local function bytes_that_fit(text, width)
  local bytes = core.text_beginning(text, width)
  local at_blank = text:sub(1, bytes + 1):match "^(.*%S)%s"
  local is_indent = not at_blank or not at_blank:find "%S"
  return is_indent and math.max(bytes, (utf8.offset(text, 2) or #text + 1) - 1) or #at_blank
end

--- The blanks before what follows the first part of a line: as before the line itself, or as before its second column
-- if it has two.
local function indent_of(line, width)
  local first = line:match "^ +%S.-  +" or line:match "^ *"
  return format.width(first) <= width // 2 and (" "):rep(format.width(first)) or ""
end

--- Folds a printable line at blanks, or within a word that is too long; what follows is indented as the line is.
-- @tparam string line
-- @tparam integer width
-- @tparam[opt={}] {string,...} into the lines are added to these
-- @treturn {string,...}
-- @usage folding.line("one two three", 9) --> { "one two", "three" }
function M.line(line, width, into)
  into = into or {}
  local indent, at, most = "", 1, #into + MOST
  repeat
    local piece = indent .. line:sub(at, at + MOST_BYTES * width)
    local bytes = core.text_beginning(piece, width)
    if bytes < #piece and #into < most - 1 then
      bytes = bytes_that_fit(piece, width)
    else
      bytes = #piece
    end
    into[#into + 1] = piece:sub(1, bytes)
    at = line:match("^%s*()", at + bytes - #indent)
    indent = indent_of(line, width)
  until at > #line or #into == most
  return into
end

--- Folds printable lines.
-- @tparam {string,...} lines
-- @tparam integer width
-- @treturn {string,...}
-- @usage folding.lines({ "one two", "three" }, 4)
function M.lines(lines, width)
  local folded = {}
  for _, line in ipairs(lines) do
    M.line(line, width, folded)
  end
  return folded
end

return M
