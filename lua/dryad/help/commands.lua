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

local commands = require "dryad.commands"
for _, name in ipairs(commands.names()) do
  if name ~= "help" then
    local command = commands.get(name)
    entries[#entries + 1] = { name, command.usage, command.summary, EXAMPLES[name] or name }
  end
end

return {
  title = "commands: lines that are no Lua",
  text = "A line that does not compile as Lua is a command when its first word is one of these.",
  entries = entries,
}
