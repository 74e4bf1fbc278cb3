-- SPDX-License-Identifier: MIT
local findings = require "dryad.program.findings"
local loading = require "dryad.program.loading"
local next_steps = require "dryad.program.next_steps"
local shared = require "dryad.program.shared_declarations"

return {
  summary = "Prints how many objects of each type there are, and their bytes.",
  arguments = { shared.dump },
  takes = "one dump",
  options = shared.options_of_findings({
    { "by", "FIELD", "sort by size (the default) or count", choices = { "size", "count" } },
    { "top", "N", "print only the first N types; default: 20 as text, all in the other forms", type = "count" },
  }, { shared.json, shared.jsonl, shared.csv }),
  examples = { { "dryad summary --by count --top 5 app.dump.zst", "the five types with the most objects" } },
  json = "{total_count, total_size, types: [{type_str, count, total_size, max_size, max_address, avg, stddev}]}",
  run = function(given, words)
    findings.check_form(given)
    local heap = loading.heap(words[1], given)
    local summary = heap:summarize()
    if given.by == "count" then
      summary = summary:by_count()
    end
    findings.print(given.top and summary:top(given.top) or summary, given, {
      command = "summary", heaps = { heap }, is_introduced = true,
    })
    if not findings.form(given) then
      next_steps.tell("summary", words[1], { "leaks", words[1] }, "for what piles up, and who holds it")
    end
  end,
}
