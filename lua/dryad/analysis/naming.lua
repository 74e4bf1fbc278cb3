-- SPDX-License-Identifier: MIT
--- Objects by the names that their programmer gave: frames, generators, tasks, threads, functions, classes.
-- @module dryad.analysis.naming

local format = require "dryad.text.format"
local units = require "dryad.text.units"

local M = {}

local KINDS = 3 -- names of objects that differ, in a line
local MOST_OWNERS = 4 -- referrers of a cell and of its tuple that are looked at
local MOST_REFS = 64 -- references searched for one with a certain label

-- References of frames, coroutines and generators that are not variables of the program.
local FIELDS = {}
for name in ([[f_back f_builtins f_code f_func f_globals f_locals f_trace __name__ __qualname__ cr_await cr_code
  cr_frame cr_origin gi_code gi_frame gi_yieldfrom ag_await ag_code ag_frame]]):gmatch "%S+" do
  FIELDS["." .. name] = true
end

local SUSPENDED = { generator = "generator", coroutine = "coroutine", async_generator = "async generator" }
local FUNCTIONS = { ["function"] = true, builtin_function_or_method = true }
local METHODS = { method = true, instancemethod = true }
local CLASSES = { type = true, classobj = true }

--- The name of the local variable that a reference of a frame, generator or coroutine stands for; nil for other
-- references.
-- @tparam string label
-- @treturn string|nil
-- @usage naming.variable ".payload" --> "payload"
function M.variable(label)
  return not FIELDS[label] and label:match "^%.([^%.<]+)$" or nil
end

--- The referent of the first reference with a label, among the first and the last references; nil if there is none.
-- @tparam object o
-- @tparam string label
-- @treturn object|nil
-- @usage naming.field(task, "._coro")
function M.field(o, label)
  local count = #o
  for i = 1, math.min(count, MOST_REFS) do
    if o:label(i) == label then
      return o[i]
    end
  end
  for i = math.max(MOST_REFS, count - MOST_REFS) + 1, count do
    if o:label(i) == label then
      return o[i]
    end
  end
end

local function text_of(value)
  return type(value) == "string" and value ~= "" and format.short(value) or nil
end

--- The name of a function, class, frame, generator, task, thread or module, as text for a terminal; else nil.
-- @tparam object o
-- @treturn string|nil
-- @usage naming.name(heap("function")[1])
function M.name(o)
  return text_of(o.name) or o.type_str == "frame" and text_of(o.value) or nil
end

--- Where the code of a frame, or of something suspended, stands: `parse (importer.py:41)`, as far as the dump tells.
-- @tparam object o
-- @tparam[opt] boolean without_line
-- @treturn string
-- @usage naming.place(heap:threads()[1].stack[1])
function M.place(o, without_line)
  local name, file = M.name(o) or "?", o.file and text_of(o.file:match "[^/\\]+$")
  if not file then
    return name
  end
  local line = not without_line and o.line and ":" .. o.line or ""
  return ("%s (%s%s)"):format(name, file, line)
end

--- The class of an object with its module; its type where that is all that is known.
-- @tparam object o
-- @treturn string
-- @usage naming.class(heap("Session")[1])
function M.class(o)
  return format.short(o.class or o.type_str)
end

--- The qualified name of a function, or its name; of a bound method, that of its function.
-- @tparam object o
-- @treturn string|nil
-- @usage naming.function_name(heap("method")[1])
function M.function_name(o)
  local f = METHODS[o.type_str] and (M.field(o, ".__func__") or M.field(o, ".im_func")) or o
  local qualname = f.type_str == "function" and M.field(f, ".__qualname__")
  return qualname and text_of(qualname.value) or M.name(f)
end

--- Whether an object is a task of an event loop, judging by its type.
-- @tparam object o
-- @treturn boolean
-- @usage naming.is_task(heap:tasks()[1])
function M.is_task(o)
  return o.type_str:find "Task$" ~= nil
