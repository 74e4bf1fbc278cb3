-- SPDX-License-Identifier: MIT
--- The report of a command in several parts: lines and results, some of them while the command is still running.
--
-- A report is a table with the command's fields, and prints as its parts. A callback (`tell`) gets each line as it
-- arrives; `rest()` is everything that it has not got.
-- @module dryad.workspace.report

local M = {}

local Report = { __name = "dryad.report" }
Report.__index = Report

-- By report: {parts =, tell =, told = how many parts the callback got}.
local hidden_of = setmetatable({}, { __mode = "k" })

--- An empty report.
-- @tparam[opt] function tell called with each line as it arrives
-- @treturn table
-- @usage local report = require("dryad.workspace.report").new(print)
function M.new(tell)
  local report = setmetatable({}, Report)
  hidden_of[report] = { parts = {}, tell = tell, told = 0 }
  return report
end

--- Whether a value is a report.
-- @param value
-- @treturn boolean
-- @usage report.is(ws:gc()) --> true
function M.is(value)
  return rawequal(getmetatable(value), Report)
end

--- Adds a line, and passes it to the callback if there is one.
-- @tparam string line
-- @usage report:say("Marking complete")
function Report:say(line)
  local hidden = hidden_of[self]
  hidden.parts[#hidden.parts + 1] = line
  if hidden.tell and hidden.told == #hidden.parts - 1 then
    hidden.told = hidden.told + 1
    hidden.tell(line)
  end
end

--- Adds a part that is printed at the end: a text, a result, rows.
-- @param part
-- @usage report:add(ws.results[0])
function Report:add(part)
  local parts = hidden_of[self].parts
  parts[#parts + 1] = part
end

local function text(report, first)
  local texts = {}
  for i, part in ipairs(hidden_of[report].parts) do
    if i >= first then
      texts[#texts + 1] = tostring(part)
    end
  end
  return table.concat(texts, "\n")
end

--- The parts that the callback has not got.
-- @treturn string
-- @usage print(report:rest())
function Report:rest()
  return text(self, hidden_of[self].told + 1)
end

function Report:__tostring()
  return text(self, 1)
end

return M
