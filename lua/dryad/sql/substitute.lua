-- SPDX-License-Identifier: MIT
--- Expands the shorthands of queries and commands: `ADDR&`, `ADDR^`, `0&`, `#2.5`, `#2.type`, `$name` and
-- `.user.name`.
--
-- Works on text alone, and replaces nothing inside SQL's strings, quoted names and comments. The replacement is a
-- number, a query in parentheses, a list of literals, a call of attr(), or the unchanged text of a name.
-- @module dryad.sql.substitute
-- @usage
-- local scope = { name = function(name) return name == "big" and "size > 1e6" or nil end }
-- print(substitute.expand("select * from obj where $big and address in 1234&", scope))

local did_you_mean = require "dryad.text.did_you_mean"
local lexer = require "dryad.sql.sql_lexer"
local repr = require "dryad.text.repr"
local results = require "dryad.sql.result"

local M = {}

local SHOWN = 40 -- bytes of a name's text in a message, at most
local LISTED = 10 -- names listed in a message, at most

local function fail(token, message, ...)
  error(("%s: %s"):format(token, message:format(...)), 0)
end

-- ---- literals -----------------------------------------------------------------------------------

local LONGEST = 15 -- digits of a decimal number that SQLite reads exactly
local CHUNK = 62 -- the power of two that a float is scaled by at a time

