-- SPDX-License-Identifier: MIT
--- Queries and edits of a workspace in SQL.
-- @module dryad.workspace.queries

local check = require "dryad.text.argument_errors"
local command_line = require "dryad.text.command_line"
local core = require "dryad.core"
local object_arguments = require "dryad.heap.object_arguments"
local query = require "dryad.sql.query"
local render = require "dryad.text.render"
local result = require "dryad.sql.result"
local screen = require "dryad.text.screen"
local units = require "dryad.text.units"

local public, internal = {}, {}

-- ---- running --------------------------------------------------------------------------------------

--- Runs a statement that is already expanded.
-- @tparam string sql
-- @tparam[opt] table parameters
-- @tparam[opt] boolean trusted
-- @treturn result
-- @treturn table what it changed
-- @usage local rows = workspace:run_sql("select count(*) from obj")
function internal:run_sql(sql, parameters, trusted)
  self:need_tables(sql)
  local started = core.clock()
  local rows, changes = self.store.db:run(sql, parameters, trusted)
  self.seconds = core.clock() - started
  return rows, changes
end

--- Assigns a result the next number, from 0, by which commands refer to it.
-- @tparam result rows
-- @treturn result the same
-- @usage workspace:number(workspace:run_sql("select * from obj"))
function internal:number(rows)
  local label = self.result_count
  self.results[label], self.result_count = rows, label + 1
  result.of(rows, self.current and self.loaded[self.current] and self.loaded[self.current].heap)
  return result.show_as(rows, function()
    local names = {}
    for name, text in pairs(self.names) do
      local address = math.tointeger(tonumber(text))
      if address then
        names[address] = name
      end
    end
    return { label = label, names = names, widths = self.widths }
  end)
end

local function ask(self, word, text, ...)
  check.argument(type(text) == "string", word, "query", "a text", text)
  return self:number((self:run_sql(self:expand(command_line.statement(word, text)), query.parameters(...))))
end

--- Runs a query.
-- @tparam string text with `select` or without
-- @param ... parameters, in order or by name in one table
-- @treturn result
-- @usage print(ws:select("type, count(*) from obj group by type"))
function public:select(text, ...)
  return ask(self, "select", text, ...)
end

--- Runs a query that begins with `with`.
-- @tparam string text with `with` or without
-- @param ... parameters
-- @treturn result
-- @usage print(ws:with("big as (select * from obj where size > 1000) select count(*) from big"))
function public:with(text, ...)
  return ask(self, "with", text, ...)
end

--- Shows how SQLite would run a query.
-- @tparam string text with `explain` or without, such as `query plan select ...`
-- @param ... parameters
-- @treturn result
-- @usage print(ws:explain("query plan select * from obj where address = 1"))
function public:explain(text, ...)
  return ask(self, "explain", text, ...)
end

-- ---- changing -------------------------------------------------------------------------------------

local function change(self, word, done, text, ...)
  check.argument(type(text) == "string", word, "statement", "a text", text)
  local rows, changes = self:run_sql(self:expand(command_line.statement(word, text)), query.parameters(...))
  if #changes == 0 then
    self:reload() -- it may have changed the tables of the workspace itself
  end
  if #rows.columns > 0 then
    return self:number(rows)
  end
  return ("%s %s"):format(units.quantity(changes.rows or 0, "row"), done)
end

--- Adds objects or references.
-- @tparam string text with `insert` or without
-- @param ... parameters
-- @treturn string how many rows
-- @usage print(ws:insert("into ref (parent, child) values (1, 2)"))
function public:insert(text, ...)
  return change(self, "insert", "inserted", text, ...)
end

--- Removes objects or references.
-- @tparam string text with `delete` or without
-- @param ... parameters
-- @treturn string how many rows
-- @usage print(ws:delete("from ref where parent = 1 and child = 2"))
function public:delete(text, ...)
  return change(self, "delete", "deleted", text, ...)
end

--- Changes marks.
-- @tparam string text with `update` or without
-- @param ... parameters
-- @treturn string how many rows
-- @usage print(ws:update("obj set mark = 1 where type = 'dict'"))
function public:update(text, ...)
  return change(self, "update", "updated", text, ...)
end

