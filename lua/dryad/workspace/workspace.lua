-- SPDX-License-Identifier: MIT
--- Workspaces: generations of dumps, names, results and edits, kept in a SQLite file or in memory.
--
-- The other files of dryad/workspace implement a workspace, one concept each. They return methods of the table behind
-- it: `internal` ones, and `public` ones, which users have too. This file joins them. Every public method first applies
-- what another process wrote, and at its end saves what was changed, also from Lua.
-- @module dryad.workspace.workspace
-- @usage
-- local ws <close> = dryad.workspace "my.db"
-- ws:read "app.dump.gz"
-- print(ws:select "type, count(*) from obj group by type")

local check = require "dryad.text.argument_errors"
local command_line = require "dryad.text.command_line"
local core = require "dryad.core"
local format = require "dryad.text.format"
local stores = require "dryad.workspace.store"
local units = require "dryad.text.units"

local M = {}

local methods, getters, meta = {}, {}, { __name = "dryad.workspace" }
core.workspace = { methods = methods, getters = getters, meta = meta }

local Workspace = {}
Workspace.__index = Workspace

-- By workspace: the table behind it.
local hidden_of = setmetatable({}, { __mode = "k" })

-- ---- the database ---------------------------------------------------------------------------------

--- Switches to another database, with fresh state.
function Workspace:attach(store)
  if self.store then
    self:keep()
  end
  self:leave()
  self.store, self.loaded, self.generations = store, {}, {}
  self.results, self.result_count, self.copies = {}, 0, {} -- copies: backups of a workspace in memory
  self:come_back(self:reload())
end

--- Switches to another database with the same contents.
function Workspace:move(store)
  self.store:close()
  self.store = store
  for num, loaded in pairs(self.loaded) do
    store:put(tostring(num), loaded.heap)
    if num == self.current then
      store:put("", loaded.heap)
    end
  end
end

--- Releases the database; heaps stay open for whoever holds them.
function Workspace:leave()
  if self.store then
    for num in pairs(self.loaded) do
      self:forget(num)
    end
    self.store:close()
    self.store, self.current = nil, nil
  end
end

--- Makes the generation current that is current in the file.
function Workspace:come_back(current)
  self.current = current
  local loaded = current and self.loaded[current]
  self.store:put("", loaded and loaded.heap or nil)
end

-- ---- what the SQL of its heaps asks (dryad.query) -------------------------------------------------

--- The database in which a heap is `obj` and `ref`; a heap that is not the current generation has one of its own.
function Workspace:database(heap)
  for num, loaded in pairs(self.loaded) do
    if loaded.heap == heap and num ~= self.current then
      if not loaded.db then
        loaded.db = core.database()
        loaded.db:put("", heap)
      end
      return loaded.db
    end
  end
  return self.store.db
end

function Workspace:prepare(text)
  self:refresh()
  self:need_numbered(text)
end

-- ---- warnings -------------------------------------------------------------------------------------

--- Reports a problem that does not stop the work: with `warn`, which is silent in a stock Lua until it is turned on.
function Workspace:warn(text)
  if self.warnings then
    table.insert(self.warnings, text)
  else
    warn(format.printable_lines(text))
  end
end

--- Collects the warnings of a function instead of printing them.
function Workspace:collect_warnings(f)
  local warnings = {}
  self.warnings = warnings
  local ok, message = pcall(f)
  self.warnings = nil
  if not ok then
    error(message, 0)
  end
  return warnings
end

-- ---- the public side ------------------------------------------------------------------------------

local function self_of(ws, method)
  if not hidden_of[ws] then
    check.wrong_self("workspace", method)
  end
  local self = hidden_of[ws]
  if not self.store then
    check.fail("%s: the workspace is closed", method)
  end
  return self
end

--- Wraps a method with what comes before and after it.
local function public(name, run)
  return function(ws, ...)
    local self = self_of(ws, name)
    self:refresh()
    local results = table.pack(pcall(run, self, ...))
    local kept, message = pcall(self.keep, self)
    if not results[1] or not kept then
      error(results[1] and message or results[2], 0)
    end
    return table.unpack(results, 2, results.n)
  end
end

for _, part in ipairs { "generations", "edits", "names", "queries", "walks", "collection", "files", "analyses" } do
  local declared = require("dryad.workspace." .. part)
  for name, method in pairs(declared.internal) do
    Workspace[name] = method
  end
  for name, method in pairs(declared.public) do
    Workspace[name], methods[name] = method, public(name, method)
  end
end

--- Saves the changes made to its heaps; every method also does so when it returns.
-- @function ws:keep
-- @usage ws:keep()
methods.keep = public("keep", function(self)
  self:keep(true)
end)

--- Explains a name, as `help` at the prompt does. The texts belong to the program, which replaces this method.
-- @function ws:help
-- @tparam[opt] string name
-- @treturn string
-- @usage print(ws:help("gc"))
function methods.help(ws)
  self_of(ws, "help")
  check.fail("help needs the program: run `dryad help NAME`")
end

--- Saves the changes and closes the database, even if it cannot be written. Heaps stay open for whoever holds them.
-- @function ws:close
-- @usage ws:close()
function methods.close(ws)
  local self = hidden_of[ws] or check.wrong_self("workspace", "close")
  if self.store then
    local kept, message = pcall(self.keep, self, true)
    self:leave()
    if not kept then
      error(message, 0)
    end
  end
