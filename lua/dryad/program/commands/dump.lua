-- SPDX-License-Identifier: MIT
local dump = require "dryad.dump.dump"
local findings = require "dryad.program.findings"
local format = require "dryad.text.format"
local output = require "dryad.text.output"
local processes = require "dryad.program.processes"
local shared = require "dryad.program.shared_declarations"
local units = require "dryad.text.units"

--- Reports on a finished dump. Only its path goes to standard output.
local function print_dumped(done)
  output.tell(processes.summary(done))
  if done.is_direct then
    output.tell(("%s written in %.1fs"):format(units.bytes(done.file_bytes), done.seconds))
    return
  end
  output.data(done.path .. "\n")
  output.tell(("%s in %.1fs. To find leaks: %sdryad leaks %s"):format(units.bytes(done.file_bytes), done.seconds,
    os.getenv "SUDO_UID" and "sudo " or "", format.printable(done.path)))
end

return {
  summary = "Dumps the heap of a running Python process.",
  arguments = { { "PID", type = "pid", help = "the process id of a running CPython 3.8 to 3.15" } },
  options = {
    {
      "output", "FILE", "write to FILE; .gz and .zst compress, - is standard output; %p stands for PID, %t for the "
        .. "time, %h for the host; default: heap-PID-TIME.dump.zst", short = "o", type = "file",
    },
    shared.force,
    {
      "values", "KIND", "what to write of texts and numbers: full (the default), hash (salted hashes) or none",
      choices = { "full", "hash", "none" },
    },
    { "max-value", "N", "keep N characters of each text; default: 100", type = "number", least = 0 },
    {
      "allocation-frames", "N", "while tracemalloc traces in the process, write for each object the N innermost lines "
        .. "of code that allocated it, 0 to 8; default: 8",
      choices = { "0", "1", "2", "3", "4", "5", "6", "7", "8" },
    },
    { "timeout", "SECONDS", "give up when a stage makes no progress for this long; default: 60", type = "number",
      least = 0.001 },
    { "max-size", "SIZE", "give up when the file grows larger, such as 2G; default: nine tenths of the free space",
      type = "size" },
    { "json", false, "print the result as JSON" },
  },
  text = [[
The process needs no preparation. Dryad briefly borrows one of its threads to start a thread of its own, which copies
the process; Dryad scans the copy while the process continues. This needs the rights of a debugger: those of root, or of
the same user where `/proc/sys/kernel/yama/ptrace_scope` is 0.

The borrowed thread resumes the system call that it was waiting in, except for calls that any stop ends with `EINTR`
(which Python itself handles): `epoll_wait`, `sigtimedwait`, `semop`, `semtimedop`, `msgrcv`, `msgsnd`, `io_getevents`,
and those on a socket with `SO_RCVTIMEO` or `SO_SNDTIMEO`.]],
  examples = {
    { "sudo dryad dump 1234 -o app.dump.zst", "the heap of process 1234, compressed" },
    { "dryad dump 1234 -o - | ssh desk 'cat > app.dump'", "without writing a file on this host" },
  },
  json = "{pid, name, path, file_bytes, is_direct, objects, heap_bytes, dump_bytes, resident, held_seconds, seconds, "
    .. "attempts, process}",
  run = function(given, words)
    local pid = #words == 1 and dump.pid(words[1])
    if not pid then
      error(("dump takes the id of one process, such as 1234%s; see pgrep -a python"):format(
        words[1] and (", not '%s'"):format(table.concat(words, " ")) or ""), 0)
    elseif given.json and output.is_standard(given.output) then
      error("--json and the dump cannot both go to standard output: give -o the name of a file", 0)
    end
    local done = dump.dump(pid, {
      path = given.output,
      force = given.force,
      values = given.values,
      max_value = math.tointeger(given["max-value"]),
      allocation_frames = tonumber(given["allocation-frames"]),
      timeout = given.timeout,
      max_size = given["max-size"],
    })
    if given.json then
      findings.print(done, given, { command = "dump" })
    else
      print_dumped(done)
    end
  end,
}