--- Runs any single statement on the database of the workspace, if the guard permits it.
-- @tparam string text
-- @param ... parameters
-- @treturn result|string
-- @usage print(ws:shell("select * from gen"))
function public:shell(text, ...)
  check.argument(type(text) == "string", "shell", "statement", "a text", text)
  local rows, changes = self:run_sql(self:expand(text), query.parameters(...))
  self:reload()
  if #rows.columns > 0 then
    return self:number(rows)
  end
  return changes.rows and units.quantity(changes.rows, "row") .. " changed" or nil
end

-- ---- conditions -----------------------------------------------------------------------------------

--- The condition on `address` for an expanded text that is an address, or a query or list in parentheses; else nil.
local function about_address(text)
  text = command_line.trim(text)
  if text:find "^%-?%d+$" or text:find "^0[xX]%x+$" then
    return "address = " .. text
  elseif text:match "^%b()$" and (text:lower():find "^%(%s*select%f[^%w_]" or text:find "^%([%d%s,-]*%)$") then
    return "address in " .. text
  end
end

--- The condition on `address` for an address, a `#0.3`, a `$name` or `1234&`.
-- @tparam string method for messages
-- @tparam string|integer|object text
-- @treturn string SQL
-- @usage workspace:address_condition("info", "#0.3")
function internal:address_condition(method, text)
  if rawequal(getmetatable(text), core.object.meta) then
    text = text.address
  end
  check.argument(type(text) == "string" or math.type(text) == "integer", method, "address", "an address", text)
  text = command_line.unquoted(tostring(text))
  local at = object_arguments.at_way(self:need_heap(), text)
  local condition = about_address(at and tostring(at.address) or self:expand(text))
  return condition or error(("%s takes an address: %s 140203053926864, %s #0.3, %s $name, %s #0.3&"):format(method,
    method, method, method, method), 0)
end

--- The objects that satisfy a condition; an address alone stands for its object.
-- @tparam string method for messages
-- @tparam string text
-- @treturn list
-- @usage workspace:where("pin", "type = 'dict'")
function internal:where(method, text)
  check.argument(type(text) == "string", method, "condition", "a text", text)
  text = command_line.unquoted(text)
  if text == "" then
    error(("%s takes a condition: %s type = 'dict' and len > 1000"):format(method, method), 0)
  end
  local heap = self:need_heap()
  local at = object_arguments.at_way(heap, text)
  local expanded = at and tostring(at.address) or self:expand(text)
  local condition = about_address(expanded) or expanded
  self:need_tables(condition)
  return self.store.db:ids(heap, "select address from obj where " .. condition .. "\n")
end

--- Keeps `gc` from dropping objects.
-- @tparam string condition
-- @treturn string how many
-- @usage print(ws:pin("type = 'Thread'"))
function public:pin(condition)
  local found = self:where("pin", condition)
  return units.quantity(core.pin(self:need_heap(), found), "row") .. " pinned"
end

-- ---- how it shows ---------------------------------------------------------------------------------

--- Sets whether the prompt shows the time of each query.
-- @tparam[opt] string text `on` or `off`; without it, returns the setting
-- @treturn string
-- @usage ws:timer("on")
function public:timer(text)
  text = command_line.given("timer", text)
  if text ~= "" and text ~= "on" and text ~= "off" then
    error(("timer is on or off, not '%s'"):format(text), 0)
  end
  if text ~= "" then
    self.is_timed = text == "on"
  end
  return "timer " .. (self.is_timed and "on" or "off")
end

--- Sets the widths of columns, or lists those that are set.
-- @tparam[opt] string text `COLUMN N ...`; 0, the default, is as wide as needed
-- @treturn table|nil
-- @usage ws:width("value 20 name 10")
function public:width(text)
  local found = command_line.split(command_line.given("width", text))
  if #found == 0 then
    local rows = { columns = { { "column" }, { "width", "number" } }, empty = "no widths are set" }
    for column, width in pairs(self.widths) do
      rows[#rows + 1] = { column = column, width = width }
    end
    table.sort(rows, function(a, b)
      return a.column < b.column
    end)
    return render.present(rows)
  end
  local _, columns = screen.size()
  for i = 1, #found, 2 do
    local width = math.tointeger(tonumber(found[i + 1]))
    if not width or width < 0 or width > math.max(columns or 0, 1000) then
      error(("width takes columns and numbers: width value 20, not '%s'"):format(tostring(found[i + 1] or found[i])), 0)
    end
  end
  for i = 1, #found, 2 do
    local width = math.tointeger(tonumber(found[i + 1]))
    self.widths[found[i]] = width > 0 and width or nil
  end
end

return { public = public, internal = internal }
