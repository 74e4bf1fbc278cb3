-- SPDX-License-Identifier: MIT
local findings = require "dryad.program.findings"
local loading = require "dryad.program.loading"
local next_steps = require "dryad.program.next_steps"
local shared = require "dryad.program.shared_declarations"

return {
  summary = "Explains why an object, or all objects of a type, are alive.",
  arguments = { shared.dump, { "WHAT", type = "what", help = "an address, a way, or the name of a type" } },
  takes = "a dump and an address, a way or the name of a type",
  options = shared.options_of_findings({
    { "paths", "N", "print up to N different paths to a single object; default: 3", type = "count" },
    shared.fail_over "it, or all of them together, retain more",
    shared.allow_incomplete,
  }, { shared.json }),
  text = "Prints the shortest paths from the roots, written as in Python, and the objects' referrers.",
  examples = {
    { "dryad why app.dump.zst 140203053926864", "the shortest paths to one object" },
    { 'dryad why app.dump.zst "shop.CACHE[\'k7\']"', "the same to the object at a way" },
    { "dryad why app.dump.zst Session", "the paths to all Sessions, merged into one tree" },
  },
  json = "of one object {object: OBJECT, retained, root, mechanism: MECHANISM, paths: [{expression, length, steps: "
    .. "[{label, object: OBJECT}]}]}; of a type {class, count, size, retained, unreached, mechanism: MECHANISM, "
    .. "branches: [{label, type, objects, object: OBJECT, count, here, size, branches}], holders: [{held, "
    .. "expression, name, label, type, objects, object: OBJECT}]}; MECHANISM: {kind, text, function, local, file, "
    .. "line, bytes}",
  run = function(given, words)
    local heap = loading.heap(words[1], given)
    local found = heap:why(words[2], given.paths)
    findings.print(found, given, { command = "why", heaps = { heap } })
    if not findings.form(given) then
      next_steps.tell("why", words[1])
    end
    return findings.judge(given, found.retained, words[2] .. " retains", { heap })
  end,
}
