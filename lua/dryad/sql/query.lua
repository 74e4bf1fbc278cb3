-- SPDX-License-Identifier: MIT
--- SQL over a heap: queries, and conditions on objects as text.
--
-- A heap answers SQL through a database that has its tables `obj` and `ref`: one of its own, in memory, or that of the
-- workspace that the heap belongs to, its **host**. A host is a table with the methods `database(heap)`, `scope(heap)`
-- (as @{dryad.sql.substitute} takes it) and `prepare(text)`, which is called before every query.
-- @module dryad.sql.query

local check = require "dryad.text.argument_errors"
local comparisons = require "dryad.sql.comparisons"
local core = require "dryad.core"
local result = require "dryad.sql.result"
local row_texts = require "dryad.sql.row_texts"
local substitute = require "dryad.sql.substitute"

local M = {}

local hosts = setmetatable({}, { __mode = "k" })

-- ---- hosts ----------------------------------------------------------------------------------------

local Private = {}
Private.__index = Private

function Private:database(heap)
  if not self.db then
    self.db = core.database(nil, { memory_only = self.is_isolated })
    self.db:put("", heap)
  end
  return self.db
end

function Private.scope()
  return { results = 0 }
end

function Private.prepare() end

local function host_of(heap)
  hosts[heap] = hosts[heap] or setmetatable({}, Private)
  return hosts[heap]
end

--- Makes a workspace answer the SQL of a heap; nil makes the heap answer by itself again.
-- @tparam heap heap
-- @tparam[opt] table host
-- @usage query.set_host(heap, workspace)
function M.set_host(heap, host)
  hosts[heap] = host
end

--- Makes a heap answer by itself, with a new database that never uses a file.
-- @tparam heap heap
-- @usage query.isolate(heap)
function M.isolate(heap)
  hosts[heap] = setmetatable({ is_isolated = true }, Private)
end

-- ---- running --------------------------------------------------------------------------------------

--- Expands the shorthands in a text of SQL, such as `1234&`.
-- @tparam heap heap
-- @tparam string text
-- @tparam string method for messages
-- @treturn string
-- @usage query.expand(heap, "address in 0&", "where")
function M.expand(heap, text, method)
  local good, expanded = pcall(substitute.expand, text, host_of(heap):scope(heap))
  if not good then
    check.fail("%s: %s", method, expanded)
  end
  return expanded
end

--- The parameters of a query as a database takes them: by name from a single plain table, otherwise in order.
-- @param ...
-- @treturn table
-- @usage db:run("select ? + 1", query.parameters(41))
function M.parameters(...)
  local first = ...
  if select("#", ...) == 1 and type(first) == "table" and not getmetatable(first) and #first == 0 and next(first) then
    return first
  end
  return table.pack(...)
end

local function check_open(heap, method)
  if not heap:is_open() then
    check.fail("%s: the heap is closed", method)
  end
end

local function prepared(heap, text, method)
  check_open(heap, method)
  local host = host_of(heap)
  local expanded = M.expand(heap, text, method)
  host:prepare(expanded)
  return host:database(heap), expanded
end

--- Answers a condition that needs no SQL, or is slower in it, for all objects or the members of a list; nil for any
-- other condition.
local function selected(heap, list, condition, method)
  local parsed = comparisons.parse(condition)
  if parsed and (list or not comparisons.is_lookup(parsed)) then
    check_open(heap, method)
    host_of(heap):prepare(condition)
    return core.select(heap, list, parsed)
  end
end

--- Runs a statement.
-- @tparam heap heap
-- @tparam string text
-- @param ... parameters, in order or by name in one table
-- @treturn result|integer the rows, or the number of rows changed by a statement that returns none
-- @usage print(query.run(heap, "select count(*) from obj where size > ?", 1000))
function M.run(heap, text, ...)
  local db, expanded = prepared(heap, text, "sql")
  local rows, changes = db:run(expanded, M.parameters(...))
  if #rows.columns == 0 then
    return changes.rows or 0
  end
  return result.of(rows, heap)
end

--- Runs a query; raises an error for any other statement.
-- @tparam heap heap
-- @tparam string text
-- @param ... as for @{run}
-- @treturn result
-- @usage print(query.read(heap, "select count(*) from obj where size > ?", 1000))
function M.read(heap, text, ...)
  local db, expanded = prepared(heap, text, "sql")
  return result.of(db:query(expanded, M.parameters(...)), heap)
end

--- The rows of a query as text, read while they are written (@{dryad.sql.row_texts}); nil if the statement is no query.
-- @tparam heap heap
-- @tparam string text
-- @tparam string form
-- @treturn table|nil
-- @usage local rows = query.texts(heap, "select address, size from obj", "csv")
function M.texts(heap, text, form)
  local db, expanded = prepared(heap, text, "sql")
  return row_texts.of_statement(db, expanded, nil, form)
end

--- The objects that satisfy a condition, in address order.
-- @tparam heap heap
-- @tparam string condition what may follow `where` in `select address from obj where ...`
-- @tparam string method for messages
-- @treturn list
-- @usage query.where(heap, "type = 'dict' and size > 1e6", "where")
function M.where(heap, condition, method)
  local list = selected(heap, nil, condition, method)
  if list then
    return list
  end
  local db, expanded = prepared(heap, condition, method)
  return db:ids(heap, "select address from obj where " .. expanded .. "\n")
end

--- The members of a list that satisfy a condition, in order.
-- @tparam list list
-- @tparam string condition
-- @tparam string method for messages
-- @treturn list
-- @usage query.filter(heap("dict"), "len > 100", "filter")
function M.filter(list, condition, method)
  local heap = core.heap_of(list)
  local compared = selected(heap, list, condition, method)
  if compared then
    return compared
  end
  local db, expanded = prepared(heap, condition, method)
  local found = db:ids(heap, "select address from obj where address in list(?) and (" .. expanded .. "\n)",
    { n = 1, list })
  if #core.combine(list, list, "union") == #list then
    return core.combine(list, found, "intersection")
  end
  local holds, positions = {}, {}
  for _, o in ipairs(found) do
    holds[o] = true
  end
  for i = 1, #list do
    if holds[list[i]] then
      positions[#positions + 1] = i
    end
  end
  return core.pick(list, positions)
end

return M
