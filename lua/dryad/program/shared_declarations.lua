-- SPDX-License-Identifier: MIT
--- Declarations of options and arguments that several commands share.
-- @module dryad.program.shared_declarations
-- @usage options = { shared.threads, shared.json }

local M = {}

M.dump = {
  "DUMP|PID", type = "dump",
  help = "a dump, the process id of a running Python, `-` for standard input, or a database (its current generation)",
}

M.json = { "json", false, "print the findings as JSON" }
M.jsonl = { "jsonl", false, "print the rows as JSON lines, an object on each" }
M.csv = {
  "csv", "FORM", "print the rows as CSV; --csv=excel is for spreadsheets: it keeps them from taking text for formulas, "
    .. "and marks it as UTF-8", optional = true, choices = { "excel" },
}
M.raw = { "raw", false, "keep instances and their dicts apart, as dumped" }
M.threads = { "threads", "N", "load with N threads; default: one per processor", type = "threads" }
M.strict = { "strict", false, "stop at the first problem in the dump" }
M.force = { "force", false, "replace an existing file, if it is your own" }
M.keep = {
  "keep", "FILE", "keep the dump of process PID in FILE; .gz and .zst compress", type = "file",
}
M.force_keep = { "force", false, "let --keep replace an existing file, if it is your own" }
M.spill = { "spill", "DIR", "keep large parts of the heap in unnamed files in DIR instead of memory", type = "folder" }

M.max_text = { "max-text", "SIZE", "keep SIZE of each text in the dump; default: 64K", type = "size", least = 1024 }

M.max_memory = {
  "max-memory", "SIZE", "let loading take SIZE of memory; default: what the machine has left", type = "size",
  least = 1,
}

--- Declares the option --fail-over.
-- @tparam string measured a clause that names the size compared
-- @treturn table
-- @usage options = { shared.fail_over "a suspect retains more" }
function M.fail_over(measured)
  return { "fail-over", "SIZE", ("exit with status 1 when %s, such as 50M"):format(measured), type = "size" }
end

M.fraction = {
  "fraction", "F", "the least share of the heap that a suspect retains; default: 0.1, or 10%", type = "share",
}

M.least = { "least", "SIZE", "leave out whatever grew by less; default: 32K", type = "size" }

M.fail_on_growth = {
  "fail-on-growth", false, "exit with status 1 when something grew from each dump to the next: in number, or in "
    .. "size if it is one object, and by the bytes of --least",
}

M.allow_incomplete = {
  "allow-incomplete", false, "make the check even if the dump is incomplete or lost something, see `help automation`",
}

--- The options of a command that loads dumps and prints findings: its own, then those that all such commands share.
-- @tparam {option,...} own
-- @tparam {option,...} formats of the findings
-- @treturn {option,...}
-- @usage options = shared.options_of_findings({}, { shared.json })
function M.options_of_findings(own, formats)
  local options = {}
  local of_loading = { M.raw, M.strict, M.spill, M.max_text, M.max_memory }
  for _, group in ipairs { own, { M.keep, M.force_keep, M.threads }, formats, of_loading } do
    table.move(group, 1, #group, #options + 1, options)
  end
  return options
end

return M
