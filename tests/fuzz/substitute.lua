-- SPDX-License-Identifier: MIT
--- Any text with shorthands, and any text as a literal, which SQLite then reads.

local core = require "dryad.core"
local lexer = require "dryad.sql.sql_lexer"
local substitute = require "dryad.sql.substitute"

local NAMES = { pool = "4294967312", big = "size > 1e6", query = "(select 1)", ["a.b"] = "'it''s'" }

local database = core.database()

local function query(sql)
  return (database:run(sql, { n = 0 }, true))
end

local rows = query "select 7 as address, 'x''y' as name union all select null, 1.5"
local scope = {
  name = function(name)
    return NAMES[name]
  end,
  names = function()
    return { "pool", "big", "query", "a.b" }
  end,
  result = function(number)
    return number == 0 and rows or nil
  end,
  results = 1,
}

--- The quoted texts and comments of SQL, one after the other.
local function quoted(text)
  local found, at = {}, 1
  while at <= #text do
    local kind, last = lexer.token(text, at)
    if kind == "string" or kind == "comment" then
      found[#found + 1] = text:sub(at, last)
    end
    at = last + 1
  end
  return found
end

local function check_literal(value)
  local read = query("select " .. substitute.literal(value))[1][1]
  if read ~= value and value == value then
    error(("the literal %s is read as %s"):format(substitute.literal(value), read))
  end
end

return function(text)
  local good, expanded = pcall(substitute.expand, text, scope)
  if not good and type(expanded) ~= "string" then
    error "a refusal that is no text"
  end
  if good then
    local after, at = quoted(expanded), 1
    for _, part in ipairs(quoted(text)) do -- in the same order, perhaps with others between them
      while after[at] and after[at] ~= part do
        at = at + 1
      end
      if not after[at] then
        error("this did not stay as it was: " .. part)
      end
    end
  end
  check_literal(text)
  for i = 1, #text - 7, 8 do
    check_literal((("<d"):unpack(text, i)))
    check_literal((("<i8"):unpack(text, i)))
  end
end
