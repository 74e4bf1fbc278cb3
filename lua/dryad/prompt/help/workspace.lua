-- SPDX-License-Identifier: MIT
local commands = require "dryad.prompt.commands"

local entries = {
  { "ws.heap", "ws.heap", "The heap of the current generation, or nil.", "#ws.heap" },
  { "ws.heaps", "ws.heaps[n]", "The heaps of all generations; each is loaded when it is first used.", "ws.heaps[1]" },
  { "ws.generation", "ws.generation", "The number of the current generation, or nil.", "ws.generation" },
  { "ws.results", "ws.results[n]", "The results so far; ws.results[0] is #0.", 'ws:select("1"); ws.results[0]' },
  { "ws.names", "ws.names.NAME", "The text of a name; assign to change it.", 'ws.names.big = "size > 1e6"' },
  { "ws.file", "ws.file", "The file of the workspace; nil when it is in memory.", "ws.file" },
  {
    "ws:adopt",
    "ws:adopt(heap) -> number",
    "Adds a heap that `dryad.load` returned as the next generation; the prompt does so when you assign to heap.",
    "ws:adopt(heap)",
  },
}

for _, name in ipairs(commands.names()) do
  local method = commands.get(name).method
  entries[#entries + 1] = method and { "ws:" .. name, method.signature, method.text, method.example }
end

table.move({
  {
    "ws:keep",
    "ws:keep()",
    "Saves the changes made to its heaps; every method also does so when it returns.",
    "ws:keep()",
  },
  {
    "ws:close",
    "ws:close()",
    "Saves the changes and closes the file. Heaps that you still hold stay open.",
    "dryad.workspace():close()",
  },
  { "ws:is_open", "ws:is_open() -> boolean", "Whether it is open.", "ws:is_open()" },
}, 1, 3, #entries + 1, entries)

return {
  title = "a workspace: a file of dumps, names, results and changes",
  text = [[`ws` at the prompt, or `dryad.workspace("my.db")`. Each dump read is the next generation; `obj` and `ref` are
those of the current one, `obj2` and `ref2` of the second. Every command (`help commands`) is a method that takes the
same text: the command `select * from obj` is `ws:select("* from obj")`. In all of them `1234&` stands for the children
of an object, `1234^` for its parents, `0&` for the objects without a referrer, `#2.5` for the address in row 5 of
result 2, `#2.type` for that column, and `$name` for the text with that name. The workspace keeps the changes that SQL
or Lua make to heaps.]],
  entries = entries,
}
