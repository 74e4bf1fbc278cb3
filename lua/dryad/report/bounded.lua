-- SPDX-License-Identifier: MIT
--- What a report consists of, bounded in the bytes of its JSON, so that a page stays small whatever the dump.
-- @module dryad.report.bounded

local core = require "dryad.core"
local format = require "dryad.text.format"

local M = {}

M.NAME, M.WAY, M.SENTENCE = 80, 300, 600 -- columns of names and values, of ways, and of what people read

local BYTES = 3 -- of JSON for a column: more only if a text is made of markup or of combining marks
local ESCAPED = 5 -- bytes that a character of markup takes besides its own

--- The bytes of a value in the JSON of a page.
-- @param value
-- @treturn integer
-- @usage bounded.bytes "<" --> 8
function M.bytes(value)
  return #core.json.encode(value, "script")
end

--- The bytes of a printable text in the JSON of a page, without its quotes.
local function weight(text)
  local _, markup = text:gsub("[<>&]", "")
  local _, escapes = text:gsub('["\\]', "")
  return #text + ESCAPED * markup + escapes
end

--- A text from outside as it may be shown, cut at its end.
-- @param value nil stays nil
-- @tparam integer columns the most
-- @treturn string|nil
-- @usage bounded.text(o.type_str, bounded.NAME)
function M.text(value, columns)
  if value == nil then
    return nil
  end
  local text = format.cut(format.printable(tostring(value)), columns)
  local bytes = weight(text)
  while bytes > BYTES * columns do
    text = format.cut(text, math.max(1, format.width(text) * BYTES * columns // (bytes + 1)))
    bytes = weight(text)
  end
  return text
end

--- A text that is of no use if it is cut, such as a way; nil if it is longer.
-- @tparam string|nil value
-- @treturn string|nil
-- @usage bounded.whole(o.way)
function M.whole(value)
  local text = value and format.printable(value)
  return text and M.text(text, M.WAY) == text and text or nil
end

--- Lines of text as one text.
-- @tparam {string,...} lines
-- @treturn string|nil nil if there are none
-- @usage bounded.lines(garbage.lines(suspect))
function M.lines(lines)
  local texts = {}
  for i, line in ipairs(lines) do
    texts[i] = M.text(line, M.SENTENCE)
  end
  return #texts > 0 and table.concat(texts, "\n") or nil
end

--- An array, also if it is empty.
-- @tparam[opt] table items
-- @treturn table
-- @usage bounded.array { 1, 2 }
function M.array(items)
  return setmetatable(items or {}, { __jsontype = "array" })
end

--- The first items of a list: as many as there are, as are wanted, and as fit into so many bytes.
-- @tparam integer count
-- @tparam integer most items
-- @tparam integer bytes of their JSON
-- @tparam function make called with the number of an item; returns it, and bytes that it takes elsewhere
-- @treturn table an array
-- @treturn integer the number of items left out
-- @usage local rows, more = bounded.list(#found, 100, 50000, function(i) return { name = found[i].name } end)
function M.list(count, most, bytes, make)
  local items = M.array()
  for i = 1, math.min(count, most) do
    local item, elsewhere = make(i)
    bytes = bytes - M.bytes(item) - 1 - (elsewhere or 0)
    if bytes < 0 then
      break
    end
    items[i] = item
  end
  return items, count - #items
end

return M
