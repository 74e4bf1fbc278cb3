-- SPDX-License-Identifier: MIT
--- The result of a recipe as bytes, to be sent from the sandbox to the process that trusts none of them.
--
-- Plain values, tables, and the objects, lists and heaps of the heaps at hand arrive as what they are. A table that the
-- recipe gave a metatable arrives without it, and one that is in two places as two. Dryad's other values, such as a
-- summary, arrive as portraits (@{dryad.text.portrait}). Functions do not arrive.
-- @module dryad.recipes.parcel

local core = require "dryad.core"
local environment = require "dryad.recipes.environment"
local format = require "dryad.text.format"
local json_value = require "dryad.text.json_value"
local portrait = require "dryad.text.portrait"
local row_texts = require "dryad.sql.row_texts"
local single_table = require "dryad.text.single_table"
local units = require "dryad.text.units"

local M = {}

local DEEPEST = 100 -- tables within tables
-- About what Lua takes for a value in a table, and for a table of its own: bytes.
local VALUE, TABLE = 64, 160

-- ---- packing --------------------------------------------------------------------------------------

local pack

--- Counts bytes that a value takes where it arrives; false if there is no room for them.
local function take(state, bytes)
  state.room = state.room - bytes
  return state.room >= 0
end

local function fail(text, ...)
  error(text:format(...), 0)
end

local function number_of(heap, heaps)
  for i, known in ipairs(heaps) do
    if rawequal(known, heap) then
      return i
    end
  end
  fail "the recipe's result has objects of another heap than those it was given"
end

local function check_room(out, bytes)
  if not take(out, bytes) then
    fail("the recipe's result would take more than %s of memory; --recipe-memory %dM allows more",
      units.bytes(out.most), math.max(1, 4 * out.most >> 20))
  end
end

