-- SPDX-License-Identifier: MIT
--- The process that a dump was taken of, and what a report on a heap begins with.
-- @module dryad.heap.process

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local defects = require "dryad.heap.defects"
local fold = require "dryad.text.fold"
local format = require "dryad.text.format"
local resident_memory = require "dryad.heap.resident"
local units = require "dryad.text.units"

local M = {}

local LONGEST = 60 -- columns of a command line

--- Without numbers that count nothing: not a number, infinite, or 2^63 and more.
local function without_excess(value)
  if type(value) == "table" then
    for key, part in pairs(value) do
      value[key] = without_excess(part)
    end
  elseif math.type(value) == "float" and not (value > -0x1p63 and value < 0x1p63) then
    return nil
  end
  return value
end

--- What the dump says of its process: `pid`, `command`, `python`, `rss` and more; nil if it says nothing.
-- @function heap.process
-- @usage print(heap.process and heap.process.command)
function core.heap.getters.process(heap)
  local text = core.facts(heap)
  return text and without_excess(core.json.decode(text)) or nil
end

--- How much of the resident memory objects are. They may be more: sizes count what was never touched or is swapped out.
local function share_text(part, whole)
  return part > whole and "not all resident" or units.percent(part / whole)
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

--- Describes a process: `gunicorn worker, pid 1234, CPython 3.12.1: resident 326.0MiB; Python objects 5.2MiB (1.6%)`.
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
    resident and ("resident %s; "):format(units.bytes(resident)) or "", units.bytes(bytes),
    resident and (" (%s)"):format(share_text(bytes, resident)) or "")
end

local function objects_of(bytes, heap)
  return {
    bytes = bytes,
    large = function()
      return heap and resident_memory.large_objects(heap) or bytes
    end,
    mapped = function()
      return heap and resident_memory.mapped(heap) or 0
    end,
  }
end

--- Says what holds the memory of a process if Python objects do not explain it, and which tool goes on from there.
-- @tparam table facts of the process, as in a dump
-- @tparam integer bytes of its objects
-- @tparam[opt] heap heap these objects; without it, less is told
-- @treturn string|nil
-- @usage print(process.elsewhere(heap.process, heap.total_size, heap))
function M.elsewhere(facts, bytes, heap)
  return resident_memory.sentence(resident_memory.unexplained(facts, objects_of(bytes, heap)), facts)
end

--- What the resident memory of a process consists of: its Python objects, then the rest, largest first.
-- @tparam heap heap
-- @treturn {part,...}|nil `{kind =, text = what it is, bytes =}`; nil if the dump does not tell the resident memory
-- @usage print(process.parts(heap)[1].text)
function M.parts(heap)
  local facts = heap.process
  if not facts or not math.type(facts.rss) or facts.rss <= 0 then
    return nil
  end
  local parts = { { kind = "objects", text = "Python objects", bytes = heap.total_size } }
  for _, part in ipairs(resident_memory.parts(facts, objects_of(heap.total_size, heap))) do
    parts[#parts + 1] = part.bytes > 0 and {
      kind = part.kind, text = resident_memory.words(part, facts):gsub("^are ", ""), bytes = part.bytes,
    } or nil
  end
  return parts
end

--- That a dump is not whole: cut off, or with lines that could not be used or lost something; or nil.
-- @tparam table report of a heap
-- @treturn string|nil a sentence
-- @usage print(process.damage(heap.report))
function M.damage(report)
  local said = {}
  local unusable = report.bad_lines - (report.truncated and 1 or 0) -- a line that is cut off is one of them
  if report.complete == false then
    said[1] = format.printable(report.incomplete)
  end
  if unusable > 0 then
    said[#said + 1] = ("%s of its %s lines could not be used"):format(units.count(unusable), units.count(report.lines))
  end
  if report.lossy_lines > 0 then
    said[#said + 1] = ("%s of its %s lines lost a size or references"):format(units.count(report.lossy_lines),
      units.count(report.lines))
  end
  if report.conflicts > 0 then
    said[#said + 1] = ("%s of its %s lines contradict earlier ones"):format(units.count(report.conflicts),
      units.count(report.lines))
  end
  return #said > 0 and ("This dump is incomplete: %s."):format(table.concat(said, ", and ")) or nil
end

--- What a report on the heap begins with, a line each: that its dump is incomplete; the process that it was taken of;
-- and where the memory is if Python objects do not explain it and none are missing. Empty if nothing is known.
-- @function heap:describe
-- @treturn string
-- @usage print(heap:describe())
function core.heap.methods.describe(heap)
  check.self(heap, "heap", "describe")
  local facts, lines = heap.process, {}
  lines[1] = M.damage(heap.report)
  if facts then
    lines[#lines + 1] = M.sentence(facts, heap.total_size)
    lines[#lines + 1] = not defects.of(heap) and M.elsewhere(facts, heap.total_size, heap) or nil
  end
  return table.concat(lines, "\n")
end

--- What to do next when Python objects are no suspects.
-- @tparam heap heap
-- @treturn string a sentence
-- @usage print(process.next_step(heap))
function M.next_step(heap)
  if defects.of(heap) then
    return "What is missing from the dump may hold the memory: take another one."
  elseif heap.process and M.elsewhere(heap.process, heap.total_size, heap) then
    return "The memory is not held by Python objects: see above for what to do next."
  end
  return "If the process still grows, take a second dump later and compare: dryad diff FIRST SECOND."
end

--- A finding with what a report on its heap begins with.
-- @tparam heap heap
-- @tparam string text
-- @treturn string
-- @usage print(process.introduced(heap, tostring(heap:summarize())))
function M.introduced(heap, text)
  local description = heap:describe()
  return description == "" and text or fold.text(description) .. "\n" .. text
end

return M
