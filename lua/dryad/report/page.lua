-- SPDX-License-Identifier: MIT
--- The page of a report: a template, which is built once, with the data in it.
-- @module dryad.report.page

local core = require "dryad.core"
local format = require "dryad.text.format"

local M = {}

M.TEMPLATE = core.data_directory .. "/report/page.html"

local MARKER = "<!--DRYAD-REPORT-->"

--- The text of a template before and after its marker, which must be a line of its own, and the only one.
local function split(template)
  local first, last = ("\n" .. template):find("\n" .. MARKER .. "\n", 1, true)
  if not first or template:find(MARKER, last, true) then
    return nil
  end
  return template:sub(1, first - 1), template:sub(last)
end

--- The template in two parts, between which the data belong. Raises an error if it is missing or damaged.
-- @tparam[opt] string path of another template
-- @treturn string
-- @treturn string
-- @usage local before, after = page.template()
function M.template(path)
  path = path or M.TEMPLATE
  local file <close> = io.open(path, "rb")
  if not file then
    error(("%s: the page of reports was left out of this build; it needs Node and npm (Debian: nodejs and npm); "
      .. "install them, run CMake again and build; `dryad leaks` prints the same findings as text"):format(
      format.printable(path)), 0)
  end
  local before, after = split(file:read "a" or "")
  if not before then
    error(("%s: damaged, there is no single line %s; build or install Dryad again"):format(format.printable(path),
      MARKER), 0)
  end
  return before, after
end

--- Writes a page in pieces.
-- @tparam table payload from @{dryad.report.payload}
-- @tparam function write takes each piece
-- @tparam string before the template's first part
-- @tparam string after its second
-- @usage page.write(payload.of { heap }, io.write, page.template())
function M.write(payload, write, before, after)
  write(before)
  write '<script type="application/json" id="report">'
  write(core.json.encode(payload, "script"))
  write "</script>\n"
  write(after)
end

return M
