-- SPDX-License-Identifier: MIT
--- Folds lines at blanks. Continuation lines are indented to below what the line says after its number or figures, and
-- styles do not reach over the ends of lines, where pagers drop them. A word that is too wide for that is indented
-- less; one that fits on no line of its own stays where it is.
-- @module dryad.text.fold

local format = require "dryad.text.format"
local notation = require "dryad.text.notation"
local screen = require "dryad.text.screen"

local M = {}

local STYLE, NO_STYLE = "\27%[%d*m", "\27[0m"
local NARROWEST = 40 -- narrower terminals wrap lines themselves
local DEEPEST = 0.5 -- of the width: lines that begin later are continued with their own indentation
local HANG = 2 -- columns, below lines without a number

local function width_of(text)
  return format.width((text:gsub(STYLE, "")))
end

--- The columns before what a line says: its indentation, and a number or figures (`all 300`, `13.1%`, `2.1MiB`).
local function hang_of(line)
  local plain = line:gsub(STYLE, "")
  local numbered = plain:match "^ *%d+%. "
  if numbered then
    return #numbered
  end
  local at = #plain:match "^ *"
  local indented, said = at, at
  while said do
    at, said = said, plain:match("^a?l?l? *%d[%d,.]*[%%%a]* +()", said + 1)
    said = said and said - 1
  end
  return at > indented and indented > 0 and at or indented + HANG
end

--- The same line with NUL for the blanks at which it is not folded: in `1,200 str (1.2MiB)` and `<task 'refund'>`.
local function glued(line)
  return (line:gsub("(<%a+) ", "%1\0"):gsub("(%f[%w]%d[%d,]*) (%S)", "%1\0%2"):gsub(" (%(%d[%d.]*%a*B%))", "\0%1"))
end

--- Folds one line, but not between a count, what is counted and its size, nor within the beginning of a way.
-- @tparam string line printable; may have styles
-- @tparam integer width columns
-- @treturn string lines
-- @usage print(fold.line("1. one two three", 10)) --> 1. one two
--                                                  -->    three
function M.line(line, width)
  if width_of(line) <= width then
    return line
  end
  local hang = hang_of(line)
  local indent = (" "):rep(hang <= DEEPEST * width and hang or #line:match "^ *")
  local lines, current, used, style = {}, "", 0, ""
  local least = math.min(#indent, #line:match "^ *" + HANG)
  for space, word in glued(line):gmatch "( *)([^ ]+)" do
    word = word:gsub("%z", " ")
    local own = width_of(word)
    local is_first = not current:find "[^ ]"
    if not is_first and used + #space + own > width and least + own <= width then
      lines[#lines + 1] = current .. (style ~= "" and NO_STYLE or "")
      used = math.min(#indent, width - own)
      current, space = (" "):rep(used) .. style, ""
    end
    current, used = current .. space .. word, used + #space + own
    for found in word:gmatch(STYLE) do
      style = found == NO_STYLE and "" or found
    end
  end
  lines[#lines + 1] = current
  return table.concat(lines, "\n")
end

--- A line that ends with the text of an object, which is shortened to what fits into the terminal, but keeps its class.
-- @tparam string line may have styles
-- @tparam string object
-- @treturn string
-- @usage print(fold.with_object("held by ", tostring(heap[1])))
function M.with_object(line, object)
  local width = screen.width()
  return line .. (width and notation.cut(object, math.max(notation.least(object), width - width_of(line))) or object)
end

--- Folds the lines of a text that people read, to the width of the terminal if it goes to one.
-- @tparam string text printable; may have styles
-- @tparam[opt="stdout"] string stream that it goes to
-- @treturn string
-- @usage output.write(fold.text(heap:describe()) .. "\n")
function M.text(text, stream)
  local width = screen.width(stream)
  if not width or width < NARROWEST then
    return text
  end
  return (text:gsub("[^\n]+", function(line)
    return M.line(line, width)
  end))
end

return M
