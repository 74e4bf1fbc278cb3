-- SPDX-License-Identifier: MIT
return {
  summary = "Sets the widths of columns; 0 is as wide as needed. Without words, lists the widths.",
  arguments = { { "COLUMN N", type = "column", many = true, optional = true } },
  example = "width value 20 name 10",
  method = {
    signature = 'ws:width("COLUMN N ...")',
    text = "Sets the widths of columns of results; without words it lists the widths.",
    example = 'ws:width("value 20")',
  },
  run = function(repl, words)
    return repl:call("width", words)
  end,
}
