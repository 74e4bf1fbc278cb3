-- SPDX-License-Identifier: MIT
local pager = require "dryad.text.pager"

return {
  summary = "Explains a command or a name, or shows a chapter of the manual.",
  arguments = { { "NAME", type = "help", optional = true, help = "a command, a chapter, or a name such as heap:why" } },
  options = {},
  text = "Without a NAME it lists the commands and chapters.",
  examples = {
    { "dryad help leaks", "the same as `dryad leaks --help`" },
    { "dryad help heap:why", "a method for scripts and the prompt" },
  },
  run = function(_, words)
    local commands = require "dryad.program.commands"
    local help_page = require "dryad.program.help_page"
    local command = commands.get(words[1])
    if not words[1] then
      pager.show(help_page.contents())
    elseif command then
      pager.show(help_page.of_command(command))
    else
      local text, found = require("dryad.prompt.help").text(words[1], commands.names())
      if not found then
        error(text, 0)
      end
      pager.show(text)
    end
  end,
}
