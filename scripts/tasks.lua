-- SPDX-License-Identifier: MIT
-- tasks by their coroutine, the line where they wait, and what they wait for
--
--   dryad run tasks DUMP
--
-- Many tasks that wait at one line, for the same kind of object, are a leak of tasks or a lost wake-up.
--
-- :count integer = 20   lines in the table

local top = require "dryad.text.top"
local units = require "dryad.text.units"

local function labelled(o, label)
  for i = 1, #o do
    if o:label(i) == label then
      return o[i]
    end
  end
end

-- The innermost and the outermost frame of a task: where it waits, and its coroutine.
local function ends_of(task)
  local stack = task.stack or {}
  return stack[1], stack[#stack]
end

local function place(frame)
  return frame and frame.file and ("%s:%s"):format(frame.file, frame.line or "?") or nil
end

local function name_of(frame)
  return frame and (frame.name or frame.value) or nil
end

local function describe(task)
  local inner, outer = ends_of(task)
  local awaited = labelled(task, "._fut_waiter")
  return {
    coroutine = name_of(outer), waits_in = name_of(inner), at = place(inner),
    waits_for = awaited and awaited.type ~= "NoneType" and (awaited.class or awaited.type) or nil,
  }
end

local function groups_of(tasks)
  local groups, known = {}, {}
  for _, task in ipairs(tasks) do
    local row = describe(task)
    local key = ("%s\0%s\0%s\0%s"):format(row.coroutine, row.waits_in, row.at, row.waits_for)
    if not known[key] then
      known[key], groups[#groups + 1] = row, row
      row.objects = {}
    end
    table.insert(known[key].objects, task)
  end
  return groups
end

local function list_of(heap, objects)
  local addresses = {}
  for _, o in ipairs(objects) do
    addresses[o.address] = true
  end
  return heap:tasks():filter(function(o) return addresses[o.address] end)
end

return {
  run = function(heap, args)
    local tasks = heap:tasks()
    local rows = groups_of(tasks)
    for _, row in ipairs(rows) do
      row.count, row.example = #row.objects, row.objects[1]
      row.retained = list_of(heap, row.objects):retained_size()
      row.objects = nil
    end
    top(rows, "retained", args.count)
    rows.columns = {
      { "count", "count" }, { "coroutine" }, { "waits_in", nil, "waits in" }, { "at" }, { "waits_for", nil, "for" },
      { "retained", "bytes", "keep alive" }, { "example", "object" },
    }
    rows.empty = heap.process and "no tasks"
      or "this dump does not tell of tasks: Dryad's own scanner does"
    return {
      title = ("%s, which %s %s alive"):format(units.quantity(#tasks, "task"), #tasks == 1 and "keeps" or "keep",
        units.bytes(tasks:retained_size())),
      rows = rows,
    }
  end,
}
