-- SPDX-License-Identifier: MIT
--- A bar of a share beside texts that name it, where the terminal shows colours.
-- @module dryad.text.share_bar

local bar = require "dryad.text.bar"
local screen = require "dryad.text.screen"

local WIDTH = 40 -- columns of the whole

--- A bar of a share of a whole, whose rest is dotted.
-- @function share_bar
-- @tparam number share 0 to 1
-- @treturn string|nil nil without colours
-- @usage print(require "dryad.text.share_bar"(0.5))
local function share_bar(share)
  if not screen.colours "stdout" then
    return nil
  end
  local drawn, rest = bar(share, WIDTH):match "^([^ ]*)( *)$"
  return screen.style("cyan", drawn) .. screen.style("dim", ("·"):rep(#rest))
end

return share_bar
