-- SPDX-License-Identifier: MIT
--- Generators, coroutines and tasks that are suspended, and keep their local variables.
-- @module dryad.analysis.mechanisms.suspended

local kept = require "dryad.analysis.kept"
local naming = require "dryad.analysis.naming"
local words = require "dryad.analysis.mechanisms.words"

local NAMES = { generator = "generator", coroutine = "coroutine", async_generator = "async generator" }
local FRAMES = { [".gi_frame"] = true, [".cr_frame"] = true, [".ag_frame"] = true }

--- Where on a trail the variables of the suspended object at `i` are: there, or in its frame.
local function frame_at(trail, i)
  return trail[i + 1] and trail.types[i + 1] == "frame" and FRAMES[trail:label(i)] and i + 1 or i
end

local function frame_of(o)
  for label in pairs(FRAMES) do
    local frame = naming.field(o, label)
    if frame and frame.type_str == "frame" then
      return frame
    end
  end
  return o
end

--- What is suspended at `i`, with the variable by which the trail goes on; nil if the trail goes on by none.
local function suspended_at(trail, i, detail)
  local at = frame_at(trail, i)
  local variable = trail[at + 1] and naming.variable(trail:label(at))
  return words.of_frame(trail[i], variable, trail[at + 1], detail)
end

local function on_way(trail, i)
  local is_of_task = i > 1 and trail:label(i - 1) == "._coro"
  if is_of_task then
    return nil
  end
  local detail = suspended_at(trail, i, { keeper = trail[i] })
  return detail.variable and detail or nil
end

local function of_member(o)
  local is_suspended = NAMES[o.type_str] and (o.file or o.line)
  if not is_suspended then
    return nil
  end
  local found = kept.heaviest_local({ frame_of(o) }, { o })
  return words.of_frame(o, found and found.name, found and found.object, { keeper = o, own = true })
end

local function text(found)
  local top = found.top
  local name = NAMES[top.frame.type_str]
  if top.own then
    return "their suspended frames" .. words.variable(found)
  end
  local what = found.is_single and "the suspended " .. name or ("suspended %ss of"):format(name)
  return ("%s %s%s"):format(what, words.place(found), words.variable(found, true))
end

-- ---- tasks ----------------------------------------------------------------------------------------

--- What a task waits in: `Event.wait`, `sleep`; nil if it waits in its own coroutine, or this is not known. And the
-- object that has the method.
local function waits_in(task)
  local stack = task.stack
  local innermost = stack and #stack > 1 and stack[1]
  if not innermost then
    return nil, nil
  end
  local owner = naming.field(innermost, ".self")
  local name = naming.name(innermost)
  local is_method = name and owner and not name:find(".", 1, true)
  return is_method and ("%s.%s"):format(naming.class(owner), name) or name, owner
end

local function of_task(task, coroutine, detail)
  detail.keeper = task
  detail.waits, detail.awaited = waits_in(task)
  detail.key = ("%s\0%s"):format(detail.key or naming.place(coroutine, true), detail.waits or "")
  return detail
end

local function task_on_way(trail, i)
  local is_task = trail[i + 1] and NAMES[trail.types[i + 1]] and trail:label(i) == "._coro"
  return is_task and of_task(trail[i], trail[i + 1], suspended_at(trail, i + 1, {})) or nil
end

local function task_of_member(o)
  local coroutine = naming.coroutine(o)
  if not coroutine or not (coroutine.file or coroutine.line) then
    return nil
  end
  local stack = o.stack:totable()
  local found = kept.heaviest_local(stack, { o, coroutine })
  local detail = words.of_frame(coroutine, found and found.name, found and found.object, { own = true })
  return of_task(o, coroutine, detail)
end

--- The way to the object that all tasks wait for, in words; empty if they wait for different ones.
local function awaited_text(found)
  local awaited = found.top.awaited
  for _, detail in ipairs(found.alike) do
    if detail.awaited ~= awaited then
      return ""
    end
  end
  local way = awaited and found.keepers > 1 and awaited.way
  return way and " of " .. way or ""
end

local function task_text(found)
  local top = found.top
  local waits = top.waits and (top.own and " and waiting in " or ", waiting in ") .. top.waits or ""
  waits = waits .. awaited_text(found)
  if top.own then
    return ("their coroutines, suspended in %s%s%s"):format(words.place(found), waits, words.variable(found, true))
  end
  return ("%s %s%s%s"):format(found.is_single and "the task" or "tasks of", words.place(found), waits,
    words.variable(found, true))
end

return {
  { kind = "task", role = "link", label = "._coro", on_way = task_on_way, of_member = task_of_member,
    text = task_text },
  { kind = "suspended", role = "link", types = { "generator", "coroutine", "async_generator" }, on_way = on_way,
    of_member = of_member, text = text },
}
