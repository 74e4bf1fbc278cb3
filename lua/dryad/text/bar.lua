-- SPDX-License-Identifier: MIT
--- Bars that show a share of a whole.
-- @module dryad.text.bar

local WIDTH = 20
local EIGHTHS = { "▏", "▎", "▍", "▌", "▋", "▊", "▉" }

--- A bar of a share of the whole, in eighths of a column.
-- @tparam number share 0 to 1
-- @tparam[opt=20] integer width columns of a full bar
-- @treturn string padded with spaces
-- @usage print(require "dryad.text.bar" (0.5) .. "|")
local function bar(share, width)
  width = width or WIDTH
  local eighths = math.floor(math.max(0, math.min(1, share)) * width * 8 + 0.5)
  local full, rest = eighths // 8, eighths % 8
  return ("█"):rep(full) .. (rest > 0 and EIGHTHS[rest] or "") .. (" "):rep(width - full - (rest > 0 and 1 or 0))
end

return bar
