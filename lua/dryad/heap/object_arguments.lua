-- SPDX-License-Identifier: MIT
--- Arguments that name objects: an object, a list, an array, addresses, a type, a way, an SQL condition, or an array of
-- those.
-- Other values that stand for objects, such as a path, return a list of them from the metamethod `__objects`.
-- @module dryad.heap.object_arguments

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local kind_names = require "dryad.heap.kind_names"
local query = require "dryad.sql.query"

local M = {}

--- Whether a text, judging by its form, is the name of a type rather than a condition.
-- @tparam string text
-- @treturn boolean
-- @usage object_arguments.is_name("collections.OrderedDict") --> true
function M.is_name(text)
  return text:find "^[%a_\x80-\xff][%w_.\x80-\xff]*$" ~= nil
end

--- The object at a way, such as `shop.CACHE['k7']`.
-- @tparam heap heap
-- @tparam string text
-- @treturn object|nil nil if the text has another form, or could be a name of another kind; raises for a way with an
--   index, a key or angle brackets that leads nowhere
-- @treturn string|nil for text of the form of a way that leads nowhere: why
-- @usage object_arguments.at_way(heap, "threading._active")
function M.at_way(heap, text)
  local stands_for_many = text:find "^[%w_.\x80-\xff]+%S*%[%.%.%.%]" -- as answers tell several ways in one
  if not core.ways.has_form(text) and not stands_for_many then
    return nil
  end
  local o, why_not = core.ways.at(heap, text)
  if not o and text:find "^%s*[^'\"%[]*[<%[]" then
    check.fail("nothing is at %s: %s", text, why_not)
  end
  return o, why_not
end

local function add(heap, method, argument, what, result)
  local meta = getmetatable(what)
  if type(meta) == "table" and meta.__objects then
    return add(heap, method, argument, meta.__objects(what), result)
  elseif rawequal(meta, core.list.meta) then
    return result and core.combine(result, what, "union") or what
  elseif rawequal(meta, core.object.meta) or math.type(what) == "integer" then
    return add(heap, method, argument, core.list_of(heap, { what }), result)
  elseif type(what) == "string" then
    local found = kind_names.objects(heap, what)
    local at = #found == 0 and M.at_way(heap, what)
    if at then
      found = core.list_of(heap, { at })
    elseif #found == 0 and not M.is_name(what) then
      found = query.where(heap, what, method)
    end
    return add(heap, method, argument, found, result)
  elseif type(what) == "table" and not meta then
    local loose = {}
    for _, item in ipairs(what) do
      if rawequal(getmetatable(item), core.object.meta) or math.type(item) == "integer" then
        loose[#loose + 1] = item
      else
        result = add(heap, method, argument, item, result)
      end
    end
    return add(heap, method, argument, core.list_of(heap, loose), result)
  end
  check.argument(false, method, argument,
    "objects: a list, an object, an array of those or of addresses, a type name, a way or an SQL condition", what)
end

--- The list of all objects named.
-- @tparam heap heap
-- @tparam string method for messages
-- @tparam string argument its name, for messages
-- @param what a list, an object, an address, a type name, an SQL condition, or an array of those
-- @treturn list
-- @usage object_arguments.list(heap, "summarize", "start", heap("Thread")[1])
function M.list(heap, method, argument, what)
  return add(heap, method, argument, what)
end

--- The same for an optional argument: nil stays nil.
-- @tparam heap heap
-- @tparam string method for messages
-- @param excluding nil, or as for @{list}
-- @treturn list|nil
-- @usage object_arguments.excluded(heap, "summarize", { "module", "type" })
function M.excluded(heap, method, excluding)
  if excluding == nil then
    return nil
  end
  return add(heap, method, "excluding", excluding)
end

return M
