-- SPDX-License-Identifier: MIT
--- Prints the findings of a command for people or programs, and checks them against a limit.
-- @module dryad.program.findings

local core = require "dryad.core"
local csv = require "dryad.text.csv"
local defects = require "dryad.heap.defects"
local envelope = require "dryad.program.envelope"
local format = require "dryad.text.format"
local json_value = require "dryad.text.json_value"
local output = require "dryad.text.output"
local pager = require "dryad.text.pager"
local pieces = require "dryad.text.pieces"
local printer = require "dryad.text.printer"
local process = require "dryad.heap.process"
local row_texts = require "dryad.sql.row_texts"
local single_table = require "dryad.text.single_table"
local units = require "dryad.text.units"

local M = {}

local OVER = 1 -- the exit status when a check fails

-- ---- printing -------------------------------------------------------------------------------------

--- The form that the options ask for, see @{dryad.sql.row_texts}; nil for text.
-- @tparam table given the options of the command line
-- @treturn string|nil
-- @usage local form = findings.form(given)
function M.form(given)
  return given.csv == "excel" and "excel" or given.csv and "csv" or given.json and "json" or given.jsonl and "jsonl"
    or nil
end

local FORMS = { "json", "jsonl", "csv" }

--- Raises an error if the user asked for two formats.
-- @tparam table given the options of the command line
-- @usage findings.check_form(given)
function M.check_form(given)
  local asked = {}
  for _, name in ipairs(FORMS) do
    asked[#asked + 1] = given[name] and "--" .. name
  end
  if #asked > 1 then
    error(asked[1] .. " or " .. asked[2] .. ", not both", 0)
  end
end

--- Writes the rows of a value in a form of @{dryad.sql.row_texts}.
local function write_rows(value, form, write)
  if rawequal(getmetatable(value), core.result.meta) then
    value = row_texts.of_result(value, form)
  end
  if row_texts.is(value) then
    return row_texts.write(value, write)
  end
  local rows = single_table.of(value)
  if not rows then
    error(("--%s: the result is not a single table; --json prints all of it"):format(form == "excel" and "csv" or form),
      0)
  elseif form == "jsonl" then
    core.json.write_lines(json_value(rows), write)
  else
    csv.write(rows, form, write)
  end
end

local function print_rows(value, form)
  local escapes = 0
  write_rows(value, form, function(text, more)
    output.data(text)
    escapes = escapes + (more or 0)
  end)
  if escapes > 0 then
    output.tell("dryad: " .. pieces.escaped(escapes))
  end
end

local function print_json(value, from)
  local before, after = envelope.around(from.command, from.heaps or {})
  output.data(before)
  if row_texts.is(value) then
    row_texts.write(value, output.data)
  else
    core.json.write(json_value(value), output.data)
  end
  output.data(after)
end

--- Whether any findings were printed.
M.is_printed = false

--- Prints the findings in the format that the options ask for.
-- @param value a finding, or rows of @{dryad.sql.row_texts} in the form of the options
-- @tparam table given the options of the command line
-- @tparam table from `{command =, heaps = those read, is_introduced = whether text begins with the description of the
--   heap}`
-- @usage findings.print(heap:summarize(), { json = true }, { command = "summary", heaps = { heap } })
function M.print(value, given, from)
  M.is_printed = true
  local form = M.form(given)
  if form == "json" then
    print_json(value, from)
  elseif form then
    print_rows(value, form)
  elseif value ~= nil then
    local text = type(value) == "string" and format.printable_lines(value) or printer.text(value)
    pager.show(from.is_introduced and process.introduced(from.heaps[1], text) or text)
  end
end

-- ---- checks ---------------------------------------------------------------------------------------

--- Raises an error if a dump has no exact totals, or if it is incomplete or has lines that could not be used or lost
-- something, since a check of it could pass for what is missing. --allow-incomplete allows the latter.
-- @tparam table given the options of the command line
-- @tparam {heap,...} heaps
-- @usage findings.check_whole(given, { heap })
function M.check_whole(given, heaps)
  for _, heap in ipairs(heaps) do
    if units.is_bound(heap.total_size) then
      error(("the check was not made: the sizes in %s add up to 2^63 - 1 bytes or more, where totals stop"):format(
        heap.file or "the dump"), 0)
    end
  end
  for _, heap in ipairs(given["allow-incomplete"] and {} or heaps) do
    local why = defects.of(heap)
    if why then
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
  output.tell(("dryad: %s %s, more than the %s that --fail-over allows"):format(format.printable(what),
    units.bytes(size), units.bytes(limit)))
  return OVER
end

--- Judges growth for --fail-on-growth; returns the exit status, and reports on stderr what grew steadily. Raises an
-- error for dumps that are not whole.
-- @tparam table given the options of the command line
-- @tparam {growth,...} growths
-- @tparam boolean is_many whether these are of more than two dumps
-- @tparam {heap,...} heaps that they were found in
-- @treturn integer|nil
-- @usage return findings.judge_growth(given, diff:growth(), false, { before, after })
function M.judge_growth(given, growths, is_many, heaps)
  if not given["fail-on-growth"] then
    return nil
  end
  M.check_whole(given, heaps)
  for _, growth in ipairs(growths) do
    if growth.steady then
      output.tell(("dryad: grew %sby %s: %s; --fail-on-growth does not allow that"):format(
        is_many and "at every step, in all " or "", units.bytes(growth.bytes), growth.text))
      return OVER
    end
  end
end

return M
