-- SPDX-License-Identifier: MIT
-- Dumps that say what the process knew: lines between a <process> record and an <end> record.
local core = require "dryad.core"

local M = {}

--- The line of a <process> record.
function M.process(facts)
  return ('{"address": 1, "type": "<process>", "size": 0, "value": %s, "refs": []}'):format(
    core.json.encode(core.json.encode(facts)))
end

--- The line of a <thread> record; `frames` are addresses.
function M.thread(address, name, frames)
  return ('{"address": %d, "type": "<thread>", "size": 0, "name": "%s", "root": "thread", "refs": [%s]}'):format(
    address, name, frames)
end

--- The line of a frame of this function; `names` are those of `refs`, in quotes.
function M.frame(address, name, line, names, refs)
  return ('{"address": %d, "type": "frame", "size": 100, "value": "%s", "file": "/srv/app/jobs.py", "line": %d, '
    .. '"names": [%s], "refs": [%s]}'):format(address, name, line, names, refs)
end

--- A complete dump of these lines, and of a process with these facts.
function M.dump(lines, facts)
  local all = { M.process(facts or { pid = 7 }) }
  table.move(lines, 1, #lines, 2, all)
  all[#all + 1] = ('{"address": 2, "type": "<end>", "size": 0, "value": %d, "refs": []}'):format(#all)
  return all
end

return M
