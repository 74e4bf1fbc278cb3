--- Values as the prompt shows them.
-- @module dryad.printer

local format = require("dryad.format")
local screen = require("dryad.screen")

local M = {}

local SHOWN = 10 -- referrers and references of an object shown by its address alone

local function painted(line)
  line = line:gsub("^( *)(%d+)( +[%a_])", function(space, number, rest)
    return space .. screen.style("dim", number) .. rest
  end)
  return (line:gsub("([%a_][%w_.]*)(%(%d+ )", function(name, rest)
    return screen.style("cyan", name) .. rest
  end, 1))
end

--- Text with a little colour: object types, and the numbers before them. Only for a terminal.
-- @tparam string text
-- @treturn string
-- @usage io.write(printer.paint(tostring(heap "Thread")), "\n")
function M.paint(text)
  if not screen.colours("stdout") then
    return text
  end
  return (text:gsub("[^\n]+", painted))
end

--- A value as the prompt shows it: text quoted, unless it has several lines.
-- @param value
-- @treturn string
-- @usage print(printer.text(heap:summarize()))
function M.text(value)
  if type(value) == "string" then
    return value:find("\n", 1, true) and value or format.value(value)
  end
  return M.paint(format.pretty(value))
end

local function section(lines, title, list, label)
  if #list == 0 then
    return
  end
  lines[#lines + 1] = "\n" .. screen.style("bold", ("%d %s%s"):format(#list, title, #list == 1 and "" or "s"))
  for i = 1, math.min(#list, SHOWN) do
    lines[#lines + 1] = M.paint(("%4d %s"):format(i, tostring(list[i]))) .. (label and "  " .. label(i) or "")
  end
  if #list > SHOWN then
    local field = title == "referrer" and "p" or "c"
    lines[#lines + 1] = screen.style("dim", ("     and %d more: _.%s"):format(#list - SHOWN, field))
  end
end

--- An object with what refers to it and what it refers to.
-- @tparam object object
-- @treturn string
-- @usage print(printer.neighbourhood(heap "Thread"[1]))
function M.neighbourhood(object)
  local lines = { M.paint(tostring(object)) }
  section(lines, "referrer", object.p)
  section(lines, "reference", object.c, function(i)
    return screen.style("dim", object:label(i))
  end)
  return table.concat(lines, "\n")
end

return M