end

--- The coroutine of a task of an event loop.
-- @tparam object o
-- @treturn object|nil its coroutine or generator; nil if it is not a task, or done
-- @usage naming.coroutine(heap:tasks()[1])
function M.coroutine(o)
  if M.is_task(o) then
    local found = M.field(o, "._coro")
    return found and SUSPENDED[found.type_str] and found or nil
  end
end

--- The name of a function that a cell belongs to; nil if the dump does not tell.
local function closure_of(cell)
  for i = 1, math.min(#cell.p, MOST_OWNERS) do
    local tuple = cell.p[i]
    for k = 1, tuple.type_str == "tuple" and math.min(#tuple.p, MOST_OWNERS) or 0 do
      local owner = tuple.p[k]
      if owner.type_str == "function" then
        return M.function_name(owner)
      end
    end
  end
end

--- What objects that are alike but for their identity have in common: `frame parse (importer.py:41)`, `generator
-- fetch_pages (app.py:12)`, `Task follow`, `function on_retry`, `cell of function on_retry`, `shop.cache.Entry`.
-- @tparam object o
-- @treturn string
-- @usage naming.kind(heap("generator")[1])
function M.kind(o)
  local type_str = o.type_str
  if type_str == "frame" then
    return M.name(o) and "frame " .. M.place(o) or type_str
  elseif SUSPENDED[type_str] then
    return M.name(o) and SUSPENDED[type_str] .. " " .. M.place(o) or type_str
  elseif FUNCTIONS[type_str] or METHODS[type_str] then
    local name = METHODS[type_str] and M.function_name(o) or M.name(o)
    return name and type_str .. " " .. name or type_str
  end
  local coroutine = M.coroutine(o)
  if coroutine then
    return ("%s %s"):format(type_str:match "[^.]+$", M.name(coroutine) or ""):gsub(" $", "")
  end
  local closure = type_str == "cell" and closure_of(o)
  return closure and "cell of function " .. closure or M.class(o)
end

--- Names several objects: `300 frame parse (importer.py:41)`, `2,000 shop.Session`, `9 function add, close, open, ...`.
-- @tparam integer count
-- @tparam string type_str
-- @tparam {object,...} samples some of them
-- @treturn string
-- @usage naming.several(2, "frame", heap "frame")
function M.several(count, type_str, samples)
  local kinds, seen = {}, {}
  for _, o in ipairs(samples) do
    local kind = M.kind(o)
    if not seen[kind] then
      seen[kind] = true
      kinds[#kinds + 1] = kind
    end
  end
  table.sort(kinds)
  if #kinds == 0 then
    kinds[1] = format.short(type_str)
  end
  local first = kinds[1]:match "^[%w_]+ "
  for i = 2, first and #kinds or 0 do
    kinds[i] = kinds[i]:sub(1, #first) == first and kinds[i]:sub(#first + 1) or kinds[i]
  end
  return ("%s %s%s"):format(units.count(count), table.concat(kinds, ", ", 1, math.min(#kinds, KINDS)),
    #kinds > KINDS and ", ..." or "")
end

--- One object in words: with its name where it has one, without its address then.
-- @tparam object o
-- @treturn string
-- @usage naming.of(heap:threads()[1]) --> <thread 'MainThread'>
function M.of(o)
  local type_str, name = o.type_str, M.name(o)
  if type_str == "<thread>" and name then
    return ("<thread '%s'>"):format(name)
  elseif type_str == "module" and name then
    return "module " .. name
  elseif CLASSES[type_str] and name then
    return "class " .. name
  elseif name and (type_str == "frame" or SUSPENDED[type_str] or FUNCTIONS[type_str]) then
    return M.kind(o)
  end
  local coroutine = M.coroutine(o)
  if coroutine then
    return ("%s%s %s"):format(type_str:match "[^.]+$", name and (" '%s'"):format(name) or "", M.place(coroutine))
  end
  return tostring(o)
end

return M
