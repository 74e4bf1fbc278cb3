-- SPDX-License-Identifier: MIT
--- The file of a report: opened before anything that takes long, and written at the end.
-- @module dryad.program.report_file

local core = require "dryad.core"
local format = require "dryad.text.format"
local output = require "dryad.text.output"
local page = require "dryad.report.page"
local units = require "dryad.text.units"

local M = {}

local File = { __name = "dryad.report_file" }
File.__index = File

function File:__close()
  local _ <close> = self.sink
end

--- Opens the file. Until it is written it does not appear, and an error leaves nothing.
-- @tparam string path `-` is standard output
-- @tparam table options for the file, as for `core.sink`: `force`, `inputs`, `literal`
-- @treturn file with a method `write`, to be closed
-- @usage local file <close> = report_file.open("app.report.html", {})
function M.open(path, options)
  options.force_name = "--force"
  local before, after = page.template()
  return setmetatable({ before = before, after = after, sink = core.sink(path, options) }, File)
end

--- Writes the page, and tells its name, its size and the first finding.
-- @tparam table made the data of a report (@{dryad.report.payload})
-- @usage file:write(payload.of { heap })
function File:write(made)
  page.write(made, function(text) self.sink:write(text) end, self.before, self.after)
  local path, bytes, is_direct = self.sink:finish()
  local found = made.findings[1] and made.findings[1].title or made.findings_none
  local tell = is_direct and output.tell or output.say
  tell(("%s%s. %s"):format(is_direct and "" or format.printable(path) .. ": ", units.bytes(bytes), found))
end

return M
