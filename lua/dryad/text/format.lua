-- SPDX-License-Identifier: MIT
--- Values as text for people.
-- @module dryad.text.format

local core = require "dryad.core"
local lua_literal = require "dryad.text.lua_literal"
local own_code = require "dryad.text.own_code"

local M = {}

local DEEPEST = 4 -- tables within tables
local WIDTH = 80
local LONGEST = 1024 -- columns of a name or a value: enough for the 100 characters that a dump has, all escaped

--- Makes text from outside safe for a terminal. Escapes whatever shows nothing of its own or changes how the text
-- around it shows (control, bidirectional, zero-width and other invisible characters, separators, lone surrogates,
-- private use: base/characters.h), bytes that are not UTF-8, and combining marks without end.
-- @tparam string text
-- @treturn string on one line
-- @usage print(format.printable "\27[31mred") --> \x1b[31mred
function M.printable(text)
  return core.printable(text, "line")
end

--- The same for text of several lines: newlines and tabs stay.
-- @tparam string text
-- @treturn string
-- @usage output.tell(format.printable_lines(message))
function M.printable_lines(text)
  return core.printable(text, "lines")
end

--- The columns that a printable text takes on a terminal: none for a combining mark, two for a wide character.
-- @tparam string text
-- @treturn integer
-- @usage format.width "é" --> 1
function M.width(text)
  return core.text_columns(text)
end

--- A text cut at its end to at most `width` columns.
-- @tparam string text
-- @tparam integer width from 1
-- @treturn string
-- @usage format.cut("abcdef", 4) --> "abc…"
function M.cut(text, width)
  if M.width(text) <= width then
    return text
  end
  return text:sub(1, (core.text_beginning(text, width - 1))) .. "…"
end

--- The end of a text, of at most `width` columns.
local function tail_of(text, width)
  local skipped = M.width(text) - width
  local bytes, columns = core.text_beginning(text, skipped)
  if columns < skipped then -- in the middle of a wide character
    bytes = core.text_beginning(text, skipped + 1)
  end
  return text:sub(bytes + 1)
end

--- The beginning and the end of a text that is longer than both.
-- @tparam string text
-- @tparam integer head columns of its beginning
-- @tparam integer tail columns of its end
-- @tparam string gap in place of the middle
-- @treturn string
-- @usage format.cut_middle("abcdefgh", 2, 3, "...") --> "ab...fgh"
function M.cut_middle(text, head, tail, gap)
  return text:sub(1, (core.text_beginning(text, head))) .. gap .. tail_of(text, tail)
end

--- A name or a value from outside, safe for a terminal; one that is absurdly long is shown without its middle.
-- @tparam string text
-- @treturn string on one line
-- @usage print(format.short(o.type_str))
function M.short(text)
  return M.cut_object(M.printable(text), LONGEST)
end

--- An object's text without its middle: its type is at the beginning, its value or name at the end.
-- @tparam string text
-- @tparam integer width from 1
-- @treturn string
-- @usage format.cut_object(tostring(heap("module")[1]), 40)
function M.cut_object(text, width)
  if M.width(text) <= width then
    return text
  end
  local tail = (width - 1) // 2
  return M.cut_middle(text, width - 1 - tail, tail, "…")
end

--- What tostring returns for a value, safe for a terminal: only Dryad's own types may have styles.
-- @param value
-- @treturn string
-- @usage print(format.text(heap[1]))
function M.text(value)
  local meta = debug.getmetatable(value)
  local to_text = type(meta) == "table" and rawget(meta, "__tostring")
  if type(to_text) == "function" and own_code.is(debug.getinfo(to_text, "S").source) then
    return tostring(value)
  end
  return M.printable_lines(tostring(value))
end

--- A value on one line: text quoted, everything else as tostring has it.
-- @param value
-- @treturn string
-- @usage print(format.value("a\nb"))
function M.value(value)
  if type(value) == "string" then
    return lua_literal.quoted(value)
  end
  return M.text(value)
end

local RANK = { number = 1, string = 2 }

local function keys_of(value)
  local keys = {}
  for key in pairs(value) do
    if math.type(key) ~= "integer" or key < 1 or key > #value then
      keys[#keys + 1] = key
    end
  end
  table.sort(keys, function(a, b)
    local rank_a, rank_b = RANK[type(a)] or 3, RANK[type(b)] or 3
    if rank_a ~= rank_b then
      return rank_a < rank_b
    elseif rank_a < 3 then
      return a < b
    end
    return tostring(a) < tostring(b)
  end)
  return keys
end

local function prints_itself(value)
  local meta = getmetatable(value)
  return type(value) ~= "table" or type(meta) == "table" and meta.__tostring ~= nil or type(meta) == "string"
end

local function lay_out(value, depth, outer)
  if prints_itself(value) then
    local text = M.value(value)
    return depth > 0 and text:gsub("\n", "\n" .. ("  "):rep(depth)) or text
  elseif outer[value] then
    return "<the table around>"
  elseif depth > DEEPEST then
    return "{...}"
  end
  outer[value] = true
  local items = {}
  for _, item in ipairs(value) do
    items[#items + 1] = lay_out(item, depth + 1, outer)
  end
  for _, key in ipairs(keys_of(value)) do
    local name = type(key) == "string" and key:find "^[%a_][%w_]*$" and key or "[" .. M.value(key) .. "]"
    items[#items + 1] = name .. " = " .. lay_out(value[key], depth + 1, outer)
  end
  outer[value] = nil
  local line = "{" .. table.concat(items, ", ") .. "}"
  if not line:find "\n" and #line + 2 * depth <= WIDTH then
    return line
  end
  local indent = "\n" .. ("  "):rep(depth + 1)
  return "{" .. indent .. table.concat(items, "," .. indent) .. "\n" .. ("  "):rep(depth) .. "}"
end

--- A value as pretty text: tables with sorted keys, on several lines if one is too short; Dryad's types as they print.
-- @param value
-- @treturn string
-- @usage print(format.pretty { 1, 2, name = "x" })
function M.pretty(value)
  return lay_out(value, 0, {})
end

return M
