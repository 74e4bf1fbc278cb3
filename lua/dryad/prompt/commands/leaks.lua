-- SPDX-License-Identifier: MIT
return {
  summary = "Finds what retains enough memory to be a leak: a tenth of the heap, or another fraction.",
  arguments = { { "FRACTION", optional = true } },
  example = "leaks 5%",
  method = {
    signature = "ws:leaks([share]) -> suspects",
    text = "As `dryad.leak_suspects`.",
    example = 'ws:leaks("20%")',
  },
  run = function(repl, words)
    return repl:call("leaks", words)
  end,
}
