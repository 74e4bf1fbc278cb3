-- SPDX-License-Identifier: MIT
--- The manual page dryad(1), generated from the declarations of the program and its commands.
-- @module dryad.program.manual_page

local commands = require "dryad.program.commands"
local core = require "dryad.core"
local envelope = require "dryad.program.envelope"
local help_page = require "dryad.program.help_page"
local manual = require "dryad.prompt.manual"
local options = require "dryad.program.options"
local program = require "dryad.program.declaration"
local roff = require "dryad.program.roff"

local M = {}

local function add(lines, ...)
  for _, line in ipairs { ... } do
    lines[#lines + 1] = line
  end
end

local function add_definition(lines, name, text)
  add(lines, ".TP", roff.usage(name), roff.text(text))
end

local function add_options(lines, declaration)
  for _, option in ipairs(options.all(declaration)) do
    add_definition(lines, help_page.option_text(option), option[3])
  end
end

local function add_synopsis(lines)
  add(lines, ".SH SYNOPSIS")
  for i, form in ipairs(help_page.forms(program)) do
    add(lines, i > 1 and ".br" or nil)
    add(lines, roff.usage(form))
  end
end

local function add_command(lines, command)
  add(lines, ".SS " .. roff.usage(help_page.forms(command)[1]), roff.text(command.summary))
  if command.text then
    add(lines, ".PP", roff.render(command.text))
  end
  for _, argument in ipairs(command.arguments) do
    if argument.help then
      add_definition(lines, argument[1], argument.help)
    end
  end
  add_options(lines, command)
  for _, example in ipairs(command.examples) do
    add(lines, ".PP", "Example, " .. roff.text(example[2]) .. ":", ".PP", ".EX", "    " .. roff.escape(example[1]),
      ".EE")
  end
end

local function add_shapes(lines)
  add(lines, ".SH JSON", roff.text(("`--json` prints %s. DATA depends on the command. OBJECT is {address, type, size, "
    .. "len, value, name, refs, parents}, without what the dump lacks; SUMMARY is the data of `summary`."):format(
    envelope.SHAPE)))
  for _, name in ipairs(commands.names()) do
    local shape = commands.get(name).json
    if shape then
      add_definition(lines, name, shape)
    end
  end
end

local function add_chapters(lines)
  local names = manual.names()
  if #names > 0 then
    add(lines, ".SH SEE ALSO", roff.text "The chapters of the manual, which `dryad help CHAPTER` shows:")
    for _, name in ipairs(names) do
      add_definition(lines, name, manual.summary(name))
    end
  end
end

--- The page, in roff.
-- @treturn string
-- @usage io.write(require("dryad.program.manual_page").text())
function M.text()
  local lines = {
    '.\\" SPDX-License-Identifier: MIT',
    '.\\" Generated from the declarations in lua/dryad/program.',
    ('.TH DRYAD 1 "" "dryad %s" "User Commands"'):format(core.version),
    ".SH NAME",
    "dryad \\- explore heap dumps of Python processes",
  }
  add_synopsis(lines)
  add(lines, ".SH DESCRIPTION", roff.text(program.summary), ".PP", roff.render(program.text),
    ".SH OPTIONS")
  add_options(lines, program)
  add(lines, ".SH COMMANDS")
  for _, name in ipairs(commands.names()) do
    add_command(lines, commands.get(name))
  end
  add_shapes(lines)
  for _, section in ipairs(program.sections) do
    add(lines, ".SH " .. section[1]:upper(), roff.render(section[2]))
  end
  add(lines, ".SH EXIT STATUS", roff.text(program.exit_status))
  add_chapters(lines)
  return table.concat(lines, "\n") .. "\n"
end

return M
