-- SPDX-License-Identifier: MIT
--- Tables as CSV (RFC 4180, but lines end with a newline alone).
-- @module dryad.text.csv

local repr = require "dryad.text.repr"

local M = {}

local SURROGATE = "\xED[\xA0-\xBF][\x80-\xBF]"

local escapes = 0 -- in the table that is being written

local function escaped(surrogate)
  escapes = escapes + 1
  return ("\\u%04x"):format(utf8.codepoint(surrogate, 1, 1, true))
end

--- Text as valid UTF-8: bytes that are none are read as Latin-1, and lone surrogates are escaped.
local function valid(text)
  if not utf8.len(text, 1, -1, true) then
    return (text:gsub("[\x80-\xFF]", function(byte)
      return utf8.char(byte:byte())
    end))
  end
  return (text:gsub(SURROGATE, escaped))
end

local function field(value)
  if value == nil then
    return ""
  elseif math.type(value) == "float" then
    return repr.float(value)
  end
  value = tostring(value)
  if value:find "[\x80-\xFF]" then
    value = valid(value)
  end
  if value == "" or value:find '[,"\r\n]' then
    return '"' .. value:gsub('"', '""') .. '"'
  end
  return value
end

--- A table as CSV with a header row, in valid UTF-8: a lone surrogate is written as `\udc80`. A nil is an empty field,
-- an empty text a quoted one; a row that is a single nil is written as an empty text, since readers skip empty lines.
-- @tparam {string,...} names of the columns
-- @tparam integer count of rows
-- @tparam function cell returns the value in row i and column c
-- @treturn string
-- @treturn integer how many lone surrogates it has
-- @usage io.write(csv.text({ "n" }, 3, function(i) return i * i end))
function M.text(names, count, cell)
  if #names == 0 then
    return "", 0
  end
  escapes = 0
  local lines, fields = {}, {}
  for c, name in ipairs(names) do
    fields[c] = field(name)
  end
  lines[1] = table.concat(fields, ",")
  for i = 1, count do
    for c = 1, #names do
      fields[c] = field(cell(i, c))
    end
    local line = table.concat(fields, ",")
    lines[i + 1] = line == "" and '""' or line
  end
  lines[#lines + 1] = ""
  return table.concat(lines, "\n"), escapes
end

--- Rows (@{dryad.text.render}) as CSV, under the names of their fields; sizes are bytes, objects as they print.
-- @tparam table rows
-- @treturn string
-- @treturn integer how many lone surrogates it has
-- @usage io.write(csv.of_rows(dryad.diff(before, after)))
function M.of_rows(rows)
  local names = {}
  for c, column in ipairs(rows.columns) do
    names[c] = type(column) == "table" and column[1] or column
  end
  return M.text(names, #rows, function(i, c)
    return rows[i][names[c]]
  end)
end

return M
