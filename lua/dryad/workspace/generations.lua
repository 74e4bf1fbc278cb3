-- SPDX-License-Identifier: MIT
--- Generations of a workspace: each dump read becomes the next one.
-- @module dryad.workspace.generations

local check = require "dryad.text.argument_errors"
local command_line = require "dryad.text.command_line"
local core = require "dryad.core"
local defects = require "dryad.heap.defects"
local format = require "dryad.text.format"
local loading = require "dryad.heap.load"
local memsee = require "dryad.workspace.memsee"
local query = require "dryad.sql.query"
local render = require "dryad.text.render"
local units = require "dryad.text.units"

local public, internal = {}, {}

-- ---- what there is --------------------------------------------------------------------------------

--- Reads the list of generations again.
-- @usage workspace:reload_generations()
function internal:reload_generations()
  local generations, current = self.store:generations()
  for num, row in pairs(self.generations or {}) do
    local now = generations[num]
    if not now or now.path ~= row.path or now.hash ~= row.hash then
      self:forget(num)
    end
  end
  self.generations = generations
  return current
end

--- Releases a generation's heap.
-- @tparam integer num
-- @usage workspace:forget(1)
function internal:forget(num)
  local loaded = self.loaded[num]
  self.loaded[num] = nil
  if loaded then
    self.store:put(tostring(num), nil)
    query.set_host(loaded.heap, nil)
    if self.current == num then
      self.store:put("", nil)
    end
  end
end

