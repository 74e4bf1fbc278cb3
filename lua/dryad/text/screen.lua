-- SPDX-License-Identifier: MIT
--- The terminal: whether output goes to one, its size, and whether it shows colours. Outside of the dryad program,
-- nothing counts as a terminal.
-- @module dryad.text.screen

local M = {}

local has_terminal, terminal = pcall(require, "dryad.terminal")

--- Whether a standard stream is a terminal.
-- @tparam string stream "stdin", "stdout" or "stderr"
-- @treturn boolean
-- @usage if require("dryad.text.screen").is_terminal("stdout") then print("somebody reads this") end
function M.is_terminal(stream)
  return has_terminal and terminal.is_terminal(stream)
end

--- Rows and columns of the terminal.
-- @treturn integer|nil rows; nil if there is no terminal
-- @treturn integer|nil columns
-- @usage local rows = require("dryad.text.screen").size() or 100
function M.size()
  if has_terminal then
    return terminal.size()
  end
end

local is_plain = false -- whether the user's code is running

--- The columns to which text for people fits: the terminal's if it goes to one, and @{plainly} is not at work.
-- @tparam[opt="stdout"] string stream "stdout" or "stderr"
-- @treturn integer|nil
-- @usage local width = require("dryad.text.screen").width()
function M.width(stream)
  return not is_plain and M.is_terminal(stream or "stdout") and select(2, M.size()) or nil
end

--- Whether text for a stream may be coloured: on a capable terminal, unless NO_COLOR is set or @{plainly} is at work.
-- @tparam string stream "stdout" or "stderr"
-- @treturn boolean
-- @usage local title = require("dryad.text.screen").colours("stdout") and "\27[1mtitle\27[0m" or "title"
function M.colours(stream)
  local asked = os.getenv("NO_COLOR")
  return not is_plain and (not asked or asked == "") and os.getenv("TERM") ~= "dumb" and M.is_terminal(stream)
end

local function call(plain, f, ...)
  local before = is_plain
  local _ <close> = setmetatable({}, { __close = function() is_plain = before end })
  is_plain = plain
  return f(...)
end

--- Calls the user's code: values that it turns into text have no styles there, so no text that it prints needs any.
-- @tparam function f
-- @param ... its arguments
-- @return what it returns
-- @usage screen.plainly(chunk)
function M.plainly(f, ...)
  return call(true, f, ...)
end

--- Calls a function of Dryad's that prints for the user's code.
-- @tparam function f
-- @param ... its arguments
-- @return what it returns
-- @usage local text = screen.styled(tostring, heap:sql "select * from obj limit 3")
function M.styled(f, ...)
  return call(false, f, ...)
end

local STYLES = { bold = "1", dim = "2", red = "31", green = "32", yellow = "33", blue = "34", cyan = "36" }

--- Text in a style if the stream shows colours, otherwise the text itself.
-- @tparam string style bold, dim, red, green, yellow, blue or cyan
-- @tparam string text
-- @tparam[opt="stdout"] string stream
-- @treturn string
-- @usage print(require("dryad.text.screen").style("dim", "by the way"))
function M.style(style, text, stream)
  if not M.colours(stream or "stdout") then
    return text
  end
  return "\27[" .. STYLES[style] .. "m" .. text .. "\27[0m"
end

--- A text for standard output in which a part stands out where it occurs first.
-- @tparam string text
-- @tparam string part
-- @treturn string
-- @usage print(require("dryad.text.screen").emphasised("300 shop.Cart retain 2MiB", "shop.Cart"))
function M.emphasised(text, part)
  local from, to = text:find(part, 1, true)
  return from and text:sub(1, from - 1) .. M.style("bold", part) .. text:sub(to + 1) or text
end

return M
