local entries = {}

local EXAMPLES = { help = 'help "heap:get_all"', run = 'dryad.recipe("overview")(heap)' }

local commands = require "dryad.commands"
for _, name in ipairs(commands.names()) do
  if name ~= "help" then
    local command = commands.get(name)
    entries[#entries + 1] = { name, command.usage, command.summary, command.example or EXAMPLES[name] or name }
  end
end

return {
  title = "commands: lines that are no Lua",
  text = "A line that does not compile as Lua is a command when its first word is one of these.",
  entries = entries,
}
