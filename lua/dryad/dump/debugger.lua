--- gdb, driven through its machine interface: one process held, a few calls in it, and let go.
--
-- gdb runs in a session of its own, so that Ctrl-C does not reach it: what is half done in the other process is always
-- brought to its end first. Where the process runs on under gdb, gdb still reads what it is told, so that it lets go
-- when this program is killed; while a call is under way it does not, and ends the call first.
--
-- The process is stopped by SIGSTOP, which no program can block, take or ignore, and which gdb swallows. All other
-- signals go to the program as ever.
-- @module dryad.dump.debugger

local status_field = require("dryad.dump.target").status_field

local M = {}

local PATIENCE = 30 -- seconds for what takes none
local LONGEST_ALONE = 2 -- seconds that other threads stand still for a call
local STOP_BIT, MOST_STOPS = 1 << 18, 50
local PAUSE = 0.1 -- seconds
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

-- ---- stopping ------------------------------------------------------------------------------------

--- Whether a stop is due to SIGSTOP.
local function is_stop(reason)
  return reason:find('signal-name="SIGSTOP"', 1, true) ~= nil
end

--- Waits until the process stops; false when it does not.
local function wait_for_stop(self, seconds)
  local deadline = clock() + seconds
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

local function stop(self)
  self.has_stopped = true
  process().kill(self.target.pid, "STOP")
end

--- Whether a SIGSTOP is under way to a process; those to its threads are gdb's own.
local function is_stop_pending(pid)
  local pending = status_field(pid, "ShdPnd")
  return pending and tonumber(pending, 16) & STOP_BIT ~= 0
end

--- Takes a stop of ours that came too late, as another reason was first: gdb must see it, or the process would stop
-- when it is let go.
local function swallow_stops(self)
  for _ = 1, self.has_stopped and MOST_STOPS or 0 do
    if not is_stop_pending(self.target.pid) then
      return
    end
    self:say "set scheduler-locking off"
    self.stopped = false
    if not self:ask "-exec-continue" or not wait_for_stop(self, PATIENCE) then
      return
    end
  end
end

-- ---- starting ------------------------------------------------------------------------------------

local SETTINGS = {
  "set confirm off",
  "set pagination off",
  "set language c",
  "set auto-load no",
  "set auto-solib-add off",
  "set sysroot /nonexistent", -- what it is to know of libraries it is told
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
  "set mi-async on",
  "handle all nostop noprint pass",
  "handle SIGINT nostop noprint pass", -- "all" leaves it out
  "handle SIGSTOP stop print nopass",
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
  -- Read now, so that the process need not stand still for it.
  self:ask("-file-exec-and-symbols " .. target.exe, SLOW)
  return self
end

--- Reads the symbols of a library of the process's: needed to follow calls through it.
-- @tparam string path as seen from here
-- @tparam integer bias what is added to its addresses
function Debugger:read_symbols(path, bias)
  self:ask(('-interpreter-exec console "add-symbol-file %s -o 0x%x"'):format(path, bias), SLOW)
end

--- Takes hold of the process, all of whose threads stop.
-- @treturn ?boolean
-- @treturn ?string why not
function Debugger:attach()
  self.stopped = false
  local good, message = self:ask("-target-attach " .. self.target.pid)
  if not good then
    return nil, message
  end
  self.attached = true
  if not wait_for_stop(self, PATIENCE) then
    return nil, "it does not stop"
  end
  return true
end

--- Makes gdb forget the dynamic loader. As long as it knows its symbols it has a breakpoint there to watch for
-- libraries, at which each call of the loader stops, and which a process that gets signals all the time may never pass.
-- @tparam ?integer inside an address of the loader's
function Debugger:forget_loader(inside)
  if inside then
    self:say(("remove-symbol-file -a 0x%x"):format(inside))
    self:say "set sysroot /nonexistent" -- which has it look anew
  end
end

--- Lets the process go on, unharmed.
function Debugger:detach()
  if not self.attached then
    return
  end
  swallow_stops(self)
  self:ask "-target-detach"
  self.attached = false
  if self.ended then
    process().wait(PAUSE) -- it may have left a stop under way
  end
  -- It was not stopped before: such a process is not held at all.
  if (status_field(self.target.pid, "State") or ""):find "^T" then
    process().kill(self.target.pid, "CONT")
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
  self.stopped = false
  local arrived = self:ask "-exec-continue" and wait_for_stop(self, seconds) and not is_stop(self.stop_reason)
  if not self.stopped then
    stop(self)
    wait_for_stop(self, PATIENCE)
  end
  self:ask("-break-delete " .. (text:match('number="(%d+)"') or ""))
  return arrived
end

--- Lets a call that was stopped run to its end, with all threads, however long it takes: to leave it half done would be
-- the end of the process.
local function finish_call(self)
  self:say "set scheduler-locking off"
  repeat
    self.stopped = false
    -- As a user types it, gdb reads nothing meanwhile.
    local good = self:say "continue"
    while good and not self.stopped and not self.ended do
      wait_for_stop(self, PATIENCE)
    end
  until not good or self.ended or not is_stop(self.stop_reason)
end

--- Calls a function in a thread.
-- @tparam integer thread
-- @tparam string expression
-- @tparam boolean alone whether the other threads stand still meanwhile; when it does not end they go on after a while
-- @treturn ?integer what it gave; 0 when that is not known
-- @treturn ?string what went wrong; the thread is as it was before
function Debugger:call(thread, expression, alone)
  self:say("set scheduler-locking " .. (alone and "on" or "off"))
  local value, message, pending = self:evaluate(thread, expression, LONGEST_ALONE)
  if pending then
    stop(self)
    local text
    text, message = answer(self, PATIENCE)
    value = text and number_of(text:match('value="(.*)"') or "")
  end
  if value or not (message or ""):find(INTERRUPTED_CALL, 1, true) then
    return value, message
  end
  finish_call(self)
  return not self.ended and 0 or nil, "gdb has ended"
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
