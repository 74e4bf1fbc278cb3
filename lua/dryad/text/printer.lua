-- SPDX-License-Identifier: MIT
--- Formats values as the prompt shows them.
-- @module dryad.text.printer

local core = require "dryad.core"
local fold = require "dryad.text.fold"
local format = require "dryad.text.format"
local screen = require "dryad.text.screen"

local M = {}

-- The class in an object's text, and what follows it, up to a value: the address and figures, or what is left of them.
local OBJECT = "%f[%w_<\x80-\xff]([%a_<\x80-\xff][%w_.<>\x80-\xff]*)(%(%d+[%w. ]*%d[Brp][efsar]*%)?)"
local SHORTENED = "%f[%w_<\x80-\xff]([%a_<\x80-\xff][%w_.<>\x80-\xff]*)(%(%d* ?…%)?)"

local function painted_object(class, figures)
  return screen.style("bold", class) .. screen.style("dim", figures)
end

local LONGEST = 4096 -- bytes of a line that is painted: longer ones are no objects

local function painted(line)
  if #line > LONGEST then
    return line
  end
  line = line:gsub("^( *)(%d+)( %S+%(%d+ )", function(space, number, rest)
    return space .. screen.style("dim", number) .. rest
  end)
  return (line:gsub(OBJECT, painted_object):gsub(SHORTENED, painted_object))
end

--- Sets off the classes of objects, and dims their addresses and figures, and the numbers before them. Only for a
-- terminal.
-- @tparam string text
-- @treturn string
-- @usage io.write(printer.paint(tostring(heap "Thread")), "\n")
function M.paint(text)
  if not screen.colours("stdout") then
    return text
  end
  return (text:gsub("[^\n]+", painted))
end

--- A value as the prompt shows it: text is quoted unless it has several lines; others fit the terminal.
-- @param value
-- @treturn string
-- @usage print(printer.text(heap:summarize()))
function M.text(value)
  if type(value) == "string" then
    return value:find("\n", 1, true) and format.printable_lines(value) or format.value(value)
  end
  local text = M.paint(format.pretty(value))
  return rawequal(getmetatable(value), core.result.meta) and text or fold.text(text) -- a grid is as wide as it is
end

return M
