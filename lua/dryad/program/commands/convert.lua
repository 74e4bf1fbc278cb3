-- SPDX-License-Identifier: MIT
local convert = require "dryad.program.convert"
local format = require "dryad.text.format"
local output = require "dryad.text.output"
local shared = require "dryad.program.shared_declarations"
local units = require "dryad.text.units"

return {
  summary = "Rewrites a dump in the canonical format.",
  arguments = {
    { "IN", type = "dump", help = "a dump, or `-` for standard input" },
    { "OUT", type = "file", help = "the new file; the extension .gz or .zst compresses it" },
  },
  takes = "the dump to read and the file to write",
  options = {
    shared.threads,
    {
      "redact", false, "replace texts (names of attributes too) and numbers with salted hashes; keep types, sizes, "
        .. "lengths, references, and the names of types, modules, functions, locals, threads, tasks and files",
    },
    { "remove-expensive-references", false, "leave out references to modules, frames, types and globals" },
    shared.force,
    shared.strict,
    shared.spill,
    shared.max_text,
    shared.max_memory,
  },
  text = "The new dump has one line per object, in address order, without duplicates.",
  examples = {
    { "dryad convert --redact app.dump shared.dump.zst", "a dump to share: structure and sizes, no contents" },
  },
  run = function(given, words)
    local done = convert.convert(words[1], words[2], {
      threads = given.threads,
      redact = given.redact,
      remove_expensive_references = given["remove-expensive-references"],
      force = given.force,
      strict = given.strict,
      spill = given.spill,
      max_text = given["max-text"],
      max_memory = given["max-memory"],
    })
    output.tell(("%s%s object%s, %s"):format(done.is_direct and "" or format.printable(done.path) .. ": ",
      units.count(done.objects), done.objects == 1 and "" or "s", units.bytes(done.file_bytes)))
  end,
}
