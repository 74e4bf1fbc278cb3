-- SPDX-License-Identifier: MIT
local findings = require "dryad.program.findings"
local loading = require "dryad.program.loading"
local shared = require "dryad.program.shared_declarations"
local suspects = require "dryad.analysis.suspects"

local LEAST = 1e-9 -- of the heap: a share is more than 0

return {
  summary = "Prints what may be a leak: what it is, who holds it, what is inside.",
  arguments = { shared.dump },
  takes = "one dump",
  options = {
    { "fraction", "F", "of the heap that a suspect retains at least; 0.1, or 10%, by default", type = "share" },
    shared.fail_over "a suspect retains more",
    shared.keep,
    shared.force_keep,
    shared.threads,
    shared.json,
    shared.raw,
    shared.strict,
    shared.spill,
  },
  examples = {
    { "dryad leaks app.dump.zst", "the suspects" },
    { "dryad leaks --fail-over 50M app.dump.zst", "the same as a check: exit status 1 when one retains more" },
  },
  json = "[{kind, type, count, retained, fraction, object: OBJECT or objects: [OBJECT], accumulation: OBJECT, path: "
    .. "{expression, steps: [{label, object: OBJECT}]}, holders: [{held, expression, label, type, objects, object: "
    .. "OBJECT}], inside: SUMMARY}]",
  run = function(given, words)
    local heap = loading.heap(words[1], given)
    local fraction, limit = given.fraction or suspects.FRACTION, given["fail-over"]
    if limit then
      fraction = math.max(LEAST, math.min(fraction, limit / math.max(1, heap.total_size)))
    end
    local found = suspects.find(heap, fraction)
    findings.print(found, given)
    return found[1] and findings.judge(given, found[1].retained, "the first suspect retains")
  end,
}
