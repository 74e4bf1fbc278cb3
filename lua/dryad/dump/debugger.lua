--- gdb, driven through its machine interface: one process held, a few calls in it, and let go.
--
-- gdb runs in a session of its own, so that Ctrl-C does not reach it: what is half done in the other process is always
-- brought to its end first.
-- @module dryad.dump.debugger

local M = {}

local PATIENCE = 30 -- seconds for what takes none
local SLOW = 120 -- for reading symbols
local INTERRUPTED_CALL = "while in a function called from GDB"

local Debugger = {}
Debugger.__index = Debugger

local function process()
  return require("dryad.process")
end

local function clock()
  return require("dryad.core").clock()
end

-- ---- talking -------------------------------------------------------------------------------------

--- The next line of gdb's, or nil when none has come in time, or gdb has ended (`self.ended`).
local function read_line(self, deadline)
  while true do
    local line, rest = self.unread:match("^([^\n]*)\n(.*)$")
    if line then
      self.unread = rest
      return (line:gsub("\r$", ""))
    end
    local left = deadline - clock()
    if left <= 0 then
      return nil
    end
    process().wait(left, self.output)
    local text = self.output:read()
    if not text then
      self.ended = true
      return nil
    end
    self.unread = self.unread .. text
  end
end

local function unquote(text)
  return (text:gsub("\\(.)", { n = "\n", t = "\t", ['"'] = '"', ["\\"] = "\\" }))
end

--- Waits for the answer to what was asked last. Notes whether the process stopped meanwhile.
local function answer(self, seconds)
  local deadline = clock() + seconds
  while true do
    local line = read_line(self, deadline)
    if not line then
      return nil, self.ended and "gdb has ended" or "gdb does not answer", not self.ended
    elseif line:find("^%*stopped") then
      self.stopped, self.stop_reason = true, line
    elseif line:find("^%*running") then
      self.stopped = false
    end
    local kind, rest = line:match("^%d*%^(%a+),?(.*)$")
    if kind == "error" then
      self.asked = false
      return nil, unquote(rest:match('msg="(.-[^\\])"') or rest)
    elseif kind then
      self.asked = false
      return rest
    end
  end
end

--- Gives gdb a command of its machine interface.
-- @tparam string command
-- @tparam[opt] number seconds
-- @treturn ?string its answer
-- @treturn ?string what went wrong
-- @treturn ?boolean whether it still works at it
function Debugger:ask(command, seconds)
  if self.asked then
    answer(self, PATIENCE) -- of what was left when its time was over
  end
  self.asked = true
  if not self.input:write(command .. "\n") then
    self.ended = true
    return nil, "gdb has ended"
  end
  return answer(self, seconds or PATIENCE)
end

--- Gives gdb a command as a user types it.
function Debugger:say(command)
  return self:ask(('-interpreter-exec console "%s"'):format(command:gsub('[\\"]', "\\%0")))
end

-- ---- starting ------------------------------------------------------------------------------------

local SETTINGS = {
  "set confirm off",
  "set pagination off",
  "set language c",
  "set auto-load no",
  "set auto-solib-add off",
  "set debuginfod enabled off",
  "set debug-file-directory /nonexistent", -- to follow calls, what the libraries have themselves is enough
  "set print frame-arguments none",
  "set print entry-values no",
  "set exec-file-mismatch off",
  "set print thread-events off",
  "set print inferior-events off",
  "set unwindonsignal off",
  "set detach-on-fork on",
  "set follow-fork-mode parent",
  "handle all nostop noprint pass",
}

--- Starts gdb.
-- @tparam table target as @{dryad.dump.target.look} gives it
-- @treturn ?table nil when there is no gdb
-- @treturn ?string why
-- @usage local gdb <close> = debugger.start(target)
function M.start(target)
  local run, message = process().start { "gdb", "--nx", "--quiet", "--interpreter=mi2" }
  if not run then
    return nil, message
  end
  local self = setmetatable({
    process = run,
    input = run:input(),
    output = run:output(),
    unread = "",
    target = target,
  }, Debugger)
  for _, setting in ipairs(SETTINGS) do
    self:say(setting) -- one that an older gdb does not have is one that it does not need
  end
  if self.ended then
    return nil, "gdb cannot be started"
  end
  self.root = target.apart and target.root or ""
  self:say("set sysroot " .. (target.apart and target.root or "/"))
  -- Read now, so that the process need not stand still for it: the program, and where it is a library, the
  -- interpreter, whose symbols are kept as long as something here has it.
  self:ask("-file-exec-and-symbols " .. target.exe, SLOW)
  if target.python_path ~= target.exe then
    self:ask(("-interpreter-exec console \"add-inferior -exec %s\""):format(self:path(target.python.path)), SLOW)
    self:say "inferior 1"
  end
  return self
end

--- The path of a file of the process's, as gdb calls it.
function Debugger:path(path)
  return self.root .. path
end

--- Takes hold of the process, all of whose threads stop.
-- @treturn ?boolean
-- @treturn ?string why not
function Debugger:attach()
  local good, message = self:ask("-target-attach " .. self.target.pid)
  if not good then
    return nil, message
  end
  self.attached = true
  return true
end

--- Reads the symbols of libraries whose paths match; needed to follow calls through them.
-- @tparam {string,...} patterns basic regular expressions
function Debugger:read_symbols(patterns)
  for _, pattern in ipairs(patterns) do
    self:say("sharedlibrary " .. pattern)
  end
end

--- Lets the process go on, unharmed.
function Debugger:detach()
  if not self.attached then
    return
  end
  self:ask("-target-detach")
  self.attached = false
  if self.resend then
    self.resend = false
    process().kill(self.target.pid, "INT")
  end
