-- SPDX-License-Identifier: MIT
local did_you_mean = require "dryad.text.did_you_mean"
local findings = require "dryad.program.findings"
local interruption = require "dryad.text.interruption"
local loading = require "dryad.program.loading"
local output = require "dryad.text.output"
local query = require "dryad.sql.query"
local row_texts = require "dryad.sql.row_texts"
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

--- Answers a query in a form, or with a result. An error about an unknown table or column, or a command of SQLite's
-- shell, says which there are.
local function answer_to(heap, text, form)
  local shell = text:match "^%s*(%.%a+)"
  if shell then
    error(shell .. " is a command of SQLite's shell, not a query" .. HELP, 0)
  end
  local good, answer = interruption.attempt(function()
    return form and query.texts(heap, text, form) or heap:sql(text)
  end)
  if not good then
    local message, place = tostring(answer):match "^([^\n]*)(.*)$"
    error(message .. hint(message, heap) .. place, 0)
  end
  return answer
end

local CHANGED = { __jsontype = "object", __jsonorder = { "columns", "rows" } }

--- What is printed of an answer that is not in the form yet: the count of a change, or the rows that it returns.
local function printed(answer, form)
  if not form or row_texts.is(answer) then
    return answer
  elseif math.type(answer) ~= "integer" then
    return row_texts.of_result(answer, form)
  elseif form == "json" then
    return setmetatable({ columns = { "changed" }, rows = { { answer } } }, CHANGED)
  end
  return { columns = { "changed" }, { changed = answer } }
end

return {
  summary = "Prints the rows of an SQL query over the tables obj and ref.",
  arguments = {
    shared.dump,
    { "QUERY", type = "sql", help = "any query of SQLite; `dryad help heap:sql` lists the columns" },
  },
  takes = 'a dump and a query in quotes, such as "select type, count(*) from obj group by type"',
  options = shared.options_of_findings({}, { shared.json, shared.jsonl, shared.csv }),
  examples = {
    { 'dryad sql --csv app.dump.zst "select type, count(*) from obj group by 1"', "a row for each type, as CSV" },
  },
  json = "{columns: [name], rows: [[value]]}; of a change {columns: [\"changed\"], rows: [[count]]}",
  run = function(given, words)
    findings.check_form(given)
    local heap, ws = loading.heap(words[1], given)
    local form = findings.form(given)
    local answer = answer_to(heap, words[2], form)
    findings.print(printed(answer, form), given, { command = "sql", heaps = { heap } })
    if ws then
      ws:close()
    elseif math.type(answer) == "integer" and answer > 0 then
      output.tell "changed in memory only: the dump stays as it is; see dryad help workspaces"
    end
  end,
}
