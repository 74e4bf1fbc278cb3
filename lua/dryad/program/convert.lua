-- SPDX-License-Identifier: MIT
--- Rewriting dumps.
-- @module dryad.program.convert

local M = {}

--- Reads a dump without collapsing it and writes it in the canonical format: one object per line in address order,
-- without duplicates, compressed according to the extension of the new file. Without expensive references it is written
-- collapsed: an instance's dict can no longer be told apart once its class is gone.
-- @tparam string from a path, or `-`
-- @tparam string to a path, or `-`
-- @tparam[opt] table options `redact` (contents become salted hashes; equal ones stay equal),
-- `remove_expensive_references`, `threads`, `strict`, `spill`, `max_text`, `max_memory`, `progress` as for
-- @{dryad.heap.load}, `force` (replaces an existing file)
-- @treturn table `{path =, objects =, file_bytes =, is_direct = whether it was written in place, as a pipe is}`
-- @usage require("dryad.program.convert").convert("app.dump", "app.dump.zst")
function M.convert(from, to, options)
  local core, dryad = require("dryad.core"), require("dryad")
  options = options or {}
  local sink <close> = core.sink(to, { force = options.force, force_name = "--force", inputs = { from } })
  local heap <close> = dryad.load(from, {
    index = false, -- an index rarely holds a raw heap, and saying so each time would be noise
    threads = options.threads, collapse = options.remove_expensive_references or false, strict = options.strict,
    spill = options.spill, max_text = options.max_text, max_memory = options.max_memory, progress = options.progress,
  })
  if options.remove_expensive_references then
    heap:remove_expensive_references()
  end
  local done = { objects = #heap }
  done.path, done.file_bytes, done.is_direct = core.write_dump(heap, sink, options.progress, options.redact)
  return done
end

return M
