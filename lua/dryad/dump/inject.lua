--- Starts Dryad's thread in a process: a thread of the process is borrowed for a few calls, and let go.
-- @module dryad.dump.inject

local debugger = require "dryad.dump.debugger"
local elf = require "dryad.dump.elf"
local order = require "dryad.dump.order"
local target = require "dryad.dump.target"
local threads = require "dryad.dump.threads"

local M = {}

local PAUSE = 0.05 -- seconds between two attempts, at first; they grow
local LONGEST_PAUSE = 1
local PATIENT_ATTEMPTS = 2 -- after those, other threads run while we call
local STEPS = 5 -- how often in one attempt a thread is waited for
local STEP_TIME = 0.3 -- seconds
local MAP_READ_WRITE, MAP_PRIVATE_ANONYMOUS = 3, 0x22
local RTLD_NOW, RTLD_NOLOAD = 2, 4
local TEXT_AT = 8192 -- in the block of the order: where texts for calls lie

--- Where functions of the C library are in a process, by name; in an older one some are in libraries of their own.
local function find_functions(process)
  local found = {}
  local wanted = { "__errno_location", "mmap", "munmap", "dlopen", "dlsym", "dlerror" }
  for _, mapping in ipairs(process.mappings) do
    local path = mapping.path
    if mapping.offset == 0 and (path == process.libc.path or path:find "/libdl[%-.][^/]*$") then
      local library <close> = elf.open(target.file(process, mapping))
      local symbols = library and library:symbols() or {}
      for _, name in ipairs(wanted) do
        local symbol = symbols[name]
        found[name] = found[name] or symbol and library:bias(mapping) + symbol.address
      end
    end
  end
  for _, name in ipairs(wanted) do
    if not found[name] then
      target.refuse("process %d: its C library has no %s to call", process.pid, name)
    end
  end
  return found
end

--- Libraries through which calls are followed: those of the ways from the interpreter into what must not be entered
-- again; the dynamic loader last.
local LIBRARIES = {
  "/libc[.-]", "/libpthread[.-]", "/libpython", "/libdl[.-]", "/_ctypes[.]", "/libffi[.-]", "/ld%-",
}

--- Has gdb read their symbols; gives an address of the dynamic loader's.
local function read_symbols(gdb, process)
  local inside
  for _, pattern in ipairs(LIBRARIES) do
    local mapping = target.find_mapping(process.mappings, pattern .. "[^/]*$")
    local path = mapping and target.file(process, mapping)
    local library <close> = path and elf.open(path) or nil
    if library then
      gdb:read_symbols(path, library:bias(mapping))
      local symbol = library:symbols().__tls_get_addr
      inside = symbol and library:bias(mapping) + symbol.address
    end
  end
  return inside
end

local function function_at(address, result, ...)
  return ("((%s(*)(%s))0x%x)"):format(result, table.concat({ ... }, ","), address)
end

local function hexadecimal(text)
  return (text:gsub(".", function(c)
    return ("%02x"):format(c:byte())
  end))
end

-- ---- the calls -----------------------------------------------------------------------------------

local Calls = {}
Calls.__index = Calls

function Calls:call(expression)
  local value, message = self.gdb:call(self.thread, expression, self.alone)
  if not value then
    error({ refusal = message }, 0)
  end
  return value
end

local function write(self, address, text)
  local good, message = self.gdb:ask(("-data-write-memory-bytes 0x%x %s"):format(address, hexadecimal(text)))
  if not good then
    error({ refusal = message }, 0)
  end
end

--- The text that the dynamic loader has for what went wrong.
local function loader_error(self)
  local at = self:call(function_at(self.functions.dlerror, "long", "void") .. "()")
  local text = at ~= 0 and self.gdb:memory(at, 200)
  return text and text:gsub("%x%x", function(digits)
    return string.char(tonumber(digits, 16))
  end):match("^[^\0]*") or "the reason is not known"
end

--- Loads the library, or finds the one that an earlier dump left there.
local function load_library(self, block)
  local open = function_at(self.functions.dlopen, "long", "long", "int")
  write(self, block + TEXT_AT, self.library .. "\0")
  local flags = RTLD_NOW | (self.is_loaded and RTLD_NOLOAD or 0)
  local expression = ("%s(0x%x,%d)"):format(open, block + TEXT_AT, flags)
  local handle = self:call(expression)
  if handle == 0 then
    error({ refusal = "the library cannot be loaded: " .. loader_error(self) }, 0)
  end
  return handle
end

