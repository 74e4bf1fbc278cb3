-- SPDX-License-Identifier: MIT
-- The interface as LDoc reads it: a page for each topic of help, in it an item for each entry, and a page for the
-- command line. The program itself runs this, so that `dryad help NAME` and the manual say the same of a name.
--
--   dryad interface.lua DIRECTORY

local commands = require "dryad.program.commands"
local help = require "dryad.prompt.help"
local help_page = require "dryad.program.help_page"

local directory = assert(arg[1], "usage: dryad interface.lua DIRECTORY")

-- Text of help, which is Markdown, as a comment.
local function comment(text)
  return "--- " .. text:gsub("\n", "\n-- ")
end

local function item(entry)
  local lines = {
    comment(entry.text),
    "-- @entry " .. entry.name:gsub("[^%w_.:]+", "-"), -- the anchor
    "-- @signature " .. entry.signature,
  }
  if entry.example then
    lines[#lines + 1] = "-- @usage\n-- " .. entry.example:gsub("\n", "\n-- ")
  end
  return table.concat(lines, "\n")
end

local function page(topic)
  local title = topic.title:gsub("^%l", string.upper) .. "."
  return comment(title .. "\n\n" .. topic.text) .. "\n-- @pragma nostrip\n-- @reference " .. topic.name
end

local topics, parts = {}, {}
for _, name in ipairs(help.names()) do
  local entry = help.entry(name)
  if entry then
    local topic = entry.topic.name
    if not parts[topic] then
      topics[#topics + 1] = topic
      parts[topic] = { page(entry.topic) }
    end
    table.insert(parts[topic], item(entry))
  end
end

topics[#topics + 1] = "program"
parts.program = { page { name = "program", title = "the command line", text = "What `dryad COMMAND --help` prints." } }
for _, name in ipairs(commands.names()) do
  local command = commands.get(name)
  local printed = help_page.of_command(command):gsub("%f[^\n\0]", "    ")
  table.insert(parts.program, item {
    name = name, signature = "dryad " .. name, text = command.summary .. "\n\n" .. printed,
  })
end

for _, topic in ipairs(topics) do
  local file <close> = assert(io.open(("%s/%s.lua"):format(directory, topic), "w"))
  assert(file:write(table.concat(parts[topic], "\n\n"), "\n"))
end
