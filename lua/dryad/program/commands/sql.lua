-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local did_you_mean = require "dryad.text.did_you_mean"
local findings = require "dryad.program.findings"
local interruption = require "dryad.text.interruption"
local loading = require "dryad.program.loading"
local output = require "dryad.text.output"
local session = require "dryad.prompt.session"
local shared = require "dryad.program.shared_declarations"
local sql_names = require "dryad.prompt.sql_names"

local HELP = "; the tables are obj and ref, `dryad help heap:sql` lists their columns"

--- The end of an error about an unknown table or column: a near name, or where to find them all.
local function hint(message, heap)
  local kind, name = message:match "^no such (%a+): ([%w_.]+)"
  if kind ~= "table" and kind ~= "column" then
    return ""
  end
  local near = did_you_mean.hint(name:match "[^.]*$", sql_names[kind .. "s"](session.new { heap = heap }))
  return near ~= "" and near or HELP
end

local function answer_to(heap, query)
  local shell = query:match "^%s*(%.%a+)"
  if shell then
    error(shell .. " is a command of SQLite's shell, not a query" .. HELP, 0)
  end
  local good, answer = interruption.attempt(heap.sql, heap, query)
  if not good then
    local message, place = tostring(answer):match "^([^\n]*)(.*)$"
    error(message .. hint(message, heap) .. place, 0)
  end
  return answer
end

local ROWS_AT_ONCE = 1000

--- Writes the rows as JSON, some at a time: there may be millions.
local function write_rows(answer)
  if math.type(answer) == "integer" then
    output.data(core.json.encode({ columns = { "changed" }, rows = { { answer } } }))
    return
  end
  local columns = answer.columns
  output.data('{"columns":' .. core.json.encode(setmetatable(columns, { __jsontype = "array" })) .. ',"rows":[')
  for first = 1, #answer, ROWS_AT_ONCE do
    output.data((first > 1 and "," or "") .. core.json_rows(answer, first, math.min(#answer, first + ROWS_AT_ONCE - 1)))
  end
  output.data "]}"
end

return {
  summary = "Prints the rows of an SQL query over the tables obj and ref.",
  arguments = {
    shared.dump,
    { "QUERY", type = "sql", help = "any query of SQLite; `dryad help heap:sql` lists the columns" },
  },
  takes = 'a dump and a query in quotes, such as "select type, count(*) from obj group by type"',
  options = shared.options_of_findings({}, { shared.json, shared.csv }),
  examples = {
    { 'dryad sql --csv app.dump.zst "select type, count(*) from obj group by 1"', "a row for each type, as CSV" },
  },
  json = "{columns: [name], rows: [[value]]}; of a change {columns: [\"changed\"], rows: [[count]]}",
  run = function(given, words)
    findings.check_form(given)
    local heap, ws = loading.heap(words[1], given)
    local answer = answer_to(heap, words[2])
    findings.print(answer, given, { command = "sql", heaps = { heap }, write = write_rows })
    if ws then
      ws:close()
    elseif math.type(answer) == "integer" and answer > 0 then
      output.tell "changed in memory only: the dump stays as it is; see dryad help workspaces"
    end
  end,
}
