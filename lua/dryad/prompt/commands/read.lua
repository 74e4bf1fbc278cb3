-- SPDX-License-Identifier: MIT
return {
  summary = "Reads a dump as the next generation; `raw` keeps instances and their dicts apart.",
  arguments = { { "FILE", type = "file" }, { "raw", optional = true } },
  example = "read app.dump.gz",
  method = {
    signature = "ws:read(file [raw]) -> text, ws:read(source, options) -> text",
    text = [[Reads a dump as the next generation, which becomes the current one. The word `raw` keeps instances and
their dicts apart. With options it takes whatever `dryad.load` takes.]],
    example = 'ws:read("app.dump raw")',
  },
  run = function(repl, words)
    return repl:call_anew("read", words)
  end,
}
