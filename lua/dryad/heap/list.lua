-- SPDX-License-Identifier: MIT
--- Lists: objects of one heap in order; cheap and immutable.
-- @module dryad.heap.list

local check = require "dryad.text.argument_errors"
local column = require "dryad.heap.column"
local core = require "dryad.core"
local dict = require "dryad.heap.dict"
local groups = require "dryad.heap.groups"
local interruption = require "dryad.text.interruption"
local pager = require "dryad.text.pager"
local query = require "dryad.sql.query"
local screen = require "dryad.text.screen"
local units = require "dryad.text.units"

local methods, meta = core.list.methods, core.list.meta

local UNPRINTED = 4 -- lines of a terminal left free around a list
local SHOWN = 100 -- members printed without a terminal

local function self_of(list, method)
  return check.self(list, "list", method)
end

local function is_list(value)
  return rawequal(getmetatable(value), core.list.meta)
end

--- The members that satisfy a condition, in order.
-- @function list:filter
-- @tparam string|function condition SQL over `obj`, or a function called with each member
-- @treturn list
-- @usage print(heap("dict"):filter "len = 0")
function methods.filter(list, condition)
  self_of(list, "filter")
  if type(condition) == "string" then
    return query.filter(list, condition, "filter")
  end
  check.argument(type(condition) == "function", "filter", "condition", "SQL or a function", condition)
  local positions = {}
  for i = 1, #list do
    if condition(list[i]) then
      positions[#positions + 1] = i
    end
  end
  return core.pick(list, positions)
end

--- An array of what a function returns for each member, without nils.
-- @function list:map
-- @tparam function f called with each member
-- @treturn table
-- @usage print(table.concat(heap("module"):map(function(o) return o.name end), " "))
function methods.map(list, f)
  self_of(list, "map")
  check.argument(type(f) == "function", "map", "f", "a function", f)
  local result = {}
  for i = 1, #list do
    result[#result + 1] = f(list[i])
  end
  return result
end

--- An array of the values of an attribute or dict key; members without it are left out.
-- @function list:attr
-- @param name
-- @treturn table
-- @usage dryad.pp(heap("Thread"):attr "_Thread__name")
function methods.attr(list, name)
  self_of(list, "attr")
  check.argument(name ~= nil, "attr", "name", "an attribute or dict key", name)
  local result = {}
  for i = 1, #list do
    result[#result + 1] = dict.lookup(list[i], name)
  end
  return result
end

--- One field of the members, in their order, as plain numbers or texts; see @{heap:column}.
-- @function list:column
-- @tparam string field
-- @treturn column of the heap as it is now
-- @usage for i, size in pairs(heap("dict"):column "size") do print(i, size) end
function methods.column(list, field)
  return column.of(core.heap_of(self_of(list, "column")), field, list)
end

local function check_field(method, field)
  check.argument(type(field) == "string", method, "field", "the name of a field", field)
  if not core.object.getters[field] then
    check.unknown_field("object", field)
  end
end

local RANK = { boolean = 1, number = 2, string = 3 }

--- The list sorted by a field, largest first; members without it, or where it is not a number (NaN), come last.
-- @function list:sort
-- @tparam string field such as size, len, num_refs, num_parents, value, name, type, class, address or total_size
-- @tparam[opt] string order "asc" for smallest first, or "desc"
-- @treturn list
-- @usage print(heap("dict"):sort "len")
function methods.sort(list, field, order)
  self_of(list, "sort")
  check_field("sort", field)
  check.argument(order == nil or order == "asc" or order == "desc", "sort", "order", '"asc" or "desc"', order)
  local descending = order ~= "asc"
  local sorted = core.sorted(list, field, descending)
  if sorted then
    return sorted
  end
  local entries = {}
  for i = 1, #list do
    local key = list[i][field]
    entries[i] = { position = i, key = key, rank = key ~= nil and key == key and (RANK[type(key)] or 4) }
  end
  table.sort(entries, function(a, b)
    if a.rank ~= b.rank then
      if not a.rank or not b.rank then
        return not b.rank
      end
      return (a.rank > b.rank) == descending
    elseif a.rank and a.rank > 1 and a.rank < 4 and a.key ~= b.key then
      return (a.key > b.key) == descending
    end
    return a.position < b.position
  end)
  for i, entry in ipairs(entries) do
    entries[i] = entry.position
  end
  return core.pick(list, entries)
end

--- The sum of a field over the members.
-- @function list:sum
-- @tparam string field such as size, len, num_refs
-- @treturn integer
-- @usage print(heap("dict"):sum "size")
function methods.sum(list, field)
  self_of(list, "sum")
  check_field("sum", field)
  local sum = core.sum(list, field)
  if not sum then
    sum = 0
    for i = 1, #list do
      local value = list[i][field]
      sum = sum + (type(value) == "number" and value or 0)
    end
  end
  return sum
end

--- The members in groups, those with the most bytes first.
-- @function list:group_by
-- @tparam string|function by a field, ".attribute" (or dict key), or a function that returns each member's key
-- @treturn groups `#g`, `g[i] = {key=, count=, size=, objects=}`, `g:get(key)`; prints as a table
-- @usage print(heap("Thread"):group_by ".daemon")
function methods.group_by(list, by)
  self_of(list, "group_by")
  local key_of = by
  if type(by) == "string" and by:sub(1, 1) == "." then
    local name = by:sub(2)
    function key_of(o)
      return dict.lookup(o, name)
    end
  elseif type(by) ~= "function" then
    check.argument(type(by) == "string", "group_by", "by", "a field, .attribute or function", by)
    check_field("group_by", by)
    function key_of(o)
      return o[by]
    end
  end
  return groups.of(list, key_of)
end

--- An array of its members.
-- @function list:totable
-- @treturn table
-- @usage for i, o in ipairs(heap("Thread"):totable()) do print(i, o) end
function methods.totable(list)
  self_of(list, "totable")
  local result = {}
  for i = 1, #list do
    result[i] = list[i]
  end
  return result
end

--- Prints its members, one per line.
-- @function list:show
-- @tparam[opt] integer n the most members to print; default: all
-- @usage heap("Thread"):show(5)
function methods.show(list, n)
  self_of(list, "show")
  check.argument(n == nil or math.type(n) == "integer" and n >= 0, "show", "n", "a whole number, not negative", n)
  pager.show(methods.format(list, n or #list))
end

local function member_text(list, i)
  local ok, o = interruption.attempt(function()
    return list[i]
  end)
  return ok and tostring(o) or "<gone>"
end

--- nil if a change of the heap removed members.
local function bytes_of(list)
  local ok, bytes = interruption.attempt(core.sum, list, "size")
  return ok and bytes or nil
end

--- The list as text, with its first n members.
-- @function list:format
-- @tparam integer n
-- @treturn string
-- @usage io.write(heap("Thread"):format(3), "\n")
function methods.format(list, n)
  self_of(list, "format")
  check.argument(math.type(n) == "integer" and n >= 0, "format", "n", "a whole number, not negative", n)
  local count = math.min(n, #list)
  local bytes = bytes_of(list)
  local lines = {
    ("%d object%s, %s"):format(#list, #list == 1 and "" or "s",
      bytes and ("%s (%d bytes)"):format(units.bytes(bytes), bytes) or "some of them gone"),
  }
  local width = math.max(4, #tostring(count))
  for i = 1, count do
    lines[i + 1] = ("%" .. width .. "d %s"):format(i, member_text(list, i))
  end
  if count < #list then
    lines[#lines + 1] = ("... %d more"):format(#list - count)
  end
  return table.concat(lines, "\n")
end

function meta.__tostring(list)
  local rows = screen.is_terminal "stdout" and screen.size()
  return methods.format(list, rows and math.max(1, rows - UNPRINTED) or SHOWN)
end

function meta.__json_items(list)
  return #list, function(i)
    return list[i]
  end
end

function meta.__pairs(list)
  return ipairs(list)
end

local function operand(value, other, operation)
  if is_list(value) then
    return value
  elseif rawequal(getmetatable(value), core.object.meta) then
    return core.list_of(core.heap_of(other), { value })
  end
  check.fail("%s: a list takes a list or an object, not a %s", operation, check.kind(value))
end

local function set_operation(symbol, name)
  return function(a, b)
    local known = is_list(a) and a or b
    return core.combine(operand(a, known, symbol), operand(b, known, symbol), name)
  end
end

meta.__add = set_operation("+", "union")
meta.__sub = set_operation("-", "difference")
meta.__band = set_operation("&", "intersection")

return core.list
