-- SPDX-License-Identifier: MIT
--- The files of a workspace: its own, a backup of it, and plain tables for others.
-- @module dryad.workspace.files

local check = require "dryad.text.argument_errors"
local command_line = require "dryad.text.command_line"
local core = require "dryad.core"
local defects = require "dryad.heap.defects"
local format = require "dryad.text.format"
local interruption = require "dryad.text.interruption"
local schema = require "dryad.workspace.schema"
local stores = require "dryad.workspace.store"
local units = require "dryad.text.units"

local public = {}

local function file_words(method, text)
  check.argument(type(text) == "string", method, "file", "the name of a file", text)
  local name = command_line.unquoted(text)
  if name == "" then
    error(("%s takes the name of a file: %s my.db"):format(method, method), 0)
  end
  return command_line.file_name(name)
end

-- ---- its own --------------------------------------------------------------------------------------

--- Makes a new file. A workspace in memory moves into it; one with a file of its own stays there.
-- @tparam string text the name of a file that does not exist yet
-- @treturn string
-- @usage ws:create("my.db")
function public:create(text)
  local path = file_words("create", text)
  if stores.is_there(path) then
    error(("%s already exists; open %s opens it"):format(path, text), 0)
  end
  local store = stores.create(path, self.options)
  if self.store.path then
    self:attach(store)
    return "created " .. format.printable(path)
  end
  self.store.db:copy_to(store.db)
  store:changed()
  self:move(store)
  return ("created %s%s"):format(format.printable(path),
    #self.generations > 0 and " with " .. units.quantity(#self.generations, "generation") or "")
end

local function open_store(path, text, options)
  local opened, store = pcall(stores.open, path, options)
  if not opened then
    local is_other = store:find("not an SQLite database", 1, true)
    error(is_other and ("%s; if it is a dump, read %s reads it"):format(store, text) or store, 0)
  end
  return store
end

--- Opens a file: a workspace, or a database that memsee wrote.
-- @tparam string text its name
-- @treturn string|table the list of generations
-- @usage print(ws:open("my.db"))
function public:open(text)
  local path = file_words("open", text)
  if not stores.is_there(path) then
    error(("%s: there is no such file; create %s makes it"):format(path, text), 0)
  end
  self:attach(open_store(path, text, self.options))
  local warnings = self:collect_warnings(function()
    if self.current then
      local loaded, message = interruption.attempt(self.heap_of, self, self.current)
      if not loaded then
        self:warn(message)
      end
    end
  end)
  local listing = tostring(self:gen())
  return #warnings > 0 and listing .. "\n" .. table.concat(warnings, "\n") or listing
end

-- ---- backup ---------------------------------------------------------------------------------------

--- The name of the n-th backup of a workspace with a file.
local function backup_path(self, n)
  return self.store.path .. (n == 1 and ".bak" or ".bak." .. n)
end

--- How many names of backups are taken, by whatever.
local function backups(self)
  if not self.store.path then
    return #self.copies
  end
  local n = 0
  while stores.is_there(backup_path(self, n + 1)) do
    n = n + 1
  end
  return n
end

local function backup_to_file(self, n)
  local path = backup_path(self, n)
  -- The name is literal: any %p was expanded when the workspace was made.
  local sink <close> = core.sink(path, { plain = true, literal = true })
  local copy = core.database(sink:database())
  local ok, message = pcall(self.store.db.copy_to, self.store.db, copy)
  copy:close()
  if not ok then
    error(message, 0)
  end
  sink:finish()
  return format.printable(path)
end

--- Copies the workspace for `restore`: its file to FILE.bak, FILE.bak.2 and so on, one in memory in memory. Earlier
-- copies stay.
-- @treturn string
-- @usage print(ws:backup())
function public:backup()
  self:keep(true)
  local n = backups(self) + 1
  if self.store.path then
    return ("backed up to %s%s"):format(backup_to_file(self, n),
      n > 1 and ("; restore %d takes this one, restore 1 the first"):format(n) or "")
  end
  local copy = core.database()
  self.store.db:copy_to(copy)
  self.copies[n] = copy
  return n == 1 and "backed up in memory"
    or ("backed up in memory, as number %d; restore 1 takes the first"):format(n)
end

--- The number of the backup to restore; raises an error if there is none.
local function backup_wanted(self, text)
  local last = backups(self)
  text = command_line.given("restore", text)
  local n = text == "" and last or math.tointeger(tonumber(text))
  if last == 0 then
    error("there is no backup" .. (self.store.path and ": no file " .. backup_path(self, 1) or ""), 0)
  elseif not n or n < 1 or n > last then
    error(("restore takes the number of a backup, 1 to %d, not '%s'"):format(last, text), 0)
  end
  return n
end

local function restore_file(self, path)
  local copy = core.database(path)
  local good, message = pcall(function()
    schema.check(copy, path)
    schema.check_rows(copy, path)
    copy:copy_to(self.store.db)
  end)
  copy:close()
  if not good then
    error(message, 0)
  end
end

--- Restores the last backup, or another one; heaps follow.
-- @tparam[opt] string text its number
-- @treturn string
-- @usage print(ws:restore())
function public:restore(text)
  self:keep() -- unsaved changes would otherwise be repeated on the restored heaps
  local n = backup_wanted(self, text)
  local path = self.store.path and backup_path(self, n)
  if path then
    restore_file(self, path)
  else
    self.copies[n]:copy_to(self.store.db)
  end
  self.store:recognise()
  self.store:changed()
  self:come_back(self:reload())
  return path and "restored from " .. format.printable(path) or "restored"
end

-- ---- export ---------------------------------------------------------------------------------------

-- memsee's schema, with its names of indexes; `value` has no type, so that numbers stay numbers.
local TABLES = {
  "create table exported.obj%s (address int primary key, type text, name text, value, size int, len int, mark int, "
    .. "repr text)",
  "create table exported.ref%s (parent int, child int)",
}
local ROWS = {
  "insert into exported.obj%s select address, valid_utf8(type), valid_utf8(name), valid_utf8(value), size, len, mark, "
    .. "valid_utf8(repr) from temp.obj%d order by address",
  "insert into exported.ref%s select parent, child from temp.ref%d order by parent, position",
}
-- memsee's row 0: it refers to what its gc starts from, and Dryad's.
local ROW_0 = {
  "insert into exported.obj%s (address) values (0)",
  "insert into exported.ref%s select 0, address from temp.obj%d where address in list(?)",
}
local ESCAPED = "select total(valid_utf8(type) is not type) + total(valid_utf8(name) is not name) "
  .. "+ total(valid_utf8(value) is not value) from temp.obj%d"
local INDEXES = { obj = { "size", "type", "name", "value", "mark", "repr" }, ref = { "child", "parent" } }

local function export_generation(self, num, suffix)
  for _, statements in ipairs { TABLES, ROWS } do
    for _, statement in ipairs(statements) do
      self.store:run(statement:format(suffix, num))
    end
  end
  local heap = self:heap_of(num)
  if not heap[0] then
    self.store:run(ROW_0[1]:format(suffix))
    self.store:run(ROW_0[2]:format(suffix, num), heap:roots())
  end
  for name, columns in pairs(INDEXES) do
    for _, column in ipairs(columns) do
      self.store:run(("create index exported.%s%d on %s%s (%s)"):format(column, num, name, suffix, column))
    end
  end
end

--- Keeps what a generation lacks, in a table of Dryad's own: without it, the tables would pass for all that there was.
local function export_defect(self, num)
  local report, why = self:heap_of(num).report, defects.of(self:heap_of(num))
  if why then
    self.store:run "create table if not exists exported.incomplete (gen int, reason text)"
    self.store:run("insert into exported.incomplete values (?, ?)", num, report.complete == false and report.incomplete
      or "its dump " .. why)
  end
end

local function export_all(self)
  local store = self.store
  store:run "create table exported.gen (num int, current int)"
  store:run "create table exported.env (name text, value text)"
  for num in ipairs(self.generations) do
    local is_current = num == self.current
    store:run("insert into exported.gen values (?, ?)", num, is_current)
    export_generation(self, num, is_current and "" or num)
    export_defect(self, num)
  end
  for name, text in pairs(self.names) do
    store:run("insert into exported.env values (valid_utf8(?), valid_utf8(?))", name, text)
  end
end

--- The files that an export reads: the workspace's own and the dumps of its generations.
local function inputs_of(self)
  local inputs = { self.store.path }
  for _, row in ipairs(self.generations) do
    inputs[#inputs + 1] = row.path
  end
  return inputs
end

--- Parses the words of `export`: the file, and whether to replace an existing one.
local function export_words(text)
  local name = type(text) == "string" and text:match "^(.*%S)%s+force%s*$"
  return file_words("export", name or text), name ~= nil
end

local function fill(self, path)
  self.store:run("attach ? as exported", path)
  local ok, message = pcall(function()
    self.store:run "pragma exported.journal_mode = memory" -- no journal can be made beside it
    self.store:transaction(export_all, self)
  end)
  self.store:run "detach exported"
  if not ok then
    error(message, 0)
  end
end

--- Writes all generations as plain tables into a new SQLite file, as memsee has them: row 0 refers to the roots and
-- to what is pinned.
-- @tparam string text the words `FILE [force]`; or with options the name alone. `force` replaces an existing file. %p,
-- %t and %h in the name stand for the process id, the time and the host.
-- @tparam[opt] table options `{force = true}`
-- @treturn string
-- @usage print(ws:export("tables.db"))
function public:export(text, options)
  local path, force
  if options then
    path, force = file_words("export", text), options.force
  else
    path, force = export_words(text)
  end
  local sink <close> = core.sink(path, {
    plain = true, force = force, force_name = ("export %s force"):format(path), inputs = inputs_of(self),
  })
  local file = sink:database()
  for num in ipairs(self.generations) do
    self:heap_of(num)
  end
  fill(self, file)
  local said = ("exported %s to %s"):format(units.quantity(#self.generations, "generation"),
    format.printable(sink:finish()))
  for num in ipairs(self.generations) do
    if self:heap_of(num)[0] then
      said = said .. ("; generation %d without memsee's row 0, since it has an object of that address"):format(num)
    end
    local count = math.tointeger(self.store:run(ESCAPED:format(num))[1][1])
    if count > 0 then
      said = said .. ("; lone surrogates of %s in generation %d are written as \\udc80"):format(
        units.quantity(count, "text"), num)
    end
  end
  return said
end

return { public = public, internal = {} }
