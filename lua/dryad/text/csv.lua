-- SPDX-License-Identifier: MIT
--- Tables as CSV (RFC 4180) in valid UTF-8: a lone surrogate is written as `\udc80`, and text that is not UTF-8 is read
-- as Latin-1.
--
-- A **form** is `"csv"`, whose lines end with a newline alone, or `"excel"`, for people with a spreadsheet: it has a
-- byte order mark, lines that end with CR LF, and an apostrophe before whatever a spreadsheet would take for a formula.
-- @module dryad.text.csv

local core = require "dryad.core"
local single_table = require "dryad.text.single_table"

local M = {}

local MARKS = { csv = "", excel = "\u{feff}" }

--- A row.
-- @tparam table values with nil for an empty field; others than numbers and texts as `tostring` returns them; changed
-- @tparam integer count of the values
-- @tparam string form
-- @treturn string
-- @treturn integer how many lone surrogates it has
-- @usage io.write(csv.line({ "a", nil, 3 }, 3, "csv")) --> a,,3
function M.line(values, count, form)
  for i = 1, count do
    local kind = type(values[i])
    if kind ~= "nil" and kind ~= "number" and kind ~= "string" then
      values[i] = tostring(values[i])
    end
  end
  return core.csv_line(values, count, form)
end

--- The beginning of a file: the row of names.
-- @tparam {string,...} names of the columns
-- @tparam string form
-- @treturn string
-- @treturn integer how many lone surrogates it has
-- @usage io.write(csv.head({ "address", "size" }, "csv"))
function M.head(names, form)
  if #names == 0 then
    return "", 0
  end
  local line, escapes = core.csv_line(names, #names, form)
  return MARKS[form] .. line, escapes
end

--- Gives `write` rows (@{dryad.text.render}) under the names of their fields; sizes are bytes, objects as they print.
-- @tparam table rows
-- @tparam string form
-- @tparam function write called with each piece of the text, and how many lone surrogates it has
-- @usage csv.write(dryad.diff(before, after), "csv", io.write)
function M.write(rows, form, write)
  local names, values = single_table.names(rows), {}
  write(M.head(names, form))
  for _, row in ipairs(rows) do
    for c, name in ipairs(names) do
      values[c] = row[name]
    end
    write(M.line(values, #names, form))
  end
end

return M
