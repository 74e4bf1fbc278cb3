-- SPDX-License-Identifier: MIT
--- Views of the browser, as specs look at them.

require "dryad.browse.menu" -- which loads all of them

local registry = require "dryad.browse.registry"

local M = {}

M.open = registry.open

--- Some values of each row, in the order of `keys`; false where a row has none.
function M.rows(view, keys, most)
  local found = {}
  for i = 1, math.min(most or math.huge, view:count()) do
    local row = view:row(i)
    found[i] = {}
    for k, key in ipairs(keys) do
      found[i][k] = row[key]
      if row[key] == nil then
        found[i][k] = false
      end
    end
  end
  return found
end

--- One value of each row.
function M.column(view, key, most)
  local found = {}
  for i, values in ipairs(M.rows(view, { key }, most)) do
    found[i] = values[1]
  end
  return found
end

--- The lines above the table, as one text.
function M.head(view)
  local lines = {}
  for i, line in ipairs(view.head or {}) do
    lines[i] = type(line) == "table" and line[1] or line
  end
  return table.concat(lines, "\n")
end

local KINDS = { count = true, bytes = true, percent = true, bar = true, class = true, object = true, way = true,
                text = true }
local NUMBERS = { count = true, bytes = true, percent = true, bar = true }
local STYLES = { dim = true, bold = true, warn = true }

local function check_value(kind, value, key)
  if value == nil then
    return
  elseif NUMBERS[kind] then
    assert(type(value) == "number" and value >= 0, ("%s: %s"):format(key, value))
    assert(kind == "bar" or kind == "percent" or math.type(value) == "integer", key)
    assert(kind ~= "bar" and kind ~= "percent" or value <= 100.0001, ("%s: %s"):format(key, value))
  else
    assert(type(value) == "string", key)
  end
end

--- Fails unless a view is as its declaration (dryad.browse.view) says; looks at up to `most` rows.
function M.check(view, most)
  assert(type(view.title) == "string" and view.title ~= "")
  local names = 0
  for _, column in ipairs(view.columns) do
    assert(type(column[1]) == "string" and KINDS[column[2]] and type(column[3]) == "string")
    names = names + (column.weight == math.huge and 1 or 0)
  end
  assert(names == 1, "no name, or two")
  assert(view:count() > 0 or type(view.empty) == "string", "nothing is said of nothing")
  for i = 1, math.min(most or 50, view:count()) do
    local row = view:row(i)
    for _, column in ipairs(view.columns) do
      check_value(column[2], row[column[1]], column[1])
    end
    assert(row.style == nil or STYLES[row.style])
  end
  for _, sort in ipairs(view.sorts or {}) do
    view:sort(sort[1])
    assert(view.sorted == sort[1])
  end
  local more = view:more()
  assert(more == nil or type(more) == "string")
  return view
end

return M
