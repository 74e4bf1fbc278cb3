-- SPDX-License-Identifier: MIT
return {
  summary = "Finds leak suspects: what retains at least a tenth of the heap, or another fraction.",
  arguments = { { "FRACTION", optional = true } },
  example = "leaks 5%",
  method = {
    signature = "ws:leaks([share]) -> suspects",
    text = "The same as `dryad.leak_suspects`.",
    example = 'ws:leaks("20%")',
  },
  run = function(repl, words)
    return repl:call("leaks", words)
  end,
}
