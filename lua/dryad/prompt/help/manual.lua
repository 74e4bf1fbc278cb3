-- SPDX-License-Identifier: MIT
local manual = require "dryad.prompt.manual"

return {
  title = "the manual: dumping, formats, limits and more",
  text = "`help CHAPTER` shows a chapter; on a command line, `dryad help CHAPTER`.",
  entries = {},
  rows = function()
    local rows = {}
    for i, name in ipairs(manual.names()) do
      rows[i] = { name, manual.summary(name) }
    end
    return rows
  end,
}
