-- SPDX-License-Identifier: MIT
local output = require "dryad.text.output"

return {
  summary = "Prints the version of Dryad.",
  arguments = {},
  takes = "no arguments",
  options = {},
  examples = { { "dryad version", "the same as `dryad --version`" } },
  run = function()
    output.write(require("dryad.build").text .. "\n")
  end,
}
