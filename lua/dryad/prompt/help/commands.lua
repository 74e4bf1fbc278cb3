-- SPDX-License-Identifier: MIT
local commands = require "dryad.prompt.commands"
local usage = require "dryad.prompt.usage"

local entries = {}

for _, name in ipairs(commands.names()) do
  local command = commands.get(name)
  local text = command.text and command.summary .. "\n\n" .. command.text or command.summary
  entries[#entries + 1] = { name, usage.line(command), text, command.example }
end

return {
  title = "commands: lines that are not Lua",
  text = [[A line that does not compile as Lua is a command if its first word is one of these. `help select` explains
the tables, and shorthands such as `1234&` and `#2.5`, which all commands accept.]],
  entries = entries,
}
