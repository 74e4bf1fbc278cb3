-- SPDX-License-Identifier: MIT
local findings = require "dryad.program.findings"
local loading = require "dryad.program.loading"
local recipes = require "dryad.recipes.recipes"
local shared = require "dryad.program.shared_declarations"

return {
  summary = "Prints what grew between two or three dumps of one program.",
  arguments = {
    { "BEFORE", type = "dump", help = "a dump, or the process id of a running Python, like the others" },
    { "AFTER", type = "dump" },
    { "LATER", type = "dump", optional = true },
  },
  takes = "two or three dumps",
  options = shared.options_of_findings({
    { "least", "SIZE", "leave out whatever grew by less" },
    shared.fail_over "the heap grew by more",
    shared.allow_incomplete,
  }, { shared.json }),
  text = "Given three dumps, it also prints what appeared in the second and is still in the third.",
  examples = {
    { "dryad diff monday.dump.zst tuesday.dump.zst", "what grew from one day to the next" },
    { "dryad diff --fail-over 100M before.dump after.dump", "a check: exit status 1 when the heap grew by more" },
  },
  json = "{title, text, sections: [{title, rows: [{type_str, count_before, count_after, count_growth, size_before, "
    .. "size_after, size_growth}]}]}",
  run = function(given, words)
    local heaps = {}
    for i, path in ipairs(words) do
      heaps[i] = loading.heap(path, given)
    end
    findings.print(recipes.run(recipes.find("growth"), heaps, given.least and { "least=" .. given.least } or {}), given,
      { command = "diff", heaps = heaps })
    return findings.judge(given, heaps[#heaps].total_size - heaps[1].total_size, "the heap grew by", heaps)
  end,
}
