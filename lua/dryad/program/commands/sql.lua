-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local findings = require "dryad.program.findings"
local loading = require "dryad.program.loading"
local output = require "dryad.text.output"
local shared = require "dryad.program.shared_declarations"

local TABLES = "; the tables are obj and ref, `dryad help heap:sql` lists their columns"

--- Answers a query. An error about an unknown table or a command of SQLite's shell says which tables there are.
local function answer_to(heap, query)
  local shell = query:match "^%s*(%.%a+)"
  if shell then
    error(shell .. " is a command of SQLite's shell, not a query" .. TABLES, 0)
  end
  local good, answer = pcall(heap.sql, heap, query)
  if not good and tostring(answer):find "no such table" then
    answer = answer .. TABLES
  end
  return good and answer or error(answer, 0)
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
