-- SPDX-License-Identifier: MIT
--- Shows long output through the user's pager, on a terminal.
-- @module dryad.text.pager

local format = require "dryad.text.format"
local output = require "dryad.text.output"
local screen = require "dryad.text.screen"

local M = {}

--- Whether long output is paged at all: at the prompt and in subcommands, not in scripts.
M.enabled = false

local DEFAULT = "less -FRX"

local has_signals, signals = pcall(require, "dryad.signals")

--- Whether a text takes more rows than the terminal has, with long lines wrapped.
local function is_higher(text, rows, columns)
  local used = 0
  for line in text:gmatch("[^\n]*") do
    local width = format.width((line:gsub("\27%[%d*m", "")))
    used = used + math.max(1, (width + columns - 1) // columns)
    if used >= rows then
      return true
    end
  end
  return false
end

--- The command in PAGER, or less. Sets suitable options in `LESS` unless the user has chosen some. If the pager does
-- not exist (status 127), it has read nothing, and cat prints everything.
local function command()
  local pager = os.getenv("PAGER") or ""
  if not pager:find("%S") then
    pager = DEFAULT
  end
  return "LESS=${LESS-FRX} LESSCHARSET=${LESSCHARSET-utf-8} " .. pager .. "\n[ $? -ne 127 ] || exec cat"
end

local function pipe(text)
  local process = io.popen(command(), "w")
  process:write(output.shown(text), "\n")
  process:close()
end

--- Writes a text, through the pager if it is higher than the terminal.
-- @tparam string text without a newline at its end
-- @usage require("dryad.text.pager").show(tostring(heap:summarize()))
function M.show(text)
  local seen = M.enabled and has_signals and screen.is_terminal("stdin") and screen.is_terminal("stdout")
  local rows, columns
  if seen then
    rows, columns = screen.size()
  end
  if not rows or not is_higher(text, rows, columns) then
    output.write(text .. "\n")
    return
  end
  output.flush()
  signals.hold_pipe(true)
  signals.guard(pipe, tostring, text)
  signals.hold_pipe(false)
end

return M
