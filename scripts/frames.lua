-- What was running, and what did its local variables hold?
--
--   dryad run frames DUMP

local top = require "dryad.text.top"

-- What a frame refers to besides its variables.
local BEYOND = { "frame", "module", "type", "code" }

local function largest_variable(heap, o)
  local largest, bytes = nil, 0
  for _, variable in ipairs(o.c) do
    local total = heap:summarize(variable, BEYOND).total_size
    if total > bytes then
      largest, bytes = variable, total
    end
  end
  return largest, bytes
end

return {
  summary = "the frames that were running, and what their variables hold",
  run = function(heap)
    local rows = {
      columns = {
        { "frame", "object" }, { "size", "bytes" }, { "held", "bytes" },
        { "largest", "object", "its largest variable" }, { "largest_size", "bytes", "which holds" },
        { "caller" },
      },
      empty = "this dump has no frames (a dump of Python 3.11 or later has them only where something refers to them)",
    }
    for i, o in ipairs(heap:get_all "frame") do
      local largest, bytes = largest_variable(heap, o)
      local caller = o.c:of("frame")[1]
      rows[i] = {
        frame = o, size = o.size, held = heap:summarize(o.c, BEYOND).total_size,
        largest = largest, largest_size = bytes, caller = caller and caller.value,
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
