-- SPDX-License-Identifier: MIT
--- What an object keeps alive by itself: the heaviest local variable of frames, the heaviest item of a container.
-- @module dryad.analysis.kept

local naming = require "dryad.analysis.naming"

local M = {}

local FARTHEST = 8 -- immediate dominators climbed
local MOST_REFS = 64 -- references of an object looked at

-- What a variable names, but no program means to keep by it.
local SHARED = { module = true, type = true, ["function"] = true, NoneType = true, bool = true, code = true }

--- Whether one of some objects dominates `o`, so that it goes when they go.
local function is_kept_by(o, owners)
  for _ = 1, FARTHEST do
    o = o.dominator
    if not o then
      return false
    elseif owners[o.address] then
      return true
    end
  end
  return false
end

--- Finds the heaviest reference of some objects.
-- @tparam {object,...} holders frames, cells, ...; between equally heavy referents the first holder decides
-- @tparam {object,...} owners what, with the holders, must keep the referent alive
-- @tparam function accepts called with a label: what to call the reference, or nil for one that does not count
-- @treturn table|nil `{holder =, name =, object =, bytes =}`
-- @usage kept.heaviest(task.stack:totable(), { task }, naming.variable)
function M.heaviest(holders, owners, accepts)
  local all, best = {}, nil
  for _, objects in ipairs { holders, owners } do
    for _, o in ipairs(objects) do
      all[o.address] = true
    end
  end
  for _, holder in ipairs(holders) do
    for i = 1, math.min(#holder, MOST_REFS) do
      local o = holder[i]
      local bytes = o and not SHARED[o.type_str] and not all[o.address] and o.retained_size or 0
      local name = bytes > (best and best.bytes or 0) and accepts(holder:label(i))
      if name and is_kept_by(o, all) then
        best = { holder = holder, name = name, object = o, bytes = bytes }
      end
    end
  end
  return best
end

--- The heaviest local variable of frames, generators or coroutines.
-- @tparam {object,...} frames innermost first
-- @tparam {object,...} owners
-- @treturn table|nil as for heaviest
-- @usage kept.heaviest_local(task.stack:totable(), { task })
function M.heaviest_local(frames, owners)
  return M.heaviest(frames, owners, naming.variable)
end

return M
