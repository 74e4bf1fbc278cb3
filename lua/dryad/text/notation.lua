-- SPDX-License-Identifier: MIT
--- The notation of objects, `str(140203 54B 3par 'name')`, where there is too little room for it. A class and a value
-- say what an object is, so figures and addresses give way before them.
-- @module dryad.text.notation

local format = require "dryad.text.format"

local M = {}

local FIGURES = { "^ %d+B%f[%s\0]", "^ %d+refs%f[%s\0]", "^ %d+par%f[%s\0]", " [%d.]+%a?tot$" }

--- The class, the address and the value of an object's text; nil if it is none.
local function parts_of(text)
  local class, address, rest = text:match "^(.-)%((%d+)(.*)%)$"
  for _, figure in ipairs(class and FIGURES or {}) do
    rest = rest:gsub(figure, "", 1)
  end
  return class, address, rest
end

--- The columns that the text of an object takes at least without losing its class.
-- @tparam string text
-- @treturn integer
-- @usage notation.least "dict(140203 280B)" --> 7
function M.least(text)
  return format.width((parts_of(text) or text) .. "(…)")
end

--- Shortens the text of an object: without its figures, then without its address, then with a part of its value.
-- @tparam string text any other text loses its middle
-- @tparam integer width columns, from 1
-- @treturn string
-- @usage print(notation.cut("module(140558 3408B 8par 'sys')", 24)) --> module(140558 … 'sys')
function M.cut(text, width)
  if format.width(text) <= width then
    return text
  end
  local class, address, value = parts_of(text)
  if not class then
    return format.cut_object(text, width)
  end
  for _, shorter in ipairs { ("%s(%s …%s)"):format(class, address, value), ("%s(…%s)"):format(class, value) } do
    if format.width(shorter) <= width then
      return shorter
    end
  end
  local head = class .. "(…"
  local room = width - format.width(head) - 1
  return room < 0 and format.cut(class, width) or head .. (room > 2 and format.cut(value, room) or "") .. ")"
end

return M
