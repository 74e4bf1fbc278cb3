-- SPDX-License-Identifier: MIT
--- Runs the program like `dryad`, but it tells a test when it is about to dump a process or to load a dump, and waits
--- for an answer: stepwise.lua TELL ANSWER WORD..., with the numbers of two open descriptors.

local cli = require "dryad.program.cli"
local dump = require "dryad.dump.dump"
local load = require "dryad.heap.load"

local words = table.move(arg, 3, #arg, 1, { [0] = "dryad" })
local tell, answer = assert(io.open("/dev/fd/" .. arg[1], "w")), assert(io.open("/dev/fd/" .. arg[2], "r"))

local function announced(room, name, event)
  local original = room[name]
  room[name] = function(...)
    tell:write(event, "\n")
    tell:flush()
    answer:read "l"
    return original(...)
  end
end

announced(dump, "dump", "dump")
announced(dump, "dump_unnamed", "dump")
announced(load, "read", "load")

os.exit(cli.main(words), true)
