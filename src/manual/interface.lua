-- SPDX-License-Identifier: MIT
-- The interface as LDoc reads it: a page for each topic of help, and in it an item for each entry. The program
-- itself runs this, so that `dryad help NAME` and the manual say the same of a name.
--
--   dryad interface.lua DIRECTORY

local help = require "dryad.prompt.help"

local directory = assert(arg[1], "usage: dryad interface.lua DIRECTORY")

-- What Markdown would take for markup is escaped, but for code in backticks.
local function escaped(line)
  return (("`" .. line .. "`"):gsub("`([^`]*)`", function(text)
    return "`" .. text:gsub("[\\*_<>#%[%]&]", "\\%0") .. "`"
  end):sub(2, -2))
end

-- Text of help as a comment in Markdown; lines that are indented stay lines of their own.
local function comment(text)
  local lines, was_code = {}, false
  for line in text:gmatch "[^\n]+" do
    local is_code = line:find "^  " ~= nil
    if is_code ~= was_code then
      lines[#lines + 1] = "--"
    end
    lines[#lines + 1] = "-- " .. (is_code and "    " .. line or escaped(line))
    was_code = is_code
  end
  return "-" .. table.concat(lines, "\n")
end

local function item(entry)
  return table.concat({
    comment(entry.text),
    "-- @entry " .. entry.name:gsub("[^%w_.:]+", "-"), -- the anchor
    "-- @signature " .. entry.signature,
    "-- @usage",
    "-- " .. entry.example:gsub("\n", "\n-- "),
  }, "\n")
end

local function page(topic)
  local title = topic.title:gsub("^%l", string.upper) .. "."
  return comment(title) .. "\n--\n" .. comment(topic.text):sub(2) ..
    "\n-- @pragma nostrip\n-- @reference " .. topic.name
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

for _, topic in ipairs(topics) do
  local file <close> = assert(io.open(("%s/%s.lua"):format(directory, topic), "w"))
  assert(file:write(table.concat(parts[topic], "\n\n"), "\n"))
end
