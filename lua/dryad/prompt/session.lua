-- SPDX-License-Identifier: MIT
--- Runs Lua piece by piece: each piece is a separate chunk, yet its `local`s stay for the next ones.
--
-- A piece is compiled inside a function whose upvalues are the locals of earlier pieces that it mentions. Before it
-- runs, they are joined to the original variables, so a closure made earlier sees a later assignment. At its end, a
-- closure over the locals that it declared is kept, from which later pieces take them.
-- @module dryad.prompt.session

local lexer = require "dryad.prompt.lexer"

local M = {}

local Session = {}
Session.__index = Session

local function give(...)
  return ...
end

--- A session with no locals yet.
-- @tparam[opt=_G] table env the globals
-- @treturn table session
-- @usage local session = require("dryad.prompt.session").new()
function M.new(env)
  return setmetatable({ env = env or _G, locals = {} }, Session)
end

local OPENING = { ["function"] = true, ["do"] = true, ["if"] = true, ["repeat"] = true }
local CLOSING = { ["end"] = true, ["until"] = true }
for opening, closing in ("(){}[]"):gmatch("(.)(.)") do
  OPENING[opening], CLOSING[closing] = true, true
end

--- The names that a `local` at tokens[i] declares.
local function declared_at(tokens, i, names)
  i = i + 1
  if tokens[i] and tokens[i].text == "function" then
    names[#names + 1] = tokens[i + 1] and tokens[i + 1].text
    return
  end
  while tokens[i] and tokens[i].kind == "name" do
    names[#names + 1] = tokens[i].text
    i = i + 1
    if tokens[i] and tokens[i].text == "<" then
      i = i + 3
    end
    if not (tokens[i] and tokens[i].text == ",") then
      return
    end
    i = i + 1
  end
end

--- The locals and names of a piece outside of its blocks.
local function outline(text)
  local tokens = lexer.tokens(text)
  local depth, found = 0, { declared = {}, mentioned = {} }
  for i, token in ipairs(tokens) do
    local code = token.kind ~= "string"
    if token.kind == "name" then
      found.mentioned[token.text] = true
    elseif code and OPENING[token.text] then
      depth = depth + 1
    elseif code and CLOSING[token.text] then
      depth = depth - 1
    elseif depth == 0 and code and token.text == "local" then
      declared_at(tokens, i, found.declared)
    elseif depth == 0 and code and token.text == "return" then
      found.return_at = token.from
    elseif depth == 0 and code and token.text == ";" and tokens[i + 1] then
      found.semicolon = token.from
    end
  end
  return found
end

--- The name of a piece in messages, in place of a file's.
M.NAME = "input"
--- The same as the source of a chunk.
M.CHUNK = "=" .. M.NAME

local function compiles(text)
  return load(text, M.CHUNK, "t")
end

local function ends_early(message)
  return message:find("<eof>$") ~= nil
end

--- Returns a value through a call, so that a call in it is not a tail call and errors have its line.
local function returned(value)
  return " return __dryad_give(" .. value .. "\n)"
end

--- Whether a piece is a value, so that running it declares and assigns nothing.
-- @tparam string text
-- @treturn boolean
-- @usage session.is_value "type = 'str'" --> false
function M.is_value(text)
  return compiles("return " .. text .. "\n") ~= nil
end

--- Splits a piece into what comes before its last value, and the `return` of that value; or returns nil, why it does
-- not compile, and whether it is incomplete.
local function in_parts(text)
  local value = text:gsub("^%s*=", "", 1)
  local fine, message = compiles("return " .. value .. "\n")
  if fine then
    return "", returned(value)
  end
  local as_value = message
  local found = outline(text)
  if found.semicolon then
    local head, tail = text:sub(1, found.semicolon), text:sub(found.semicolon + 1)
    if compiles(head .. " return " .. tail .. "\n") then
      return head, returned(tail)
    end
  end
  fine, message = compiles(text)
  if not fine then
    local near = message:match(": unexpected symbol near '(.*)'$")
    local no_statement = near and text:match("^%s*(.*)"):sub(1, #near) == near
    local incomplete = ends_early(as_value) or ends_early(message)
    return nil, (no_statement or ends_early(as_value)) and as_value or message, incomplete
  end
  if found.return_at then
    return text:sub(1, found.return_at - 1), text:sub(found.return_at)
  end
  return text .. "\n", ""
end

local function upvalue_index(f, name)
  for i = 1, 255 do
    local found = debug.getupvalue(f, i)
    if not found or found == name then
      return found and i
    end
  end
end

--- Keeps the variables that `capture` closes over; a compile-time constant becomes a variable.
function Session:keep(names, capture)
  local values = table.pack(capture())
  for i, name in ipairs(names) do
    local f, index = capture, upvalue_index(capture, name)
    if not index then
      local value = values[i]
      f, index = function()
        return value
      end, 1
    end
    self.locals[name] = { f = f, index = index }
  end
end

--- The value that a name has for the next piece.
-- @tparam string name
-- @usage session:value("threads")
function Session:value(name)
  local variable = self.locals[name]
  if variable then
    return select(2, debug.getupvalue(variable.f, variable.index))
  end
  local ok, value = pcall(function() return self.env[name] end) -- which may have metamethods that fail
  if ok then
    return value
  end
end

--- Compiles a piece.
-- @tparam string text
-- @treturn function|nil a function that runs it and returns the values to print
-- @treturn string message if nil, the reason
-- @treturn boolean incomplete if nil, whether more lines could complete it
-- @usage local run = session:compile("local a = 1; a + 1")
function Session:compile(text)
  local head, tail, early = in_parts(text)
  if not head then
    return nil, tail, early
  end
  local found = outline(text)
  local outer, keep = {}, ""
  for name in pairs(found.mentioned) do
    if self.locals[name] then
      outer[#outer + 1] = name
    end
  end
  table.sort(outer)
  if #found.declared > 0 then
    keep = (" ;__dryad_keep(function() return %s end) "):format(table.concat(found.declared, ", "))
  end
  local opening = "local " .. table.concat({ "__dryad_keep", "__dryad_give", table.unpack(outer) }, ", ")
  local wrapped, message =
    load(opening .. " = ... return function(...) " .. head .. keep .. tail .. "\nend", M.CHUNK, "t", self.env)
  if not wrapped then
    return nil, message, false
  end
  local run = wrapped(function(capture)
    self:keep(found.declared, capture)
  end, give)
  for _, name in ipairs(outer) do
    local index = upvalue_index(run, name)
    if index then
      debug.upvaluejoin(run, index, self.locals[name].f, self.locals[name].index)
    end
  end
  return run
end

return M
