-- SPDX-License-Identifier: MIT
--- Values that were shown elsewhere: what is left of them is how they look, as text, as JSON and as CSV.
-- @module dryad.text.portrait

local M = {}

local Portrait = { __name = "dryad.portrait" }

--- Makes a portrait.
-- @tparam string text safe to print
-- @param plain what JSON is made of: plain tables, as from @{dryad.text.json_value}
-- @tparam[opt] string csv nil for a value that is no single table
-- @treturn portrait
-- @usage local shown = portrait.new("two rows", { 1, 2 })
function M.new(text, plain, csv)
  return setmetatable({ shown = text, plain = plain, csv = csv }, Portrait)
end

--- The CSV of a portrait; nil for other values, and for portraits of what is no single table.
-- @param value
-- @treturn string|nil
-- @usage local text = portrait.csv(value)
function M.csv(value)
  return rawequal(getmetatable(value), Portrait) and value.csv or nil
end

function Portrait.__tostring(portrait)
  return portrait.shown
end

function Portrait.__json_value(portrait)
  return portrait.plain
end

return M