--- All calls, of which the last starts the thread.
local function start_thread(self)
  local functions = self.functions
  local map = function_at(functions.mmap, "long", "long", "long", "int", "int", "int", "long")
  local block = self:call(("%s(0,%d,%d,%d,-1,0)"):format(map, order.SIZE, MAP_READ_WRITE, MAP_PRIVATE_ANONYMOUS))
  if block <= 0 then
    error({ refusal = "the process has no memory left" }, 0)
  end
  self.block = block
  write(self, block, order.pack(self.options))
  local handle = load_library(self, block)
  write(self, block + TEXT_AT, "dryad_attach_start\0")
  local find = function_at(functions.dlsym, "long", "long", "long")
  local start = self:call(("%s(0x%x,0x%x)"):format(find, handle, block + TEXT_AT))
  local problem = start == 0 and -1 or self:call(("%s(0x%x)"):format(function_at(start, "int", "long"), block))
  if problem ~= 0 then
    local text = problem > 0 and require("dryad.process").problem(problem) or "the library is not ours"
    error({ refusal = ("a thread and two pipes cannot be started in it: %s (limits: /proc/%d/limits)"):format(text,
      self.process.pid) }, 0)
  end
  self.block = nil -- the thread's from here on
end

--- Keeps errno of the borrowed thread as it is, and gives back what was not handed on.
local function call_all(self)
  local where = self:call(function_at(self.functions.__errno_location, "long", "void") .. "()")
  local number = self.gdb:memory(where, 4)
  local good, problem = pcall(start_thread, self)
  if self.block then
    local unmap = function_at(self.functions.munmap, "int", "long", "long")
    pcall(self.call, self, ("%s(0x%x,%d)"):format(unmap, self.block, order.SIZE))
  end
  if number then
    self.gdb:ask(("-data-write-memory-bytes 0x%x %s"):format(where, number))
  end
  if not good then
    error(problem, 0)
  end
end

-- ---- attempts ------------------------------------------------------------------------------------

local function attach_refusal(process, message)
  if message:find("not permitted", 1, true) then
    target.refuse("process %d may not be held: %s. Run this as root (sudo dryad dump %d); in a container it needs the"
      .. " capability SYS_PTRACE", process.pid, message, process.pid)
  end
  target.refuse("process %d cannot be held: %s", process.pid, message)
end

--- Looks for a thread to be borrowed; where all are at the wrong place, lets one get out of it.
local function choose(gdb, judge)
  local choice
  for _ = 1, STEPS do
    choice = judge:choose(gdb)
    if choice.thread or not choice.busy or not gdb:run_to(choice.busy, choice.out, STEP_TIME) then
      break
    end
  end
  return choice
end

local function hold_and_call(self, judge, number)
  local gdb = self.gdb
  local good, message = gdb:attach()
  if not good and message:find("already traced", 1, true) then
    target.check_tracer(self.process.pid)
    return false
  elseif not good then
    attach_refusal(self.process, message)
  end
  local choice = choose(gdb, judge)
  if not choice.thread or not (choice.alone or number > PATIENT_ATTEMPTS) then
    return false
  end
  self.thread, self.alone = choice.thread, choice.alone
  gdb:forget_loader(self.loader)
  call_all(self)
  return true
end

--- One attempt: true when the thread was started, false when this was no moment for it. Gives the seconds that the
-- process was held. Ctrl-C waits meanwhile: a call that is left half done would be the end of the process.
local function attempt(self, judge, number)
  local clock, system = require("dryad.core").clock, require("dryad.process")
  local began = clock()
  system.hold_interrupts(true)
  local good, done = pcall(hold_and_call, self, judge, number)
  pcall(self.gdb.detach, self.gdb)
  system.hold_interrupts(false)
  if good then
    return done, clock() - began
  elseif type(done) == "table" and done.refusal then
    target.refuse("process %d runs on as before: %s", self.process.pid, done.refusal)
  end
  error(done, 0)
end

--- Starts the thread; raises a sentence when that cannot be.
-- @tparam table process as @{dryad.dump.target.look} gives it
-- @tparam table options `library` (its path as the process sees it), `is_loaded` (an earlier dump left it there),
-- `dump_path`, `status_path`, `values`, `max_value`, `deadline`
-- @treturn table `attempts`, and `held`, the longest time in seconds that the process stood still
-- @usage inject.start(process, options)
function M.start(process, options)
  local core, system = require("dryad.core"), require("dryad.process")
  local gdb <close>, message = debugger.start(process)
  if not gdb then
    target.refuse("gdb is needed to get into process %d, and cannot be started: %s. On Debian: apt-get install gdb",
      process.pid, message)
  end
  local self = setmetatable({
    gdb = gdb,
    loader = read_symbols(gdb, process),
    process = process,
    options = options,
    library = options.library,
    is_loaded = options.is_loaded,
    functions = find_functions(process),
  }, Calls)
  local judge, pause, held = threads.judge(process), PAUSE, 0
  for number = 1, math.huge do
    local done, seconds = attempt(self, judge, number)
    held = math.max(held, seconds)
    if done then
      return { attempts = number, held = held }
    elseif core.clock() + pause > options.deadline then
      target.refuse("process %d was never found at a moment when it is safe to call into it (%d attempts);"
        .. " it runs on as before", process.pid, number)
    end
    system.wait(pause)
    pause = math.min(pause * 1.5, LONGEST_PAUSE)
  end
end

return M
