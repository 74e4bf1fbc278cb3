-- What is in this dump, and where to look next?
--
--   dryad run overview DUMP

local units = require "dryad.text.units"

-- An instance refers to its class last, which distinguishes the program's own types from built-in ones.
local function is_instance(o)
  return #o > 0 and o[-1].name == o.type
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

local function objects(list)
  local rows = {
    columns = {
      { "object", "object" }, { "size", "bytes" }, { "refs", "count" }, { "held_by", "object", "held by" },
    },
  }
  for i, o in ipairs(list) do
    rows[i] = { object = o, size = o.size, refs = o.num_refs, held_by = o.p[1] }
  end
  return rows
end

local function next_steps(summary)
  local steps = {
    { "leaks DUMP", "what piles up, and who holds it" },
    { "run retained_by_type DUMP", "which types keep the most alive" },
    { "run waste DUMP", "what could be saved" },
  }
  for _, row in ipairs(summary) do
    if is_instance(row.max) then
      steps[#steps + 1] = { "why DUMP " .. row.type_str, "why the program's own largest type is alive" }
      steps[#steps + 1] = { "run instances DUMP " .. row.type_str, "what its instances consist of" }
      break
    end
  end
  local lines = {}
  for i, step in ipairs(steps) do
    lines[i] = ("  dryad %-32s  %s"):format(step[1], step[2])
  end
  return lines
end

return {
  summary = "what is in the dump: totals, largest types, objects and containers, and where to look next",
  args = { { name = "count", type = "integer", default = 10, summary = "lines in each table" } },
  run = function(heap, args)
    local summary, all = heap:summarize(), heap:get_all()
    return {
      title = "Overview",
      text = facts(heap),
      sections = {
        { title = "Largest types", rows = types(heap, summary, args.count) },
        { title = "Largest objects", rows = objects(all:head(args.count)) },
        { title = "Objects with the most references", rows = objects(all:sort("num_refs"):head(args.count)) },
        { title = "Next", text = next_steps(summary) },
      },
    }
  end,
}
-- SPDX-License-Identifier: MIT
