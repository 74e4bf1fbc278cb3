-- SPDX-License-Identifier: MIT
--- Parsers for the values of options. The entry for a type is `function(text, option)`, which returns the value; or nil
-- and a description of what the option takes. Options of any other type take any text.
-- @module dryad.program.option_types
-- @usage local bytes, wanted = require("dryad.program.option_types").size("50M")

local load = require "dryad.heap.load"
local units = require "dryad.text.units"

local M = {}

--- Bytes, at least `option.least`.
function M.size(text, option)
  local bytes = units.parse_size(text)
  if bytes and option.least and bytes < option.least then
    return nil, ("a size of at least %s"):format(units.bytes(option.least))
  end
  return bytes, "a size, such as 300, 50K, 50M or 1.5G"
end

function M.share(text)
  return units.parse_share(text), "a share of the heap, such as 0.1 or 10%"
end

function M.threads(text)
  return load.threads(text)
end

--- A number of at least `option.least`.
function M.number(text, option)
  local number = tonumber(text)
  if number and (not option.least or number >= option.least) then
    return number
  end
  return nil, number and ("a number of at least %g"):format(option.least) or "a number"
end

--- Seconds, at most those of a year.
function M.seconds(text)
  local seconds = units.parse_seconds(text)
  return seconds and seconds <= 365 * 86400 and seconds or nil, "a time, such as 30, 0.5, 90s, 5m or 1h"
end

function M.file(text)
  return text ~= "" and text or nil, "the name of a file"
end

--- A whole number from 1 on.
function M.count(text)
  local count = math.tointeger(tonumber(text))
  return count and count >= 1 and count or nil, "a whole number from 1"
end

return M
