-- SPDX-License-Identifier: MIT
--- The references of an object as a Python user sees them: a dict of attributes or items, or a list.
-- @module dryad.heap.dict

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local format = require "dryad.text.format"
local repr = require "dryad.text.repr"
local screen = require "dryad.text.screen"
local units = require "dryad.text.units"

local M = {}

local WIDTH = 80 -- of a line, as in pprint
local SHOWN = 100 -- pairs or items, where no terminal says how many
local SORTED = 100000 -- pairs: sorting more takes too long

-- The keys under which a view keeps its object, and unless that is a dict, the names of its references.
local OWNER, NAMES = {}, {}
local View = { __name = "dryad.dict" }

--- A view of an object's references as a dict. Raises an error if the object is not a dict, module or instance, and has
-- no names for its references, as frames, generators and objects of built-in types do.
-- @tparam object o
-- @treturn table a view: index it by key; it has `pairs`, `#` and printing; calling it returns itself
-- @usage for key, value in pairs(heap("Thread")[1].d) do print(key, value) end
function M.view(o)
  local refusal = core.dict.refusal(o)
  local names = refusal and core.dict.names(o)
  if refusal and not names then
    check.fail("%s %s: use refs_as_list", tostring(o), refusal)
  end
  return setmetatable({ [OWNER] = o, [NAMES] = names }, View)
end

--- The value of a key of an object, or nil; nil also if the object has neither keys nor names.
-- @function lookup
-- @tparam object o
-- @param key
-- @usage dict.lookup(heap("Thread")[1], "_Thread__name")
M.lookup = core.dict.lookup

function View.__index(view, key)
  return core.dict.lookup(rawget(view, OWNER), key)
end

function View.__newindex()
  check.fail("a dict of a dump is read-only")
end

function View.__call(view)
  return view
end

function View.__len(view)
  local names, count = rawget(view, NAMES), 0
  if not names then
    return core.dict.count(rawget(view, OWNER))
  end
  for _, name in ipairs(names) do
    count = count + (name and 1 or 0)
  end
  return count
end

--- Iterates over the positions of references that have names.
local function next_named(names, i)
  repeat
    i = i + 1
  until names[i] ~= false
  return names[i] and i
end

function View.__pairs(view)
  local o, names, i = rawget(view, OWNER), rawget(view, NAMES), 0
  if not names then
    return function()
      i = i + 1
      return core.dict.pair(o, i)
    end
  end
  return function()
    i = next_named(names, i)
    if i then
      return names[i], core.dict.value(o, i)
    end
  end
end

function View.__eq(a, b)
  return rawget(a, OWNER) == rawget(b, OWNER)
end

local HAS_VALUE = { str = true, unicode = true, bytes = true, int = true, long = true, float = true }

--- A value of a dict or list as Python would show it; otherwise the object.
local function shown(o, resolved)
  if type(resolved) == "boolean" then
    return resolved and "True" or "False"
  elseif rawequal(resolved, o) or rawequal(resolved, core.None) then
    return tostring(resolved)
  end
  local _, _, python, type_str = core.object_state(o)
  return format.short(repr.value(resolved, type_str, python))
end

local function shown_key(o)
  local value = o.value
  if o.type_str == "bool" and value ~= nil then
    return (tostring(value):gsub("^%l", string.upper))
  end
  return HAS_VALUE[o.type_str] and value ~= nil and shown(o, value) or tostring(o)
end

local RANK = { number = 1, string = 2, boolean = 3 }

local function comes_before(a, b)
  if a.rank ~= b.rank then
    return a.rank < b.rank
  elseif a.rank <= 2 and a.key ~= b.key then
    return a.key < b.key
  end
  return a.position < b.position
end

--- Items on one line if they fit, else one a line. `more` are not shown.
local function lay_out(items, opening, closing, more)
  if more > 0 then
    items[#items + 1] = ("... %s more"):format(units.count(more))
  end
  local line = opening .. table.concat(items, ", ") .. closing
  if #line <= WIDTH then
    return line
  end
  return opening .. table.concat(items, ",\n ") .. closing
end

--- The positions of all pairs, or of the first ones, with their keys.
local function keys_of(view, most)
  local o, names, keys = rawget(view, OWNER), rawget(view, NAMES), {}
  local function add(position, key)
    keys[#keys + 1] = { position = position, key = key, rank = RANK[type(key)] or 4 }
  end
  if names then
    for i in next_named, names, 0 do
      add(i, names[i])
    end
    return keys
  end
  for i = 1, math.min(#view, most) do
    add(i, (core.dict.pair(o, i)))
  end
  return keys
end

local function text_of(view, each)
  local o, names, i = rawget(view, OWNER), rawget(view, NAMES), each.position
  if names then
    local _, _, python = core.object_state(o)
    return format.short(repr.value(names[i], "str", python)) .. ": " .. shown(o[i], core.dict.value(o, i))
  end
  local _, value = core.dict.pair(o, i)
  local key_object, value_object = core.dict.objects(o, i)
  return shown_key(key_object) .. ": " .. shown(value_object, value)
end

--- A view as text, its keys sorted; the first ones of very many in the order of the dict.
-- @tparam table view
-- @tparam[opt] integer most pairs to show
-- @treturn string
-- @usage print(dict.text(heap("dict")[1].d, 10))
function M.text(view, most)
  local count, items = #view, {}
  most = math.min(most or count, count)
  local keys = keys_of(view, count <= SORTED and count or most)
  if count <= SORTED or most == count then
    table.sort(keys, comes_before)
  end
  for i = 1, most do
    items[i] = text_of(view, keys[i])
  end
  return lay_out(items, "{", "}", count - most)
end

--- Whether a value is a view of an object as a dict.
-- @param value
-- @treturn boolean
-- @usage if dict.is(x) then print(dict.text(x)) end
function M.is(value)
  return rawequal(getmetatable(value), View)
end

function View.__tostring(view)
  return M.text(view, screen.is_terminal "stdout" and screen.size() or SHOWN)
end

--- Keys are texts in JSON: the values of keys, or their objects as they print.
function View.__json_value(view)
  local made, names = {}, {}
  for key, value in pairs(view) do
    local name = tostring(key)
    if made[name] == nil then
      names[#names + 1], made[name] = name, value
    end
  end
  return made, names
end

local Values = { __name = "dryad.values" }
local objects = setmetatable({}, { __mode = "k" })

--- All references of an object, each resolved.
-- @tparam object o
-- @treturn table array; prints as Python would print the list
-- @usage print(heap("list")[1].l)
function M.values(o)
  local values = core.dict.values(o)
  objects[values] = o
  return setmetatable(values, Values)
end

function Values.__tostring(values)
  local o, items = objects[values], {}
  local most = math.min(#values, screen.is_terminal "stdout" and screen.size() or SHOWN)
  for i = 1, most do
    items[i] = shown(o[i], values[i])
  end
  return lay_out(items, "[", "]", #values - most)
end

return M
