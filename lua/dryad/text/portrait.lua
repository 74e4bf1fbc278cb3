-- SPDX-License-Identifier: MIT
--- Values that were shown elsewhere: what is left of them is how they look, as text, as JSON and as rows.
-- @module dryad.text.portrait

local M = {}

local Portrait = { __name = "dryad.portrait" }

--- Its `columns` and its rows by number, if it was a single table: `shown[1].address`.
function Portrait.__index(portrait, key)
  local rows = rawget(portrait, "lines")
  return rows and rows[key]
end

function Portrait.__len(portrait)
  local rows = rawget(portrait, "lines")
  return rows and #rows or 0
end

--- Makes a portrait.
-- @tparam string text safe to print
-- @param plain what JSON is made of: plain tables, as from @{dryad.text.json_value}
-- @tparam[opt] table rows (@{dryad.text.render}) nil for a value that is not a single table
-- @treturn portrait
-- @usage local shown = portrait.new("two rows", { 1, 2 })
function M.new(text, plain, rows)
  return setmetatable({ shown = text, plain = plain, lines = rows }, Portrait)
end

--- Whether a value is a portrait.
-- @param value
-- @treturn boolean
-- @usage if portrait.is(value) then return portrait.rows(value) end
function M.is(value)
  return rawequal(getmetatable(value), Portrait)
end

--- The rows of a portrait.
-- @tparam portrait shown
-- @treturn table|nil nil if the value was not a single table
-- @usage local rows = portrait.rows(shown)
function M.rows(shown)
  return shown.lines
end

--- What JSON is made of.
-- @tparam portrait shown
-- @return as given to @{new}
-- @usage local plain = portrait.plain(shown)
function M.plain(shown)
  return shown.plain
end

function Portrait.__tostring(portrait)
  return portrait.shown
end

function Portrait.__json_value(portrait)
  return portrait.plain
end

return M
