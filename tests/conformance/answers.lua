-- SPDX-License-Identifier: MIT
-- usage: dryad answers.lua DUMP PYTHON raw|collapsed QUESTIONS ANSWERS
-- Asks the queries of the file QUESTIONS, one a line, of a heap. For each: a line of column names, then a
-- line a row, then an empty line.
local dryad = require "dryad"

local heap = dryad.load(arg[1], { collapse = arg[3] == "collapsed", progress = false, python = tonumber(arg[2]) })

local function cell(value)
  if value == nil then
    return "null"
  elseif math.type(value) == "integer" then
    return ("i%d"):format(value)
  elseif math.type(value) == "float" then
    return ("f%.17g"):format(value)
  end
  return "t" .. value:gsub(".", function(c)
    return ("%02x"):format(c:byte())
  end)
end

local answers = {}
for question in io.lines(arg[4]) do
  local good, result = pcall(heap.sql, heap, question)
  if not good then
    answers[#answers + 1] = "error: " .. result:gsub("\n", " ")
  else
    local lines = { table.concat(result.columns, ",") }
    for i = 1, #result do
      local row, cells = result[i], {}
      for c = 1, #result.columns do
        cells[c] = cell(row[c])
      end
      lines[#lines + 1] = table.concat(cells, " ")
    end
    answers[#answers + 1] = table.concat(lines, "\n")
  end
end
local file <close> = assert(io.open(arg[5], "w"))
file:write(table.concat(answers, "\n\n"))
