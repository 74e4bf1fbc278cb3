-- SPDX-License-Identifier: MIT
--- Commands that walk from object to object: its facts, its referrers, what it keeps alive, its ancestors, and paths.
-- @module dryad.workspace.walks

local command_line = require "dryad.text.command_line"
local core = require "dryad.core"
local path = require "dryad.analysis.path"
local reports = require "dryad.workspace.report"
local units = require "dryad.text.units"

local public = {}

local LEVELS = 20 -- of kids, printed at a time

local function ask(self, sql, ...)
  return self:number((self:run_sql(sql, table.pack(...))))
end

--- What is known about an object; more columns if the dump has facts of the process.
-- @tparam string text an address, `#0.3`, `$name` or the like
-- @treturn result
-- @usage print(ws:info("140203053926864"))
function public:info(text)
  local condition = self:address_condition("info", text)
  return ask(self, ("select *, num_refs, num_parents%s from obj where %s"):format(
    self:need_heap().process and ", refcount, root, allocated, file, line" or "", condition))
end

--- The objects that refer to an object.
-- @tparam string text an address, `#0.3`, `$name` or the like
-- @treturn result
-- @usage print(ws:parents("140203053926864"))
function public:parents(text)
  local condition = self:address_condition("parents", text):gsub("^address", "child")
  return ask(self, "select * from obj where address in (select parent from ref where " .. condition .. ")")
end

local KIDS = "select *, (select count(*) from ref where child = obj.address) as refs from obj "
  .. "where address in list(?) order by address"

--- The objects of a level to continue from: those with a single referrer that were not visited before.
local function single(heap, rows, seen)
  local addresses = {}
  for i = 1, #rows do
    local row = rows[i]
    if row.refs == 1 and not seen[row.address] then
      seen[row.address] = true
      addresses[#addresses + 1] = row.address
    end
  end
  return core.list_of(heap, addresses)
end

--- An object, its children and, level by level, the children of those that nothing else refers to.
-- @tparam string text an address, `#0.3`, `$name` or the like
-- @treturn table of results, one per level
-- @usage print(ws:kids("140203053926864"))
function public:kids(text)
  local condition, heap = self:address_condition("kids", text), self:need_heap()
  self:need_tables(condition)
  local level = self.store.db:ids(heap, "select address from obj where " .. condition)
  local report, seen = reports.new(), {}
  report[1] = ask(self, "select * from obj where address in list(?)", level)
  report:add(report[1])
  for _, o in ipairs(level) do
    seen[o.address] = true
  end
  while #level > 0 do
    local rows = self:run_sql(KIDS, { level.c, n = 1 })
    if #rows == 0 then
      break
    elseif #report > LEVELS then
      report:add(("%d levels are shown; kids with an address of the last one continues"):format(LEVELS))
      break
    end
    report[#report + 1] = self:number(rows)
    report:add("")
    report:add(rows)
    level = single(heap, rows, seen)
  end
  return report
end

--- A result made from rows that no query returned: each an array of whole numbers and texts.
local function result_of(self, columns, rows)
  local selected = {}
  for i, column in ipairs(columns) do
    selected[i] = ("value ->> %d as \"%s\""):format(i - 1, column)
  end
  return ask(self, ("select %s from json_each(?)"):format(table.concat(selected, ", ")), core.json.encode(rows))
end

local STOP = "module"

--- The types of all ancestors of some objects, by distance.
-- @tparam string text a condition, and `stop TYPE,...` for the types at which it stops (default: modules)
-- @treturn table `result`, and `found`: how many new ancestors each step discovered
-- @usage print(ws:ancestor_types("type = 'Thread' stop module,frame"))
function public:ancestor_types(text)
  local condition, stop = command_line.given("ancestor_types", text):match "^(.-)%s+stop%s+([^'\"()]+)$"
  local stops = {}
  for name in (stop or STOP):gmatch "[^,]+" do
    stops[#stops + 1] = command_line.trim(name)
  end
  local start = self:where("ancestor_types", condition or text)
  local rows, found = core.ancestors(self:need_heap(), start, stops)
  local report = reports.new(self.tell)
  report.found = found
  for _, count in ipairs(found) do
    report:say(("Found %s"):format(units.quantity(count, "new ancestor")))
  end
  local plain = {}
  for i, row in ipairs(rows) do
    plain[i] = { row.generation, row.type, row.count }
  end
  report.result = result_of(self, { "gen", "type", "count(*)" }, plain)
  report:add(report.result)
  return report
end

local USAGE = [[path takes two conditions: path from "address = 1234" to "address in 0&" [reversed] [all] ]]

--- Parses `from "COND" to "COND" [reversed] [all]`.
local function path_words(text)
  local parts, rest = {}, text
  for _, word in ipairs { "from", "to" } do
    local quote, after = rest:match("^%s*" .. word .. "%s*([\"'])(.*)$")
    local close = quote and after:find(quote, 1, true)
    while close and quote == "'" and after:sub(close + 1, close + 1) == "'" do -- a quote within
      close = after:find(quote, close + 2, true)
    end
    if not close then
      error(command_line.trim(USAGE), 0)
    end
    local condition = after:sub(1, close - 1)
    parts[word] = quote == "'" and condition:gsub("''", "'") or condition
    rest = after:sub(close + 1)
  end
  for word in rest:gmatch "%S+" do
    if word ~= "reversed" and word ~= "all" then
      error(command_line.trim(USAGE), 0)
    end
    parts[word] = true
  end
  return parts
end

local STEPS = "select obj.*, step.value ->> 1 as label from json_each(?) step "
  .. "cross join obj on obj.address = step.value ->> 0 order by step.key"

--- A path as a result: its objects in order, each with the label of the reference that leads to it.
local function way_result(self, list, reversed)
  local way, rows = path.new(list, reversed), {}
  for i = 1, #list do
    rows[i] = { list[i].address, i > 1 and way:label(i - 1) or nil }
  end
  return ask(self, STEPS, core.json.encode(rows))
end

--- A shortest path from any of some objects to the nearest of others, or to each of them.
-- @tparam string text `from "CONDITION" to "CONDITION" [reversed] [all]`
-- @treturn table of results, one per path; `found`: how many objects each step discovered
-- @usage print(ws:path([[from "type = 'module'" to "type = 'Thread'"]]))
function public:path(text)
  local parts = path_words(command_line.given("path", text))
  local heap = self:need_heap()
  local from, to = self:where("path", parts.from), self:where("path", parts.to)
  local report = reports.new(self.tell)
  local ways, found
  if parts.all then
    ways, found = core.find_paths(heap, from, to, parts.reversed or false)
  else
    local way
    way, found = core.find_path(heap, from, to, parts.reversed or false)
    ways = { way or false }
  end
  report.found = found or {}
  for step = 2, #report.found do
    report:say(("Found %s at step %d"):format(units.quantity(report.found[step], "object"), step - 1))
  end
  for _, way in ipairs(ways) do
    if way then
      report[#report + 1] = way_result(self, way, parts.reversed)
      report:add(report[#report])
    end
  end
  local missing = #to - #report
  if #report == 0 then
    report:add(#from == 0 and "no object to start from: " .. parts.from
      or #to == 0 and "no object to end at: " .. parts.to or "there is no path")
  elseif parts.all and missing > 0 then
    report:add(("there is no path to %s"):format(units.quantity(missing, "object")))
  end
  return report
end

return { public = public, internal = {} }
