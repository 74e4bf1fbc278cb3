--- Which thread of a process that stands still can be borrowed for a call, and whether others may run meanwhile.
--
-- What is called takes memory from malloc and loads a library. A thread that is inside malloc, the dynamic loader, a
-- fork or a signal handler cannot call that: it would wait for itself, or find half-made structures. One that waits in
-- a system call can, and so can one that is in the interpreter's own code.
-- @module dryad.dump.threads

local elf = require "dryad.dump.elf"
local target = require "dryad.dump.target"

local M = {}

local DEPTH = 24 -- frames that are looked at

--- What is called or locked by what we call.
local BAD_NAMES = {
  "^_*vfork", "^_*fork", "^_*libc_fork", "^_Fork", "^_*clone", "^_*posix_spawn", "^_*dl", "^_*libc_dl",
  "^_*tls_get_addr", "^_*pthread_create", "^_*pthread_exit", "^start_thread$", "^_*exit$", "^_*run_exit_handlers",
  "^abort", "^_*rtld_", "^_*cxa_finalize",
}
local SIGNAL = "<signal handler called>"

local ALLOCATION = {
  "malloc", "free", "calloc", "realloc", "memalign", "aligned_alloc", "posix_memalign", "valloc", "pvalloc",
  "malloc_trim", "malloc_usable_size", "mallopt", "malloc_info", "mallinfo", "mallinfo2", "malloc_stats",
}
local ALLOCATORS = { "jemalloc", "tcmalloc", "mimalloc", "libhoard", "snmalloc" }

--- Instructions that call the system, before the place where a thread waits in it.
local SYSTEM_CALLS = { ["x86-64"] = { 2, "0f05" }, aarch64 = { 4, "010000d4" } }

--- Where the C library's allocator lies in its file: from the end of the function before its first known one, as its
-- private functions come first, to the end of its last.
local function allocator_range(libc)
  local first, last, before = math.maxinteger, 0, 0
  local symbols = libc:symbols()
  for _, name in ipairs(ALLOCATION) do
    local symbol = symbols[name]
    if symbol then
      first, last = math.min(first, symbol.address), math.max(last, symbol.address + symbol.size)
    end
  end
  for _, symbol in pairs(symbols) do
    if symbol.address < first and symbol.size > 0 then
      before = math.max(before, math.min(symbol.address + symbol.size, first))
    end
  end
  return before, last
end

local Judge = {}
Judge.__index = Judge

--- What is needed to judge the threads of a process.
-- @tparam table process as @{dryad.dump.target.look} gives it
-- @treturn table
-- @usage local judge = threads.judge(target.look(1234))
function M.judge(process)
  local self = setmetatable({ process = process, mappings = process.mappings }, Judge)
  local libc <close> = assert(elf.open(target.file(process, process.libc)))
  local bias, from, to = libc:bias(process.libc), allocator_range(libc)
  self.allocator_from, self.allocator_to = from + bias, to + bias
  return self
end

local function kind_of_path(process, path)
  if path == process.python.path or path == process.program.path then
    return "python"
  elseif path:find "/ld%-linux[^/]*$" or path:find "/ld%-2%.%d+%.so$" then
    return "loader"
  elseif path == process.libc.path or path:find "/libpthread[%-.][^/]*$" then
    return "libc"
  end
  for _, name in ipairs(ALLOCATORS) do
    if path:find(name, 1, true) then
      return "allocator"
    end
  end
  return "other"
end

--- What code is at an address: "python", "libc", "loader", "allocator" or "other"; and "data", when there is none.
function Judge:kind(address)
  for _, mapping in ipairs(self.mappings) do
    if address >= mapping.from and address < mapping.to then
      if not mapping.executable then
        return "data"
      elseif address >= self.allocator_from and address < self.allocator_to then
        return "allocator"
      end
      mapping.kind = mapping.kind or kind_of_path(self.process, mapping.path)
      return mapping.kind
    end
  end
  return "data"
end

local function is_bad_name(name)
  for _, pattern in ipairs(BAD_NAMES) do
    if name:find(pattern) then
      return true
    end
  end
  return false
end

--- Whether the frames lead through what must not be entered again; and what it is. The outermost frames of a thread
-- (its start) are no such thing.
local function obstacle(self, frames)
  for i, frame in ipairs(frames) do
    -- A return address may be the first byte of what follows the caller.
    local kind = self:kind(i == 1 and frame.address or frame.address - 1)
    if frame.name == SIGNAL then
      return "signal"
    elseif kind == "loader" or kind == "allocator" then
      return kind
    elseif kind == "data" then
      return nil -- the way further out is not known
    elseif kind == "libc" and i < #frames - 2 and is_bad_name(frame.name) then
      return frame.name:find "dl" and "loader" or "libc"
    end
  end
  return nil
end

--- How far out the C library is left for something else: the number of that frame, or nil.
local function leaves_library(self, frames)
  for i, frame in ipairs(frames) do
    if self:kind(i == 1 and frame.address or frame.address - 1) ~= "libc" then
      return i
    end
  end
  return nil
end

local function waits_in_system(self, debugger, address)
  local call = SYSTEM_CALLS[self.process.machine]
  return debugger:memory(address - call[1], call[1]) == call[2]
end

--- Where a thread will be back in the interpreter: an address, or nil.
local function way_out(self, frames)
  for i = 2, #frames do
    local kind = self:kind(frames[i].address)
    if frames[i].name == SIGNAL or kind == "data" then
      return nil
    elseif kind == "python" then
      return frames[i].address
    end
  end
  return nil
end

--- What a thread is good for: "waiting" (in a system call) and "running" (in the interpreter) can be borrowed; "quiet"
-- holds nothing that what we call needs; "loader" is in the dynamic loader; "busy" is anything else.
-- @tparam table debugger that holds the process
-- @tparam integer thread
-- @treturn string
-- @treturn ?integer where a busy one will be back in the interpreter
function Judge:state(debugger, thread)
  local frames = debugger:frames(thread, DEPTH)
  local what = obstacle(self, frames)
  if #frames == 0 or what then
    return what == "loader" and "loader" or "busy", way_out(self, frames)
  end
  local kind = self:kind(frames[1].address)
  if kind == "python" then
    return "running"
  elseif kind ~= "libc" then
    return "quiet", way_out(self, frames)
  elseif not leaves_library(self, frames) then
    return "busy"
  end
  if waits_in_system(self, debugger, frames[1].address) then
    return "waiting"
  end
  return "quiet", way_out(self, frames)
end

--- Chooses a thread to be borrowed. All are looked at, for the locks that they hold.
-- @tparam table debugger that holds the process
-- @treturn table `thread`, nil when this is no moment for it; `alone`: whether the others can stand still meanwhile,
-- as none of them holds what it needs; and where there is no thread, `busy`, one to be waited for until it is at `out`
-- @usage local choice = judge:choose(debugger)
function Judge:choose(debugger)
  self.mappings = target.mappings(self.process.pid) or self.mappings
  local best, choice = {}, { alone = true }
  for _, thread in ipairs(debugger:threads()) do
    local state, out = self:state(debugger, thread)
    choice.alone = choice.alone and state ~= "busy"
    best[state] = best[state] or thread
    if out and (state == "loader" or not choice.busy) then
      choice.busy, choice.out = thread, out
    end
  end
  if not best.loader then
    choice.thread = best.waiting or best.running
  end
  return choice
end

return M
