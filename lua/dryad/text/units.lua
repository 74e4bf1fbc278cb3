-- SPDX-License-Identifier: MIT
--- Numbers as people read and type them: bytes, counts and sizes.
-- @module dryad.text.units

local M = {}

local BINARY = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" }

--- Whether a sum of sizes or counts stopped at 2^63 - 1, so that it says only "at least".
-- @tparam integer n
-- @treturn boolean
-- @usage print(require("dryad.text.units").is_bound(heap.total_size))
function M.is_bound(n)
  return n == math.maxinteger
end

--- Bytes for reading: `0B`, `512B`, `1.5KiB`, `11.3MiB`; `at least 8.0EiB` where a sum stopped.
-- @tparam number n bytes
-- @treturn string
-- @usage print(require("dryad.text.units").bytes(heap.total_size))
function M.bytes(n)
  if n < 0 then
    return "-" .. M.bytes(-(n + 0.0)) -- a float, since the least integer has no opposite
  elseif M.is_bound(n) then
    return "at least " .. M.bytes(n + 0.0)
  end
  local unit = 0
  while n >= 1023.95 and unit < #BINARY do
    n, unit = n / 1024, unit + 1
  end
  return unit == 0 and ("%.0fB"):format(n) or ("%.1f%s"):format(n, BINARY[unit])
end

--- A whole number with separators of thousands: `2,000`.
-- @tparam number n
-- @treturn string
-- @usage print(require("dryad.text.units").count(#heap))
function M.count(n)
  local sign, digits = (math.type(n) == "integer" and "%d" or "%.0f"):format(n):match("^(%-?)(%d+)$")
  if not digits then
    return tostring(n)
  end
  digits = digits:reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", "")
  return sign .. digits
end

--- A number with the name of what it counts.
-- @tparam integer n
-- @tparam string what in the singular
-- @treturn string
-- @usage print(require("dryad.text.units").quantity(2, "row")) --> 2 rows
function M.quantity(n, what)
  return ("%d %s%s"):format(n, what, n == 1 and "" or "s")
end

--- Adds two sizes or counts. The sum stops at 2^63 - 1, as the totals of a heap do.
-- @tparam integer a from 0
-- @tparam integer b from 0
-- @treturn integer
-- @usage print(require("dryad.text.units").add(heap.total_size, 1))
function M.add(a, b)
  local sum = a + b
  return sum < 0 and math.maxinteger or sum
end

--- A share for reading: `12.5%`.
-- @tparam number share 1 is all
-- @treturn string
-- @usage print(require("dryad.text.units").percent(0.125)) --> 12.5%
function M.percent(share)
  return ("%.1f%%"):format(100 * share)
end

local POWERS = { [""] = 0, K = 1, M = 2, G = 3, T = 4, P = 5 }

--- Bytes from a text: `300`, `50M`, `1.5G`, `64 KiB`; a unit is a power of 1024.
-- @tparam string text
-- @treturn integer|nil bytes, or nil if the text is not a size
-- @usage require("dryad.text.units").parse_size("1.5K") --> 1536
function M.parse_size(text)
  local number, unit = text:match("^%s*(%d*%.?%d*)%s*(%a*)%s*$")
  number = tonumber(number)
  local letter = unit and unit:upper():match("^([KMGTP]?)I?B?$")
  if not number or not letter then
    return nil
  end
  return math.tointeger(math.floor(number * 1024 ^ POWERS[letter] + 0.5))
end

local SECONDS = { [""] = 1, s = 1, m = 60, h = 3600, d = 86400 }

--- Seconds from a text: `0.5`, `60`, `90s`, `5m`, `1h`, `1d`.
-- @tparam string text
-- @treturn number|nil seconds from 0, or nil if the text is no such time
-- @usage require("dryad.text.units").parse_seconds("5m") --> 300
function M.parse_seconds(text)
  local number, unit = text:match("^%s*(%d*%.?%d*)%s*(%a?)%s*$")
  number = tonumber(number)
  return number and SECONDS[unit] and number * SECONDS[unit] or nil
end

--- Seconds for reading: `0.5s`, `42s`, `5m 10s`, `2h 05m`.
-- @tparam number seconds
-- @treturn string
-- @usage print(require("dryad.text.units").seconds(310)) --> 5m 10s
function M.seconds(seconds)
  local whole = math.floor(seconds)
  if seconds < 10 and seconds ~= whole then
    return ("%.1fs"):format(seconds)
  elseif whole < 60 then
    return ("%ds"):format(whole)
  elseif whole < 3600 then
    return ("%dm %02ds"):format(whole // 60, whole % 60)
  end
  return ("%dh %02dm"):format(whole // 3600, whole % 3600 // 60)
end

--- A share from a text: `0.1` or `10%`.
-- @tparam string text
-- @treturn number|nil above 0, at most 1; nil if the text is not such a share
-- @usage require("dryad.text.units").parse_share("10%") --> 0.1
function M.parse_share(text)
  local number, sign = text:match("^%s*(%d*%.?%d*)%s*(%%?)%s*$")
  local share = tonumber(number)
  share = share and (sign == "%" and share / 100 or share)
  return share and share > 0 and share <= 1 and share or nil
end

return M
