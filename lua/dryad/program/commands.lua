-- SPDX-License-Identifier: MIT
--- The commands of the program: `dryad NAME ...`.
--
-- Each is a file of program/commands that returns `{summary =, arguments =, options =, takes =, text =, examples =,
-- json =, run =}`. `arguments` are as in @{dryad.prompt.usage}, `options` as in @{dryad.program.options}; `takes` ends
-- the sentence "NAME takes ..." when there are too few or too many words; `text` is Markdown that follows the summary;
-- `examples` is an array of `{line, what it does}`; `json` is the shape of what `--json` prints.
-- `run(given, words)` gets the options by name and the words; it returns the exit status, or nil for 0. It raises what
-- a user did wrong as a text, without a position.
--
-- Everything that names commands is made from these files: help, messages, the manual page.
-- @module dryad.program.commands

local declarations = require "dryad.prompt.declarations"

local M = {}

local folder = declarations.folder("dryad.program.commands", {
  "dump", "leaks", "why", "summary", "diff", "sql", "run", "recipes", "index", "convert", "help",
})

--- All names, in the order in which help lists them.
-- @treturn {string,...}
-- @usage for _, name in ipairs(require("dryad.program.commands").names()) do print(name) end
function M.names()
  return folder:names()
end

--- The command of a name, or nil.
-- @tparam string name
-- @treturn table|nil
-- @usage print(require("dryad.program.commands").get("leaks").summary)
function M.get(name)
  return folder:get(name)
end

local function described_options(options)
  local described = {}
  for i, option in ipairs(options) do
    described[i] = {
      name = option[1], value = option[2] or nil, help = option[3], short = option.short, type = option.type,
      choices = option.choices, many = option.many or false,
    }
  end
  return described
end

local function described_arguments(arguments)
  local described = {}
  for i, argument in ipairs(arguments) do
    described[i] = {
      name = argument[1], type = argument.type, choices = argument.choices, optional = argument.optional or false,
      many = argument.many or false,
    }
  end
  return described
end

--- All commands as plain data, for what completes or documents them.
-- @treturn {table,...} `{name =, summary =, arguments = {{name =, type =, choices =, optional =, many =}, ...},
-- options = {{name =, value =, help =, short =, type =, choices =, many =}, ...}}`
-- @usage for _, command in ipairs(commands.described()) do print(command.name, #command.options) end
function M.described()
  local described = {}
  for i, name in ipairs(M.names()) do
    local command = M.get(name)
    described[i] = {
      name = name, summary = command.summary, arguments = described_arguments(command.arguments),
      options = described_options(command.options),
    }
  end
  return described
end

return M
