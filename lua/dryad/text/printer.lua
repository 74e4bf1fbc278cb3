-- SPDX-License-Identifier: MIT
--- Formats values as the prompt shows them.
-- @module dryad.text.printer

local format = require "dryad.text.format"
local screen = require "dryad.text.screen"

local M = {}

local function painted(line)
  line = line:gsub("^( *)(%d+)( .*%S%(%d+ )", function(space, number, rest)
    return space .. screen.style("dim", number) .. rest
  end)
  return (line:gsub("([%a_][%w_.]*)(%(%d+ )", function(name, rest)
    return screen.style("cyan", name) .. rest
  end, 1))
end

--- Colours object types, and the numbers before them. Only for a terminal.
-- @tparam string text
-- @treturn string
-- @usage io.write(printer.paint(tostring(heap "Thread")), "\n")
function M.paint(text)
  if not screen.colours("stdout") then
    return text
  end
  return (text:gsub("[^\n]+", painted))
end

--- A value as the prompt shows it: text is quoted unless it has several lines.
-- @param value
-- @treturn string
-- @usage print(printer.text(heap:summarize()))
function M.text(value)
  if type(value) == "string" then
    return value:find("\n", 1, true) and format.printable_lines(value) or format.value(value)
  end
  return M.paint(format.pretty(value))
end

return M
