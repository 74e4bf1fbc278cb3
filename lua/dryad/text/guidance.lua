-- SPDX-License-Identifier: MIT
--- Remarks that lead on, for people who look at a terminal with colours: each is made once, since who has read it needs
-- no second one.
-- @module dryad.text.guidance

local screen = require "dryad.text.screen"

local M = {}

local made = {}

--- A remark, if it was not made before.
-- @tparam string name of the remark
-- @tparam string text
-- @tparam[opt="stdout"] string stream that it goes to
-- @treturn string|nil
-- @usage lines[#lines + 1] = guidance.once("null", "∘ is NULL")
function M.once(name, text, stream)
  if made[name] or not screen.colours(stream or "stdout") then
    return nil
  end
  made[name] = true
  return screen.style("dim", text, stream)
end

return M
