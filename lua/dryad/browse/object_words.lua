-- SPDX-License-Identifier: MIT
--- Objects in a few words, without their addresses: those have a column of their own.
-- @module dryad.browse.object_words

local core = require "dryad.core"
local format = require "dryad.text.format"
local naming = require "dryad.analysis.naming"
local repr = require "dryad.text.repr"
local units = require "dryad.text.units"

local M = {}

local MOST_REFS = 100000 -- of an object that is searched for the reference to another

-- What the length of an object counts; of other types, it says less than the value.
local UNITS = {
  dict = "entry", ["collections.OrderedDict"] = "entry", ["collections.defaultdict"] = "entry",
  list = "item", tuple = "item", set = "item", frozenset = "item", ["collections.deque"] = "item", deque = "item",
}
local PLURALS = { entry = "entries", item = "items" }

--- The number of what an object contains.
local function length(o)
  local unit = UNITS[o.type_str]
  if unit and o.len then
    return (", %s %s"):format(units.count(o.len), o.len == 1 and unit or PLURALS[unit])
  end
  return ""
end

--- An object: `str 'abc'`, `dict, 1,500 entries`, `module shop`, `frame parse (importer.py:41)`, `__main__.Entry`.
-- @tparam object o
-- @treturn string
-- @usage object_words.of(heap("dict")[1])
function M.of(o)
  local _, state, python, type_str = core.object_state(o)
  if state ~= "there" then
    return tostring(o)
  end
  local name = naming.of(o)
  if name ~= tostring(o) then
    return name
  end
  local value = o.value
  if type_str == "NoneType" then
    return "None"
  elseif value == nil or type_str == "<thread>" then -- the value of a thread are its facts
    return naming.class(o) .. length(o)
  elseif type_str == "bool" then
    return format.short(tostring(value))
  end
  return ("%s %s"):format(naming.class(o), format.short(repr.value(value, type_str, python)))
end

-- ---- what tells an instance from others -----------------------------------------------------------

local MOST_ATTRIBUTES = 32 -- looked at
local LONGEST = 60 -- columns of a value
local TELLING = { "name$", "^%._*id$", "_id$", "key$", "title$", "path$", "url$" } -- attributes, the best first
local PLAIN = { str = 1, unicode = 1, int = 2, long = 2 } -- types of values that tell, texts before numbers

--- How well an attribute tells objects from one another, from 1: the best.
local function rank_of(label, type_str)
  for rank, pattern in ipairs(TELLING) do
    if label:find(pattern) then
      return rank
    end
  end
  return #TELLING + PLAIN[type_str]
end

--- The attribute that tells an object from others of its class, as `.name='job 17'`; nil if it has none.
local function telling_attribute(o, python)
  local best, best_rank, value
  for i = 1, math.min(#o, MOST_ATTRIBUTES) do
    local attribute = o[i]
    local type_str = attribute.type_str
    local label = PLAIN[type_str] and attribute.value ~= nil and o:label(i) or ""
    local rank = label:find "^%.[%a_]" and not label:find "^%.__" and rank_of(label, type_str)
    if rank and (not best or rank < best_rank) then
      best, best_rank, value = label, rank, repr.value(attribute.value, type_str, python)
    end
  end
  return best and ("%s=%s"):format(best, format.cut_object(format.printable(value), LONGEST))
end

local NAMED_BY_THEMSELVES = { ["<thread>"] = true, frame = true, module = true, type = true, classobj = true }

--- An object for a row among others of its class: an instance with an attribute that tells it from them.
-- @tparam object o
-- @treturn string
-- @usage object_words.detailed(o) --> __main__.Session .customer='customer-017'
function M.detailed(o)
  local text = M.of(o)
  local _, state, python, type_str = core.object_state(o)
  if state ~= "there" or NAMED_BY_THEMSELVES[type_str] or UNITS[type_str] or text ~= naming.class(o) then
    return text
  end
  local attribute = telling_attribute(o, python)
  return attribute and text .. " " .. attribute or text
end

--- Some objects of one class: `1,500 x __main__.Entry`; a single one as it is.
-- @tparam integer count
-- @tparam string class
-- @tparam object o one of them
-- @treturn string
-- @usage object_words.group(1500, "__main__.Entry", o)
function M.group(count, class, o)
  if count == 1 then
    return M.of(o)
  end
  return ("%s x %s"):format(units.count(count), format.short(class))
end

--- An address as Dryad and Python write it.
-- @tparam object o
-- @treturn string
-- @usage object_words.address(o) --> 0x7f3a5c0012d0
function M.address(o)
  return ("0x%x"):format(o.address)
end

--- By what an object refers to another: `.cart`, `['k7']`; "" if that has no name, or cannot be told at once.
-- @tparam object from
-- @tparam object to
-- @treturn string
-- @usage object_words.label(o.p[1], o)
function M.label(from, to)
  local label = #from <= MOST_REFS and core.label_between(from, to) or ""
  return label:find "^%[ref " and "" or label
end

return M
