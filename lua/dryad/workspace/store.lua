-- SPDX-License-Identifier: MIT
--- The SQLite database of a workspace, in a file or in memory: generations, names and edits.
--
-- A database that memsee wrote has the tables `gen` and `env` with fewer columns. It stays unchanged until something
-- has to be saved; then the missing columns are added (@{complete}), and memsee can still read its part.
-- @module dryad.workspace.store

local core = require "dryad.core"
local memsee = require "dryad.workspace.memsee"
local schema = require "dryad.workspace.schema"

local M = {}

local Store = {}
Store.__index = Store

local APPLICATION_ID = 0x44727964 -- "Dryd", in the header of the file
local VERSION = 1

local GENERATION = {
  { "path", "text" }, { "size", "int" }, { "mtime", "int" }, { "hash", "text" }, { "raw", "int" }, { "python", "int" },
  { "objects", "int" }, { "refs", "int" }, { "bytes", "int" }, { "read_at", "text" },
}

local EDITS = "create table if not exists edit "
  .. "(gen int not null, seq int not null, kind text not null, change blob not null, primary key (gen, seq))"

--- Runs one of Dryad's own statements.
-- @tparam string sql
-- @param ... the value of each `?`
-- @treturn result
-- @usage store:run("update gen set current = num = ?", 2)
function Store:run(sql, ...)
  return (self.db:run(sql, table.pack(...), true))
end

--- Serves a heap as the tables `obj` and `ref` with a suffix.
-- @tparam string suffix of a generation, or "" for the current one
-- @tparam heap|nil heap nil: removes the tables
-- @usage store:put("2", heap)
function Store:put(suffix, heap)
  self.heaps[suffix] = heap
  self.db:put(suffix, heap)
end

--- Runs a function while no heap has tables: renaming one of memsee's tables, SQLite would confuse it with a heap's of
-- the same name.
local function without_heaps(store, f)
  if not memsee.has_tables(store) then
    return f()
  end
  for suffix in pairs(store.heaps) do
    store.db:put(suffix, nil)
  end
  local results = table.pack(pcall(f))
  for suffix, heap in pairs(store.heaps) do
    store.db:put(suffix, heap:is_open() and heap or nil)
  end
  if not results[1] then
    error(results[2], 0)
  end
  return table.unpack(results, 2, results.n)
end

--- Runs a function as one transaction: it writes everything or nothing.
-- @tparam function f
-- @param ... its arguments
-- @return what it returns
-- @usage store:transaction(store.run, store, "delete from env")
function Store:transaction(f, ...)
  self:run "begin immediate"
  local results = table.pack(pcall(f, ...))
  if results[1] then
    local ended, message = pcall(self.run, self, "commit")
    if ended then
      return table.unpack(results, 2, results.n)
    end
    results[2] = message
  end
  pcall(self.run, self, "rollback")
  error(results[2], 0)
end

local function add_tables(store)
  store:run "create table if not exists gen (num integer primary key, current int)"
  store:run "create table if not exists env (name text primary key, value text)"
  local columns = store:columns "gen"
  for _, column in ipairs(GENERATION) do
    if not columns[column[1]] then
      store:run(("alter table gen add column %s %s"):format(column[1], column[2]))
    end
  end
  store:run(EDITS)
  store:run("pragma application_id = " .. APPLICATION_ID)
  store:run("pragma user_version = " .. VERSION)
end

--- Adds what memsee's schema lacks. Call within a transaction.
-- @usage store:transaction(store.complete, store)
function Store:complete()
  if self.is_memsee then
    add_tables(self)
    self.is_memsee = false
  end
end

--- The names of a table's columns, as keys; empty if there is no such table.
-- @tparam string name
-- @treturn table
-- @usage if store:columns("gen").hash then print "complete" end
function Store:columns(name)
  local columns = {}
  for column in self.db:rows("select name from pragma_table_info(?, 'main')", { name, n = 1 }) do
    columns[column] = true
  end
  return columns
end

local function value_of(store, sql)
  return store:run(sql)[1][1]
end

--- Checks who wrote the database; raises an error for a foreign one, and for one that is not made of plain tables.
-- @usage store:recognise()
function Store:recognise()
  schema.check(self.db, self.path)
  local id, version = value_of(self, "pragma application_id"), value_of(self, "pragma user_version")
  self.is_memsee = false
  if id ~= APPLICATION_ID then
    if not memsee.is_written_by(self) then
      error(("%s: a SQLite database, but not a workspace of Dryad or memsee"):format(self.path), 0)
    end
    self.is_memsee = true
  elseif version > VERSION then
    error(("%s: a later version of Dryad wrote this workspace"):format(self.path), 0)
  end
  schema.check_rows(self.db, self.path)
end

--- Whether a file exists and can be read.
-- @tparam string path
-- @treturn boolean
-- @usage if not stores.is_there("my.db") then stores.create("my.db") end
function M.is_there(path)
  local file <close> = io.open(path, "rb")
  return file ~= nil
end

local function new(path, options)
  return setmetatable({ db = core.database(path, options), path = path, is_memsee = false, heaps = {} }, Store)
end

--- Makes a new database.
-- @tparam[opt] string path of the file, which must not exist; nil: in memory
-- @tparam[opt] table options `{unguarded = true}`
-- @treturn table store
-- @usage local store = require("dryad.workspace.store").create("my.db")
function M.create(path, options)
  local store = new(path, { create = path ~= nil, unguarded = options and options.unguarded })
  store:transaction(add_tables, store)
  store:changed()
  return store
end

