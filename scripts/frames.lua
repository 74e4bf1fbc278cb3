-- the frames that were running, and what their variables hold
--
--   dryad run frames DUMP

local top = require "dryad.text.top"

--- What a frame refers to besides its variables, found once for all frames.
local function beyond_frames(heap)
  return heap:get_all "frame" + heap:get_all "module" + heap:get_all "type" + heap:get_all "code"
end

local function largest_variable(heap, o, beyond)
  local largest, bytes, name = nil, 0, nil
  for i, variable in ipairs(o.c) do
    local total = heap:summarize(variable, beyond).total_size
    if total > bytes then
      largest, bytes, name = variable, total, o:label(i):match "^%.(.+)"
    end
  end
  return largest, bytes, name
end

return {
  run = function(heap)
    local rows = {
      columns = {
        { "frame", "object" }, { "size", "bytes" }, { "held", "bytes" },
        { "variable", nil, "largest variable" }, { "largest", "object", "its value" },
        { "largest_size", "bytes", "which holds" },
        { "caller" },
      },
      empty = "this dump has no frames (of Python 3.11 and later, other scanners see only those that objects hold)",
    }
    local beyond = beyond_frames(heap)
    for i, o in ipairs(heap:get_all "frame") do
      local largest, bytes, name = largest_variable(heap, o, beyond)
      local caller = o.c:of("frame")[1]
      rows[i] = {
        frame = o, size = o.size, held = heap:summarize(o.c, beyond).total_size,
        variable = name, largest = largest, largest_size = bytes, caller = caller and caller.value,
      }
    end
    return {
      title = ("%d frames"):format(#rows),
      text = #rows > 0 and "Held: bytes reachable without passing modules, classes, code and other frames."
        or nil,
      rows = top(rows, "held"),
    }
  end,
}
-- SPDX-License-Identifier: MIT
