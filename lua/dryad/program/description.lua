-- SPDX-License-Identifier: MIT
--- The command line as plain data, for completion and documentation.
-- @module dryad.program.description

local commands = require "dryad.program.commands"
local options = require "dryad.program.options"
local program = require "dryad.program.declaration"

local M = {}

local function described_options(declaration)
  local described = {}
  for i, option in ipairs(options.all(declaration)) do
    described[i] = {
      name = option[1], value = option[2] or nil, help = option[3], short = option.short, type = option.type,
      choices = option.choices, many = option.many or false, optional = option.optional or false,
    }
  end
  return described
end

local function described_arguments(declaration)
  local described = {}
  for i, argument in ipairs(declaration.arguments) do
    described[i] = {
      name = argument[1], type = argument.type, choices = argument.choices, optional = argument.optional or false,
      many = argument.many or false,
    }
  end
  return described
end

--- The program with its options and commands.
-- @treturn table `{options = {option, ...}, commands = {{name =, summary =, arguments = {{name =, type =, choices =,
-- optional =, many =}, ...}, options = {option, ...}}, ...}}`; an option is `{name =, value =, help =, short =, type =,
-- choices =, many =, optional =}`, without `value` where nothing follows it
-- @usage for _, command in ipairs(require("dryad.program.description").all().commands) do print(command.name) end
function M.all()
  local described = {}
  for i, name in ipairs(commands.names()) do
    local command = commands.get(name)
    described[i] = {
      name = name, summary = command.summary, arguments = described_arguments(command),
      options = described_options(command),
    }
  end
  return { options = described_options(program), commands = described }
end

return M