--- A float as digits if these are exact, otherwise as a whole number times or divided by powers of two: SQLite may read
-- the digits nearest to a float as its neighbour.
local function float(value)
  local text = repr.float(value)
  local all = ("%.10f"):format(value):gsub("0+$", ""):gsub("%.$", ".0")
  if text == all and value * 1024 % 1 == 0 and #text:gsub("%D", "") <= LONGEST then
    return text
  end
  local sign, first, rest, power = ("%a"):format(value):match "^(%-?)0x(%x)%.?(%x*)p([+-]%d+)$"
  power = math.tointeger(tonumber(power)) - 4 * #rest
  local parts, operation = { ("%s%d * 1.0"):format(sign, tonumber("0x" .. first .. rest)) }, power < 0 and "/" or "*"
  for done = 0, math.abs(power) - 1, CHUNK do
    parts[#parts + 1] = ("%s %d"):format(operation, 1 << math.min(CHUNK, math.abs(power) - done))
  end
  return "(" .. table.concat(parts, " ") .. ")"
end

--- A value as SQL that SQLite reads back unchanged.
-- @param value nil, a number or a text of any bytes
-- @treturn string
-- @usage substitute.literal("it's") --> 'it''s'
function M.literal(value)
  if value == nil or value ~= value then
    return "null"
  elseif math.type(value) == "integer" then
    -- The lowest integer has no literal: its digits without the sign are a float.
    return value == math.mininteger and "(-9223372036854775807 - 1)" or ("%d"):format(value)
  elseif type(value) == "number" then
    return math.abs(value) == math.huge and (value > 0 and "9e999" or "-9e999") or float(value)
  end
  value = tostring(value)
  if value:find("\0", 1, true) then -- SQL would end there
    return "cast(x'" .. value:gsub(".", function(c)
      return ("%02x"):format(c:byte())
    end) .. "' as text)"
  end
  return "'" .. value:gsub("'", "''") .. "'"
end

-- ---- children and parents -----------------------------------------------------------------------

-- The source of a relation. If the enclosing query has a column with the name of one of ref's, the name would mean
-- ref's own; ref's columns are then renamed.
local OWN = { from = "ref", parent = "parent", child = "child" }
local RENAMED = {
  from = "(select parent as dryad_parent, child as dryad_child from ref)",
  parent = "dryad_parent",
  child = "dryad_child",
}
local OF_REF = { parent = true, child = true, position = true, label = true }

-- If one of these follows `&` directly, it begins a right operand, and the `&` is SQLite's bitwise operator.
local BEGINNINGS = { "^[%w_\"'`%[($#:@?~\x80-\xff]", "^[-+.]%d" }

--- The run of `&` and `^` at a position, without a last `&` that is SQLite's.
local function relations_at(text, at)
  local run = text:match("^[&^]*", at)
  for _, beginning in ipairs(BEGINNINGS) do
    if run:sub(-1) == "&" and text:find(beginning, at + #run) then
      return run:sub(1, -2)
    end
  end
  return run
end

--- An operand after its relations. `operand` is {text =, top = (0&: the unreferenced), renamed =}.
local function related(operand, run)
  local text, names = operand.text, operand.renamed and RENAMED or OWN
  if operand.top and run:sub(1, 1) == "&" then
    text, run = "(select address from unreferenced)", run:sub(2)
  end
  for relation in run:gmatch "." do
    local wanted, given = names.child, names.parent
    if relation == "^" then
      wanted, given = given, wanted
    end
    local compared = text:sub(1, 1) == "(" and "in" or "="
    text = ("(select %s from %s where %s %s %s)"):format(wanted, names.from, given, compared, text)
  end
  return text
end

-- ---- operands -----------------------------------------------------------------------------------

local UNSIGNED = "18446744073709551615"

--- A whole number as a signed 64-bit one, as SQLite has it, or nil if it does not fit in 64 bits.
local function address(text)
  local digits = text:match "^0[xX](%x+)$"
  if digits then
    digits = digits:gsub("^0+", "")
    return #digits <= 16 and ("%d"):format(tonumber("0x0" .. digits)) or nil
  end
  local zeros
  zeros, digits = text:match "^(0*)(%d+)$"
  if not digits or #digits > #UNSIGNED or #digits == #UNSIGNED and digits > UNSIGNED then
    return nil
  end
  local value = 0
  for digit in digits:gmatch "%d" do
    value = value * 10 + tonumber(digit)
  end
  return value < 0 and ("%d"):format(value) or zeros .. digits
end

local readers = {}

function readers.number(text, at, last)
  local token = text:sub(at, last)
  local number = address(token)
  if not number then
    return nil, last
  end
  local bare = { text = token:find "^0[xX]" and number or token }
  return bare, last, { text = number, top = tonumber(number) == 0 }
end

--- The end of a qualified name, such as `main.o.address`, and its last two parts.
local function chain_end(text, at, last)
  local qualifier, column = nil, text:sub(at, last)
  while text:sub(last + 1, last + 1) == "." do
    local kind, to = lexer.token(text, last + 2)
    if kind ~= "name" then
      break
    end
    qualifier, column, last = column, text:sub(last + 2, to), to
  end
  return last, qualifier and lexer.unquoted(qualifier):lower(), lexer.unquoted(column):lower()
end

function readers.name(text, at, last)
  local qualifier, column
  last, qualifier, column = chain_end(text, at, last)
  local renamed = OF_REF[column] and (qualifier == nil or qualifier == "ref")
  local operand = { text = text:sub(at, last), renamed = renamed }
  return operand, last, operand
end

function readers.parameter(text, at, last)
  local operand = { text = text:sub(at, last) }
  return operand, last, operand
end

-- ---- results ------------------------------------------------------------------------------------

local function find_result(token, number, scope)
  local index, count = math.tointeger(tonumber(number)), scope.results or 0
  local result = index and index < count and scope.result(index)
  if not result then
    fail(token, "there is no result %s (%s)", number:gsub("^0+(.)", "%1"),
      count > 0 and ("the last is #%d"):format(count - 1) or "there are none yet")
  end
  return result, index
end

local function address_in_row(token, result, index, row)
  local column = results.column_index(result, "address")
  row = math.tointeger(tonumber(row))
  if not row or row >= #result then
    fail(token, "result %d has %s", index, #result == 0 and "no rows"
      or ("%d row%s, #%d.0%s"):format(#result, #result == 1 and "" or "s", index,
        #result == 1 and "" or (" to #%d.%d"):format(index, #result - 1)))
  elseif not column then
    fail(token, "result %d has no column 'address'; it has %s", index, table.concat(result.columns, ", "))
  end
  local value = results.cell(result, row + 1, column)
  if math.type(value) ~= "integer" then
    fail(token, "this row's address is %s, not a whole number", value == nil and "NULL" or M.literal(value))
  end
  return { text = M.literal(value) }
end

local function whole_column(token, result, index, name)
  local column = results.column_index(result, name)
  if not column then
    fail(token, "result %d has no column '%s'; it has %s", index, name, table.concat(result.columns, ", "))
  end
  local literals = {}
  for i = 1, #result do
    literals[i] = M.literal(results.cell(result, i, column))
  end
  return { text = "(" .. table.concat(literals, ", ") .. ")" }
end

function readers.reference(text, at, last, scope)
  local token = text:sub(at, last)
  local number, rest = token:match "^#(%d+)(.*)$"
  if not number or text:find("^[%w_]", at - 1) and at > 1 then
    return nil, last
  elseif rest == "" then
    fail(token, "say which row or column of the result: #%s.0, #%s.address", number, number)
  end
  local result, index = find_result(token, number, scope)
  local name = rest:sub(2)
  local operand
  if name:find "^%d+$" then
    operand = address_in_row(token, result, index, name)
  else
    operand = whole_column(token, result, index, lexer.unquoted(name))
  end
  return operand, last, operand
end

-- ---- names --------------------------------------------------------------------------------------

--- The longest prefix of the text after a `$` that is a name, and what it stands for; nil if there is none.
local function find_name(written, scope)
  local name = written
  while name and name ~= "" do
    local stands_for = scope.name and scope.name(name)
    if stands_for ~= nil then
      return name, stands_for
    end
    name = name:match "^(.*)[.:]"
  end
end

local function fail_unset(written, scope)
  local names = scope.names and scope.names() or {}
  local near = did_you_mean.names(written, names, 1)[1]
  local hint = ""
  if near then
    hint = ("; did you mean $%s?"):format(near)
  elseif #names > 0 then
    table.sort(names)
    local listed = table.concat(names, ", $", 1, math.min(#names, LISTED))
    hint = ("; there %s $%s%s"):format(#names == 1 and "is" or "are", listed, #names > LISTED and " and more" or "")
  end
  fail("$" .. written, "no name '%s' is set%s", written, hint)
end

--- Whether a text is a single pair of parentheses and its contents.
local function is_parenthesised(text)
  local depth, at = 0, 1
  while at <= #text do
    local kind, last = lexer.token(text, at)
    local c = kind == "other" and text:sub(at, at)
    if c == "(" then
      depth = depth + 1
    elseif c == ")" then
      depth = depth - 1
    end
    if depth <= 0 then
      return c == ")" and depth == 0 and last == #text
    end
    at = last + 1
  end
  return false
end

--- The replacement of a name used as an operand, or nil.
local function named_operand(stands_for)
  local text = stands_for:match "^%s*(.-)%s*$"
  local sign, digits = text:match "^(%-?)(%w+)$"
  local number = digits and address(digits)
  if number then
    return { text = sign .. number, top = tonumber(number) == 0 }
  elseif is_parenthesised(text) then
    return { text = text }
  end
end

function readers.dollar(text, at, last, scope)
  local written = text:sub(at + 1, last)
  local name, stands_for = find_name(written, scope)
  if not scope.name then
    name, stands_for = written, false
  elseif not name then
    fail_unset(written:match "^(.-)[.:]*$", scope)
  end
  last = at + #name
  if stands_for == false then
    return readers.parameter(text, at, last)
  end
  local token, rest_end = text:sub(at, last), chain_end(text, at, last)
  if rest_end > last then -- $o.address, where $o stands for the name of a table
    local operand = { text = stands_for .. text:sub(last + 1, rest_end) }
    return operand, rest_end, operand
  end
  local shown = #stands_for <= SHOWN and stands_for or stands_for:sub(1, SHOWN) .. "..."
  return { text = stands_for }, last, named_operand(stands_for),
    ("%s stands for %s; only an address or a query in parentheses has children and parents"):format(token, shown)
end

-- ---- attributes -----------------------------------------------------------------------------------

--- The end of an attribute's name and dots, such as `.user.name`, if one begins at a dot; nil otherwise: the dot of
-- `o.address` follows a name without a blank.
local function attribute_end(text, at)
  local last = select(2, text:find("^%.[%a_\x80-\xff][%w_\x80-\xff]*", at))
  if not last or text:find("^[%w_\x80-\xff\"`%]]", at - 1) and at > 1 then
    return nil
  end
  while text:find("^%.[%a_\x80-\xff]", last + 1) do
    last = select(2, text:find("^%.[%a_\x80-\xff][%w_\x80-\xff]*", last + 1))
  end
  return last
end

--- An attribute as SQL: its value, or the address of an object.
function readers.other(text, at, last)
  local to = text:sub(at, last) == "." and attribute_end(text, at)
  if not to then
    return nil, last
  end
  local operand = { text = ("attr(address, %s)"):format(M.literal(text:sub(at + 1, to))) }
  return operand, to, operand
end

-- ---- the whole text -----------------------------------------------------------------------------

--- Appends a text without joining it to the text before: `1-` and `-5` must not become a comment.
local function append(out, text)
  local before = out[#out]
  if before and before:sub(-1) == "-" and text:sub(1, 1) == "-" then
    out[#out + 1] = " "
  end
  out[#out + 1] = text
end

--- Expands all shorthands in a text. Raises a message with the token if it names something that does not exist.
-- @tparam string text
-- @tparam table scope `{name = function(name) -> text, nil, or false to leave it, names = function() -> array of names,
-- result = function(r) -> result, results = how many there are}`; without `name` every `$name` is left
-- @treturn string
-- @usage substitute.expand("1234&", {}) --> (select child from ref where parent = 1234)
function M.expand(text, scope)
  local out, at = {}, 1
  while at <= #text do
    local kind, last = lexer.token(text, at)
    local read = readers[kind]
    local bare, operand, why_none
    if read then
      bare, last, operand, why_none = read(text, at, last, scope)
    end
    local run = bare and relations_at(text, last + 1) or ""
    if run == "" then
      append(out, bare and bare.text or text:sub(at, last))
    else
      if not operand then
        fail(text:sub(at, last + #run), why_none)
      end
      append(out, related(operand, run))
    end
    at = last + #run + 1
  end
  return table.concat(out)
end

return M
