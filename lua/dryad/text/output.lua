-- SPDX-License-Identifier: MIT
--- The only way to the standard streams. What people read is written as printable text: texts from outside are escaped
-- where they are put together (@{dryad.text.format}), and once more here, where only Dryad's own styles pass.
-- @module dryad.text.output

local core = require "dryad.core"
local fold = require "dryad.text.fold"
local format = require "dryad.text.format"
local screen = require "dryad.text.screen"

local M = {}

--- A text as it may be shown: escapes everything but newlines, tabs and Dryad's styles.
-- @tparam string text
-- @treturn string
-- @usage process:write(output.shown(text))
function M.shown(text)
  return core.printable(text, "styled")
end

local for_people = "stdout"

--- Keeps standard output for what programs read: what people read goes to standard error from now on.
-- @usage output.keep_for_programs()
function M.keep_for_programs()
  for_people = "stderr"
end

local STANDARD = { ["-"] = true, ["/dev/stdout"] = true, ["/dev/fd/1"] = true, ["/proc/self/fd/1"] = true }

--- Whether the name of a file stands for standard output.
-- @tparam string|nil path
-- @treturn boolean
-- @usage if output.is_standard(given.output) then error("give -o the name of a file", 0) end
function M.is_standard(path)
  return path ~= nil and STANDARD[path] == true
end

local captured -- the texts written while a full screen has the terminal; nil: they go to the streams

--- Calls a function and keeps what it writes for people, which would spoil a full screen.
-- @tparam function f
-- @param ... its arguments
-- @treturn string what was written to both streams
-- @return what the function returns
-- @usage local text, list = output.capture(piece.run)
function M.capture(f, ...)
  local outer, texts = captured, {}
  local _ <close> = setmetatable({}, { __close = function() captured = outer end })
  captured = texts
  local results = table.pack(f(...))
  return table.concat(texts), table.unpack(results, 1, results.n)
end

local function write_to(stream, text)
  if captured then
    captured[#captured + 1] = text
  else
    io[stream]:write(text)
  end
end

--- Writes for people to standard output, or where @{keep_for_programs} says.
-- @tparam string text
-- @usage output.write(tostring(heap:summarize()) .. "\n")
function M.write(text)
  write_to(for_people, M.shown(text))
end

--- Writes lines for people as @{write} does, folded to a terminal.
-- @tparam string text without a newline at its end
-- @usage output.say(heap:describe())
function M.say(text)
  M.write(fold.text(text, for_people) .. "\n")
end

--- Makes what was written to standard output appear, before something else writes to the terminal.
-- @usage output.flush()
function M.flush()
  io.stdout:flush()
end

--- Writes lines for people to standard error, folded to a terminal, after what was written to standard output before.
-- @tparam string text without a newline at its end
-- @usage output.tell "dryad: interrupted"
function M.tell(text)
  M.flush()
  write_to("stderr", fold.text(M.shown(text), "stderr") .. "\n")
end

--- Writes a prompt to standard error.
-- @tparam string text
-- @usage output.ask "> "
function M.ask(text)
  io.stderr:write(M.shown(text))
end

--- Writes for programs to standard output: unchanged to files and pipes, as printable text to a terminal. Raises an
-- error when it is full or closed.
-- @tparam string text
-- @usage output.data(csv.of_rows(rows))
function M.data(text)
  local written, message = io.stdout:write(screen.is_terminal "stdout" and core.printable(text, "lines") or text)
  if not written then
    error("standard output: " .. message, 0)
  end
end

--- Draws a line of standard error anew, on a terminal; an empty text erases it.
-- @tparam string text
-- @usage output.redraw "loading  3s"
function M.redraw(text)
  io.stderr:write("\r\27[K", M.shown(text))
  io.stderr:flush()
end

--- Lua's print, but safe for a terminal: there only Dryad's own values have styles, and texts are escaped.
-- @param ... any values
-- @usage _G.print = output.print
function M.print(...)
  local texts, is_shown = table.pack(...), screen.is_terminal(for_people)
  for i = 1, texts.n do
    texts[i] = is_shown and screen.styled(format.text, texts[i]) or tostring(texts[i])
  end
  local line = table.concat(texts, "\t") .. "\n"
  write_to(for_people, is_shown and M.shown(line) or line)
end

return M
