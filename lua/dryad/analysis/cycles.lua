-- SPDX-License-Identifier: MIT
--- Cycles of references in words: `ParsedDocument.root <-> Node.document`.
-- @module dryad.analysis.cycles

local class_order = require "dryad.analysis.class_order"
local core = require "dryad.core"
local format = require "dryad.text.format"
local naming = require "dryad.analysis.naming"
local order = require "dryad.text.order"
local path = require "dryad.analysis.path"

local M = {}

local Shape = { __name = "dryad.cycle_shape" }

local MOST_OBJECTS = 5 -- named in a cycle
local MOST_UPWARD, MOST_REFERRERS = 20, 20 -- steps, and referrers looked at in each

-- How far types of the interpreter are from what a program calls its own, beyond the order of classes: code, classes,
-- and others with names; what belongs to these; containers and plain values.
local BY_TYPE = {
  ["function"] = 4, generator = 4, coroutine = 4, async_generator = 4, method = 4, type = 4, ["functools.partial"] = 4,
  frame = 5, traceback = 5, cell = 5, property = 5, staticmethod = 5, classmethod = 5, super = 5, mappingproxy = 5,
  builtin_function_or_method = 5, getset_descriptor = 5, member_descriptor = 5, wrapper_descriptor = 5,
  method_descriptor = 5, ["method-wrapper"] = 5, weakref = 5, ["weakref.ReferenceType"] = 5, weakproxy = 5,
  ["weakref.ProxyType"] = 5, module = 5, code = 5,
  dict = 6, list = 6, tuple = 6, set = 6, frozenset = 6, str = 6, bytes = 6, bytearray = 6, int = 6, float = 6,
  ["collections.deque"] = 6, ["collections.OrderedDict"] = 6, ["collections.defaultdict"] = 6, dict_keys = 6,
  list_iterator = 6, NoneType = 6, bool = 6, object = 6,
}

-- Types whose objects' names tell more than the type.
local NAMED = { ["function"] = true, generator = true, coroutine = true, async_generator = true, frame = true }

--- How far a class is from what a program calls its own.
-- @tparam row row as from `core.summary_by_class`
-- @treturn integer 1 for the program's own
-- @usage cycles.rank(core.summary_by_class(heap)[1])
function M.rank(row)
  local rank = class_order.rank(row.origin)
  return rank == class_order.PYTHON and BY_TYPE[row.type_str] or rank
end

--- Types that belong to the object that refers to them: in a cycle they show as labels only.
local PARTS = {
  dict = true, list = true, tuple = true, set = true, frozenset = true, cell = true, ["collections.deque"] = true,
  ["collections.OrderedDict"] = true, ["collections.defaultdict"] = true,
}

--- An object's type, with the name of a function or the like: `frame parse`.
local function name_of(o)
  local name = NAMED[o.type] and naming.name(o)
  return format.short(o.type) .. (name and " " .. name or "")
end

local function label_text(label)
  return format.short(label == "" and "[ref]" or path.label_text(label))
end

--- A cycle in words. Containers within it show as labels only.
-- @tparam {step,...} steps `{object =, label =}` each; the label of the last leads back to the first
-- @tparam[opt] integer length the number of steps of the whole cycle, if `steps` is only its beginning
-- @treturn string
-- @usage cycles.text { { object = document, label = ".root" }, { object = node, label = ".document" } }
function M.text(steps, length)
  local parts = {}
  for i, step in ipairs(steps) do
    if i > 1 and PARTS[step.object.type] then
      parts[#parts] = parts[#parts] .. label_text(step.label)
    else
      parts[#parts + 1] = name_of(step.object) .. label_text(step.label)
    end
  end
  local first = name_of(steps[1].object)
  if #parts == 1 and (length or #steps) == #steps then
    return parts[1] .. " is itself"
  elseif #parts == 2 and (length or #steps) == #steps then
    return parts[1] .. " <-> " .. parts[2]
  elseif #parts > MOST_OBJECTS or (length or #steps) > #steps then
    local text = table.concat(parts, " -> ", 1, math.min(#parts, MOST_OBJECTS))
    return ("%s -> ... -> %s (%d steps)"):format(text, first, length or #steps)
  end
  return table.concat(parts, " -> ") .. " -> " .. first
end

function Shape.__json_value(shape)
  return shape, { "text", "cycles", "count", "size" }
end

--- The shapes of the cycles among some objects, those of most bytes first.
-- @tparam list list
-- @tparam integer most
-- @treturn {shape,...} `{text =, cycles =, count =, size =}`: `cycles` separate groups of objects that reach each
--   other, and the number and bytes of all objects in these; `text` is a shortest cycle in each
-- @usage print(cycles.among(heap:garbage(), 3)[1].text)
function M.among(list, most)
  local found = core.cycles(list, BY_TYPE, NAMED, most)
  for i, shape in ipairs(found) do
    found[i] = setmetatable({
      text = M.text(shape, shape.length), cycles = shape.cycles, count = shape.count, size = shape.size,
    }, Shape)
  end
  table.sort(found, order.largest_first("size", "cycles", "text"))
  return found
end

--- A shortest cycle through an object, or nil.
local function steps_through(heap, o)
  local way = core.find_path(heap, o.c, core.list_of(heap, { o }), false)
  if not way then
    return nil
  end
  local steps = { { object = o, label = core.label_between(o, way[1]) } }
  for i = 1, #way - 1 do
    steps[i + 1] = { object = way[i], label = core.label_between(way[i], way[i + 1]) }
  end
  return steps
end

--- A shortest cycle that an object belongs to or hangs on, found by going up its referrers.
-- @tparam object o garbage: the search goes through all that it leads to
-- @treturn string|nil
-- @usage print(cycles.holding(heap:garbage()[1]))
function M.holding(o)
  local heap, seen = core.heap_of(o), {}
  for _ = 1, MOST_UPWARD do
    local steps = steps_through(heap, o)
    if steps then
      return M.text(steps)
    end
    seen[o] = true
    local above
    for _, referrer in ipairs(o.p:head(MOST_REFERRERS)) do
      above = above or not seen[referrer] and referrer
    end
    if not above then
      return nil
    end
    o = above
  end
end

return M
