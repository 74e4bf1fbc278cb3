-- SPDX-License-Identifier: MIT
-- what each thread and task was doing, and what its local variables keep alive
--
--   dryad run threads DUMP
--   dryad run threads DUMP count=100      more of the stacks
--
-- Those with the same stack are told together.
--
-- :count integer = 20   the most stacks to show

local top = require "dryad.text.top"
local units = require "dryad.text.units"

local NAMES = 3 -- of threads in a line of the table

local function names_of(stack)
  local names = table.concat(stack.names, ", ", 1, math.min(NAMES, #stack.names))
  return names .. (#stack.names > NAMES and ", ..." or "")
end

local function place(frame)
  return frame.file and ("%s:%s"):format(frame.file, frame.line or "?") or nil
end

local function lines_of(text)
  local lines = {}
  for line in text:gmatch "[^\n]+" do
    lines[#lines + 1] = line
  end
  return lines
end

local function rows_of(stacks, count)
  local rows = {
    columns = {
      { "kind" }, { "count", "count" }, { "names" }, { "function_name", nil, "is in" }, { "place", nil, "at" },
      { "frames", "count" }, { "retained", "bytes", "keep alive" },
    },
  }
  for i, stack in ipairs(stacks) do
    local innermost = stack.frames[1]
    rows[i] = {
      kind = stack.kind, count = stack.count, names = names_of(stack), frames = #stack.frames,
      function_name = innermost and innermost.name, place = innermost and place(innermost), retained = stack.retained,
      stack = stack,
    }
  end
  return top(rows, "retained", count)
end

-- Dumps of other programs have the Thread objects alone.
local function thread_objects(heap, count)
  local rows = {
    columns = { { "class" }, { "count", "count" }, { "retained", "bytes", "keep alive" }, { "example", "object" } },
    empty = "no objects of a class called Thread",
  }
  for _, row in ipairs(heap:classes()) do
    if row.type_str:find "Thread$" and row.versions > 0 then
      rows[#rows + 1] = {
        class = row.class or row.type_str, count = row.count, retained = row.objects:retained_size(), example = row.max,
      }
    end
  end
  return top(rows, "retained", count)
end

return {
  run = function(heap, args)
    local stacks = heap:stacks()
    if #stacks == 0 then
      return {
        title = "Threads",
        text = "This dump does not tell of threads: Dryad's own scanner does. `dryad run frames` has what frames there"
          .. " are.",
        sections = { { title = "Thread objects", rows = thread_objects(heap, args.count) } },
      }
    end
    local rows, sections = rows_of(stacks, args.count), {}
    for i, row in ipairs(rows) do
      sections[i] = { text = lines_of(tostring(row.stack)), data = row.stack }
    end
    return {
      title = ("%s, %s"):format(units.quantity(#heap:threads(), "thread"), units.quantity(#heap:tasks(), "task")),
      rows = rows,
      sections = sections,
    }
  end,
}
