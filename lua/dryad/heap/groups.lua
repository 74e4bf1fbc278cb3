-- SPDX-License-Identifier: MIT
--- The members of a list in groups.
-- @module dryad.heap.groups

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local order = require "dryad.text.order"
local render = require "dryad.text.render"
local repr = require "dryad.text.repr"

local M = {}

local Groups = { __name = "dryad.groups" }
Groups.__index = Groups

local NIL, NAN = {}, {} -- stand for keys that a table cannot have
local by_key = setmetatable({}, { __mode = "k" })

local function index_of(key)
  if key == nil then
    return NIL
  end
  if key ~= key then
    return NAN
  end
  return key
end

--- Groups the members of a list.
-- @tparam list list
-- @tparam function key_of returns the key of a member
-- @treturn groups
-- @usage groups.of(heap "dict", function(o) return o.len end)
function M.of(list, key_of)
  local result, index = {}, {}
  for i = 1, #list do
    local key = key_of(list[i])
    local positions = index[index_of(key)]
    if not positions then
      positions = { key = key, number = #result + 1 }
      index[index_of(key)], result[#result + 1] = positions, positions
    end
    positions[#positions + 1] = i
  end
  for n, positions in ipairs(result) do
    local objects = core.pick(list, positions)
    result[n] = { key = positions.key, count = #objects, size = objects:sum "size", objects = objects, number = n }
    index[index_of(positions.key)] = result[n]
  end
  table.sort(result, order.largest_first("size", "count", "number"))
  for _, group in ipairs(result) do
    group.number = nil
  end
  result.columns = { { "key" }, { "count", "count" }, { "size", "bytes" } }
  by_key[result] = index
  return setmetatable(result, Groups)
end

--- The group with this key, or nil.
-- @function groups:get
-- @param key
-- @treturn table|nil {key=, count=, size=, objects=}
-- @usage print(heap("dict"):group_by("len"):get(0).objects)
function Groups.get(groups, key)
  if getmetatable(groups) ~= Groups then
    check.wrong_self("list of groups", "get")
  end
  return by_key[groups][index_of(key)]
end

function Groups.__tostring(groups)
  local rows = { columns = groups.columns }
  for i, group in ipairs(groups) do
    local key = math.type(group.key) == "float" and repr.float(group.key) or tostring(group.key)
    rows[i] = { key = key, count = group.count, size = group.size }
  end
  return render.printed(rows)
end

return M