local function add_list(out, tag, list, heaps)
  local packed = core.pack_list(list)
  check_room(out, #packed)
  out[#out + 1] = tag .. ("<I1s4"):pack(number_of(core.heap_of(list), heaps), packed)
end

--- Adds the pairs of a table in place of which `count` stands.
local function add_pairs(out, value, heaps, depth)
  local length, at, others = rawlen(value), #out + 1, 0
  out[at] = ""
  for i = 1, length do
    pack(out, rawget(value, i), heaps, depth + 1)
  end
  for key, item in next, value do
    if math.type(key) ~= "integer" or key < 1 or key > length then
      others = others + 1
      pack(out, key, heaps, depth + 1)
      pack(out, item, heaps, depth + 1)
    end
  end
  out[at] = ("<I4I4"):pack(length, others)
end

--- The items of a table for JSON, which may convert or make them when they are read.
local function items_of(value, meta)
  local convert, items = meta.__jsonitem or json_value, {}
  if meta.__jsontype == "array" then
    for i = 1, #value do
      items[i] = convert(value[i])
    end
  else
    for name, item in next, value do
      items[name] = convert(item)
    end
  end
  return items
end

--- What JSON distinguishes, in front of the table.
local function add_json_table(out, value, meta, heaps, depth)
  out[#out + 1] = meta.__jsontype == "array" and "a" or "j"
  add_pairs(out, meta.__jsonorder or {}, heaps, depth)
  add_pairs(out, items_of(value, meta), heaps, depth)
end

--- The rows of a finding as plain tables, or nil.
local function plain_rows(value)
  local is_result = rawequal(getmetatable(value), core.result.meta)
  local rows = is_result and value or single_table.of(value)
  if not rows then
    return nil
  end
  local names, plain = row_texts.unique_names(single_table.names(rows)), {}
  for i = 1, #rows do
    local item = {}
    for c, name in ipairs(names) do
      if is_result then
        item[name] = core.cell(rows, i, c)
      else
        item[name] = rows[i][name]
      end
    end
    plain[i] = item
  end
  plain.columns = names
  return plain
end

local function add_portrait(out, value, heaps, depth)
  local text = tostring(value)
  check_room(out, #text)
  out[#out + 1] = "p" .. ("<s4"):pack(text)
  pack(out, plain_rows(value), heaps, depth)
  pack(out, json_value(value), heaps, depth + 1)
end

--- Whether a table of Dryad's is its rows and their columns, and so needs no portrait.
local function needs_no_portrait(value, meta)
  return not meta.__json_value and rawget(value, "columns") and rawlen(value) == #value
end

local function add_table(out, value, heaps, depth)
  local meta = getmetatable(value)
  if type(meta) ~= "table" or environment.is_foreign(meta) then
    meta = {}
  end
  if meta.__jsontype then
    add_json_table(out, value, meta, heaps, depth)
  elseif (meta.__json_value or meta.__tostring) and not needs_no_portrait(value, meta) then
    add_portrait(out, value, heaps, depth)
  else
    out[#out + 1] = "t"
    add_pairs(out, value, heaps, depth)
  end
end

local function add_userdata(out, value, heaps, depth)
  local meta = getmetatable(value)
  if rawequal(value, core.None) then
    out[#out + 1] = "0"
  elseif rawequal(meta, core.object.meta) then
    local heap = core.heap_of(value)
    add_list(out, "o", core.list_of(heap, { value }), heaps)
  elseif rawequal(meta, core.list.meta) then
    add_list(out, "l", value, heaps)
  elseif rawequal(meta, core.heap.meta) then
    out[#out + 1] = "h" .. ("<I1"):pack(number_of(value, heaps))
  else
    add_portrait(out, value, heaps, depth)
  end
end

function pack(out, value, heaps, depth)
  local kind = math.type(value) or type(value)
  check_room(out, kind == "table" and TABLE or kind == "string" and VALUE + #value or VALUE)
  if depth > DEEPEST then
    fail("the recipe's result is nested more than %d deep, or contains itself", DEEPEST)
  elseif kind == "nil" then
    out[#out + 1] = "n"
  elseif kind == "boolean" then
    out[#out + 1] = value and "+" or "-"
  elseif kind == "integer" then
    out[#out + 1] = "i" .. ("<i8"):pack(value)
  elseif kind == "float" then
    out[#out + 1] = "d" .. ("<d"):pack(value)
  elseif kind == "string" then
    out[#out + 1] = "s" .. ("<s4"):pack(value)
  elseif kind == "table" then
    add_table(out, value, heaps, depth)
  elseif kind == "userdata" then
    add_userdata(out, value, heaps, depth)
  else
    fail("the recipe's result holds a %s, which cannot leave the sandbox", kind)
  end
end

--- Packs a value; raises an error for one that cannot be.
-- @param value
-- @tparam {heap,...} heaps those that its objects may belong to
-- @tparam integer most bytes that it may take in the memory of whoever unpacks it
-- @treturn string
-- @usage local bytes = parcel.pack({ rows = list }, { heap }, 1 << 29)
function M.pack(value, heaps, most)
  local out = { most = most, room = most }
  pack(out, value, heaps, 1)
  return table.concat(out)
end

-- ---- unpacking ------------------------------------------------------------------------------------

local unpack

local function damaged()
  error("sent a result that is none", 0)
end

local function unknown_objects()
  error("returned objects that the dump does not have: what a recipe changes ends with it", 0)
end

local function heap_at(state, number)
  return state.heaps[number] or damaged()
end

local function read(state, form)
  local value, second
  value, second, state.at = form:unpack(state.text, state.at)
  if not state.at then
    state.at = second
    return value
  end
  return value, second
end

local function read_list(state)
  local number, bytes = read(state, "<I1s4")
  return core.unpack_list(heap_at(state, number), bytes) or unknown_objects()
end

--- Every value takes a byte or more, so the counts are checked before anything is made for them.
local function read_pairs(state, depth)
  local value = {}
  local length, others = read(state, "<I4I4")
  if length + 2 * others > #state.text - state.at + 1 then
    damaged()
  end
  for i = 1, length do
    value[i] = unpack(state, depth + 1)
  end
  for _ = 1, others do
    local key = unpack(state, depth + 1)
    if key == nil or key ~= key then
      damaged()
    end
    value[key] = unpack(state, depth + 1)
  end
  return value
end

local function read_json_table(state, depth, kind)
  local order = read_pairs(state, depth)
  for _, name in ipairs(order) do
    if type(name) ~= "string" then
      damaged()
    end
  end
  return setmetatable(read_pairs(state, depth), { __jsontype = kind, __jsonorder = order[1] and order or nil })
end

--- Whether a value has the names of its columns, and tables for all its rows.
local function is_rows(value)
  if type(value) ~= "table" or getmetatable(value) or type(value.columns) ~= "table" then
    return false
  end
  for _, name in ipairs(value.columns) do
    if type(name) ~= "string" then
      return false
    end
  end
  for _, row in ipairs(value) do
    if type(row) ~= "table" then
      return false
    end
  end
  return true
end

-- By tag: reads what follows it.
local readers = {
  n = function() return nil end,
  ["+"] = function() return true end,
  ["-"] = function() return false end,
  ["0"] = function() return core.None end,
  i = function(state) return (read(state, "<i8")) end,
  d = function(state) return (read(state, "<d")) end,
  s = function(state) return (read(state, "<s4")) end,
  h = function(state) return heap_at(state, read(state, "<I1")) end,
  l = read_list,
  o = function(state) return read_list(state)[1] or damaged() end,
  t = read_pairs,
  a = function(state, depth) return read_json_table(state, depth, "array") end,
  j = function(state, depth) return read_json_table(state, depth, "object") end,
  p = function(state, depth)
    local text = format.printable_lines((read(state, "<s4")))
    local rows = unpack(state, depth)
    if rows ~= nil and not is_rows(rows) then
      damaged()
    end
    return portrait.new(text, unpack(state, depth + 1), rows)
  end,
}

local TABLES = { t = true, a = true, j = true, p = true }

function unpack(state, depth)
  local tag = state.text:sub(state.at, state.at)
  local has_room = take(state, TABLES[tag] and TABLE or VALUE)
  local reader = depth <= DEEPEST + 1 and has_room and readers[tag] or damaged
  state.at = state.at + 1
  return reader(state, depth)
end

--- Unpacks a value; raises an error unless the bytes are one value and nothing else, with objects of these heaps alone.
-- @tparam string text
-- @tparam {heap,...} heaps
-- @tparam integer most bytes that the value may take, besides those of its texts
-- @return the value
-- @usage local ok, value = pcall(parcel.unpack, bytes, { heap }, 1 << 29)
function M.unpack(text, heaps, most)
  local state = { text = text, at = 1, heaps = heaps, room = most }
  local value = unpack(state, 1)
  if state.at ~= #text + 1 then
    damaged()
  end
  return value
end

return M
