-- SPDX-License-Identifier: MIT
--- The tables and columns that SQL at the prompt can name.
-- @module dryad.prompt.sql_names

local M = {}

local function column_of(session, query)
  local ok, names = pcall(function()
    return session:value("heap"):sql(query):column "name"
  end)
  return ok and names or {}
end

--- The tables of the heap, and those of each generation, loaded or not.
-- @tparam table session @{dryad.prompt.session}
-- @treturn {string,...} empty if there is no heap
-- @usage print(table.concat(sql_names.tables(session), " "))
function M.tables(session)
  local names = column_of(session, "select name from temp.sqlite_schema where name not glob '*[0-9]'")
  local ok, generations = pcall(function()
    return #session:value("ws").heaps
  end)
  local tables = table.move(names, 1, #names, 1, {})
  for num = 1, ok and generations or 0 do
    for _, name in ipairs(names) do
      tables[#tables + 1] = name .. num
    end
  end
  return tables
end

--- The columns of all these tables.
-- @tparam table session @{dryad.prompt.session}
-- @treturn {string,...}
-- @usage print(table.concat(sql_names.columns(session), " "))
function M.columns(session)
  return column_of(session, [[select distinct c.name from temp.sqlite_schema t, pragma_table_xinfo(t.name) c
                              where t.name not glob '*[0-9]']])
end

return M
