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
    shared.max_text,
    shared.max_memory,
    { "unguarded", false, "allow SQL everything that SQLite can do, such as attach and writing pragmas" },
    { "version", false, "print the version", short = "v" },
  },
  exit_status = "0 success, 1 a check failed (see --fail-over), 2 an error in usage, input or a script, "
    .. "130 interrupted.",
  text = [[
The prompt speaks Lua; it loads the dump as **heap** and prints its summary. With several dumps, **heap** is the last,
and **heaps** holds all of them. A dump has one JSON object per line, as Meliae writes it, plain or compressed with gzip
or zstd. A database is a workspace made with **create** at the prompt, or one that memsee wrote; opening it restores its
dumps, names and changes, and adds any further dumps to it. At the prompt, **help** lists the topics and **help NAME**
explains one. A file that begins like a dump is read as one, even if its name ends in `.lua`; one with the name of a
command or an option is opened as `./NAME`, or after `--`.

Every command that takes a dump also takes a database, and uses its current generation. Except for **index** and
**convert**, each also takes the process id of a running Python. Dryad then dumps the process, as **dump** does, into a
compressed file without a name in `$TMPDIR` (default: `/tmp`), which is deleted when the program ends; **--keep** FILE
keeps it. If a file has that number as its name, Dryad reads the file.]],
  sections = {
    {
      "output files",
      [[
Dryad writes files with mode 0600, atomically and synced: a file appears whole or not at all. **index**, **convert**
and **dump** replace an existing file only with **--force**, and only if it is a regular file that you own; an index of
the same dump is replaced without **--force**. Dryad refuses a symbolic link in a folder that others can write to. It
writes directly to `-`, `/dev/stdout`, `/dev/fd/N`, devices, and FIFOs that you own; indexes and traces need regular
files.

In a file name, `%p` stands for the process id (for **dump**, that of the dumped process), `%h` for the host, `%t` for
the time in seconds (a later one if that name is taken), and `%%` for a percent sign.]],
    },
    {
      "environment",
      [[
- `DRYAD_TRACE`: a new regular file to which Dryad writes what `--verbose` reports, in the Trace Event Format, which
  ui.perfetto.dev opens; in its name `%p` stands for the process id and `%t` for the time
- `DRYAD_RECIPES`: directories of your own recipes, separated by colons
- `TMPDIR`: the folder for dumps of processes that are not kept
- `PAGER`: the program that shows long results
- `NO_COLOR`: turns colour off]],
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
