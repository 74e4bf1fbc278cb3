-- SPDX-License-Identifier: MIT
--- The program's own declaration: usage, options, and the sections of the manual page that describe no command.
-- @module dryad.program.declaration

local shared = require "dryad.program.shared_declarations"

return {
  forms = { "dryad [options] [DUMP, PID or DATABASE ...]", "dryad [options] FILE.lua [WORD ...]", "dryad COMMAND ..." },
  summary = "Opens a prompt on heap dumps of Python processes (`-` is standard input), or runs a script.",
  options = {
    { "e", "CODE", "run CODE with the dump as `heap`; `=EXPR` prints a value", short = "e", many = true },
    {
      "i", false, "open the prompt after -e or a script; accept lines from an input that is not a terminal",
      short = "i",
    },
    shared.keep,
    shared.force_keep,
    shared.threads,
    shared.raw,
    shared.strict,
    shared.spill,
    { "unguarded", false, "allow SQL everything that SQLite can do, such as attach and writing pragmas" },
    { "version", false, "print the version", short = "v" },
  },
  exit_status = "0 success, 1 a check failed (see --fail-over), 2 an error in usage, input or a script, "
    .. "130 interrupted.",
  text = [[
The prompt speaks Lua; it loads the dump as **heap** and prints its summary. Of several dumps the last is **heap**, and
all are in **heaps**. A dump has one JSON object a line, as Meliae writes it, plain or compressed with gzip or zstd. A
database is a workspace, made with **create** at the prompt, or one that memsee wrote; its dumps, names and changes are
there again, and further dumps are read into it. At the prompt, **help** lists what there is and **help NAME**
explains it.

Where a command takes a dump it also takes a database, and asks about its current generation; and, but for **index** and
**convert**, the process id of a running Python. The process is dumped, as **dump** does it, into a compressed file in
`$TMPDIR` (`/tmp` where that is not set) that has no name and is gone with the program; **--keep** FILE keeps it. Where
there is a file of that name, Dryad reads the file.]],
  sections = {
    {
      "output files",
      [[
Dryad writes files with mode 0600, atomically and synced: a file appears whole or not at all. **index**, **convert**
and **dump** replace an existing file only with **--force**, and only if it is a regular file that you own; an index of
the same dump is replaced without **--force**. Dryad refuses a symbolic link in a folder that others can write to. It
writes directly to `-`, `/dev/stdout`, `/dev/fd/N`, devices, and FIFOs that you own.

In a file name, `%p` stands for the process id (for **dump**, that of the dumped process), `%h` for the host, `%t` for
the time in seconds (a later one if that name is taken), and `%%` for a percent sign.]],
    },
    {
      "environment",
      [[
- `DRYAD_TRACE`: a new file for what `--verbose` reports, in the Trace Event Format, which ui.perfetto.dev opens; in its
  name `%p` is the process, `%t` the time
- `DRYAD_RECIPES`: directories with recipes of your own, separated by colons
- `TMPDIR`: the folder for the dumps of processes that are not kept
- `PAGER`: shows long results
- `NO_COLOR`: no colour]],
    },
    {
      "files",
      [[
- `$XDG_STATE_HOME/dryad/history`: the lines typed at the prompt; `~/.local/state` is used if the variable is not set
- `DUMP.dryad`: the index of a dump. The prompt writes one when loading took more than ten seconds. You can delete it at
  any time, or pass it in place of the dump.]],
    },
  },
}
