-- SPDX-License-Identifier: MIT
--- Cycles of references in words: `ParsedDocument.root <-> Node.document`.
-- @module dryad.analysis.cycles

local core = require "dryad.core"
local format = require "dryad.text.format"
local path = require "dryad.analysis.path"

local M = {}

local MOST_OBJECTS = 5 -- named in a cycle

--- Types that belong to the object that refers to them: in a cycle they show as labels only.
local PARTS = {
  dict = true, list = true, tuple = true, set = true, frozenset = true, cell = true, ["collections.deque"] = true,
  ["collections.OrderedDict"] = true, ["collections.defaultdict"] = true,
}

--- Types in whose names no program's cycle should begin.
local BUILTIN = {
  "dict", "list", "tuple", "set", "frozenset", "cell", "function", "method", "builtin_function_or_method", "frame",
  "traceback", "generator", "coroutine", "async_generator", "type", "module", "code", "property", "staticmethod",
  "classmethod", "weakref", "weakref.ReferenceType", "weakproxy", "weakref.ProxyType", "getset_descriptor",
  "member_descriptor", "wrapper_descriptor", "method_descriptor", "method-wrapper", "super", "mappingproxy",
  "collections.deque", "collections.OrderedDict", "collections.defaultdict", "functools.partial",
}

local function label_text(label)
  return format.printable(label == "" and "[ref]" or path.label_text(label))
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
      parts[#parts + 1] = format.printable(step.object.type) .. label_text(step.label)
    end
  end
  local first = format.printable(steps[1].object.type)
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

--- The shapes of the cycles among some objects, those of most bytes first.
-- @tparam list list
-- @tparam integer most
-- @treturn {shape,...} `{text =, cycles =, count =, size =}`: `cycles` separate groups of objects that reach each other,
--   and the number and bytes of all objects in these; `text` is a shortest cycle in each
-- @usage print(cycles.among(heap:garbage(), 3)[1].text)
function M.among(list, most)
  local found = core.cycles(list, BUILTIN, most)
  for i, shape in ipairs(found) do
    found[i] = {
      text = M.text(shape, shape.length), cycles = shape.cycles, count = shape.count, size = shape.size,
    }
  end
  return found
end

return M
