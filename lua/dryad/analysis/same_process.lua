-- SPDX-License-Identifier: MIT
--- Whether heaps are of one process, whose objects keep their addresses, and what else to say of a comparison.
-- @module dryad.analysis.same_process

local core = require "dryad.core"
local format = require "dryad.text.format"

local M = {}

local COMMON = 0.1 -- share of the smaller heap's objects: with fewer addresses in common, two processes

--- Whether both heaps are of one process: by its id and start or, where the dumps do not say, by whether many
-- addresses have an object of the same type in both.
-- @tparam heap before
-- @tparam heap after
-- @treturn boolean
-- @usage if same_process.is(before, after) then print "one process" end
function M.is(before, after)
  local a, b = before.process, after.process
  if a and b and a.pid and b.pid then
    local is_one_start = a.started == nil or b.started == nil or a.started == b.started
    return a.pid == b.pid and is_one_start and (a.hostname == nil or b.hostname == nil or a.hostname == b.hostname)
  end
  return core.common_addresses(after, before) >= COMMON * math.min(#before, #after)
end

--- Whether the dumps were taken in another order than that in which they are given.
local function is_disordered(heaps)
  local latest
  for _, heap in ipairs(heaps) do
    local time = (heap.process or {}).time
    if type(time) == "string" then
      if latest and time < latest then
        return true
      end
      latest = time
    end
  end
  return false
end

local function is_one(a, b)
  return rawequal(a, b) or a.file == b.file and core.file_facts(a.file) ~= nil
end

--- The heap that is compared with itself, or nil.
local function twice(heaps)
  for i = 2, #heaps do
    for j = 1, i - 1 do
      if is_one(heaps[i], heaps[j]) then
        return heaps[i]
      end
    end
  end
end

local function version(heap)
  local facts = heap.process or {}
  return type(facts.python) == "string" and ("%s %s"):format(facts.implementation or "Python", facts.python)
    or "Python " .. heap.report.python
end

--- What to know before reading a comparison, a sentence each: one dump given twice, two processes, dumps in the wrong
-- order, different versions of Python.
-- @tparam {heap,...} heaps
-- @tparam boolean is_same whether they are of one process
-- @treturn {string,...}
-- @usage print(table.concat(same_process.notes(heaps, false), "\n"))
function M.notes(heaps, is_same)
  local notes = {}
  if not is_same then
    notes[1] = ("%s processes: compared by class and way, not by address."):format(#heaps == 2 and "Two"
      or "Different")
  end
  local repeated = twice(heaps)
  if repeated then
    notes[#notes + 1] = format.printable(("%s is compared with itself."):format(repeated.file))
  end
  if is_disordered(heaps) then
    notes[#notes + 1] = "The dumps are not in the order in which they were taken: a later one comes first."
  end
  local first, last = version(heaps[1]), version(heaps[#heaps])
  if first ~= last then
    notes[#notes + 1] = format.printable(("Different interpreters: %s before, %s after."):format(first, last))
  end
  return notes
end

return M
