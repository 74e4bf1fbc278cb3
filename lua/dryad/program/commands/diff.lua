-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
local findings = require "dryad.program.findings"
local loading = require "dryad.program.loading"
local shared = require "dryad.program.shared_declarations"

return {
  summary = "Prints what grew between dumps, and what holds it.",
  arguments = {
    { "BEFORE", type = "dump", help = "a dump, or the process id of a running Python, like the others" },
    { "AFTER", type = "dump" },
    { "LATER", type = "dump", many = true, optional = true },
  },
  takes = "two or more dumps",
  options = shared.options_of_findings({
    shared.least,
    shared.fail_over "the heap grew by more",
    shared.fail_on_growth,
    shared.allow_incomplete,
  }, { shared.json }),
  text = "Dumps of one process are compared object by object. Those of different processes, such as a healthy and a "
    .. "sick one, are compared by class and way. Given more than two dumps, it says what grew at every step, and what "
    .. "appeared after the first and is still in the last.",
  examples = {
    { "dryad diff monday.dump.zst tuesday.dump.zst", "what grew from one day to the next" },
    { "dryad diff healthy.dump sick.dump", "what one process has that another has not" },
    { "dryad diff --fail-over 100M before.dump after.dump", "a check: exit status 1 when the heap grew by more" },
    { "dryad diff --fail-on-growth 1.dump 2.dump 3.dump", "a check: exit status 1 when something grows and grows" },
  },
  json = "{title, text, rows: [{text, class, name, type, count, bytes, way, kind, holders, object: OBJECT, is_new, "
    .. "is_chain, is_garbage, counts, sizes, steady, retained_before, retained_after, retained_growth, "
    .. "classes: [{class, type, origin, count, size}], allocated: {site, count, of}}], "
    .. "data: {same_process, notes: [TEXT], imported: {names: [TEXT], bytes}}, sections: [{title, rows: [{type_str, "
    .. "count_before, count_after, count_growth, size_before, size_after, size_growth}]}, {title, "
    .. "rows: [{retained_before, retained_after, retained_growth, way, object: OBJECT}]}]}",
  run = function(given, words)
    local heaps = {}
    for i, path in ipairs(words) do
      heaps[i] = loading.heap(path, given)
    end
    local report = dryad.diff(table.unpack(heaps)):report(given.least)
    findings.print(report, given, { command = "diff", heaps = heaps })
    local over = findings.judge(given, heaps[#heaps].total_size - heaps[1].total_size, "the heap grew by", heaps)
    return over or findings.judge_growth(given, report.rows, #heaps > 2, heaps)
  end,
}
