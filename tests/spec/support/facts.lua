-- SPDX-License-Identifier: MIT
-- Dumps that say what the process knew: lines between a <process> record and an <end> record.
local core = require "dryad.core"

local M = {}

--- The line of a <process> record.
function M.process(facts)
  return ('{"address": 1, "type": "<process>", "size": 0, "value": %s, "refs": []}'):format(
    core.json.encode(core.json.encode(facts)))
end

--- A complete dump of these lines, and of a process with these facts.
function M.dump(lines, facts)
  local all = { M.process(facts or { pid = 7 }) }
  table.move(lines, 1, #lines, 2, all)
  all[#all + 1] = ('{"address": 2, "type": "<end>", "size": 0, "value": %d, "refs": []}'):format(#all)
  return all
end

return M
