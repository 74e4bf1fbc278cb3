-- SPDX-License-Identifier: MIT
--- Prints the findings of a command for people or programs, and checks them against a limit.
-- @module dryad.program.findings

local core = require "dryad.core"
local csv = require "dryad.text.csv"
local json_value = require "dryad.text.json_value"
local pager = require "dryad.text.pager"
local printer = require "dryad.text.printer"
local process = require "dryad.heap.process"
local units = require "dryad.text.units"

local M = {}

local OVER = 1 -- the exit status when a limit is exceeded

local function csv_of(value)
  if rawequal(getmetatable(value), core.result.meta) then
    return value:csv()
  end
  local rows = type(value) == "table" and not value.sections and (value.columns and value or value.rows)
  if not rows or not rows.columns then
    error("--csv: the result is not a single table; --json prints all of it", 0)
  end
  return csv.of_rows(rows)
end

--- Raises an error if the user asked for two formats.
-- @tparam table given the options of the command line
-- @usage findings.check_form(given)
function M.check_form(given)
  if given.csv and given.json then
    error("--json or --csv, not both", 0)
  end
end

--- Prints the findings in the format that the options ask for.
-- @param value
-- @tparam table given the options of the command line
-- @tparam[opt] heap heap text begins with the description of this heap
-- @usage findings.print(heap:summarize(), { json = true })
function M.print(value, given, heap)
  if given.csv then
    io.write(csv_of(value))
  elseif given.json then
    io.write(core.json.encode(json_value(value)), "\n")
  elseif value ~= nil then
    local text = type(value) == "string" and value or printer.text(value)
    pager.show(heap and process.introduced(heap, text) or text)
  end
end

--- Compares a size with the limit of --fail-over; returns the exit status, and reports on stderr if it is exceeded.
-- @tparam table given the options of the command line
-- @tparam integer size
-- @tparam string what the beginning of a sentence that ends with the size
-- @treturn integer|nil
-- @usage return findings.judge(given, found.retained, "the first suspect retains")
function M.judge(given, size, what)
  local limit = given["fail-over"]
  if not limit or size <= limit then
    return nil
  end
  io.stdout:flush()
  io.stderr:write(("dryad: %s %s, more than the %s that --fail-over allows\n"):format(what, units.bytes(size),
    units.bytes(limit)))
  return OVER
end

return M
