-- SPDX-License-Identifier: MIT
--- Suspects told by what the program knows them as: frames by the exceptions whose tracebacks keep them, and objects
-- that the program did not define without those that the interpreter and packages have of their own.
-- @module dryad.analysis.suspects_retold

local by_class = require "dryad.analysis.suspects_by_class"
local core = require "dryad.core"
local words = require "dryad.analysis.suspects_text"

local M = {}

local HALF, MOSTLY = 0.5, 0.8
local DEEPEST = 1000 -- calls between the frame that raised and the one that caught
local WAITING = 16 << 10 -- bytes: a thread that merely waits keeps its frames, which are less
local LEAKED = 500 -- threads: so many are worth a word even if they merely wait

--- Whether a suspect is threads, or frames of threads, that merely wait.
local function waits(suspect)
  local threads = suspect.type == "<thread>" and suspect.objects
    or suspect.type == "frame" and suspect.objects and suspect.heads.p:of "<thread>" or {}
  return #threads > 1 and #threads < LEAKED and suspect.retained <= WAITING * #threads
end

--- The tracebacks that keep some frames, and the outermost of each of those.
local function tracebacks_of(heap, frames)
  local all, level = core.list_of(heap, {}), frames.p:of "traceback"
  for _ = 1, DEEPEST do
    all = all + level
    level = level.p:of "traceback" - all
    if #level == 0 then
      break
    end
  end
  return all, all - all.c
end

--- Tells frames by exceptions that do not keep them alone, because a tuple of sys.exc_info() does so, too.
local function tell_exceptions(heap, suspect)
  local all, outermost = tracebacks_of(heap, suspect.heads)
  for _, row in ipairs(core.summary_by_class(all.p)) do
    local example = row.class and row.count >= by_class.MANY and row.count >= HALF * #suspect.heads
      and heap[row.max_address]
    local traceback = example and (example.c & outermost)[1]
    if traceback and core.label_between(example, traceback) == ".__traceback__" then
      local exceptions = all.p & core.list_of_class(heap, row.class)
      suspect.type, suspect.class, suspect.origin, suspect.defined = row.type_str, row.class, row.origin, nil
      suspect.heads, suspect.objects = exceptions, exceptions
      suspect.freed, suspect.retained = core.retained(heap, exceptions + outermost)
      suspect.keeps_with_others = true
      return
    end
  end
end

--- Leaves out the members that lie outside of the one object that holds nearly all in bytes, unless they are a suspect
-- themselves.
local function leave_out_others(kinds, heap, suspect, least)
  local heads = suspect.heads
  local holder = core.holders(heads, by_class.MANY, 1)[1]
  if not holder or holder.objects ~= 1 or holder.held == #heads then
    return
  end
  local held = heads & holder.object.c
  local freed, retained = core.retained(heap, held)
  local _, left_out = core.retained(heap, heads - held)
  if retained >= MOSTLY * suspect.retained and left_out < least then
    suspect.heads, suspect.objects = held, core.members(kinds, held, suspect.kind, false)
    suspect.freed, suspect.retained = freed, retained
  end
end

--- Tells a suspect by what the program knows it as.
-- @tparam userdata kinds from core.kinds
-- @tparam heap heap
-- @tparam suspect suspect as from @{dryad.analysis.suspects_by_class.find}; it is changed
-- @tparam integer least bytes that a suspect retains
-- @treturn boolean whether it is a suspect
-- @usage print(retold.tell(core.kinds(heap), heap, { type = "frame", retained = 10 }, 1000000))
function M.tell(kinds, heap, suspect, least)
  suspect.count = suspect.objects and #suspect.objects or 1
  if waits(suspect) then
    return false
  elseif suspect.objects and suspect.type == "frame" then
    tell_exceptions(heap, suspect)
  elseif suspect.objects and not words.shape(suspect) and by_class.rank(suspect) > by_class.PROGRAM then
    leave_out_others(kinds, heap, suspect, least)
  end
  suspect.count = suspect.objects and #suspect.objects or 1
  return suspect.retained >= least
end

return M
