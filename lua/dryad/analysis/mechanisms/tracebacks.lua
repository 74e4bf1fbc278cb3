-- SPDX-License-Identifier: MIT
--- Exceptions that are kept, and with them their tracebacks, the frames, and the local variables of these.
-- @module dryad.analysis.mechanisms.tracebacks

local kept = require "dryad.analysis.kept"
local naming = require "dryad.analysis.naming"
local words = require "dryad.analysis.mechanisms.words"

local MOST_FRAMES = 20 -- of an exception and those that it was raised from
local CHAINED = { [".__context__"] = "__context__", [".__cause__"] = "__cause__" }

--- The frame of a trail from a traceback on whose variable the trail goes on with.
local function last_frame(trail, i)
  while trail[i + 1] and (trail.types[i + 1] == "traceback" or trail.types[i + 1] == "frame") do
    i = i + 1
  end
  return trail.types[i] == "frame" and i or nil
end

local function on_way(trail, i)
  local at = last_frame(trail, i)
  if not at then
    return nil
  end
  local first = i
  while first > 1 and trail.types[first - 1] == "traceback" do
    first = first - 1
  end
  local is_raised = first > 1 and trail:label(first - 1) == ".__traceback__"
  local variable = trail[at + 1] and naming.variable(trail:label(at))
  return words.of_frame(trail[at], variable, trail[at + 1], {
    keeper = trail[is_raised and first - 1 or first], exception = is_raised and naming.class(trail[first - 1]) or nil,
    chain = is_raised and first > 2 and CHAINED[trail:label(first - 2)] or nil,
  })
end

--- The exception that an object is, that a future ended with, or that a log record tells of.
local function exception_of(o)
  if o.type_str:find "Future$" or naming.coroutine(o) then
    o = naming.field(o, "._exception")
  elseif o.type_str == "LogRecord" then
    local info = naming.field(o, ".exc_info")
    o = info and info.type_str == "tuple" and info[2]
  end
  return o and naming.field(o, ".__traceback__") and o or nil
end

--- Adds the frames of an exception's traceback, innermost first, to those of the exceptions that it came from.
local function frames_of(exception)
  local frames, owners = {}, {}
  while exception and #frames < MOST_FRAMES and not owners[exception.address] do
    owners[#owners + 1], owners[exception.address] = exception, true
    local traceback, at = naming.field(exception, ".__traceback__"), #frames + 1
    while traceback and #frames < MOST_FRAMES do
      owners[#owners + 1] = traceback
      local frame = naming.field(traceback, ".tb_frame")
      if frame then
        table.insert(frames, at, frame)
      end
      traceback = naming.field(traceback, ".tb_next")
    end
    exception = naming.field(exception, ".__cause__") or naming.field(exception, ".__context__")
    exception = exception and exception.type_str ~= "NoneType" and exception or nil
  end
  return frames, owners
end

local function of_member(o)
  local exception = exception_of(o)
  if not exception then
    return nil
  end
  local frames, owners = frames_of(exception)
  owners[#owners + 1] = o
  local found = kept.heaviest_local(frames, owners)
  return found and words.of_frame(found.holder, found.name, found.object, { keeper = exception, own = true })
end

local function text(found)
  local top = found.top
  local whose = top.own and (top.keeper == top.member and "their tracebacks' frames"
    or "the tracebacks of their exceptions")
    or not top.exception and "the frames of a traceback"
    or top.chain and ("the tracebacks of %s (`%s`)"):format(top.exception, top.chain)
    or "the tracebacks of " .. top.exception
  return whose .. (found.is_mixed and "" or words.variable(found))
end

--- A frame that is kept by itself.
local function of_frame(o)
  local found = o.type_str == "frame" and kept.heaviest_local({ o }, { o })
  return found and words.of_frame(o, found.name, found.object, { keeper = o, own = true })
end

local function text_of_frames(found)
  return "the frames themselves" .. words.variable(found)
end

return {
  { kind = "traceback", role = "link", types = { "traceback" }, is_mixable = true, on_way = on_way,
    of_member = of_member, text = text },
  { kind = "frame", role = "link", is_general = true, of_member = of_frame,
    text = text_of_frames },
}
