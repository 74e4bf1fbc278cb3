-- SPDX-License-Identifier: MIT
--- Telling Dryad's own Lua code from the user's.
-- @module dryad.text.own_code

local core = require "dryad.core"

local M = {}

--- Whether a source of `debug.getinfo` is a file of Dryad's.
-- @tparam string source
-- @treturn boolean
-- @usage own_code.is(debug.getinfo(f, "S").source)
function M.is(source)
  local home = core.data_directory
  return home ~= nil and source:sub(1, #home + 2) == "@" .. home .. "/"
end

return M