end

--- Whether the workspace is open.
-- @function ws:is_open
-- @treturn boolean
-- @usage print(ws:is_open())
function methods.is_open(ws)
  local self = hidden_of[ws] or check.wrong_self("workspace", "is_open")
  return self.store ~= nil
end

--- The heap of the current generation, loaded if necessary; nil if there is none.
-- @function ws.heap
-- @usage print(#ws.heap)
function getters.heap(self)
  return self.current and self:heap_of(self.current) or nil
end

--- The heaps of all generations by number, each loaded when it is first used.
-- @function ws.heaps
-- @usage print(#ws.heaps, ws.heaps[1])
function getters.heaps(self)
  self.heaps = self.heaps or setmetatable({}, {
    __name = "dryad.heaps",
    __index = function(_, num)
      return self.generations[num] and self:heap_of(num)
    end,
    __len = function()
      return #self.generations
    end,
    __newindex = function()
      error("ws:adopt(heap) or ws:read(file) adds a generation", 2)
    end,
  })
  return self.heaps
end

--- The results so far: `ws.results[0]` is the one that commands call `#0`.
-- @function ws.results
-- @usage print(ws.results[0])
function getters.results(self)
  return self.results
end

--- The text of each name; can be set.
-- @function ws.names
-- @usage ws.names.big = "size > 1e6"
function getters.names(self)
  return setmetatable({}, {
    __name = "dryad.names",
    __index = function(_, name)
      return self.names[name]
    end,
    __newindex = function(_, name, text)
      self:set_name(name, text)
    end,
    __pairs = function()
      return next, self.names
    end,
  })
end

--- The number of the current generation, or nil.
-- @function ws.generation
-- @usage print(ws.generation)
function getters.generation(self)
  return self.current
end

--- The file of the workspace; nil in memory.
-- @function ws.file
-- @usage print(ws.file)
function getters.file(self)
  return self.store.path
end

function meta.__index(ws, key)
  local self, method = hidden_of[ws], methods[key]
  if method then
    return method
  elseif getters[key] then
    if not self.store then
      check.fail("the workspace is closed")
    end
    return getters[key](self)
  end
  check.unknown_field("workspace", key)
end

function meta.__newindex()
  error("the fields of a workspace cannot be set; names can: ws.names.big = 'size > 1e6'", 2)
end

function meta.__tostring(ws)
  local self = hidden_of[ws]
  if not self.store then
    return "workspace (closed)"
  end
  return ("workspace %s: %s"):format(self.store.path and format.printable(self.store.path) or "in memory",
    units.quantity(#self.generations, "generation"))
end

meta.__close = methods.close

--- Whether a value is a workspace.
-- @param value
-- @treturn boolean
-- @usage workspace.is(ws) --> true
function M.is(value)
  return rawequal(getmetatable(value), meta)
end

--- The heap of the current generation if it is loaded.
-- @tparam workspace ws
-- @treturn heap|nil
-- @usage local heap = workspace.peek(ws)
function M.peek(ws)
  local self = hidden_of[ws]
  local loaded = self.current and self.loaded[self.current]
  return loaded and loaded.heap or nil
end

--- Passes the lines of long commands to a callback as they arrive.
-- @tparam workspace ws
-- @tparam function|nil tell
-- @usage workspace.listen(ws, print)
function M.listen(ws, tell)
  hidden_of[ws].tell = tell
end

--- Saves what was changed, as every method does at its end.
-- @tparam workspace ws
-- @usage workspace.settle(ws)
function M.settle(ws)
  local self = hidden_of[ws]
  if self.store then
    self:refresh()
    self:keep()
  end
end

--- The seconds that the last query took if the timer is on; only once for each query.
-- @tparam workspace ws
-- @treturn number|nil
-- @usage local seconds = workspace.time(ws)
function M.time(ws)
  local self = hidden_of[ws]
  local seconds = self.seconds
  self.seconds = nil
  return self.is_timed and seconds or nil
end

--- Whether a file is a database rather than a dump.
-- @tparam string path
-- @treturn boolean
-- @usage if workspace.is_database(path) then ws:open(path) end
function M.is_database(path)
  local facts = path ~= "-" and core.file_facts(path)
  return facts and facts.is_database or false
end

--- Opens a workspace, or makes a new one.
-- @tparam[opt] string path a file; without it the workspace is in memory
-- @tparam[opt] table options `unguarded = true` allows statements everything that SQLite can do, outside of the
-- workspace too; `threads`, `spill`, `max_text` and `max_memory` apply to each of its dumps as in `dryad.load`
-- @treturn workspace
-- @usage local ws <close> = dryad.workspace("my.db")
function M.new(path, options)
  check.argument(path == nil or type(path) == "string", "workspace", "path", "the name of a file", path)
  check.argument(options == nil or type(options) == "table", "workspace", "options", "a table, { unguarded = true }",
    options)
  path = path and command_line.file_name(path)
  local self = setmetatable({ options = options, widths = {} }, Workspace)
  local make = path and stores.is_there(path) and stores.open or stores.create
  self:attach(make(path, options))
  local ws = setmetatable({}, meta)
  hidden_of[ws] = self
  return ws
end

return M
