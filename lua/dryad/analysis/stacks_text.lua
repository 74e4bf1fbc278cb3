-- SPDX-License-Identifier: MIT
--- Stacks of threads and tasks in words.
-- @module dryad.analysis.stacks_text

local columns = require "dryad.text.columns"
local fold = require "dryad.text.fold"
local format = require "dryad.text.format"
local naming = require "dryad.analysis.naming"
local screen = require "dryad.text.screen"
local share_bar = require "dryad.text.share_bar"
local units = require "dryad.text.units"

local M = {}

local LOCALS = 3 -- printed of a frame, those that keep most
local LEAST = 1024 -- bytes that a local variable keeps to be printed
local FRAMES = 20 -- printed of a stack, the innermost
local NAMES = 4 -- printed of threads with the same stack

local function quoted(names)
  local shown = {}
  for i = 1, math.min(NAMES, #names) do
    shown[i] = ("'%s'"):format(format.short(names[i]))
  end
  return table.concat(shown, ", ") .. (#names > NAMES and ", ..." or "")
end

--- The thread or task of a stack, or how many have the same.
-- @tparam stack stack
-- @treturn string such as `<thread 'main'>`
-- @usage print(stacks_text.who(heap:stacks()[1]))
function M.who(stack)
  local names = quoted(stack.names)
  return stack.count == 1 and ("<%s %s>"):format(stack.kind, names ~= "" and names or "without a name")
    or ("%s %ss with the same stack%s"):format(units.count(stack.count), stack.kind,
      names ~= "" and ": " .. names or "")
end

local function head_of(stack, style)
  return ("%s, retain%s %s"):format(style("bold", M.who(stack)), stack.count == 1 and "s" or "",
    units.bytes(stack.retained))
end

--- The variables of a frame that are worth a line: those that keep most, and were not shown for an inner frame.
-- @tparam table frame
-- @tparam table is_shown the addresses of those shown, as keys; changed in place
-- @treturn {variable,...}
-- @usage print(#stacks_text.worth_showing(heap:stacks()[1].frames[1], {}))
function M.worth_showing(frame, is_shown)
  local found = {}
  for _, variable in ipairs(frame.locals) do
    local address = variable.object.address
    if #found < LOCALS and variable.retained >= LEAST and not is_shown[address] then
      found[#found + 1], is_shown[address] = variable, true
    end
  end
  return found
end

--- What a variable stands for: an object, or how many in the frames of several threads.
-- @tparam table variable
-- @treturn string
-- @usage print(stacks_text.value_text(heap:stacks()[1].frames[1].locals[1]))
function M.value_text(variable)
  return variable.objects == 1 and tostring(variable.object)
    or ("%s %s"):format(units.count(variable.objects), format.short(variable.type))
end

local function add_variables(lines, variables, with_object)
  local names, width = {}, 0
  for i, variable in ipairs(variables) do
    names[i] = format.cut(format.printable(variable.name), columns.WIDEST)
    width = math.max(width, format.width(names[i]))
  end
  for i, variable in ipairs(variables) do
    lines[#lines + 1] = with_object(("       %s  %9s  "):format(columns.pad(names[i], width),
      units.bytes(variable.retained)), M.value_text(variable))
  end
end

--- Appends the lines of a stack; `look` says how, as below.
local function add_stack(lines, stack, look, share)
  local is_shown, drawn = {}, look.bar(share)
  lines[#lines + 1] = head_of(stack, look.style)
  lines[#lines + 1] = drawn and ("   %s %s of the heap"):format(drawn, units.percent(share))
  for i, frame in ipairs(stack.frames) do
    if i > FRAMES then
      lines[#lines + 1] = ("   ... and %d outer frames"):format(#stack.frames - FRAMES)
      break
    end
    lines[#lines + 1] = "   " .. naming.place(frame.object)
    add_variables(lines, M.worth_showing(frame, is_shown), look.with_object)
  end
  if #stack.frames == 0 then
    lines[#lines + 1] = "   no frame: it does not run Python code"
  end
end

local ON_TERMINAL = { style = screen.style, bar = share_bar, with_object = fold.with_object }

local IN_TEXT = {
  style = function(_, text) return text end,
  bar = function() end,
  with_object = function(line, object) return line .. object end,
}

--- One stack, as a part of another report.
-- @tparam stack stack
-- @treturn string
-- @usage print(stacks_text.stack(heap:stacks()[1]))
function M.stack(stack)
  local lines = {}
  add_stack(lines, stack, IN_TEXT)
  return table.concat(lines, "\n")
end

--- Why there are no stacks.
-- @tparam heap heap
-- @treturn string
-- @usage print(stacks_text.nothing(heap))
function M.nothing(heap)
  return heap.process and "no threads or tasks"
    or "The dump does not tell of threads: Dryad's own scanner does (dryad dump PID)."
end

--- All stacks.
-- @tparam {stack,...} stacks
-- @treturn string
-- @usage print(stacks_text.all(heap:stacks()))
function M.all(stacks)
  if #stacks == 0 then
    return M.nothing(stacks.heap)
  end
  local lines = { ("%s, %s; innermost frame first, with the variables that keep most"):format(
    units.quantity(stacks.threads, "thread"), units.quantity(stacks.tasks, "task")) }
  for _, stack in ipairs(stacks) do
    lines[#lines + 1] = ""
    add_stack(lines, stack, ON_TERMINAL, stack.retained / math.max(1, stacks.heap.total_size))
  end
  return table.concat(lines, "\n")
end

return M
