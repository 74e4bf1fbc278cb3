-- SPDX-License-Identifier: MIT
--- The texts of `dryad --help` and `dryad COMMAND --help`, generated from declarations.
-- @module dryad.program.help_page

local commands = require "dryad.program.commands"
local layout = require "dryad.text.layout"
local manual = require "dryad.prompt.manual"
local rendering = require "dryad.prompt.markdown_rendering"
local options = require "dryad.program.options"
local program = require "dryad.program.declaration"
local usage = require "dryad.prompt.usage"

local M = {}

--- How to call the program or a command, without the options themselves.
-- @tparam table declaration
-- @treturn {string,...}
-- @usage print(help_page.forms(commands.get "why")[1]) --> dryad why [options] DUMP WHAT
function M.forms(declaration)
  if declaration == program then
    return program.forms
  end
  local given = #declaration.options > 0 and " [options]" or ""
  return { ("dryad %s%s %s"):format(declaration.name, given, usage.arguments(declaration)) }
end

--- An option as it is typed.
-- @tparam table option
-- @treturn string
-- @usage print(help_page.option_text { "version", false, "print the version", short = "v" }) --> -v, --version
function M.option_text(option)
  local name = #option[1] > 1 and "--" .. option[1] or "-" .. option[1]
  if option.short and option.short ~= option[1] then
    name = "-" .. option.short .. ", " .. name
  end
  if option.optional then
    return ("%s[=%s]"):format(name, option[2])
  end
  return option[2] and name .. " " .. option[2] or name
end

local function add(lines, more)
  table.move(more, 1, #more, #lines + 1, lines)
end

local function add_head(lines, declaration, width)
  for i, form in ipairs(M.forms(declaration)) do
    lines[#lines + 1] = layout.fill(form, width, (" "):rep(11), i == 1 and "usage: " or "       ")
  end
  add(lines, { "", rendering.render(declaration.summary, width), "" })
end

local function add_arguments(lines, declaration, width)
  local rows = {}
  for _, argument in ipairs(declaration.arguments or {}) do
    rows[#rows + 1] = argument.help and { argument[1], argument.help }
  end
  if #rows > 0 then
    add(lines, layout.definitions(rows, width))
    lines[#lines + 1] = ""
  end
end

local function add_options(lines, declaration, width)
  local rows = {}
  for i, option in ipairs(options.all(declaration)) do
    rows[i] = { M.option_text(option), option[3] }
  end
  add(lines, layout.definitions(rows, width))
end

local function add_examples(lines, declaration, width)
  for i, example in ipairs(declaration.examples or {}) do
    add(lines, { i == 1 and "\nexamples:" or nil })
    add(lines, { "  " .. example[1], layout.fill(example[2], width, "      ") })
  end
end

local function add_commands(lines, width)
  local rows = {}
  for i, name in ipairs(commands.names()) do
    rows[i] = { name, commands.get(name).summary }
  end
  add(lines, layout.definitions(rows, width))
end

--- The help of a command.
-- @tparam table command
-- @treturn string
-- @usage print(help_page.of_command(commands.get "leaks"))
function M.of_command(command)
  local lines, width = {}, layout.width()
  add_head(lines, command, width)
  add_arguments(lines, command, width)
  add_options(lines, command, width)
  if command.text then
    add(lines, { "", rendering.render(command.text, width) })
  end
  add_examples(lines, command, width)
  if command.json then
    add(lines, { "", layout.fill(command.json, width, "  ", "the data of --json: ") })
  end
  return table.concat(lines, "\n")
end

--- The help of the program.
-- @treturn string
-- @usage print(help_page.of_program())
function M.of_program()
  local lines, width = {}, layout.width()
  add_head(lines, program, width)
  add_options(lines, program, width)
  add(lines, { "", "commands, each with --help:" })
  add_commands(lines, width)
  add(lines, { "", layout.fill("Exit status: " .. program.exit_status, width) })
  return table.concat(lines, "\n")
end

--- The topics of `dryad help`: the commands, and the chapters of the manual.
-- @treturn string
-- @usage print(help_page.contents())
function M.contents()
  local lines, width = { "usage: dryad help NAME", "" }, layout.width()
  add(lines, { layout.fill("NAME is one of these, or a name that the prompt knows, such as heap:why.", width), "" })
  lines[#lines + 1] = "commands:"
  add_commands(lines, width)
  local rows = {}
  for i, name in ipairs(manual.names()) do
    rows[i] = { name, manual.summary(name) }
  end
  add(lines, #rows > 0 and { "", "chapters of the manual:" } or {})
  add(lines, layout.definitions(rows, width))
  return table.concat(lines, "\n")
end

return M
