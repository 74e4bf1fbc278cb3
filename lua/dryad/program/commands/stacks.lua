-- SPDX-License-Identifier: MIT
local findings = require "dryad.program.findings"
local loading = require "dryad.program.loading"
local shared = require "dryad.program.shared_declarations"
local stacks = require "dryad.analysis.stacks"

return {
  summary = "Prints what threads and tasks were doing, and what their frames hold.",
  arguments = { shared.dump },
  takes = "one dump",
  options = shared.options_of_findings({}, { shared.json }),
  text = "Threads, and tasks of event loops, with the same stack are told together.",
  examples = { { "dryad stacks 1234", "the stacks of process 1234, with the largest local variables" } },
  json = "[{kind: thread or task, names: [name], count, retained, frames: [{name, file, line, retained, locals: "
    .. "[{name, object: OBJECT, objects, retained}]}]}]",
  run = function(given, words)
    local heap = loading.heap(words[1], given)
    findings.print(stacks.of(heap), given, { command = "stacks", heaps = { heap }, is_introduced = true })
  end,
}
