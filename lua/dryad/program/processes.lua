-- SPDX-License-Identifier: MIT
--- Running processes in place of dumps: words of a command line that are process ids and not files.
-- @module dryad.program.processes

local core = require "dryad.core"
local dryad = require "dryad"
local dump = require "dryad.dump.dump"
local format = require "dryad.text.format"
local output = require "dryad.text.output"
local process = require "dryad.heap.process"
local shared = require "dryad.program.shared_declarations"
local units = require "dryad.text.units"

local M = {}

local NO_SUCH_FILE = 2 -- ENOENT

--- Whether anything with that name exists, readable or not.
local function is_file(name)
  if core.file_facts(name) then
    return true
  end
  local _, _, code = io.open(name)
  return code ~= NO_SUCH_FILE
end

--- The process that a word names, or nil.
-- @tparam string word
-- @treturn integer|nil
-- @usage if processes.pid "1234" then print "a process" end
function M.pid(word)
  local pid = dump.pid(word)
  return pid and not is_file(word) and pid or nil
end

--- Whether a word names something to read: a file, standard input, or a process that is running.
-- @tparam string word
-- @treturn boolean
-- @usage if processes.is_source "app.dump" then print "a dump, perhaps" end
function M.is_source(word)
  local pid = dump.pid(word)
  return word == "-" or is_file(word) or pid ~= nil and is_file("/proc/" .. pid)
end

--- The option of a command with this name, or nil.
local function option(declaration, name)
  for _, declared in ipairs(declaration.options) do
    if declared[1] == name then
      return declared
    end
  end
end

--- Raises an error if the option --keep is given without exactly one process and a file, or --force without a file.
local function check_keep(given, pids, has_output)
  if not given.keep then
    if given.force and not has_output then
      error("--force applies only to the file of --keep FILE", 0)
    end
    return
  elseif #pids == 0 then
    error("--keep FILE keeps the dump of a process, but no process id is given", 0)
  elseif #pids > 1 then
    error(("--keep FILE keeps the dump of one process, not of %d; dump each with `dryad dump PID -o FILE`"):format(
      #pids), 0)
  end
  local facts = core.file_facts(given.keep)
  if given.keep == "" or given.keep == "-" or facts and not facts.hash then
    error(("--keep takes the name of a file, not '%s'"):format(given.keep), 0)
  end
end

--- Checks the words that name dumps, before any is loaded. Notes those that could be a process but are a file;
-- raises an error if the command takes no processes, or if --keep or --force does not apply. Notes the others in
-- `given.inputs`, which --keep must not replace.
-- @tparam table declaration of the command or the program
-- @tparam {string,...} words
-- @tparam table given its options
-- @usage processes.check(commands.get "leaks", { "1234" }, { keep = "app.dump.zst" })
function M.check(declaration, words, given)
  local pids, files = {}, {}
  for _, word in ipairs(words) do
    local pid = M.pid(word)
    pids[#pids + 1] = pid
    files[#files + 1] = not pid and word or nil
    if not pid and dump.pid(word) then
      output.tell(("%s: reading the file of that name, not process %s"):format(word, word))
    end
  end
  given.inputs = files
  if option(declaration, "keep") == shared.keep then
    check_keep(given, pids, option(declaration, "output") ~= nil)
  elseif pids[1] then
    error(("%s takes a file: `dryad dump %d -o FILE` dumps process %d into one"):format(declaration.name, pids[1],
      pids[1]), 0)
  end
end

--- What was done to the process, in a line.
local function done_line(done)
  return ("process %d (%s): %s objects; one thread was held for %.1f ms"):format(done.pid,
    format.printable(done.name), units.count(done.objects), done.held_seconds * 1000)
end

--- Describes a dump in a few lines: the process, where its memory is if not in Python objects, and what was done to it.
-- @tparam table done as from `dryad.dump`
-- @treturn string
-- @usage print(processes.summary(done))
function M.summary(done)
  local facts = done.process or { rss = done.resident }
  local lines = { process.sentence(facts, done.heap_bytes) }
  lines[#lines + 1] = process.elsewhere(facts, done.heap_bytes)
  lines[#lines + 1] = done_line(done)
  return table.concat(lines, "\n")
end

-- ---- loading --------------------------------------------------------------------------------------

--- Announces what is about to happen to a process; prints nothing if it does not exist.
local function announce(pid, what)
  local file = io.open(("/proc/%d/comm"):format(pid))
  local name = file and file:read "l"
  if file then
    file:close()
  end
  if name then
    output.tell(("process %d (%s): %s"):format(pid, format.printable(name), what))
  end
end

--- Says that a dump was made. Answers describe the process, so this does not.
local function tell_result(done, path)
  output.tell(("%s\n%s%s in %.1fs"):format(done_line(done), path and format.printable(path) .. ": " or "",
    units.bytes(done.file_bytes), done.seconds))
end

local function load_kept(pid, given, options)
  announce(pid, "dumping to " .. format.printable(given.keep))
  local done = dump.dump(pid, { path = given.keep, force = given.force, inputs = given.inputs })
  tell_result(done, done.path)
  if done.is_direct then
    error(("--keep takes the name of a file, not '%s'"):format(given.keep), 0)
  end
  return dryad.load(done.path, options)
end

--- The folder for temporary dumps.
local function temporary_folder()
  local folder = os.getenv "TMPDIR"
  return folder and folder ~= "" and folder or "/tmp"
end

--- Calls a function that writes a file in the folder. Adds the alternatives to a message about that file.
local function write_in(folder, write, ...)
  local good, result = pcall(write, ...)
  if good then
    return result
  elseif type(result) == "string" and result:sub(1, #folder + 2) == folder .. ": " then
    result = result .. "; TMPDIR=FOLDER chooses another place, --keep FILE a file that stays"
  end
  error(result, 0)
end

--- Dumps a process into a private file without a name, which is gone when `read` has returned.
-- @tparam integer pid
-- @tparam function read called with the result of the dump, as from `dryad.dump`
-- @return what `read` returns
-- @usage local heap = processes.read(1234, function(done) return dryad.load(done.path) end)
function M.read(pid, read)
  local folder = temporary_folder()
  local sink <close> = write_in(folder, core.sink, folder, { unnamed = true })
  return read(write_in(folder, dump.dump_unnamed, pid, sink))
end

--- The name of the heap of a process whose dump has no name.
-- @tparam integer pid
-- @treturn string
-- @usage dryad.load(done.path, { name = processes.name(1234) })
function M.name(pid)
  return ("process %d"):format(pid)
end

local function load_private(pid, options)
  announce(pid, ("dumping to a private file in %s, deleted when dryad ends; --keep FILE keeps it"):format(
    format.printable(temporary_folder())))
  return M.read(pid, function(done)
    tell_result(done)
    options.name = M.name(pid)
    return dryad.load(done.path, options)
  end)
end

--- Dumps a process and loads the dump.
-- @tparam integer pid
-- @tparam table given the options of the command line, with `keep` and `force`
-- @tparam table options for `dryad.load`
-- @treturn heap
-- @usage local heap = processes.load(1234, {}, {})
function M.load(pid, given, options)
  if given.keep then
    return load_kept(pid, given, options)
  end
  return load_private(pid, options)
end

return M
