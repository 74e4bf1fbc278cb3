-- SPDX-License-Identifier: MIT
--- What threads keep: the local variables of running frames, thread-local data, context variables.
-- @module dryad.analysis.mechanisms.threads

local naming = require "dryad.analysis.naming"
local units = require "dryad.text.units"
local words = require "dryad.analysis.mechanisms.words"

-- Frames of the standard library say little: those of the program are further out.
local LIBRARY, PACKAGES = "/lib/python[%d.]+t?/", "%-packages/"
local NAMES = 2 -- of threads in a sentence
local MOST_DICTS = 10000 -- of threads looked at

-- ---- running frames -------------------------------------------------------------------------------

--- The names of the threads among the keepers of what was found.
local function thread_names(found)
  local names, seen = {}, {}
  for _, detail in ipairs(found.alike) do
    local thread = detail.thread
    if thread and not seen[thread.address] then
      seen[thread.address] = true
      names[#names + 1] = naming.name(thread)
    end
  end
  table.sort(names)
  return names
end

local function running_on_way(trail, i)
  local is_running = i <= 2 and (i == 1 or trail.types[1] == "<thread>")
  if not is_running then
    return nil
  end
  while trail.types[i + 1] == "frame" do
    i = i + 1
  end
  local name = trail[i + 1] and naming.variable(trail:label(i))
  local file = trail[i].file or ""
  if not name or file:find(LIBRARY) and not file:find(PACKAGES) then
    return nil
  end
  local thread = trail.types[1] == "<thread>" and trail[1] or nil
  return words.of_frame(trail[i], name, trail[i + 1], { keeper = trail[i], thread = thread })
end

local function running_text(found)
  local names = thread_names(found)
  local where = ""
  if #names == 1 then
    where = (", which runs in thread '%s'"):format(names[1])
  elseif #names > 1 then
    where = (", which runs in %s threads (%s)"):format(units.count(#names), words.some(names, NAMES))
  end
  return ("local `%s` of %s%s"):format(found.top.variable, words.place(found), where)
end

-- ---- data of threads and contexts -----------------------------------------------------------------

--- The number of threads that have put something into their dict.
local function used(dicts)
  local count = 0
  for i = 1, math.min(#dicts, MOST_DICTS) do
    local dict = dicts[i]
    count = count + (dict and dict.type_str == "dict" and #dict > 0 and 1 or 0)
  end
  return count
end

--- The instance of threading.local at `i`: its dicts, one for each thread, are in a dict by thread.
local function local_on_way(trail, i)
  local dicts, dict = trail[i + 1], trail[i + 2]
  if not dict or dicts.type_str ~= "dict" or dict.type_str ~= "dict" or #dicts == 0 then
    return nil
  end
  local is_by_thread = dicts[1] and (dicts[1].type_str:find "^weakref" or dicts[1].type_str == "_thread._localdummy")
  local name = trail[i + 3] and trail:label(i + 2):match "^%['(.+)'%]$"
  return is_by_thread and { keeper = dict, dicts = dicts, variable = name, key = name or "" } or nil
end

local function local_text(found)
  local top = found.top
  return ("thread-local data (threading.local)%s of %s"):format(top.variable and (", `%s`"):format(top.variable) or "",
    units.quantity(used(top.dicts), "thread"))
end

--- The name of the context variable whose value a reference of a node leads to: the variable is beside it.
local function variable_of(node, position)
  for _, beside in ipairs { position - 1, position + 1 } do
    local o = beside > 0 and node[beside]
    if o and o.type_str:find "ContextVar$" then
      return naming.name(o)
    end
  end
end

local function context_on_way(trail, i)
  for k = i + 1, #trail - 1 do
    if not trail.types[k]:find "^hamt" or not trail.positions[k] then
      return nil
    end
    local name = variable_of(trail[k], trail.positions[k])
    if name then
      return { keeper = trail[i], variable = name, key = name }
    end
  end
end

local function context_text(found)
  return ("the context variable `%s`%s"):format(found.top.variable,
    found.keepers > 1 and (", in %s%d contexts"):format(found.is_complete and "" or "more than ", found.keepers) or "")
end

local HANDLED = {
  [".exc_value"] = true, [".exc_state"] = true, [".exc_traceback"] = true, [".current_exception"] = true,
}

local function handled_on_way(trail, i)
  return trail[i + 1] and HANDLED[trail:label(i)] and { keeper = trail[i], key = "", thread = trail[i] } or nil
end

return {
  { kind = "running", role = "holder", is_general = true, types = { "frame" }, on_way = running_on_way,
    text = running_text },
  { kind = "thread-local", role = "holder", reference = "dict", on_way = local_on_way, text = local_text },
  { kind = "context", role = "holder", types = { "Context", "_contextvars.Context" }, on_way = context_on_way,
    text = context_text },
  { kind = "handled exception", role = "holder", types = { "<thread>" }, on_way = handled_on_way,
    text = function() return "the exception that a thread is handling" end },
}
