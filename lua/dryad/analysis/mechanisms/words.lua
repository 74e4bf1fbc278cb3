-- SPDX-License-Identifier: MIT
--- Words that mechanisms share: of frames, their variables and bytes.
-- @module dryad.analysis.mechanisms.words

local format = require "dryad.text.format"
local naming = require "dryad.analysis.naming"
local units = require "dryad.text.units"

local M = {}

local NEARLY_ALL = 0.95 -- of what a mechanism explains: fewer are "mostly"

--- Completes what was found with a frame and one of its variables.
-- @tparam object frame or what is suspended
-- @tparam string|nil variable its name; nil if it is not known
-- @tparam object|nil o what the variable refers to
-- @tparam table detail
-- @treturn table detail with `key`, `frame`, `variable`, `kept`
-- @usage words.of_frame(frame, "payload", frame.c[1], {})
function M.of_frame(frame, variable, o, detail)
  detail.frame, detail.variable = frame, variable and format.short(variable)
  detail.kept = variable and o or nil
  detail.key = naming.place(frame, true) .. "\0" .. (variable or "")
  return detail
end

--- Where the frames of the commonest detail stand: with its line, if that is the same for all.
-- @tparam table found
-- @treturn string
-- @usage words.place(found)
function M.place(found)
  local line = found.top.frame.line
  for _, detail in ipairs(found.alike) do
    if detail.frame.line ~= line then
      return naming.place(found.top.frame, true)
    end
  end
  return naming.place(found.top.frame)
end

--- The bytes that the commonest detail keeps, with a comma before; empty if they are not known.
-- @tparam table found
-- @treturn string
-- @usage words.bytes(found)
function M.bytes(found)
  return found.bytes > 0 and (", %s%s"):format(found.is_estimate and "about " or "", units.bytes(found.bytes)) or ""
end

--- The variable of the commonest detail: `: local `payload` of parse (importer.py:41), 8.2MiB`.
-- @tparam table found
-- @tparam[opt] boolean without_place
-- @treturn string
-- @usage words.variable(found)
function M.variable(found, without_place)
  local top = found.top
  local most = #found.alike < NEARLY_ALL * found.count and "mostly " or ""
  local place = without_place and "" or (top.variable and " of " or "") .. M.place(found)
  if not top.variable then
    return without_place and "" or (": %s%s"):format(most, place)
  end
  return (": %slocal `%s`%s%s"):format(most, top.variable, place, M.bytes(found))
end

--- The names of some things in a sentence: `'a', 'b' and 3 more`.
-- @tparam {string,...} names sorted
-- @tparam integer most
-- @treturn string
-- @usage words.some({ "a", "b", "c" }, 2) --> 'a', 'b' and 1 more
function M.some(names, most)
  local shown = {}
  for i = 1, math.min(#names, most) do
    shown[i] = ("'%s'"):format(names[i])
  end
  return table.concat(shown, ", ") .. (#names > most and (" and %d more"):format(#names - most) or "")
end

return M
