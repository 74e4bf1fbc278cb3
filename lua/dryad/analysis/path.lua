-- SPDX-License-Identifier: MIT
--- Paths: lists of objects that each refer to the next (or, reversed, that the next refers to).
-- @module dryad.analysis.path

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local format = require "dryad.text.format"
local object_arguments = require "dryad.heap.object_arguments"
local screen = require "dryad.text.screen"

local M = {}

local SHOWN = 40 -- steps printed of a long path: half of them from each end
local TOLD = 1000 -- steps told to other programs
local LONGEST = 240 -- columns printed of an expression

local methods, getters, meta = {}, {}, { __name = "dryad.path" }
core.path = { methods = methods, getters = getters, meta = meta }

-- By path: {list =, reversed =}.
local hidden_of = setmetatable({}, { __mode = "k" })

--- A path over the objects of a list.
-- @tparam list list
-- @tparam[opt] boolean reversed whether each object refers to the one before it
-- @treturn path
-- @usage print(require("dryad.analysis.path").new(heap:path(from, to).objects))
function M.new(list, reversed)
  local path = setmetatable({}, meta)
  hidden_of[path] = { list = list, reversed = reversed }
  return path
end

--- The objects on the path, as a list.
-- @function path.objects
-- @usage print(heap:path("module", heap("Thread")[1]).objects:summarize())
function getters.objects(path)
  return hidden_of[path].list
end

--- Lets a path stand for its objects in arguments.
meta.__objects = getters.objects

-- A path is a list: it delegates whatever it does not define to the list of its objects.
local of_list = setmetatable({}, {
  __index = function(known, name)
    local method = core.list.methods[name]
    local forward = method and function(path, ...)
      return method(hidden_of[check.self(path, "path", name)].list, ...)
    end
    known[name] = forward
    return forward
  end,
})

function meta.__index(path, key)
  local list = hidden_of[path].list
  if math.type(key) == "integer" or core.list.getters[key] then
    return list[key]
  elseif getters[key] then
    return getters[key](path)
  elseif methods[key] or type(key) ~= "string" then
    return methods[key]
  end
  return of_list[key] or check.unknown_field("path", key)
end

function meta.__len(path)
  return #hidden_of[path].list
end

