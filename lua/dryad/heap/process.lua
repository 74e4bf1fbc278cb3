-- SPDX-License-Identifier: MIT
--- The process that a dump was taken of, and what a report on a heap begins with.
-- @module dryad.heap.process

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local format = require "dryad.text.format"

local M = {}

local LONGEST = 60 -- columns of a command line
local UNITS = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" }

--- What the dump says of its process: `pid`, `command`, `python`, `rss` and more; nil if it says nothing.
-- @function heap.process
-- @usage print(heap.process and heap.process.command)
function core.heap.getters.process(heap)
  local text = core.facts(heap)
  return text and core.json.decode(text) or nil
end

--- Bytes in a sentence: `326 MiB`, `5.2 MiB`.
local function size(bytes)
  local unit = 1
  while bytes >= 1023.95 and unit < #UNITS do
    bytes, unit = bytes / 1024, unit + 1
  end
  return ((unit == 1 or bytes >= 99.95) and "%.0f %s" or "%.1f %s"):format(bytes, UNITS[unit])
end

local function percent(part, whole)
  local share = 100 * part / whole
  return (share < 0.95 and "%.1f %%" or "%.0f %%"):format(share)
end

local function is_text(value)
  return type(value) == "string" and value ~= ""
end

--- A command line without the folders of its first word.
local function short(command)
  local program, rest = command:match "^(%S+)(.*)$"
  command = program and (program:match "[^/]+$" or program) .. rest or command
  return format.cut(format.printable(command), LONGEST)
end

--- Describes a process: `gunicorn worker, pid 1234, CPython 3.12.1: resident 326 MiB; Python objects 5.2 MiB (2 %)`.
-- Facts that are missing or make no sense are left out.
-- @tparam table facts of the process, as in a dump
-- @tparam integer bytes of its objects
-- @treturn string
-- @usage print(require("dryad.heap.process").sentence(heap.process, heap.total_size))
function M.sentence(facts, bytes)
  local who = { is_text(facts.command) and short(facts.command) or nil }
  if math.type(facts.pid) == "integer" then
    who[#who + 1] = ("pid %d"):format(facts.pid)
  end
  if is_text(facts.python) then
    who[#who + 1] = format.printable(("%s %s"):format(is_text(facts.implementation) and facts.implementation
      or "Python", facts.python))
  end
  local resident = math.type(facts.rss) and facts.rss > 0 and facts.rss or nil
  return ("%s: %sPython objects %s%s"):format(#who > 0 and table.concat(who, ", ") or "a process",
    resident and ("resident %s; "):format(size(resident)) or "", size(bytes),
    resident and (" (%s)"):format(percent(bytes, resident)) or "")
end

--- What a report on the heap begins with, a line each: that its dump is incomplete, and the process that it was taken
-- of. Empty if neither is known.
-- @function heap:describe
-- @treturn string
-- @usage print(heap:describe())
function core.heap.methods.describe(heap)
  check.self(heap, "heap", "describe")
  local report, facts, lines = heap.report, heap.process, {}
  if report.complete == false then
    lines[1] = ("This dump is incomplete: %s."):format(format.printable(report.incomplete))
  end
  if facts then
    lines[#lines + 1] = M.sentence(facts, heap.total_size)
  end
  return table.concat(lines, "\n")
end

--- A finding with what a report on its heap begins with.
-- @tparam heap heap
-- @tparam string text
-- @treturn string
-- @usage print(process.introduced(heap, tostring(heap:summarize())))
function M.introduced(heap, text)
  local description = heap:describe()
  return description == "" and text or description .. "\n" .. text
end

return M
