-- SPDX-License-Identifier: MIT
--- Rewrites a line of Python as Lua, for hints: it covers what people type from habit, not the language.
-- @module dryad.prompt.python

local M = {}

local NAME = "[%a_][%w_]*"

--- A text whose quoted parts are marks, and a function that puts them back.
local function without_quotes(text)
  local quotes = {}
  text = text:gsub("([\"'])(.-)%1", function(quote, inner)
    quotes[#quotes + 1] = quote .. inner .. quote
    return ("\1%d\1"):format(#quotes)
  end)
  return text, function(marked)
    return (marked:gsub("\1(%d+)\1", function(n)
      return quotes[math.tointeger(tonumber(n))]
    end))
  end
end

--- The position of a word outside of brackets, and the one after it; nil if there is none.
local function find_word(text, word, from)
  local depth, at = 0, from or 1
  while at <= #text do
    local c = text:sub(at, at)
    if c:find "[%(%[{]" then
      depth = depth + 1
    elseif c:find "[%)%]}]" then
      depth = depth - 1
    elseif depth == 0 and text:find("^%f[%w_]" .. word .. "%f[^%w_]", at) then
      return at, at + #word
    end
    at = at + 1
  end
end

local function trim(text)
  return text:match "^%s*(.-)%s*$"
end

local expression

--- `E for V in X if C` as Lua's filter and map; nil if it is no comprehension.
local function comprehension(text)
  local for_at, after_for = find_word(text, "for")
  local in_at, after_in = find_word(text, "in", after_for)
  if not (for_at and in_at) then
    return nil
  end
  local value, name = trim(text:sub(1, for_at - 1)), trim(text:sub(after_for, in_at - 1))
  local if_at, after_if = find_word(text, "if", after_in)
  local from = expression(trim(text:sub(after_in, (if_at or 0) - 1)))
  if value == "" or not name:find("^" .. NAME .. "$") then
    return nil
  end
  local made = from
  if if_at then
    made = ("%s:filter(function(%s) return %s end)"):format(made, name, expression(trim(text:sub(after_if))))
  end
  if value ~= name then
    made = ("%s:map(function(%s) return %s end)"):format(made, name, expression(value))
  end
  return made
end

local function in_brackets(text)
  return (text:gsub("%b[]", function(inner)
    return comprehension(inner:sub(2, -2)) or "[" .. expression(inner:sub(2, -2)) .. "]"
  end))
end

-- What Python's functions of one argument are in Lua.
local CALLS = {
  len = "#%s", str = "tostring(%s)", repr = "tostring(%s)", id = "%s.address", dir = "%s.d", vars = "%s.d",
  type = "%s.type_str", list = "%s", sorted = "%s:sort \"size\"", abs = "math.abs(%s)", getsizeof = "%s.size",
}

local function call(name, arguments)
  local inner = arguments:sub(2, -2)
  if name == "sum" then
    local value, variable = inner:match("^%s*(" .. NAME .. "%.[%w_.]+)%s+for%s+(" .. NAME .. ")%s")
    local field = value and value:match("^" .. variable .. "%.([%w_]+)$")
    local whole = field and comprehension(variable .. inner:match "^%s*[%w_.]+(.*)$")
    return whole and ('%s:sum "%s"'):format(whole, field)
  elseif name == "isinstance" then
    local o, class = inner:match("^%s*(.-)%s*,%s*(" .. NAME .. ")%s*$")
    return o and ('%s.type_str == "%s"'):format(expression(o), class)
  end
  return CALLS[name] and CALLS[name]:format(comprehension(inner) or expression(inner))
end

local function in_calls(text)
  return (text:gsub("(%f[%w_.:][%w_.:]*)(%b())", function(name, arguments)
    return call(name:match "^sys%.(getsizeof)$" or name, arguments)
      or name .. "(" .. expression(arguments:sub(2, -2)) .. ")"
  end))
end

local WORDS = { { "None", "nil" }, { "True", "true" }, { "False", "false" } }

local function operators(text)
  text = text:gsub("%f[%w_]is%s+not%f[^%w_]", "~="):gsub("%f[%w_]is%f[^%w_]", "=="):gsub("!=", "~="):gsub("%*%*", "^")
  for _, word in ipairs(WORDS) do
    text = text:gsub("%f[%w_]" .. word[1] .. "%f[^%w_]", word[2])
  end
  return text
end

local function conditional(text)
  local if_at, after_if = find_word(text, "if")
  local else_at, after_else = find_word(text, "else", after_if)
  if if_at and else_at then
    return ("%s and %s or %s"):format(trim(text:sub(after_if, else_at - 1)), trim(text:sub(1, if_at - 1)),
      trim(text:sub(after_else)))
  end
  return text
end

--- An expression. Lua counts from 1: if there is an index 0, all indexes are Python's.
function expression(text)
  local parameters, body = text:match "^%s*lambda%s*([%w_, ]*):%s*(.+)$"
  if body then
    return ("function(%s) return %s end"):format(parameters, expression(body))
  end
  text = conditional(text)
  text = in_calls(in_brackets(text))
  text = operators(text)
  if not text:find "[%w_%)%]]%[0%]" then
    return text
  end
  return (text:gsub("([%w_%)%]])%[(%d+)%]", function(before, index)
    return ("%s[%d]"):format(before, math.tointeger(tonumber(index)) + 1)
  end))
end

local line

local function block(head, body, opening)
  return ("%s %s %s end"):format(head, opening, body == "" and "..." or line(body))
end

-- Statements that end with a colon: each a pattern, and a function that makes Lua of its captures and the body.
local BLOCKS = {
  { "^for%s+(" .. NAME .. ")%s+in%s+range(%b())%s*:(.*)$", function(name, range, body)
    local first, last = range:match "^%(%s*(.-)%s*,%s*(.-)%s*%)$"
    local head = ("for %s = %s, %s - 1"):format(name, first or "0", last or trim(range:sub(2, -2)))
    return block(head, body, "do")
  end },
  { "^for%s+(" .. NAME .. ")%s*,%s*(" .. NAME .. ")%s+in%s+enumerate(%b())%s*:(.*)$", function(i, name, list, body)
    return block(("for %s, %s in ipairs(%s)"):format(i, name, expression(list:sub(2, -2))), body, "do")
  end },
  { "^for%s+(" .. NAME .. ")%s*,%s*(" .. NAME .. ")%s+in%s+(.-)%.items%(%)%s*:(.*)$", function(key, value, from, body)
    return block(("for %s, %s in pairs(%s)"):format(key, value, expression(from)), body, "do")
  end },
  { "^for%s+(" .. NAME .. ")%s+in%s+(.-)%s*:([^:]*)$", function(name, list, body)
    return block(("for _, %s in ipairs(%s)"):format(name, expression(list)), body, "do")
  end },
  { "^while%s+(.-)%s*:(.*)$", function(condition, body)
    return block("while " .. expression(condition), body, "do")
  end },
  { "^if%s+(.-)%s*:(.*)$", function(condition, body)
    return block("if " .. expression(condition), body, "then")
  end },
  { "^def%s+(" .. NAME .. ")(%b())%s*:(.*)$", function(name, parameters, body)
    return block("function " .. name .. parameters, body, "")
  end },
}

-- Statements on one line.
local STATEMENTS = {
  { "^print%s+(.+)$", function(value) return ("print(%s)"):format(expression(value)) end },
  { "^del%s+(" .. NAME .. ")$", function(name) return name .. " = nil" end },
  { "^(" .. NAME .. ")%s*([-+*/])=%s*(.+)$", function(name, operator, value)
    return ("%s = %s %s %s"):format(name, name, operator, expression(value))
  end },
  { "^return%s+(.+)$", function(value) return "return " .. expression(value) end },
  { "^(" .. NAME .. ")%s*=%s*([^=].*)$", function(name, value) return ("%s = %s"):format(name, expression(value)) end },
}

local function by_patterns(patterns, text)
  for _, each in ipairs(patterns) do
    local captures = table.pack(text:match(each[1]))
    if captures[1] then
      for i = 1, captures.n do
        captures[i] = trim(captures[i])
      end
      return each[2](table.unpack(captures, 1, captures.n))
    end
  end
end

function line(text)
  return by_patterns(BLOCKS, text) or by_patterns(STATEMENTS, text) or comprehension(text:match "^%[(.*)%]$" or "")
    or expression(text)
end

--- A line of Python in Lua; nothing if it is Lua already, or not understood.
-- @tparam string text
-- @treturn string|nil
-- @usage python.to_lua "len(x)" --> #x
function M.to_lua(text)
  text = trim(text)
  local marked, restored = without_quotes(text)
  local made = restored(line(marked))
  local is_lua = load("return " .. made:gsub("%.%.%.", "nil")) or load((made:gsub("%.%.%.", "")))
  return made ~= text and is_lua and made or nil
end

--- What there is to say about a line of Python that Lua has no need of; nil for any other line.
-- @tparam string text
-- @treturn string|nil
-- @usage print(python.remark "import meliae")
function M.remark(text)
  if text:find "^%s*import%s" or text:find "^%s*from%s+%S+%s+import%s" then
    return "nothing needs an import here: heap is the dump, dryad the module; help lists the rest"
  elseif text:find "^%s*exit%(%)%s*$" or text:find "^%s*quit%(%)%s*$" then
    return "quit, or Ctrl-D, leaves"
  end
end

return M
