-- SPDX-License-Identifier: MIT
--- The stack of a thread or task: its frames, innermost first, each with its variables and what they keep.
-- @module dryad.browse.views.stack

local core = require "dryad.core"
local format = require "dryad.text.format"
local naming = require "dryad.analysis.naming"
local object_words = require "dryad.browse.object_words"
local registry = require "dryad.browse.registry"
local stacks_text = require "dryad.analysis.stacks_text"
local units = require "dryad.text.units"
local view = require "dryad.browse.view"

local M = {}

local MOST = 10000 -- rows

local Stack = view.class()

Stack.columns = {
  { "retained", "bytes", "retained" }, { "share", "percent", "of heap", weight = 0.55 },
  { "share", "bar", "", weight = 0.4 },
  { "name", "text", "frame or variable", weight = math.huge }, { "value", "object", "value", weight = 2 },
}

local function row_of_frame(heaps, frame, percent)
  return {
    retained = frame.retained, share = percent(frame.retained), name = naming.place(frame.object), style = "bold",
    object = frame.object, way = function() return frame.object.way end,
    open = registry.opener("object", heaps, frame.object),
  }
end

--- The row of a variable, which in the frames of several threads stands for an object in each.
local function row_of_variable(heaps, variable, percent)
  local o = variable.object
  local row = {
    retained = variable.retained, share = percent(variable.retained), name = "  " .. variable.name,
    way = function() return o.way end,
  }
  if variable.objects == 1 then
    row.value, row.object = object_words.detailed(o), o
    row.open = registry.opener("object", heaps, o)
    return row
  end
  row.value = ("%s %s"):format(units.count(variable.objects), format.short(variable.type))
  row.objects = core.list_of(view.heap_of(heaps), variable.all)
  row.open = registry.opener("list", heaps, row.objects, variable.name, "retained_size")
  return row
end

--- The rows, and how many frames are left out.
local function rows_of(heaps, stack)
  local rows, percent = {}, view.share_of(view.heap_of(heaps))
  for i, frame in ipairs(stack.frames) do
    if #rows >= MOST then
      return rows, #stack.frames - i + 1
    end
    rows[#rows + 1] = row_of_frame(heaps, frame, percent)
    for _, variable in ipairs(frame.locals) do
      rows[#rows + 1] = row_of_variable(heaps, variable, percent)
    end
  end
  return rows, 0
end

--- A view of a stack.
-- @tparam {heap,...} heaps
-- @tparam stack stack from @{dryad.analysis.stacks}
-- @treturn view
-- @usage local view = require("dryad.browse.views.stack").new({ heap }, heap:stacks()[1])
function M.new(heaps, stack)
  local rows, more = rows_of(heaps, stack)
  return setmetatable({
    heaps = heaps, title = stacks_text.who(stack), rows = rows, rest = view.more(more, "outer frames"), sorts = {},
    object = stack.objects[1], empty = "no frame: it does not run Python code",
    head = { ("retain%s %s; innermost frame first"):format(stack.count == 1 and "s" or "",
      units.bytes(stack.retained)) },
  }, Stack)
end

registry.add("stack", M.new)

return M
