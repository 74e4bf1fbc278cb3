-- SPDX-License-Identifier: MIT
local entries = {}

local EXAMPLES = {
  create = "create my.db",
  open = "open my.db",
  read = "read app.dump.gz",
  gen = "gen 1",
  select = "select type, count(*), sum(size) from obj group by type order by 3 desc limit 10",
  with = "with big as (select * from obj where size > 1e6) select type, count(*) from big group by type",
  explain = "explain query plan select * from obj where address in 1234&",
  insert = "insert into ref (parent, child) values (#0.3, $cache)",
  delete = "delete from ref where parent = #0.3 and child = #0.4",
  update = "update obj set mark = 1 where type = 'Session'",
  pin = "pin type = 'Session'",
  set = "set cache #0.3",
  echo = "echo address in #0.3&",
  info = "info #0.3",
  parents = "parents #0.3",
  kids = "kids $cache",
  ancestor_types = "ancestor_types type = 'Session' stop module,frame",
  path = 'path from "address = $cache" to "address in 0&" reversed',
  export = "export plain.db",
  shell = "shell select * from gen",
  timer = "timer on",
  width = "width value 20 name 10",
  why = "why #0.3 2",
  leaks = "leaks 5%",
  diff = "diff 1 2",
  run = "run holders type=Thread",
  recipes = "recipes holders",
}

-- What follows the summary of a command.
local DETAILS = {
  select = [[
Tables, obj1, ref1 and so on for each generation, obj and ref for the current one:
  obj(address, type, name, value, size, len, mark, repr), and, when named, num_refs, num_parents,
      retained (bytes that would be freed without it) and idom (the address of its immediate dominator)
  ref(parent, child), a row a reference, and, when named, position (from 0) and label
Shorthands, here and in every command:
  1234&  1234^     the children and the parents of an object; 1234&& goes on; also o.address^
  #2.5   #2.type   the address in row 5 of result 2; that whole column
  $name            what was named with set
  0&               the objects that nobody referred to when the dump was read]],
}

local commands = require "dryad.prompt.commands"
for _, name in ipairs(commands.names()) do
  if name ~= "help" then
    local command = commands.get(name)
    local text = DETAILS[name] and command.summary .. "\n" .. DETAILS[name] or command.summary
    entries[#entries + 1] = { name, command.usage, text, EXAMPLES[name] or name }
  end
end

return {
  title = "commands: lines that are no Lua",
  text = [[A line that does not compile as Lua is a command when its first word is one of these. `help select` tells of
the tables, and of shorthands such as 1234& and #2.5, which all commands know.]],
  entries = entries,
}
