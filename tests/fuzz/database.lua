-- SPDX-License-Identifier: MIT
--- Opens a database as a workspace and asks it for everything that it keeps.

local dryad = require "dryad"

--- Calls a method, which may refuse with a sentence.
local function ask(ws, method, ...)
  local good, result = pcall(ws[method], ws, ...)
  if not good and type(result) ~= "string" then
    error(method .. " fails without a message")
  end
  return good and result or nil
end

return function(path)
  local ws <close> = dryad.workspace()
  if not ask(ws, "open", path) then
    return
  end
  local listing = tostring(ask(ws, "gen"))
  if listing:find "[\0-\8\11-\31\127]" then
    error "control characters in the list of generations"
  end
  for num = 1, math.min(#ws.heaps, 4) do
    ask(ws, "gen", ("%d"):format(num))
    ask(ws, "select", "count(*) from obj")
    ask(ws, "select", "* from obj o join ref on parent = address limit 10")
  end
  for name in pairs(ws.names) do
    ask(ws, "echo", "$" .. name)
  end
  ask(ws, "set", "fuzz 1")
  ask(ws, "backup")
  ask(ws, "undo")
end
