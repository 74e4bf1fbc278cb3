-- SPDX-License-Identifier: MIT
--- Threads and tasks in a report, with their stacks and what these hold.
-- @module dryad.report.threads

local bounded = require "dryad.report.bounded"
local naming = require "dryad.analysis.naming"
local object = require "dryad.report.object"
local stacks = require "dryad.analysis.stacks"
local stacks_text = require "dryad.analysis.stacks_text"

local M = {}

local MOST, BYTES = 100, 80000 -- of threads and of tasks: different stacks, and bytes of their JSON
local FRAMES = 30 -- of a stack, the innermost

local function locals_of(frame, is_shown)
  local found = bounded.array()
  for i, variable in ipairs(stacks_text.worth_showing(frame, is_shown)) do
    found[i] = {
      name = bounded.text(variable.name, bounded.NAME),
      text = bounded.text(stacks_text.value_text(variable), bounded.NAME),
      class = bounded.text(naming.class(variable.object), bounded.NAME), retained = variable.retained,
      address = variable.objects == 1 and object.address(variable.object) or nil,
    }
  end
  return found
end

local function stack_of(stack)
  local frames, is_shown = bounded.array(), {}
  for i, frame in ipairs(stack.frames) do
    if i > FRAMES then
      break
    end
    frames[i] = {
      file = bounded.text(frame.file, bounded.WAY), line = frame.line,
      ["function"] = bounded.text(naming.name(frame.object) or "?", bounded.NAME), locals = locals_of(frame, is_shown),
    }
  end
  return {
    title = bounded.text(stacks_text.who(stack), bounded.SENTENCE), count = stack.count, holds = stack.retained,
    frames = frames, outer = #stack.frames > FRAMES and #stack.frames - FRAMES or nil,
  }
end

--- The section.
-- @tparam heap heap
-- @treturn table|nil `{threads =, tasks =, more = {threads =, tasks = different stacks left out}}`; nil if there are
--   none
-- @treturn string|nil why there are none
-- @usage threads.of(heap)
function M.of(heap)
  local by_kind, all = { thread = {}, task = {} }, stacks.of(heap)
  if #all == 0 then
    return nil, stacks_text.nothing(heap)
  end
  for _, stack in ipairs(all) do
    table.insert(by_kind[stack.kind], stack)
  end
  local function shown(found)
    return bounded.list(#found, MOST, BYTES, function(i) return stack_of(found[i]) end)
  end
  local section = { more = {} }
  section.threads, section.more.threads = shown(by_kind.thread)
  section.tasks, section.more.tasks = shown(by_kind.task)
  return section
end

return M
