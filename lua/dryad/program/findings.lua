-- SPDX-License-Identifier: MIT
--- Prints the findings of a command for people or programs, and checks them against a limit.
-- @module dryad.program.findings

local core = require "dryad.core"
local csv = require "dryad.text.csv"
local envelope = require "dryad.program.envelope"
local json_value = require "dryad.text.json_value"
local pager = require "dryad.text.pager"
local portrait = require "dryad.text.portrait"
local printer = require "dryad.text.printer"
local process = require "dryad.heap.process"
local units = require "dryad.text.units"

local M = {}

local OVER = 1 -- the exit status when a limit is exceeded

local function csv_of(value)
  if rawequal(getmetatable(value), core.result.meta) then
    return value:csv()
  elseif portrait.csv(value) then
    return portrait.csv(value)
  end
  local rows = type(value) == "table" and not value.sections and (value.columns and value or value.rows)
  if not rows or not rows.columns then
    error("--csv: the result is not a single table; --json prints all of it", 0)
  end
  return csv.of_rows(rows)
end

local function print_csv(value)
  local text, surrogates = csv_of(value)
  io.write(text)
  if (surrogates or 0) > 0 then
    io.stdout:flush()
    io.stderr:write(("dryad: %s written as \\udc80, since UTF-8 has none\n"):format(
      units.quantity(surrogates, "lone surrogate")))
  end
end

--- Raises an error if the user asked for two formats.
-- @tparam table given the options of the command line
-- @usage findings.check_form(given)
function M.check_form(given)
  if given.csv and given.json then
    error("--json or --csv, not both", 0)
  end
end

local function print_json(value, from)
  local before, after = envelope.around(from.command, from.heaps or {})
  io.write(before)
  if from.write then
    from.write(value)
  else
    io.write(core.json.encode(json_value(value)))
  end
  io.write(after)
end

--- Prints the findings in the format that the options ask for.
-- @param value
-- @tparam table given the options of the command line
-- @tparam table from `{command =, heaps = those read, is_introduced = whether text begins with the description of the
--   heap, write = writes the value as JSON, if it does not fit into memory as a whole}`
-- @usage findings.print(heap:summarize(), { json = true }, { command = "summary", heaps = { heap } })
function M.print(value, given, from)
  if given.csv then
    print_csv(value)
  elseif given.json then
    print_json(value, from)
  elseif value ~= nil then
    local text = type(value) == "string" and value or printer.text(value)
    pager.show(from.is_introduced and process.introduced(from.heaps[1], text) or text)
  end
end

--- Why a check of a heap would prove nothing; nil if it is whole.
local function defect(heap)
  local report = heap.report
  if report.complete == false then
    return "is incomplete: " .. report.incomplete
  elseif (report.bad_lines or 0) > 0 then
    return ("has %d line%s that cannot be used"):format(report.bad_lines, report.bad_lines == 1 and "" or "s")
  end
end

--- Raises an error if a dump is incomplete or has bad lines, since a check of it could pass for what is missing.
-- --allow-incomplete allows it.
-- @tparam table given the options of the command line
-- @tparam {heap,...} heaps
-- @usage findings.check_whole(given, { heap })
function M.check_whole(given, heaps)
  for _, heap in ipairs(given["allow-incomplete"] and {} or heaps) do
    local why = defect(heap)
    if why then
      io.stdout:flush()
      error(("the check was not made: %s %s; --allow-incomplete checks what is there"):format(heap.file or "the dump",
        why), 0)
    end
  end
end

--- Compares a size with the limit of --fail-over; returns the exit status, and reports on stderr if it is exceeded.
-- Raises an error for dumps that are not whole.
-- @tparam table given the options of the command line
-- @tparam integer size
-- @tparam string what the beginning of a sentence that ends with the size
-- @tparam {heap,...} heaps that the size was taken from
-- @treturn integer|nil
-- @usage return findings.judge(given, found.retained, "the first suspect retains", { heap })
function M.judge(given, size, what, heaps)
  local limit = given["fail-over"]
  if not limit then
    return nil
  end
  M.check_whole(given, heaps)
  if size <= limit then
    return nil
  end
  io.stdout:flush()
  io.stderr:write(("dryad: %s %s, more than the %s that --fail-over allows\n"):format(what, units.bytes(size),
    units.bytes(limit)))
  return OVER
end

return M