end

-- ---- looking -------------------------------------------------------------------------------------

--- The threads' numbers.
-- @treturn {integer,...}
function Debugger:threads()
  local ids = {}
  local list = (self:ask "-thread-list-ids" or ""):match "thread%-ids=(%b{})"
  for id in (list or ""):gmatch('thread%-id="(%d+)"') do
    ids[#ids + 1] = math.tointeger(tonumber(id))
  end
  return ids
end

--- The innermost frames of a thread: `{address=, name=}`.
-- @tparam integer thread
-- @tparam integer count
-- @treturn table
function Debugger:frames(thread, count)
  local frames = {}
  local list = self:ask(("-stack-list-frames --thread %d 0 %d"):format(thread, count - 1))
  for text in (list or ""):gmatch("frame=(%b{})") do
    frames[#frames + 1] = {
      address = math.tointeger(tonumber(text:match('addr="(0x%x+)"'))) or 0,
      name = text:match('func="([^"]*)"') or "",
    }
  end
  return frames
end

--- Bytes of memory as hexadecimal digits, or nil.
function Debugger:memory(address, size)
  return (self:ask(("-data-read-memory-bytes 0x%x %d"):format(address, size)) or ""):match('contents="(%x*)"')
end

-- ---- calling -------------------------------------------------------------------------------------

local function number_of(value)
  return math.tointeger(tonumber(value:match("^%(?[^)]*%)?%s*(0x%x+)") or value:match("^%-?%d+")))
end

--- Evaluates a C expression in a thread.
-- @tparam integer thread
-- @tparam string expression
-- @tparam[opt] number seconds
-- @treturn ?integer
-- @treturn ?string what went wrong
-- @treturn ?boolean whether it is still under way
function Debugger:evaluate(thread, expression, seconds)
  local text, message, pending = self:ask(
    ('-data-evaluate-expression --thread %d "%s"'):format(thread, expression), seconds)
  if not text then
    return nil, message, pending
  end
  return number_of(text:match('value="(.*)"') or "")
end

--- Waits until the process stops; false when it does not.
local function wait_for_stop(self, deadline)
  while not self.stopped do
    local line = read_line(self, deadline)
    if not line then
      return false
    elseif line:find "^%*stopped" then
      self.stopped, self.stop_reason = true, line
    end
  end
  return true
end

--- Lets the process go on, with all threads, until it stops by itself: true; or until the time is over, when it is
-- stopped. A SIGINT that was not ours is made up for later.
local function resume(self, deadline)
  self.stopped, self.stop_reason = false, ""
  if not self:ask "-exec-continue" then
    return false
  end
  if wait_for_stop(self, deadline) then
    local is_signal = self.stop_reason:find('signal-name="SIGINT"', 1, true) ~= nil
    self.resend = self.resend or is_signal
    return not is_signal
  end
  self.process:signal "INT"
  wait_for_stop(self, clock() + PATIENCE)
  return false
end

--- Lets the process go on until a thread is at an address.
-- @tparam integer thread
-- @tparam integer address
-- @tparam number seconds
-- @treturn boolean whether it got there; the process is stopped either way
function Debugger:run_to(thread, address, seconds)
  -- No breakpoint of the hardware's: some virtual machines take them and never stop there.
  local text = self:ask(("-break-insert -t -p %d *0x%x"):format(thread, address))
  if not text then
    return false
  end
  self:say "set scheduler-locking off"
  local arrived = resume(self, clock() + seconds)
  self:ask("-break-delete " .. (text:match('number="(%d+)"') or ""))
  return arrived
end

--- Lets a call that was stopped run to its end, with all threads; true when it got there.
local function finish_call(self, deadline)
  self:say "set scheduler-locking off"
  while not resume(self, deadline) do
    if clock() >= deadline then
      return false
    end
  end
  return true
end

--- Takes back a call that does not end: the thread goes on as if there had been none.
local function abandon_call(self, thread)
  for level, frame in ipairs(self:frames(thread, 64)) do
    if frame.name:find("function called from", 1, true) then
      self:say("thread " .. thread)
      self:say(("frame %d"):format(level - 1))
      self:say "return"
      return
    end
  end
end

--- Calls a function in a thread.
-- @tparam integer thread
-- @tparam string expression
-- @tparam boolean alone whether the other threads stand still meanwhile
-- @tparam number seconds
-- @treturn ?integer what it gave; 0 when that is not known
-- @treturn ?string what went wrong; the thread is as it was before
function Debugger:call(thread, expression, alone, seconds)
  local deadline = clock() + seconds
  self:say("set scheduler-locking " .. (alone and "on" or "off"))
  local value, message, pending = self:evaluate(thread, expression, alone and math.min(seconds, 2) or seconds)
  if pending then
    self.process:signal "INT"
    value, message = answer(self, PATIENCE)
    value = value and number_of(value:match('value="(.*)"') or "")
  elseif not value and (message or ""):find("SIGINT", 1, true) then
    self.resend = true
  end
  if value or not (message or ""):find(INTERRUPTED_CALL, 1, true) then
    return value, message
  end
  if finish_call(self, deadline) then
    return 0
  end
  abandon_call(self, thread)
  return nil, "a call in the process did not end"
end

--- Lets go of the process and ends gdb; also by `<close>`.
function Debugger:close()
  if self.process then
    self:detach()
    self:ask "-gdb-exit"
    self.input:close()
    self.process:wait(PATIENCE)
    self.process = nil
  end
end
Debugger.__close = Debugger.close

return M
