-- SPDX-License-Identifier: MIT
--- Values as text for people.
-- @module dryad.text.format

local M = {}

local DEEPEST = 4 -- tables within tables
local WIDTH = 80

--- Makes text from a dump safe for a terminal: escapes control characters and bytes that are not UTF-8.
-- @tparam string text
-- @treturn string on one line
-- @usage print(format.printable "\27[31mred") --> \x1b[31mred
function M.printable(text)
  if not text:find "[%c\127-\255]" then
    return text
  elseif not utf8.len(text) then
    text = text:gsub("[\x80-\xff]", function(byte)
      return ("\\x%02x"):format(byte:byte())
    end)
  end
  text = text:gsub("[%z\1-\31\127]", function(byte)
    return byte == "\n" and "\\n" or byte == "\t" and "\\t" or ("\\x%02x"):format(byte:byte())
  end)
  return (text:gsub("\xC2([\x80-\x9f])", function(byte)
    return ("\\x%02x"):format(byte:byte())
  end))
end

--- The same for text of several lines: newlines and tabs stay.
-- @tparam string text
-- @treturn string
-- @usage io.stderr:write(format.printable_lines(message), "\n")
function M.printable_lines(text)
  return (text:gsub("[^\n\t]+", M.printable))
end

--- The columns that a text takes on a terminal, counting one for each character.
-- @tparam string text
-- @treturn integer
-- @usage format.width "é" --> 1
function M.width(text)
  return utf8.len(text) or #text
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
  return text:sub(1, utf8.offset(text, width) - 1) .. "…"
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
  return M.cut(text, width - tail) .. text:sub(utf8.offset(text, -tail))
end

local function quoted(text)
  return M.printable((("%q"):format(text):gsub("\\\n", "\\n")))
end

--- A value on one line: text quoted, everything else by tostring.
-- @param value
-- @treturn string
-- @usage print(format.value("a\nb"))
function M.value(value)
  if type(value) == "string" then
    return quoted(value)
  end
  return tostring(value)
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
