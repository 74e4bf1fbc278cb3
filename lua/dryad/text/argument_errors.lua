-- SPDX-License-Identifier: MIT
--- Errors on the user's line: wrong arguments, a dot instead of a colon, an unknown name.
-- @module dryad.text.argument_errors

local core = require "dryad.core"
local did_you_mean = require "dryad.text.did_you_mean"
local format = require "dryad.text.format"

local M = {}

local SHOWN = 40 -- bytes of a text in a message, at most

--- The text of chunks by name, for chunks that are neither files nor named by their own text.
M.sources = {}

--- Raises an error at the nearest line outside of Dryad.
-- @tparam string message a format
-- @param ... as for string.format
-- @usage check.fail("%s: no such file", path)
function M.fail(message, ...)
  core.raise(message:format(...))
end

--- The kind of a value, for a message.
-- @param value
-- @treturn string
-- @usage check.kind(nil) --> "nil"
function M.kind(value)
  local meta = getmetatable(value)
  local name = type(meta) == "table" and meta.__name
  return type(name) == "string" and (name:gsub("^dryad%.", "")) or type(value)
end

--- A wrong value in a message: a number or a short text itself, otherwise its kind.
local function given(value)
  if value == nil then
    return "nil"
  elseif type(value) == "number" then
    return tostring(value)
  elseif type(value) == "string" and #value <= SHOWN then
    return ("'%s'"):format(format.printable(value))
  end
  return M.with_article(M.kind(value))
end

--- Raises an error that names the argument, unless `ok`.
-- @param ok whether the argument is valid
-- @tparam string method
-- @tparam string argument its name
-- @tparam string expected what it should be
-- @param value its value
-- @usage check.argument(type(name) == "string", "get_all", "type", "the name of a type", name)
function M.argument(ok, method, argument, expected, value)
  if not ok then
    M.fail("%s: %s must be %s, not %s", method, argument, expected, given(value))
  end
end

local function read_file(path)
  local file <close> = io.open(path)
  return file and file:read "a"
end

--- A line of a text by its number, or the last one: the prompt adds a line to what it compiles.
local function line_of(text, wanted)
  local number, last = 0, ""
  for line in (text .. "\n"):gmatch "(.-)\n" do
    number, last = number + 1, line
    if number == wanted then
      break
    end
  end
  return last
end

--- The text of the line that is running in the nearest function outside of Dryad. A tail call leaves no trace of
-- its line; without such a function, the text is all of the source.
local function running_text()
  local where = core.where()
  if where == "" then
    local texts = {}
    for _, text in pairs(M.sources) do
      texts[#texts + 1] = text
    end
    return table.concat(texts, "\n")
  end
  for level = 2, math.huge do
    local info = debug.getinfo(level, "Sl")
    if not info then
      return ""
    elseif info.currentline > 0 and where == ("%s:%d: "):format(info.short_src, info.currentline) then
      local kind, rest = info.source:sub(1, 1), info.source:sub(2)
      local text = M.sources[info.source] or kind == "@" and read_file(rest) or kind ~= "=" and info.source
      return line_of(text or "", info.currentline)
    end
  end
end

--- The start of the expression that ends at `last`: names, fields, calls and indexes.
local function expression_start(line, last)
  local depth, at = 0, last
  while at > 0 do
    local c = line:sub(at, at)
    if c == ")" or c == "]" then
      depth = depth + 1
    elseif c == "(" or c == "[" then
      depth = depth - 1
      if depth < 0 then
        return at + 1
      end
    elseif depth == 0 and not c:find "[%w_.:]" or c == "\n" then
      return at + 1
    end
    at = at - 1
  end
  return 1
end

--- The correct call of a method that was called with a dot.
-- @tparam string method
-- @treturn string
-- @usage check.colon("close") --> "heap:close()"
function M.colon(method)
  local line = running_text()
  local dot, after = line:match("()%s*%.%s*" .. method .. "()%f[^%w_]")
  if not dot or dot == 1 then
    return ("x:%s()"):format(method)
  end
  local call = line:match("^[ \t]*(%b())", after) or line:match('^%s*(".-")', after) or "()"
  return line:sub(expression_start(line, dot - 1), dot - 1) .. ":" .. method .. call
end

--- A kind with its article: `an object`.
-- @tparam string kind
-- @treturn string
-- @usage check.with_article("heap") --> "a heap"
function M.with_article(kind)
  return (kind:find "^[aeiou]" and "an " or "a ") .. kind
end

--- Raises the error of a method whose self is of the wrong kind.
-- @tparam string kind the expected kind
-- @tparam string method
-- @usage check.wrong_self("heap", "close")
function M.wrong_self(kind, method)
  M.fail("%s is a method of %s: call it with a colon: %s", method, M.with_article(kind), M.colon(method))
end

--- The self of a method; raises an error for another kind of value.
-- @param value
-- @tparam string kind heap, object, list or summary
-- @tparam string method
-- @usage check.self(heap, "heap", "summarize")
function M.self(value, kind, method)
  if not rawequal(getmetatable(value), core[kind].meta) then
    M.wrong_self(kind, method)
  end
  return value
end

--- Raises an error unless a value is an object of this heap.
-- @param value
-- @tparam heap heap
-- @tparam string method
-- @tparam string argument its name
-- @usage check.object(o, heap, "root_reason", "o")
function M.object(value, heap, method, argument)
  M.argument(rawequal(getmetatable(value), core.object.meta), method, argument, "an object", value)
  if core.heap_of(value) ~= heap then
    M.fail("%s: %s is an object of another heap", method, argument)
  end
end

local function names_of(kind)
  local names = {}
  for _, group in ipairs { core[kind].getters, core[kind].methods } do
    for name in pairs(group) do
      names[#names + 1] = name
    end
  end
  return names
end

--- An attribute of an object as the line that is running should write it: `s.d.customer` for `s.customer`.
local function attribute(key)
  local line = running_text()
  local dot = line:match("()%s*%.%s*" .. key .. "%f[^%w_]") or 1
  return (dot > 1 and line:sub(expression_start(line, dot - 1), dot - 1) or "o") .. ".d." .. key
end

--- Raises the error of a field or method that does not exist.
-- @tparam string kind heap, object, list or summary
-- @param key
-- @param[opt] value that has no such field
-- @usage check.unknown_field("object", "childern")
function M.unknown_field(kind, key, value)
  local article = M.with_article(kind == "dominators" and "dominator tree" or kind)
  if type(key) ~= "string" then
    M.fail("%s has no field that is %s", article, M.with_article(M.kind(key)))
  end
  if kind == "object" and value and key:find "^[%a_][%w_]*$" and core.dict.lookup(value, key) ~= nil then
    M.fail("%s has no field '%s'; did you mean '%s'?", article, key, attribute(key))
  end
  M.fail("%s has no field '%s'%s", article, key, did_you_mean.hint(key, names_of(kind)))
end

core.wrong_self, core.unknown_field = M.wrong_self, M.unknown_field

return M
