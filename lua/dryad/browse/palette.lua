-- SPDX-License-Identifier: MIT
--- What the browser draws with: signs, bars, and the styles of what they mean.
-- @module dryad.browse.palette

local unicode_bar = require "dryad.text.bar"

local M = {}

--- Styles by what they are for, as `screen:put` takes them.
M.STYLES = {
  program = "bold cyan", tab = "bold underline",
  name = "bold", fact = "", trail = "dim", place = "bold", heading = "dim underline",
  sorted = "bold underline", selected = "reverse", rest = "dim", key = "bold", hint = "dim", message = "",
  problem = "bold red", note = "yellow", dim = "dim", bold = "bold", warn = "yellow", prompt = "bold",
}

--- Styles of the cells of a table by the kind of their column; those of other kinds have none.
M.CELLS = { bar = "cyan", way = "green" }

local function ascii_bar(share, width)
  local full = math.floor(math.max(0, math.min(1, share)) * width + 0.5)
  return ("#"):rep(full) .. (" "):rep(width - full)
end

local UNICODE = { trail = " › ", gap = " · ", bar = unicode_bar, cut = "…", full = "━", empty = "─" }
local ASCII = { trail = " > ", gap = ", ", bar = ascii_bar, cut = ">", full = "=", empty = "-" }

--- The signs for a terminal: `trail` and `gap` stand between places and facts, `bar(share, width)` draws a bar, `cut`
-- stands for text that is left out, `full` and `empty` are the parts of a progress bar.
-- @tparam boolean is_ascii
-- @treturn table
-- @usage local signs = palette.signs(screen:is_ascii())
function M.signs(is_ascii)
  return is_ascii and ASCII or UNICODE
end

return M