--- Opens a database.
-- @tparam string path
-- @tparam[opt] table options `{unguarded = true}`
-- @treturn table store
-- @usage local store = require("dryad.workspace.store").open("my.db")
function M.open(path, options)
  local store = new(path, { unguarded = options and options.unguarded })
  local ok, message = pcall(store.recognise, store)
  if not ok then
    store:close()
    error(message, 0)
  end
  store:changed()
  return store
end

--- Whether another process changed the file since the last call.
-- @treturn boolean
-- @usage if store:changed() then print "read it again" end
function Store:changed()
  local version = value_of(self, "pragma main.data_version")
  local changed = self.version ~= version
  self.version = version
  return changed
end

-- ---- generations ----------------------------------------------------------------------------------

local function named(result, i)
  local row = {}
  for c, name in ipairs(result.columns) do
    row[name] = result[i][c]
  end
  return row
end

--- The generations by number.
-- @treturn {table,...} rows of the table `gen`
-- @treturn integer|nil the number of the current one
-- @usage local generations, current = store:generations()
function Store:generations()
  local result, found, current = self:run "select * from gen where num > 0 order by num", {}, nil
  for i = 1, #result do
    local row = named(result, i)
    found[row.num] = row
    current = row.current == 1 and row.num or current
  end
  return found, current
end

local function make_current(store, num)
  memsee.rename_tables(store, select(2, store:generations()), num)
  store:run("update gen set current = (num is ?)", num)
end

--- Makes the generation current whose number a function returns, all in one transaction.
local function make_current_after(store, number_of)
  return without_heaps(store, function()
    return store:transaction(function()
      store:complete()
      local num = number_of()
      make_current(store, num)
      return num
    end)
  end)
end

--- Makes a generation the current one.
-- @tparam integer|nil num nil: none
-- @usage store:set_current(2)
function Store:set_current(num)
  make_current_after(self, function()
    return num
  end)
end

local COLUMNS, MARKS, ASSIGNMENTS = {}, {}, {}
for i, column in ipairs(GENERATION) do
  COLUMNS[i], MARKS[i], ASSIGNMENTS[i] = column[1], "?", column[1] .. " = ?"
end
local INSERT = ("insert into gen (num, %s) values (?, %s)"):format(table.concat(COLUMNS, ", "),
  table.concat(MARKS, ", "))
local UPDATE = ("update gen set %s where num = ?"):format(table.concat(ASSIGNMENTS, ", "))

local function values_of(row, first)
  local values = { first, n = #COLUMNS + (first and 1 or 0) }
  for i, column in ipairs(COLUMNS) do
    values[i + (first and 1 or 0)] = row[column]
  end
  return values
end

--- Adds a generation, which gets the next number and becomes the current one.
-- @tparam table row its fields, named like the columns of `gen`
-- @treturn integer its number
-- @usage local num = store:add_generation({ path = "/var/app.dump" })
function Store:add_generation(row)
  return make_current_after(self, function()
    local num = value_of(self, "select coalesce(max(num), 0) + 1 from gen")
    self.db:run(INSERT, values_of(row, num), true)
    return num
  end)
end

--- Rewrites the row of a generation.
-- @tparam integer num
-- @tparam table row
-- @usage store:update_generation(1, row)
function Store:update_generation(num, row)
  self:transaction(function()
    self:complete()
    local values = values_of(row)
    values.n = values.n + 1
    values[values.n] = num
    self.db:run(UPDATE, values, true)
  end)
end

-- ---- names ----------------------------------------------------------------------------------------

--- The text of each name.
-- @treturn table
-- @usage for name, text in pairs(store:names()) do print(name, text) end
function Store:names()
  local names = {}
  local rows = self.db:rows "select name, value from main.env where name > '' and value is not null order by rowid"
  for name, text in rows do
    names[tostring(name)] = tostring(text)
  end
  return names
end

--- Stores a name.
-- @tparam string name
-- @tparam string|nil text nil: forgets it
-- @usage store:set_name("cache", "140203053926864")
function Store:set_name(name, text)
  self:transaction(function()
    self:complete()
    self:run("delete from main.env where name = ?", name)
    if text then
      self:run("insert into main.env (name, value) values (?, ?)", name, text)
    end
  end)
end

-- ---- edits ----------------------------------------------------------------------------------------

--- The edits of a generation, oldest first.
-- @tparam integer num
-- @treturn {table,...} `{kind=, bytes=}`
-- @usage print(#store:edits(1))
function Store:edits(num)
  local edits = {}
  if not self.is_memsee then
    -- A kind of NULL would end the loop.
    local rows = self.db:rows("select coalesce(cast(kind as text), '?'), change from main.edit where gen = ? "
      .. "order by seq", { num, n = 1 })
    for kind, bytes in rows do
      edits[#edits + 1] = { kind = kind, bytes = bytes }
    end
  end
  return edits
end

--- How many edits each generation has.
-- @treturn table counts by number
-- @usage print(store:edit_counts()[1])
function Store:edit_counts()
  local counts = {}
  if not self.is_memsee then
    for num, count in self.db:rows "select gen, count(*) from main.edit where gen > 0 group by gen" do
      counts[num] = count
    end
  end
  return counts
end

--- Replaces the edits from a position on. Call within a transaction.
-- @tparam integer num
-- @tparam integer from the position of the first, from 1
-- @tparam {table,...} edits `{kind=, bytes=}`
-- @usage store:transaction(store.write_edits, store, 1, 1, {})
function Store:write_edits(num, from, edits)
  self:complete()
  self:run("delete from main.edit where gen = ? and seq >= ?", num, from)
  for i, edit in ipairs(edits) do
    self:run("insert into main.edit (gen, seq, kind, change) values (?, ?, ?, ?)", num, from + i - 1, edit.kind,
      { blob = edit.bytes })
  end
end

--- Closes the database.
-- @usage store:close()
function Store:close()
  self.db:close()
end

return M
