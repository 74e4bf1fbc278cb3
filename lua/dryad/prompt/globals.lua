-- SPDX-License-Identifier: MIT
--- The globals of the prompt: `ws`, the workspace, and `heap`, `om` and `heaps`, which follow it.
--
-- A heap that the user assigns to `heap` is added to the workspace when a command uses it; when a command makes another
-- generation current, `heap` follows.
-- @module dryad.prompt.globals

local core = require "dryad.core"
local workspace = require "dryad.workspace.workspace"

local M = {}

-- The values last assigned to the globals.
local shown = {}

--- The workspace in `ws`; if none is open, makes one in memory.
-- @treturn workspace
-- @usage require("dryad.prompt.globals").workspace():read("app.dump")
function M.workspace()
  if not workspace.is(_G.ws) or not _G.ws:is_open() then
    _G.ws = workspace.new()
  end
  return _G.ws
end

--- Updates the globals if the current generation of the workspace changed since the last call.
-- @usage require("dryad.prompt.globals").follow()
function M.follow()
  local ws = M.workspace()
  local heap = workspace.peek(ws)
  if ws ~= shown.ws or not rawequal(heap, shown.heap) then
    shown.ws, shown.heap = ws, heap
    _G.heap, _G.om, _G.heaps = heap, heap, ws.heaps
  end
end

--- Makes the heap that the user assigned to `heap` the current generation.
-- @param heap the value of `heap` as the user sees it
-- @usage require("dryad.prompt.globals").take_in(_G.heap)
function M.take_in(heap)
  if rawequal(heap, shown.heap) or not rawequal(getmetatable(heap), core.heap.meta) then
    return
  end
  local ws = M.workspace()
  ws:adopt(heap)
  shown.ws, shown.heap = ws, heap
  _G.heaps = ws.heaps
end

--- Sets all globals of the prompt, on a workspace.
-- @tparam workspace ws
-- @usage require("dryad.prompt.globals").set(dryad.workspace())
function M.set(ws)
  local dryad = require "dryad"
  _G.dryad, _G.pp, _G.help, _G.ws = dryad, dryad.pp, require("dryad.prompt.help").help, ws
  M.follow()
end

return M
