-- SPDX-License-Identifier: MIT
--- Rewriting dumps.
-- @module dryad.program.convert

local M = {}

--- Reads a dump as it is and writes it in the canonical format: one object a line in the order of addresses,
-- without duplicates, compressed as the name of the new file ends.
-- @tparam string from a path, or `-`
-- @tparam string to a path, or `-`
-- @tparam[opt] table options `redact` (contents become salted hashes; equal ones stay equal),
-- `remove_expensive_references`, `threads`, `strict`, `spill`, `progress` as for @{dryad.heap.load}, `force` (replaces
-- an existing file)
-- @treturn integer how many objects were written
-- @usage require("dryad.program.convert").convert("app.dump", "app.dump.zst")
function M.convert(from, to, options)
  local core, dryad = require("dryad.core"), require("dryad")
  options = options or {}
  local sink <close> = core.sink(to, { force = options.force, force_name = "--force" })
  local heap <close> = dryad.load(from, {
    index = false, -- it hardly ever is of a raw heap, and need not be told of each time
    threads = options.threads, collapse = false, strict = options.strict, spill = options.spill,
    progress = options.progress,
  })
  if options.remove_expensive_references then
    heap:remove_expensive_references()
  end
  core.write_dump(heap, sink, options.progress, options.redact)
  return #heap
end

return M
