-- SPDX-License-Identifier: MIT
--- Views of buffers: a small slice keeps the whole buffer.
-- @module dryad.analysis.mechanisms.buffers

local naming = require "dryad.analysis.naming"
local words = require "dryad.analysis.mechanisms.words"

local function view_on_way(trail, i)
  local o = trail[i + 2]
  local is_buffer = o and trail.types[i + 1] == "managedbuffer"
  return is_buffer and { keeper = trail[i], kept = o, key = "" } or nil
end

local function view_of_member(o)
  local buffer = o.type_str == "memoryview" and o.c:of "managedbuffer"[1]
  local whole = buffer and buffer[1]
  return whole and { keeper = o, kept = whole, class = naming.class(whole), own = true, key = "" } or nil
end

local function view_text(found)
  local top = found.top
  return top.own and ("the buffers that they are views of: each keeps a whole %s%s"):format(top.class,
    words.bytes(found)) or "memoryviews: each view, however short, keeps its whole buffer"
end

local function base_on_way(trail, i)
  local is_base = trail[i + 1] and trail:label(i):find "base"
  return is_base and { keeper = trail[i], kept = trail[i + 1], key = "" } or nil
end

return {
  { kind = "view", role = "link", types = { "memoryview" }, on_way = view_on_way, of_member = view_of_member,
    text = view_text },
  { kind = "view", role = "link", types = { "ndarray", "numpy.ndarray" }, on_way = base_on_way,
    text = function() return "arrays that are views: `base` keeps the whole array" end },
}