--- The row of a generation; raises an error if it does not exist.
-- @tparam integer num
-- @treturn table
-- @usage print(workspace:generation(1).path)
function internal:generation(num)
  return self.generations[num]
    or error(("there is no generation %s: there %s"):format(tostring(num), #self.generations == 0 and "is none yet"
      or #self.generations == 1 and "is only 1" or ("are 1 to %d"):format(#self.generations)), 0)
end

local function keep_heap(self, num, heap, edits)
  self.loaded[num] = { heap = heap, edits = edits }
  query.set_host(heap, self)
  self.store:put(tostring(num), heap)
  if num == self.current then
    self.store:put("", heap)
  end
end

-- ---- loading --------------------------------------------------------------------------------------

local function bytes(size)
  return units.quantity(size, "byte")
end

--- Raises an error unless the file of a generation is the one that was read.
local function check_file(num, row)
  if not row.path then
    error(("generation %d has neither a dump nor tables of its own; gen %d from FILE gives it one"):format(num, num), 0)
  elseif not row.hash then
    error(("generation %d came from %s, which cannot be read again; gen %d from FILE reads it from a file"):format(num,
      row.path == "-" and "standard input" or format.printable(row.path), num), 0)
  end
  local name = format.printable(row.path)
  local facts, message = core.file_facts(row.path)
  if not facts then
    error(("generation %d: %s; if the dump was moved, gen %d from FILE takes it from there"):format(num, message,
      num), 0)
  elseif facts.size ~= row.size or facts.hash ~= row.hash then
    local are_sizes = facts.size and math.type(row.size) == "integer"
    local how = are_sizes and facts.size ~= row.size and ("had %s, has %s"):format(bytes(row.size), bytes(facts.size))
      or "other contents"
    error(("generation %d: %s changed since it was read (%s); gen %d from '%s' reads it as it is now, read '%s' makes "
      .. "it a new generation"):format(num, name, how, num, name, name), 0)
  end
end

--- Adds the workspace's options for all of its dumps to options of `dryad.load`.
-- @tparam table options
-- @treturn table the same
-- @usage loading.read(path, workspace:loading { collapse = false })
function internal:loading(options)
  for _, name in ipairs { "threads", "spill", "max_text", "max_memory" } do
    if options[name] == nil then
      options[name] = self.options and self.options[name]
    end
  end
  return options
end

local function load_generation(self, num)
  local row = self:generation(num)
  local suffix = not row.path and memsee.suffix(self.store, num)
  if suffix then
    return memsee.load(self.store, num, suffix)
  end
  check_file(num, row)
  local python = (row.python == 2 or row.python == 3) and row.python or nil
  return (loading.read(row.path, self:loading { collapse = row.raw ~= 1, python = python }))
end

--- The heap of a generation, loaded if necessary.
-- @tparam integer num
-- @treturn heap
-- @usage print(#workspace:heap_of(1))
function internal:heap_of(num)
  local loaded = self.loaded[num]
  if not loaded or not loaded.heap:is_open() then
    self:forget(num)
    local heap = load_generation(self, num)
    local why = defects.of(heap)
    if why then
      self:warn(("generation %d %s"):format(num, why))
    end
    keep_heap(self, num, heap, self:make_again(num, heap, self.store:edits(num)))
    loaded = self.loaded[num]
  end
  return loaded.heap
end

--- The current heap; raises an error if there is none.
-- @treturn heap
-- @usage print(#workspace:need_heap())
function internal:need_heap()
  if self.current then
    return self:heap_of(self.current)
  elseif #self.generations > 0 then
    error("no generation is current; gen N selects one", 0)
  end
  error('no heap is loaded: read FILE, or heap = dryad.load("FILE")', 0)
end

--- Loads the generations whose tables a text of SQL names: `obj2`, `ref2` and so on.
-- @tparam string sql
-- @treturn boolean whether it names `obj` or `ref`, the tables of the current one
-- @usage workspace:need_numbered("select count(*) from obj2")
function internal:need_numbered(sql)
  local outside_strings, of_current = sql:gsub("'[^']*'", "''"), false
  for name, digits in outside_strings:gmatch "%f[%w_](%a+)(%d*)%f[^%w_]" do
    name = name:lower()
    if name == "obj" or name == "ref" or name == "unreferenced" then
      local num = math.tointeger(tonumber(digits))
      of_current = of_current or digits == ""
      if self.generations[num] then
        self:heap_of(num)
      end
    end
  end
  return of_current
end

--- Loads whatever a text of SQL names; raises an error if it names the current generation and there is none.
-- @tparam string sql
-- @usage workspace:need_tables("select count(*) from obj")
function internal:need_tables(sql)
  if self:need_numbered(sql) then
    self:need_heap()
  end
end

-- ---- reading --------------------------------------------------------------------------------------

local NANOSECONDS = 1000000000 -- in a second

--- The row that records where a heap came from and what it contains. `facts` are those of its file, from
-- `core.file_facts`; without a hash, the source cannot be read again.
local function row_of(heap, facts, raw)
  return {
    path = facts.hash and facts.path or heap.file, size = facts.size,
    mtime = facts.mtime and facts.mtime // NANOSECONDS, hash = facts.hash, raw = raw,
    python = heap.report.python, objects = #heap, refs = heap.num_refs, bytes = heap.total_size,
    read_at = os.date "!%Y-%m-%dT%H:%M:%SZ",
  }
end

--- Adds a heap as the next generation, which becomes the current one.
-- @tparam heap heap
-- @tparam table facts of its file, as `core.file_facts` gives them
-- @tparam integer raw 1: instances and their dicts are apart, 0: collapsed
-- @treturn integer its number
-- @usage workspace:add(heap, core.file_facts "app.dump", 0)
function internal:add(heap, facts, raw)
  local num = self.store:add_generation(row_of(heap, facts, raw))
  self:reload_generations()
  self.current = num
  keep_heap(self, num, heap, {})
  return num
end

--- Adds a heap that was loaded without the workspace as the next generation; a heap of the workspace becomes current.
-- @tparam heap heap
-- @treturn integer the number of its generation
-- @usage ws:adopt(dryad.load("app.dump"))
function public:adopt(heap)
  check.argument(rawequal(getmetatable(heap), core.heap.meta), "adopt", "heap", "a heap", heap)
  for num, loaded in pairs(self.loaded) do
    if loaded.heap == heap then
      self:switch(num)
      return num
    end
  end
  return self:add(heap, core.file_facts(heap.file) or {}, heap.report.collapsed == 0 and 1 or 0)
end

--- Parses the words of `read`: the file, and whether to read it raw.
local function read_words(text)
  local whole = command_line.unquoted(text)
  if core.file_facts(command_line.file_name(whole)) then
    return whole, false
  end
  local found = command_line.split(text)
  if #found == 0 or #found > 2 or found[2] and found[2] ~= "raw" then
    error("read takes a file, and `raw` to keep instances and their dicts apart: read app.dump, read app.dump raw", 0)
  end
  return found[1], found[2] == "raw"
end

local function tally(heap, seconds)
  return ("%s and %s totalling %s (%.1fs)"):format(units.quantity(#heap, "object"),
    units.quantity(heap.num_refs, "reference"), bytes(heap.total_size), seconds)
end

local function told_how(num, raw, report)
  local how = raw and "raw: instances and their dicts apart"
    or ("collapsed: %s folded into instances"):format(units.quantity(report.collapsed, "dict"))
  return ("generation %d, %s"):format(num, how)
end

--- Reads a dump, which becomes the next generation and the current one.
-- @tparam string|{string,...}|function source the words `FILE [raw]`; or with options any source of `dryad.load`
-- @tparam[opt] table options as for `dryad.load`, and `raw`
-- @treturn string what was read
-- @usage print(ws:read("app.dump.gz"))
function public:read(source, options)
  local raw = options and (options.raw or options.collapse == false) or false
  if type(source) == "string" and not options then
    source, raw = read_words(source)
  end
  local started = core.clock()
  local path = type(source) == "string" and command_line.file_name(source) or source
  local facts = type(path) == "string" and path ~= "-" and core.file_facts(path) or {}
  local load = options and loading.load or loading.read -- with options it prints the report of dryad.load
  options = options or {}
  local heap, problem = load(path, self:loading {
    threads = options.threads, collapse = not raw, strict = options.strict, python = options.python,
    progress = options.progress, spill = options.spill, max_text = options.max_text, max_memory = options.max_memory,
  })
  local num = self:add(heap, facts, raw and 1 or 0)
  local lines = { tally(heap, core.clock() - started), told_how(num, raw, heap.report) }
  lines[#lines + 1] = problem
  return table.concat(lines, "\n")
end

-- ---- switching ------------------------------------------------------------------------------------

--- Makes a generation the current one, in the file too.
-- @tparam integer|nil num nil: none
-- @usage workspace:switch(2)
function internal:switch(num)
  if self.current ~= num then
    self.store:set_current(num)
    self.current = num
    self.store:put("", num and self.loaded[num] and self.loaded[num].heap or nil)
  end
end

local COLUMNS = {
  { "num", "number", "gen" }, { "file" }, { "objects", "number" }, { "refs", "number" }, { "bytes", "number" },
  { "how" }, { "edits", "number" },
}

local function listing(self)
  local rows, counts = { columns = COLUMNS }, self.store:edit_counts()
  for num, row in ipairs(self.generations) do
    local heap = self.loaded[num] and self.loaded[num].heap
    heap = heap and heap:is_open() and heap
    rows[num] = {
      num = num, file = row.path or "memsee's tables", edits = counts[num] or 0,
      how = (row.raw == 1 or not row.path) and "raw" or "collapsed", objects = heap and #heap or row.objects,
      refs = heap and heap.num_refs or row.refs, bytes = heap and heap.total_size or row.bytes,
    }
  end
  return render.present {
    text = ("%s, current is %s"):format(units.quantity(#rows, "generation"), self.current or "-none-"),
    rows = #rows > 0 and rows or nil,
  }
end

--- Reads a generation from another file, or from its own as it is now.
local function take_from(self, num, file)
  local row = self:generation(num)
  local path = command_line.file_name(file)
  local heap, problem = loading.read(path, self:loading { collapse = row.raw ~= 1 and row.path ~= nil })
  self.store:update_generation(num, row_of(heap, core.file_facts(path) or {}, row.path and row.raw or 1))
  self:reload_generations()
  self:forget(num)
  keep_heap(self, num, heap, self:make_again(num, heap, self.store:edits(num)))
  return problem
end

--- Lists the generations, or makes another one current.
-- @tparam[opt] string|integer text a number, `none`, or `N from FILE`
-- @treturn string|table
-- @usage print(ws:gen()); ws:gen(1)
function public:gen(text)
  text = command_line.given("gen", text)
  if text == "" then
    return listing(self)
  elseif text == "none" then
    self:switch(nil)
    return ("Using no generation, of %d"):format(#self.generations)
  end
  local digits, file = text:match "^(%d+)%s+from%s+(.+)$"
  local num = math.tointeger(tonumber(digits or text))
  if not num then
    error(("gen takes a number, `none`, or a number and a file: gen 2, gen 2 from app.dump, not '%s'"):format(text), 0)
  end
  self:generation(num)
  local problem = file and take_from(self, num, command_line.unquoted(file))
  self:heap_of(num)
  self:switch(num)
  local said = ("Using generation %d of %d"):format(num, #self.generations)
  return problem and said .. "\n" .. problem or said
end

return { public = public, internal = internal }
