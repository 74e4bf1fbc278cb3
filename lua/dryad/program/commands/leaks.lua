-- SPDX-License-Identifier: MIT
local findings = require "dryad.program.findings"
local loading = require "dryad.program.loading"
local next_steps = require "dryad.program.next_steps"
local shared = require "dryad.program.shared_declarations"
local suspects = require "dryad.analysis.suspects"

--- The command line that asks more about the first suspect, and what it tells.
local function further(dump, suspect)
  if suspect.kind == "garbage" then
    return { "run", "garbage", dump }, "for what is in it"
  elseif suspect.kind == "object" then
    return { "why", dump, ("0x%x"):format(suspect.object.address) }, "for the ways to it"
  elseif suspect.class and suspect.class:find(".", 1, true) and not suspect.defined then
    return { "why", dump, suspect.class }, "for the ways to them"
  end
  return { "why", dump, ("0x%x"):format(suspect.objects[1].address) }, "for the ways to one"
end

local LEAST = 1e-9 -- a share of the heap; it must be positive

return {
  summary = "Finds leak suspects, who holds them, and what they contain.",
  arguments = { shared.dump },
  takes = "one dump",
  options = shared.options_of_findings({
    shared.fraction,
    shared.fail_over "a suspect retains more",
    shared.allow_incomplete,
  }, { shared.json }),
  examples = {
    { "dryad leaks app.dump.zst", "the suspects" },
    { "dryad leaks --fail-over 50M app.dump.zst", "as a check: exit status 1 when one retains more" },
  },
  json = "[{kind, class, type, count, retained, fraction, chain, object: OBJECT or objects: [OBJECT], accumulation: "
    .. "OBJECT, path: {expression, length, steps: [{label, object: OBJECT}]}, holders: [{held, expression, name, "
    .. "label, type, objects, object: OBJECT}], mechanism, contents: [{class, type, count, retained, size}], "
    .. "inside: SUMMARY, duplicates: {strings, redundant, wasted}, allocated: {site, count, of}, within, "
    .. "total_count, cycles: [{text, cycles, count, size}], collector, finalizers}]",
  run = function(given, words)
    local heap = loading.heap(words[1], given)
    local fraction, limit = given.fraction, given["fail-over"]
    if limit then
      fraction = math.max(LEAST, math.min(fraction or suspects.FRACTION, limit / math.max(1, heap.total_size)))
    end
    local found = suspects.find(heap, fraction)
    findings.print(found, given, { command = "leaks", heaps = { heap } })
    if found[1] and not findings.form(given) then
      next_steps.tell("leaks", words[1], further(words[1], found[1]))
    end
    return findings.judge(given, found[1] and found[1].retained or 0, "the first suspect retains", { heap })
  end,
}
