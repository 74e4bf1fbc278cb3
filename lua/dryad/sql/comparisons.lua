-- SPDX-License-Identifier: MIT
--- Conditions that need no SQL: a field, an operator and a constant, or several of these joined by `and`.
--
-- The columns of the heap answer them a hundred times as fast, with the same result as SQLite. Everything else is left
-- to SQL, including similar conditions for which SQLite has other rules (`size > '24'`, `type > 'dict'`).
-- @module dryad.sql.comparisons

local M = {}

local SPACE = "[ \t\r\n\f]"
local COMPARISON = "^" .. SPACE .. "*([%a_]+)" .. SPACE .. "*([<>=!]+)" .. SPACE .. "*()"
local NUMBER, TEXT = "^(%-?%d[%w.]*)()", "^'([%w_. <>-]*)'()"
local DONE, AND = "^" .. SPACE .. "*$", "^" .. SPACE .. "+[aA][nN][dD]()" .. SPACE

local NUMBER_FIELDS = {
  address = true, size = true, len = true, num_refs = true, num_parents = true, retained = true,
}
local EXACT = 1 << 53 -- up to here a float represents every whole number

--- The value of an integer in SQL, possibly written with a point or an exponent; nil for anything else.
local function integer_of(text)
  if text:find "^%-?%d+$" then
    return math.tointeger(tonumber(text))
  elseif text:find "^%-?%d+%.?%d*[eE]?%d*$" then
    local number = math.tointeger(tonumber(text))
    return number and number <= EXACT and number >= -EXACT and number or nil
  end
end

local function range(low, high, outside)
  return { low = low, high = high, outside = outside }
end

local RANGES = {
  ["="] = function(n) return range(n, n) end,
  ["<>"] = function(n) return range(n, n, true) end,
  ["<="] = function(n) return range(math.mininteger, n) end,
  [">="] = function(n) return range(n, math.maxinteger) end,
  ["<"] = function(n) return n == math.mininteger and range(1, 0) or range(math.mininteger, n - 1) end,
  [">"] = function(n) return n == math.maxinteger and range(1, 0) or range(n + 1, math.maxinteger) end,
}
RANGES["=="], RANGES["!="] = RANGES["="], RANGES["<>"]
local EQUAL = { ["="] = true, ["=="] = true }
local UNEQUAL = { ["<>"] = true, ["!="] = true }

local function compare_number(field, operator, text)
  local number = integer_of(text)
  local comparison = number and RANGES[operator] and RANGES[operator](number)
  if comparison then
    comparison.field = field
  end
  return comparison
end

local function compare_type(operator, name)
  if EQUAL[operator] or UNEQUAL[operator] then
    return { field = "type", type = name, outside = UNEQUAL[operator] }
  end
end

--- Parses one comparison from a position on; returns it and the position after it.
local function read(text, at)
  local field, operator, constant = text:match(COMPARISON, at)
  field = field and field:lower()
  if NUMBER_FIELDS[field] then
    local number, after = text:match(NUMBER, constant)
    return number and compare_number(field, operator, number), after
  elseif field == "type" then
    local name, after = text:match(TEXT, constant)
    return name and compare_type(operator, name), after
  end
end

--- The comparisons of a condition, for @{dryad.core} `select`; nil for any other condition.
-- @tparam string text
-- @treturn {table,...}|nil
-- @usage comparisons.parse "type = 'dict' and size > 1000"
function M.parse(text)
  local found, at = {}, 1
  repeat
    local comparison, after = read(text, at)
    if not comparison then
      return nil
    end
    found[#found + 1] = comparison
    if text:find(DONE, after) then
      return found
    end
    at = text:match(AND, after)
  until not at
end

--- Whether one of them is `address = ...`: SQL looks that up, whereas comparing visits all objects.
-- @tparam {table,...} comparisons
-- @treturn boolean
-- @usage comparisons.is_lookup(comparisons.parse "address = 1234") --> true
function M.is_lookup(comparisons)
  for _, comparison in ipairs(comparisons) do
    if comparison.field == "address" and comparison.low == comparison.high and not comparison.outside then
      return true
    end
  end
  return false
end

return M
