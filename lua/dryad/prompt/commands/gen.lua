-- SPDX-License-Identifier: MIT
return {
  summary = "Lists the generations, makes another one current, or changes the file that one is read from.",
  arguments = {
    { "N", type = "generation", choices = { "none" }, optional = true },
    { "FILE", before = "from", type = "file", optional = true },
  },
  example = "gen 1",
  method = {
    signature = "ws:gen([text]) -> text",
    text = [[Lists the generations. A number makes that one current, `none` makes none current; after `2 from app.dump`
the second is read from that file.]],
    example = "ws:gen(1)",
  },
  run = function(repl, words)
    return repl:call("gen", words)
  end,
}
