-- SPDX-License-Identifier: MIT
return {
  summary = "Lists the generations; makes another one current; reads one from another file.",
  arguments = {
    { "N", type = "generation", choices = { "none" }, optional = true },
    { "FILE", before = "from", type = "file", optional = true },
  },
  example = "gen 1",
  method = {
    signature = "ws:gen([text]) -> text",
    text = [[Lists the generations. A number makes that one current, `none` makes none current; `2 from app.dump` reads
the second from that file from now on.]],
    example = "ws:gen(1)",
  },
  run = function(repl, words)
    return repl:call("gen", words)
  end,
}
