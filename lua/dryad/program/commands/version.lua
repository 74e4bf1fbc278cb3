-- SPDX-License-Identifier: MIT
return {
  summary = "Prints the version of Dryad.",
  arguments = {},
  takes = "no arguments",
  options = {},
  examples = { { "dryad version", "the same as `dryad --version`" } },
  run = function()
    print(require("dryad.build").text)
  end,
}
