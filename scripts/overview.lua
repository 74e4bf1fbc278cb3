-- what is in the dump: totals, largest types, objects and containers, and where to look next
--
--   dryad run overview DUMP
--
-- :count integer = 10   lines in each table

local units = require "dryad.text.units"

local PROGRAM, ANY = { program = true }, { program = true, package = true, library = true }

-- The class of one of these origins whose instances take the most bytes; classes themselves, which are instances of
-- their metaclass, do not count. Nil if there is none.
local function largest_class(heap, origins)
  for _, row in ipairs(heap:classes()) do
    if origins[row.origin] and row.versions > 0 and not row.max.qualname then
      return row.class
    end
  end
end

local function facts(heap)
  local report, description = heap.report, heap:describe()
  local lines = {
    ("%s: %s objects of %d types, %s references, %s, written by Python %d"):format(heap.file,
      units.count(#heap), #heap.types, units.count(heap.num_refs), units.bytes(heap.total_size), report.python),
  }
  if description ~= "" then
    table.insert(lines, 1, description)
  end
  if report.dangling_refs > 0 then
    lines[#lines + 1] = ("References to addresses that the dump does not hold: %s"):format(
      units.count(report.dangling_refs))
  end
  local garbage = heap.process and heap:garbage() or {}
  if #garbage > 0 then
    lines[#lines + 1] = ("Garbage that was not collected yet: %s objects, %s"):format(units.count(#garbage),
      units.bytes(garbage:sum "size"))
  end
  if report.bad_lines > 0 then
    lines[#lines + 1] = ("The dump is damaged: %s lines could not be used; see heap.report."):format(
      units.count(report.bad_lines))
  end
  return lines
end

local function types(heap, summary, count)
  local rows = { columns = { { "type" }, { "count", "count" }, { "size", "bytes" }, { "percent", "percent" } } }
  for _, row in ipairs(summary:top(count)) do
    rows[#rows + 1] = {
      type = row.type_str, count = row.count, size = row.total_size, percent = 100.0 * row.total_size / heap.total_size,
    }
  end
  return rows
end

-- Who holds an object: one of its referrers, or why it is a root.
local function holder(heap, o)
  local reason = heap:root_reason(o)
  return o.p[1] or reason and ("a root: %s"):format(reason) or "nothing: it is garbage"
end

local function objects(heap, list)
  local rows = {
    columns = {
      { "object", "object" }, { "size", "bytes" }, { "refs", "count" }, { "held_by", "object", "held by" },
    },
  }
  for i, o in ipairs(list) do
    rows[i] = { object = o, size = o.size, refs = o.num_refs, held_by = holder(heap, o) }
  end
  return rows
end

-- A word as a shell takes it.
local function quoted(word)
  return word:find "^[%w@%%+=:,./_-]+$" and word or "'" .. word:gsub("'", "'\\''") .. "'"
end

-- How a command line names the dump: its file, or the id of the process that was dumped.
local function dump_of(heap)
  local pid = heap.file:match "^process (%d+)$"
  return pid or heap.file:find "^[(-]" and "DUMP" or quoted(heap.file)
end

local function next_steps(heap)
  local dump = dump_of(heap)
  local steps = {
    { "leaks " .. dump, "what piles up, and who holds it" },
    { "run retained_by_type " .. dump, "which types keep the most alive" },
    { "run waste " .. dump, "what could be saved" },
  }
  local class = largest_class(heap, PROGRAM) or largest_class(heap, ANY)
  if class then
    steps[#steps + 1] = { ("why %s %s"):format(dump, quoted(class)),
      "why the instances of the program's largest class are alive" }
    steps[#steps + 1] = { ("run instances %s %s"):format(dump, quoted(class)),
      "what they consist of" }
  end
  local lines = {}
  for _, step in ipairs(steps) do
    lines[#lines + 1] = ("  dryad %s"):format(step[1])
    lines[#lines + 1] = "      " .. step[2]
  end
  return lines
end

return {
  run = function(heap, args)
    local summary, all = heap:summarize(), heap:get_all()
    return {
      title = "Overview",
      text = facts(heap),
      sections = {
        { title = "Largest types", rows = types(heap, summary, args.count) },
        { title = "Largest objects", rows = objects(heap, all:head(args.count)) },
        { title = "Objects with the most references", rows = objects(heap, all:sort("num_refs"):head(args.count)) },
        { title = "Next", text = next_steps(heap) },
      },
    }
  end,
}
-- SPDX-License-Identifier: MIT
