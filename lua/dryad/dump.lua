--- Dumps of processes that never heard of Dryad.
--
-- gdb borrows a thread of the process for a moment, to load a small library and start a thread of its own in it. That
-- one takes the GIL as any thread does, makes a copy of the process and lets it go on; the copy scans, and writes into
-- a pipe that is read here.
-- @module dryad.dump

local target = require "dryad.dump.target"

local M = {}

local PATIENCE = 60
local FOLDERS = { "/tmp", "/var/tmp", "/dev/shm", "/run" }
local DUMP, STATUS = "dump", "status"
local REMOTE_PATIENCE = 2 -- seconds
local LOOK_EVERY = 0.5 -- seconds between two looks at whether the process is still there

-- ---- the place in the process's file system ------------------------------------------------------

--- The path of the library that an earlier dump left in the process, or nil.
local function find_loaded(process, name)
  for _, mapping in ipairs(process.mappings) do
    if mapping.path:find(name, 1, true) then
      return mapping.path
    end
  end
  return nil
end

--- Folders of the process's that may take a file: the usual ones first, then whatever is mounted for writing.
local function folders(process)
  local all = table.move(FOLDERS, 1, #FOLDERS, 1, {})
  local mounts <close> = io.open(("/proc/%d/mountinfo"):format(process.pid))
  for line in mounts and mounts:lines() or function() end do
    local folder, rights = line:match "^%S+ %S+ %S+ %S+ (/%S*) (rw%S*)"
    if folder and not rights:find "noexec" and not folder:find "^/proc" and not folder:find "^/sys" then
      all[#all + 1] = folder
    end
  end
  return all
end

--- Puts the library and the pipes where the process can open them.
local function make_deposit(process, library, name)
  local why = {}
  for _, folder in ipairs(folders(process)) do
    local deposit, message = require("dryad.deposit").make(process.pid, folder, process.user, process.group)
    local dump, status
    if deposit then
      local good = true
      if library then
        good, message = deposit:copy(name, library)
      end
      if good then
        dump, message = deposit:pipe(DUMP)
      end
      if dump then
        status, message = deposit:pipe(STATUS)
      end
      if status then
        good, message = deposit:hand_over()
        if good then
          return deposit, { [DUMP] = dump, [STATUS] = status }
        end
      end
      deposit:close()
    end
    why[#why + 1] = ("%s: %s"):format(folder, message)
  end
  target.refuse("there is no place where process %d could find what it is to load (%s)", process.pid,
    table.concat(why, "; "))
end

-- ---- reading what comes --------------------------------------------------------------------------

local Course = {}
Course.__index = Course

--- Nobody reads any more: the thread in the process ends the copy and itself.
function Course:__close()
  self.dump:close()
  self.status:close()
end

local function fail(format, ...)
  error(format:format(...), 0)
end

--- Takes what the thread says; true at the end.
local function read_status(self)
  local text = self.status:read()
  self.said = self.said .. (text or "")
  for line in self.said:gmatch("([^\n]*)\n") do
    local word, rest = line:match("^(%a+) ?(.*)$")
    if word == "refused" then
      target.refuse("process %d runs on as before: %s", self.pid, rest)
    elseif word == "failed" then
      fail("the dump of process %d was begun and not ended: %s", self.pid, rest)
    elseif word == "done" then
      self.objects = math.tointeger(tonumber(rest))
    end
    self.stage = word
  end
  if not text and self.stage ~= "starting" and not self.objects then
    fail("process %d ended before its dump did", self.pid)
  end
  self.said = self.said:match("[^\n]*$")
  return self.objects ~= nil
end

--- Moves to the file what has come of the dump; false when nothing had.
local function move(self)
  local text = self.dump:read(1 << 20)
  if not text or text == "" then
    return false
  end
  self.sink:write(text)
  self.bytes = self.bytes + #text
  return true
end

local STAGES = {
  starting = "waiting for its thread to start",
  waiting = "waiting for the GIL, which a thread does not let go",
  copied = "waiting for the dump",
}

--- Reads until the end is told and all that was put into the pipe is read.
local function receive(self, seconds)
  local clock, wait = require("dryad.core").clock, require("dryad.process").wait
  local progress, last = require("dryad.progress"), clock()
  local is_done = false
  while true do
    is_done = is_done or read_status(self)
    local moved = move(self)
    if moved then
      last = clock()
      progress.bar("dumping process " .. self.pid, 0, 0, require("dryad.units").bytes(self.bytes))
    elseif is_done then
      return
    elseif clock() - last > seconds then
      fail("process %d: gave up after %g s without a sign (%s); it runs on", self.pid, seconds, STAGES[self.stage])
    elseif not target.mappings(self.pid) and not read_status(self) then
      fail("process %d ended before it could be dumped", self.pid)
    else
      if self.bytes == 0 then
        progress.bar("dumping process " .. self.pid, 0, 0, STAGES[self.stage])
      end
      wait(LOOK_EVERY, self.dump, self.status)
    end
  end
end

--- Starts the thread: as the interpreter offers it, where it does and its main thread comes by soon; else by gdb.
local function start(process, deposit, status, options)
  local remote = require("dryad.dump.remote")
  if process.minor >= remote.SINCE then
    local asked = remote.start(process, deposit, {
      text = require("dryad.dump.order").pack(options),
      size = require("dryad.dump.order").SIZE,
      library = options.library,
    })
    if asked and require("dryad.process").wait(REMOTE_PATIENCE, status) then
      return { attempts = 1, held = 0 }
    end
    deposit:remove(remote.SCRIPT)
  end
  return require("dryad.dump.inject").start(process, options)
end

-- ---- all of it -----------------------------------------------------------------------------------

--- The name of the file when none is given.
local function default_path(pid)
  return ("heap-%d-%s.dump.zst"):format(pid, os.date("%Y%m%d-%H%M%S"))
end

--- Dumps a process. It is stopped for a moment, and by the copying; everything else is done in the copy.
-- @tparam integer pid
-- @tparam[opt] table options `path` (compressed by its ending; %p is the process, %t the time, %h the host; `-` is
-- standard output), `values` ("full", "hash",
-- "none"), `max_value` (characters of a value, 100), `timeout` (seconds without a sign of life, 60), `force` (an
-- existing file is replaced)
-- @treturn table `pid`, `python`, `path`, `objects`, `bytes` (before compression), `seconds`, `attempts`, `held`
-- @usage require("dryad.dump").dump(1234, { path = "app.dump.zst" })
function M.dump(pid, options)
  options = options or {}
  local core = require("dryad.core")
  local began, timeout = core.clock(), options.timeout or PATIENCE
  local process = target.look(pid)
  local path = options.path or default_path(pid)
  local library, id = require("dryad.dump.extension").find(process)
  local name = ("dryad-attach-%s.so"):format(id)
  local sink <close> = core.sink(path, { force = options.force, force_name = "--force", process = pid })
  local loaded = find_loaded(process, name)
  local deposit <close>, pipes = make_deposit(process, not loaded and library or nil, name)
  local started = start(process, deposit, pipes.status, {
    library = loaded or deposit:path() .. "/" .. name,
    is_loaded = loaded ~= nil,
    dump_path = deposit:path() .. "/" .. DUMP,
    status_path = deposit:path() .. "/" .. STATUS,
    values = options.values or "full",
    max_value = options.max_value or 100,
    deadline = core.clock() + timeout,
  })
  local course <close> = setmetatable({
    pid = pid, dump = pipes.dump, status = pipes.status, sink = sink, said = "", stage = "starting", bytes = 0,
  }, Course)
  receive(course, timeout)
  require("dryad.progress").done()
  local written = sink:finish()
  return {
    pid = pid,
    python = ("3.%d"):format(process.minor),
    path = path == "-" and path or written,
    objects = course.objects,
    bytes = course.bytes,
    seconds = core.clock() - began,
    attempts = started.attempts,
    held = started.held,
  }
end

return M
