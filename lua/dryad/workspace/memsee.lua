-- SPDX-License-Identifier: MIT
--- Databases that memsee wrote: reads each generation from its tables as a raw dump.
--
-- memsee keeps the objects of generation N in `objN` and the references in `refN`, or in `obj` and `ref` if it is the
-- current one. References from row 0 lead to the objects that nothing else refers to and to the pinned ones: they
-- become the roots.
-- @module dryad.workspace.memsee

local core = require "dryad.core"
local format = require "dryad.text.format"
local units = require "dryad.text.units"

local M = {}

local LINES = 1000 -- given to the loader at once

--- Whether a database has memsee's tables.
-- @tparam table store @{dryad.workspace.store}
-- @treturn boolean
-- @usage if memsee.is_written_by(store) then print "raw, with a row 0" end
function M.is_written_by(store)
  local generations, names = store:columns "gen", store:columns "env"
  return generations.num and generations.current and names.name and names.value and true or false
end

--- The suffix of a generation's tables after `obj` and `ref`; nil if it has none in the file.
-- @tparam table store
-- @tparam integer num
-- @treturn string|nil "" or the number
-- @usage local suffix = memsee.suffix(store, 2)
function M.suffix(store, num)
  if store:columns("obj" .. num).address then
    return tostring(num)
  end
  local current = select(2, store:generations())
  return current == num and store:columns("obj").address and "" or nil
end

--- Whether a database has tables of objects from memsee.
-- @tparam table store
-- @treturn boolean
-- @usage if memsee.has_tables(store) then print "its generations need no dumps" end
function M.has_tables(store)
  return store.db:rows "select 1 from main.sqlite_master where type = 'table' and name glob 'ref*'"() ~= nil
end

local function rename(store, from, to)
  for _, name in ipairs { "obj", "ref" } do
    if store:columns(name .. from).address or store:columns(name .. from).parent then
      store:run(("alter table main.%s%s rename to %s%s"):format(name, from, name, to))
    end
  end
end

--- Renames tables as memsee expects: the current generation's are `obj` and `ref`. Call within a transaction.
-- @tparam table store
-- @tparam integer|nil before the current generation until now
-- @tparam integer|nil after the new one
-- @usage memsee.rename_tables(store, 1, 2)
function M.rename_tables(store, before, after)
  if before and before ~= after then
    rename(store, "", before)
  end
  if after and before ~= after then
    rename(store, after, "")
  end
end

local function member(name, sql)
  return ("case when %s is null then '' else ',\"%s\":' || %s end"):format(name, name, sql)
end

local TEXT = "json_quote(case when typeof(%s) = 'blob' then cast(%s as text) else %s end)"
-- The column was declared as text, so numbers in it became text; for these types they are numbers again.
local NUMBER = "case when type in ('int', 'long', 'float') and typeof(value) = 'text' and json_valid(value) "
  .. "and json_type(value) in ('integer', 'real') then value else %s end"

local function text(name)
  return (TEXT:gsub("%%s", name))
end

-- Addresses, and lines of a dump without their references.
local OBJECTS = "select address, '{\"address\":' || address || "
  .. table.concat({
    member("type", text "type"), member("name", text "name"), member("value", NUMBER:format(text "value")),
    member("size", text "size"), member("len", text "len"),
  }, " || ")
  .. " from main.obj%s where typeof(address) = 'integer' and address <> 0 order by address"

local REFERENCES = [[
select parent, json_group_array(child) from (
    select parent, child from main.ref%s
      where typeof(parent) = 'integer' and typeof(child) = 'integer' and parent <> 0 order by parent, rowid)
  group by parent order by parent]]

-- Rows that nobody writes who dumps a process. The objects and references in them, or their sizes, are lost.
local UNUSABLE = {
  obj = "typeof(address) <> 'integer' or address <> 0 and (typeof(size) <> 'integer' or size < 0)",
  ref = "typeof(parent) <> 'integer' or typeof(child) <> 'integer'",
}

--- Why a generation lacks something: rows that cannot be used, or what was missing when it was exported. Nil if it does
-- not.
local function problem(store, num, suffix)
  local reason = store:columns("incomplete").reason
    and store.db:rows("select cast(reason as text) from main.incomplete where gen = ?", { num, n = 1 })()
  if reason then
    return format.cut(format.printable(reason), 100)
  end
  local counts = {}
  for _, name in ipairs { "obj", "ref" } do
    local count = store.db:rows(("select count(*) from main.%s%s where %s"):format(name, suffix, UNUSABLE[name]))()
    counts[#counts + 1] = count > 0 and ("%s of %s"):format(units.quantity(count, "row"), name) or nil
  end
  return #counts > 0 and table.concat(counts, " and ") .. " cannot be used" or nil
end

--- JSON with escapes for the characters of Latin-1, as dumps have the bytes of Python.
local function escaped(json)
  if not json:find "[\xC2\xC3]" then
    return json
  end
  return (json:gsub("[\xC2\xC3][\x80-\xBF]", function(character)
    return ("\\u%04x"):format(utf8.codepoint(character))
  end))
end

--- A source for the loader: the lines of a dump, merged from both tables, each read in address order.
local function lines(store, suffix)
  local objects, references = store.db:rows(OBJECTS:format(suffix)), store.db:rows(REFERENCES:format(suffix))
  local parent, children = references()
  local function next_line()
    local address, object = objects()
    if not address then
      return nil
    end
    while parent and parent < address do
      parent, children = references()
    end
    local refs = parent == address and children or "[]"
    return object .. ',"refs":' .. refs .. "}\n"
  end
  return function()
    local chunk = {}
    for i = 1, LINES do
      chunk[i] = next_line()
    end
    return #chunk > 0 and escaped(table.concat(chunk)) or nil
  end
end

local function roots(store, suffix, heap)
  local addresses = {}
  for child in store.db:rows(("select child from main.ref%s where parent = 0 and typeof(child) = 'integer'"):format(
    suffix)) do
    -- A later memsee also lists its row 0 as a child; and deleted objects remain in ref.
    addresses[#addresses + 1] = heap[child] and child or nil
  end
  return core.list_of(heap, addresses)
end

--- The marks of memsee's gc, with which another gc can continue.
local function give_marks(store, suffix, heap)
  if not store:columns("obj" .. suffix).mark then
    return -- an early memsee
  end
  local addresses, marks = {}, {}
  local rows = store.db:rows(("select address, mark from main.obj%s where typeof(address) = 'integer' and "
    .. "typeof(mark) = 'integer'"):format(suffix))
  for address, mark in rows do
    addresses[#addresses + 1], marks[#marks + 1] = address, mark
  end
  if #marks > 0 then
    core.give_marks(heap, addresses, marks)
  end
end

--- Loads a generation from memsee's tables.
-- @tparam table store
-- @tparam integer num
-- @tparam string suffix of its tables
-- @treturn heap
-- @usage local heap = memsee.load(store, 1, "")
function M.load(store, num, suffix)
  local heap = core.load(lines(store, suffix), ("%s, generation %d"):format(store.path, num), { raw = true })
  local missing = problem(store, num, suffix)
  if missing then
    core.mark_incomplete(heap, missing)
  end
  local given = roots(store, suffix, heap)
  if #given > 0 then
    heap:set_roots(given)
  end
  give_marks(store, suffix, heap)
  return heap
end

return M
