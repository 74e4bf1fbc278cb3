-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dryad = require "dryad"
local index = require "dryad.heap.index_beside_dump"
local loading = require "dryad.program.loading"
local output = require "dryad.text.output"
local shared = require "dryad.program.shared_declarations"

local UNFIT = {
  pipe = "cannot index a pipe; save the dump to a file first",
  directory = "is a directory",
  other = "is not a regular file",
}

--- Why no index can lie beside a dump; nil if one can, or the dump cannot be read at all.
local function why_unfit(dump)
  if index.is_path(dump) then
    return "is an index already, judging by its name; index takes a dump"
  end
  local facts = dump ~= "-" and core.file_facts(dump)
  return UNFIT[dump == "-" and "pipe" or facts and facts.kind]
end

return {
  summary = "Writes an index beside a dump, which later commands open at once.",
  arguments = { { "DUMP", type = "dump", help = "a dump in a regular file" } },
  takes = "a dump",
  options = {
    { "dominators", false, "include the dominators and retained sizes that leaks and why need" },
    { "force", false, "replace an existing file that is not an index of the dump, if it is your own" },
    shared.threads,
    shared.raw,
    shared.strict,
    shared.spill,
    shared.max_text,
    shared.max_memory,
  },
  text = "The index is DUMP.dryad. Dryad rebuilds it when the dump has changed. You can delete it at any time.",
  examples = { { "dryad index --dominators app.dump.zst", "then leaks and why answer at once" } },
  run = function(given, words)
    local dump = words[1]
    local path = index.path(dump)
    local unfit = why_unfit(dump)
    if unfit then
      error(("%s: %s"):format(dump, unfit), 0)
    end
    local options = loading.options(given)
    options.index = false
    local sink <close> = index.sink_beside(dump, given.force)
    local heap = dryad.load(dump, options)
    if given.dominators then
      heap:dominators()
    end
    index.write(heap, sink)
    output.write(index.summary(heap, path) .. "\n")
  end,
}
