-- SPDX-License-Identifier: MIT
--- Checks the schema of a database before anything in it is read.
--
-- Dryad reads plain tables only. Views, triggers, virtual tables and whatever computes values would run statements of
-- whoever made the file: one of them may never end.
-- @module dryad.workspace.schema

local format = require "dryad.text.format"
local lexer = require "dryad.sql.sql_lexer"

local M = {}

-- Patterns of the names of the tables that Dryad and memsee read, in lower case as SQLite ignores it.
local READ = { "^gen$", "^env$", "^edit$", "^incomplete$", "^obj%d*$", "^ref%d*$" }

local function is_read(name)
  for _, pattern in ipairs(READ) do
    if name:lower():find(pattern) then
      return true
    end
  end
  return false
end

-- Words that introduce an expression in the statement that made a table.
local COMPUTED = { check = "a constraint", as = "a computed column", default = "a computed default" }

--- What in the statement of a table is computed, or nil.
local function computed_by_table(sql)
  local at = 1
  while at <= #sql do
    local kind, last = lexer.token(sql, at)
    local what = kind == "name" and COMPUTED[sql:sub(at, last):lower()]
    if what then
      return what
    end
    at = last + 1
  end
end

local EXPRESSIONS = [[
select count(*) from pragma_index_list(?, 'main') l, pragma_index_xinfo(l.name, 'main') x
  where l.partial or x.cid = -2]]

--- What is wrong with an entry of the schema, or nil.
local function problem(db, entry)
  if not is_read(entry.table) then
    return nil
  elseif entry.kind == "view" then
    return "is a view"
  elseif entry.kind == "trigger" then
    return "has a trigger"
  elseif entry.kind ~= "table" then
    return nil
  elseif not entry.root or entry.root == 0 then
    return "is a virtual table"
  end
  local what = computed_by_table(entry.sql or "")
  if not what and db:rows(EXPRESSIONS, { entry.table, n = 1 })() > 0 then
    what = "an index with an expression"
  end
  return what and "has " .. what
end

-- The tables that are always there, with a column that tells, and rows that nobody but an attacker writes.
local NEEDED = { gen = "num", env = "name" }
local ODD = {
  { "gen", "typeof(num) is not 'integer' or num > 2147483647", "a generation without a proper number" },
  {
    "env", "max(length(cast(name as blob)), length(cast(value as blob))) > 65536",
    "a name that stands for more than 64 KiB",
  },
}

--- Raises an error unless the rows of generations and names are as Dryad and memsee write them.
-- @tparam database db whose schema is checked
-- @tparam string path for the message
-- @usage schema.check_rows(db, "my.db")
function M.check_rows(db, path)
  for name, column in pairs(NEEDED) do
    if not db:rows("select 1 from pragma_table_info(?, 'main') where name = ?", { name, column, n = 2 })() then
      error(("%s: not opened, since it has no table %s of a workspace"):format(path, name), 0)
    end
  end
  for _, odd in ipairs(ODD) do
    if db:rows(("select 1 from main.%s where %s limit 1"):format(odd[1], odd[2]))() then
      error(("%s: not opened, since its %s has %s"):format(path, odd[1], odd[3]), 0)
    end
  end
end

--- Raises an error unless what Dryad reads in a database are plain tables.
-- @tparam database db
-- @tparam string path for the message
-- @usage schema.check(db, "my.db")
function M.check(db, path)
  local entries = {}
  for kind, of, root, sql in db:rows "select type, tbl_name, rootpage, sql from main.sqlite_master" do
    entries[#entries + 1] = { kind = kind, table = tostring(of), root = root, sql = sql }
  end
  for _, entry in ipairs(entries) do
    local why = problem(db, entry)
    if why then
      error(("%s: not opened, since its %s %s; a workspace has plain tables"):format(path,
        format.printable(entry.table), why), 0)
    end
  end
end

return M
