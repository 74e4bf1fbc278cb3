-- SPDX-License-Identifier: MIT
return {
  summary = "Adds objects or references; `undo` removes them.",
  arguments = { { "into obj|ref ...", type = "sql" } },
  example = "insert into ref (parent, child) values (#0.3, $cache)",
  method = {
    signature = "ws:insert(statement [, parameters ...]) -> text",
    text = "Adds objects or references to the heap, not to the dump; `ws:undo()` removes them.",
    example = [[ws:insert("into obj (address, type, size) values (1, 'note', 0)")]],
  },
  run = function(repl, words)
    return repl:call("insert", words)
  end,
}