--- The label of the edge between path[i] and path[i + 1].
-- @function path:label
-- @tparam integer i from 1
-- @treturn string
-- @usage print(heap:path("module", heap("Thread")[1]):label(1))
function methods.label(path, i)
  check.self(path, "path", "label")
  local hidden = hidden_of[path]
  check.argument(math.type(i) == "integer" and i >= 1 and i < #path, "label", "i", "the number of a step", i)
  local from, to = hidden.list[i], hidden.list[i + 1]
  if hidden.reversed then
    from, to = to, from
  end
  return core.label_between(from, to)
end

local function is_table_of_modules(o)
  return o.type_str == "dict" and core.root_reason(o) == "modules"
end

--- The start of a path in text: a module's name, `<thread 'billing-7'>`, `<task 'refund'>`, or its address.
-- @tparam object o
-- @treturn string
-- @usage path.start_text(heap("module")[1]) --> "threading"
function M.start_text(o)
  return core.way_text(core.list_of(core.heap_of(o), { o }))
end

--- A label in the form in which it follows an expression.
-- @tparam string label
-- @treturn string
-- @usage path.label_text "(class)" --> ".__class__"
function M.label_text(label)
  return label == "(class)" and ".__class__" or label
end

--- The path as a way that can be typed back: `shop.SESSIONS['sess-17'].cart[0]`.
-- @function path:expression
-- @treturn string
-- @usage print(heap:path("module", heap("Thread")[1]):expression())
function methods.expression(path)
  check.self(path, "path", "expression")
  local hidden = hidden_of[path]
  local list, steps = hidden.list, {}
  if hidden.reversed then
    for i = #list, 1, -1 do
      steps[#steps + 1] = list[i]
    end
    list = core.list_of(core.heap_of(list[1]), steps)
  elseif #list > 1 and list[2].type_str == "module" and is_table_of_modules(list[1]) then
    list = core.list_of(core.heap_of(list[1]), table.move(list:totable(), 2, #list, 1, {}))
  end
  return core.way_text(list)
end

--- A way or a label for printing: what is in the middle of a very long one is `...`.
-- @tparam string expression
-- @treturn string
-- @usage print(path.shortened(p:expression()))
function M.shortened(expression)
  if format.width(expression) <= LONGEST then
    return expression
  end
  return format.cut_middle(expression, LONGEST // 2, LONGEST // 3, " ... ")
end

--- The steps as lines of text, each a label and an object; the middle of a long path is left out.
-- @tparam path path
-- @tparam[opt] integer shown the most steps to show
-- @treturn {string,...}
-- @usage for _, line in ipairs(path.lines(p)) do print(line) end
function M.lines(path, shown)
  shown = shown or SHOWN
  local count, half = #path, shown // 2
  local is_cut = count > shown
  local labels, width = {}, 0
  local function each_shown(visit)
    for i = 2, is_cut and half or count do
      visit(i)
    end
    for i = is_cut and count - half + 1 or count + 1, count do
      visit(i)
    end
  end
  each_shown(function(i)
    labels[i] = M.shortened(format.printable(methods.label(path, i - 1)))
    width = math.max(width, math.min(format.width(labels[i]), 32))
  end)
  local lines, arrow = { tostring(path[1]) }, hidden_of[path].reversed and "<- " or ""
  each_shown(function(i)
    if is_cut and i == count - half + 1 then
      lines[#lines + 1] = ("  ... %d steps ..."):format(count - half * 2)
    end
    local space = (" "):rep(width - format.width(labels[i]))
    lines[#lines + 1] = "  " .. arrow .. screen.style("green", labels[i]) .. space .. "  " .. tostring(path[i])
  end)
  return lines
end

--- Of a long path, the steps at both ends.
function meta.__json_value(path)
  local steps, length = {}, #path
  local first = math.min(length, TOLD // 2)
  for k = 1, math.min(length, TOLD) do
    local i = k <= first and k or length - math.min(length, TOLD) + k
    steps[k] = setmetatable({ label = i > 1 and methods.label(path, i - 1) or nil, object = path[i] },
      { __json_value = function(step) return step, { "label", "object" } end })
  end
  return { expression = methods.expression(path), length = length, steps = steps }, { "expression", "length", "steps" }
end

function meta.__tostring(path)
  return table.concat(M.lines(path), "\n")
end

--- A shortest path from any of some objects to the nearest of others.
-- @function heap:path
-- @param from an object, an address, a list, a type name, an SQL condition, or an array of those
-- @param to likewise
-- @tparam[opt] table options `{reversed = true}` follows referrers instead of references; `excluding = objects` (named
--   like those) keeps paths away from these
-- @treturn path|nil nil if there is none
-- @usage print(heap:path("module", heap("Thread")[1]))
function core.heap.methods.path(heap, from, to, options)
  check.self(heap, "heap", "path")
  check.argument(options == nil or type(options) == "table", "path", "options", "a table, { reversed = true }", options)
  options = options or {}
  for name in pairs(options) do
    if name ~= "reversed" and name ~= "excluding" then
      check.fail("path: there is no option '%s': options are { reversed = true, excluding = objects }", tostring(name))
    end
  end
  local starts, ends = object_arguments.list(heap, "path", "from", from), object_arguments.list(heap, "path", "to", to)
  local reversed = options.reversed or false
  local excluded = object_arguments.excluded(heap, "path", options.excluding)
  local found = core.find_path(heap, starts, ends, reversed, excluded)
  return found and M.new(found, reversed)
end

return M
