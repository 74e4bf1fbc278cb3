-- SPDX-License-Identifier: MIT
--- Options and arguments that several commands have, each declared once.
-- @module dryad.program.shared_declarations
-- @usage options = { shared.threads, shared.json }

local M = {}

M.dump = {
  "DUMP|PID", type = "dump",
  help = "a dump, the process id of a running Python, `-` for standard input, or a database, for its current "
    .. "generation",
}

M.json = { "json", false, "findings as JSON" }
M.csv = { "csv", false, "rows as CSV" }
M.raw = { "raw", false, "as dumped: instances and their dicts apart" }
M.threads = { "threads", "N", "load with N threads; by default one for each processor", type = "threads" }
M.strict = { "strict", false, "stop at the first problem in the dump" }
M.force = { "force", false, "replace an existing file, if it is your own" }
M.keep = {
  "keep", "FILE", "where to keep the dump of the process that PID names; .gz and .zst are compressed", type = "file",
}
M.force_keep = { "force", false, "let --keep replace an existing file, if it is your own" }
M.spill = { "spill", "DIR", "keep large parts of the heap in unnamed files in DIR instead of memory", type = "folder" }

--- The option --fail-over, with what it measures.
-- @tparam string measured
-- @treturn table
-- @usage options = { shared.fail_over "a suspect retains more" }
function M.fail_over(measured)
  return { "fail-over", "SIZE", ("exit with status 1 when %s, such as 50M"):format(measured), type = "size" }
end

return M
