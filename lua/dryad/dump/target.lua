--- What can be seen of a process from outside, and whether it can be dumped.
-- @module dryad.dump.target

local elf = require "dryad.dump.elf"

local M = {}

--- The oldest CPython 3 that can be dumped, by its minor version.
M.OLDEST = 8

local MOMENT = 2 -- seconds that another dump may hold a process

local MACHINES = { [62] = "x86-64", [183] = "aarch64" }

local function read(path)
  local file <close> = io.open(path, "rb")
  return file and file:read "a"
end

local function link(path)
  return require("dryad.process").link(path) or "?"
end

--- A path as a process sees it whose root is elsewhere; the kernel tells it from further up.
local function path_inside(root, path)
  return root ~= "/" and path:sub(1, #root + 1) == root .. "/" and path:sub(#root + 1) or path
end

-- ---- its memory ----------------------------------------------------------------------------------

local DELETED = " %(deleted%)$"

--- The mappings of a process, in the order of addresses: `{from=, to=, offset=, executable=, path=, deleted=}`;
-- paths as the process sees them, or saw them before the file was deleted or another put in its place.
-- @tparam integer pid
-- @treturn ?table
-- @usage for _, m in ipairs(target.mappings(pid)) do print(m.path) end
function M.mappings(pid)
  local text, root = read(("/proc/%d/maps"):format(pid)), link(("/proc/%d/root"):format(pid))
  local all = {}
  for from, to, rights, offset, path in (text or ""):gmatch("(%x+)%-(%x+) (%S+) (%x+) %S+ %S+ *([^\n]*)\n") do
    all[#all + 1] = {
      from = tonumber(from, 16),
      to = tonumber(to, 16),
      offset = tonumber(offset, 16),
      executable = rights:find("x", 1, true) ~= nil,
      path = path_inside(root, (path:gsub(DELETED, ""))),
      deleted = path:find(DELETED) ~= nil,
    }
  end
  return #all > 0 and all or nil
end

--- The path of a mapped file as seen from here.
-- @tparam table process
-- @tparam table mapping
-- @treturn string
-- @usage local libc = elf.open(target.file(process, process.libc))
function M.file(process, mapping)
  if mapping.deleted then
    return ("/proc/%d/map_files/%x-%x"):format(process.pid, mapping.from, mapping.to)
  end
  return process.root .. mapping.path
end

--- The first mapping whose path holds a pattern.
local function find_mapping(mappings, pattern)
  for _, mapping in ipairs(mappings) do
    if mapping.path:find(pattern) then
      return mapping
    end
  end
  return nil
end
M.find_mapping = find_mapping

-- ---- which Python --------------------------------------------------------------------------------

--- The version in the data symbol Py_Version, which there is from 3.11 on.
local function version_by_symbol(image)
  local symbol = image:symbols().Py_Version
  local bytes = symbol and image:bytes(symbol.address, 4)
  if not bytes then
    return nil
  end
  local number = ("<I4"):unpack(bytes)
  return number >> 24, number >> 16 & 0xff
end

--- The version that the paths of a program speak of: python3.9, as in the path of its library.
local function version_by_text(path)
  local counts, best = {}, nil
  for minor in (read(path) or ""):gmatch("python3%.(%d+)") do
    counts[minor] = (counts[minor] or 0) + 1
    if not best or counts[minor] > counts[best] then
      best = minor
    end
  end
  return best and 3, tonumber(best)
end

--- Where the interpreter is: the library, or the program itself. Gives its mapping and its file as seen from here.
local function find_interpreter(self)
  local library = find_mapping(self.mappings, "/libpython%d%.%d+[a-z]*%.so[^/]*$")
  local mapping = library or self.program
  local path = library and M.file(self, library) or self.exe
  return mapping, (elf.open(path)), path
end

local function is_python(image)
  local symbols = image:symbols()
  return symbols.PyGILState_Ensure ~= nil and symbols.Py_GetVersion ~= nil
end

-- ---- what stands in the way ----------------------------------------------------------------------

local function field(status, name)
  return status:match("\n" .. name .. ":%s*([^\n]*)")
end

--- What the kernel tells of a process under a name; nil when there is no such process.
-- @tparam integer pid
-- @tparam string name
-- @treturn ?string
-- @usage print(target.status_field(1234, "State"))
function M.status_field(pid, name)
  return field(read(("/proc/%d/status"):format(pid)) or "", name)
end

local function name_of(pid)
  return (read(("/proc/%d/comm"):format(pid)) or "?"):gsub("\n", "")
end

--- The process that holds another, after the moment that a dump needs it for; 0: none.
local function tracer_of(pid)
  local clock, wait = require("dryad.core").clock, require("dryad.process").wait
  local deadline = clock() + MOMENT
  while true do
    local tracer = tonumber(M.status_field(pid, "TracerPid")) or 0
    if tracer == 0 or clock() > deadline then
      return tracer
    end
    wait(MOMENT / 20)
  end
end

--- Raises when a debugger holds the process and does not let go.
-- @tparam integer pid
-- @usage target.check_tracer(1234)
function M.check_tracer(pid)
  local tracer = tracer_of(pid)
  if tracer ~= 0 then
    M.refuse("process %d is already held by a debugger (process %d, %s): let that one go first", pid, tracer,
      name_of(tracer))
  end
end

--- Raises when the process cannot be held by a debugger of ours. Gives the ids of the user and the group by which it
-- opens files.
local function check_rights(pid, status)
  local user = require("dryad.process").user()
  M.check_tracer(pid)
  local state = field(status, "State")
  if state:find("^[ZX]") then
    M.refuse("process %d has ended; only its parent has not taken notice yet", pid)
  elseif state:find("^T") then
    M.refuse("process %d is stopped: let it go on first (kill -CONT %d)", pid, pid)
  end
  local owner = tonumber(field(status, "Uid"):match("^(%d+)"))
  if user ~= 0 and owner ~= user then
    M.refuse("process %d belongs to another user (id %d): run this as that user or as root (sudo dryad dump %d)", pid,
      owner, pid)
  end
  M.check_scope(pid, tonumber(read("/proc/sys/kernel/yama/ptrace_scope") or "0"), user == 0)
  return tonumber(field(status, "Uid"):match "(%d+)%s*$"), tonumber(field(status, "Gid"):match "(%d+)%s*$")
end

--- Raises when Linux keeps debuggers from processes that are not theirs.
-- @tparam integer pid
-- @tparam integer scope the number in /proc/sys/kernel/yama/ptrace_scope
-- @tparam boolean is_root
-- @usage target.check_scope(1234, 1, false)
function M.check_scope(pid, scope, is_root)
  if scope == 3 then
    M.refuse("debuggers are forbidden on this machine until it is started anew (ptrace_scope is 3): dump from inside"
      .. " the process (dryad.scanner)")
  elseif scope > 0 and not is_root then
    M.refuse("only root may hold other processes here (ptrace_scope is %d): run this as root (sudo dryad dump %d), or"
      .. " allow it to users: echo 0 | sudo tee /proc/sys/kernel/yama/ptrace_scope", scope, pid)
  end
end

--- Raises a sentence for the user.
-- @tparam string format
-- @param ... what goes into it
-- @usage target.refuse("process %d is stopped", pid)
function M.refuse(format, ...)
  error(format:format(...), 0)
end

--- Raises unless the program is one for the C library that we know.
local function check_library(self, image)
  local pid = self.pid
  if image.bits ~= 64 then
    M.refuse("process %d is a program of 32 bits; only those of 64 bits can be dumped", pid)
  elseif not MACHINES[image.machine] then
    M.refuse("process %d is no program for x86-64 or aarch64", pid)
  elseif (image:interpreter() or ""):find("ld-musl", 1, true) then
    M.refuse("process %d uses musl (Alpine Linux?), into which nothing can be loaded safely: dump from inside it"
      .. " (dryad.scanner)", pid)
  end
  self.libc = find_mapping(self.mappings, "/libc%.so%.6$") or find_mapping(self.mappings, "/libc%-2%.%d+%.so$")
  if not self.libc then
    M.refuse("process %d is linked statically, so that nothing can be loaded into it; if it is a Python, dump from"
      .. " inside it (dryad.scanner)", pid)
  end
end

--- Looks at a process; raises a sentence when it cannot be dumped.
-- @tparam integer pid
-- @treturn table `pid`, `root` (its file system, seen from here), `exe`, `mappings`, `program`, `libc` and `python`
-- (mappings), `python_path` (as seen from here), `minor` (of its Python 3), `user`, `group`, `machine`
-- @usage print(target.look(1234).minor)
function M.look(pid)
  local status = read(("/proc/%d/status"):format(pid))
  if not status then
    M.refuse("there is no process %d", pid)
  end
  local leader = tonumber(field(status, "Tgid"))
  if leader ~= pid then
    M.refuse("%d is a thread of process %d: dryad dump %d", pid, leader, leader)
  end
  local self = { pid = pid, root = ("/proc/%d/root"):format(pid), exe = ("/proc/%d/exe"):format(pid) }
  self.user, self.group = check_rights(pid, status)
  self.mappings = M.mappings(pid)
  if not self.mappings then
    M.refuse("process %d cannot be looked at: it is a thread of the kernel, or the rights of a debugger are missing:"
      .. " run this as root, in a container with the capability SYS_PTRACE", pid)
  end
  local program <close>, message = elf.open(self.exe)
  if not program then
    M.refuse("the program of process %d cannot be read: %s", pid, message)
  end
  local path = path_inside(link(self.root), (link(self.exe):gsub(DELETED, "")))
  self.machine = MACHINES[program.machine]
  self.program = find_mapping(self.mappings, "^" .. path:gsub("%p", "%%%0") .. "$")
  check_library(self, program)
  local mapping, image, python_path = find_interpreter(self)
  local held <close> = image
  if not mapping or not held or not is_python(held) then
    M.refuse("process %d is no Python: %s", pid, path)
  end
  self.python, self.python_path = mapping, python_path
  local major, minor = version_by_symbol(held)
  if not major then
    local first, second = mapping.path:match "/[lib]*python(%d)%.(%d+)[^/]*$"
    major, minor = tonumber(first), tonumber(second)
  end
  if not minor then
    major, minor = version_by_text(python_path)
  end
  M.check_version(pid, mapping.path, major, minor)
  self.minor = minor
  return self
end

--- Raises unless it is a version that can be dumped.
-- @tparam integer pid
-- @tparam string path of the interpreter
-- @tparam ?integer major
-- @tparam ?integer minor
-- @usage target.check_version(1234, "/usr/bin/python3", 3, 11)
function M.check_version(pid, path, major, minor)
  if not minor then
    M.refuse("process %d: the version of its Python cannot be told (%s)", pid, path)
  elseif path:find("python[%d.]+t[d.]?") or path:find("python[%d.]+t$") then
    M.refuse("process %d runs a Python without the GIL (3.%dt), which cannot be dumped yet", pid, minor)
  elseif major ~= 3 or minor < M.OLDEST then
    M.refuse("process %d runs Python %d.%d; from 3.%d on they can be dumped", pid, major, minor, M.OLDEST)
  end
end

return M
