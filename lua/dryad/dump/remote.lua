--- Starts Dryad's thread by the protocol that CPython has for this from 3.14 on (PEP 768), without a debugger.
--
-- Written by the documentation, and untested: no library is built for such a version yet.
-- @module dryad.dump.remote

local M = {}

--- The first minor version of CPython 3 with sys.remote_exec.
M.SINCE = 14

--- The name of the script in the deposit.
M.SCRIPT = "start.py"

--- Runs in the process, in its main thread: what @{dryad.dump.inject} has a debugger call.
local TEMPLATE = [[
def start():
    import ctypes
    import mmap
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    order = bytes.fromhex("%s")
    block = libc.mmap(None, %d, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
    ctypes.memmove(block, order, len(order))
    library = ctypes.CDLL("%s")
    library.dryad_attach_start(ctypes.c_void_p(block))


start()
del start
]]

--- Asks the process to start the thread; it does when its main thread comes by.
-- @tparam table process as @{dryad.dump.target.look} gives it
-- @tparam table deposit the directory that the process sees
-- @tparam table order `text` and `size` of the block, and `library`, its path as the process sees it
-- @treturn boolean whether it was asked
-- @usage remote.start(process, deposit, order)
function M.start(process, deposit, order)
  local digits = order.text:gsub("%z+$", ""):gsub(".", function(c)
    return ("%02x"):format(c:byte())
  end)
  if not deposit:write(M.SCRIPT, TEMPLATE:format(digits, order.size, order.library)) then
    return false
  end
  -- Its own program, which is of the same version as it must be.
  local child = require("dryad.process").start {
    process.exe, "-c", "import sys; sys.remote_exec(int(sys.argv[1]), sys.argv[2])", tostring(process.pid),
    deposit:path() .. "/" .. M.SCRIPT,
  }
  return child ~= nil and child:wait(10) == 0
end

return M
