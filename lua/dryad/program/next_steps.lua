-- SPDX-License-Identifier: MIT
--- What to ask after an answer: command lines that lead on from it.
-- @module dryad.program.next_steps

local command_line = require "dryad.text.command_line"
local format = require "dryad.text.format"
local guidance = require "dryad.text.guidance"
local output = require "dryad.text.output"

local M = {}

--- A command line of these words, quoted for a shell.
local function line_of(words)
  local quoted = {}
  for i, word in ipairs(words) do
    quoted[i] = command_line.quoted(word)
  end
  return ("`dryad %s`"):format(table.concat(quoted, " "))
end

-- How to look at a whole dump.
local LOOKS = { { "browse", "to look around" }, { "report", "for a page to share" } }

--- Says once how to go on from an answer.
-- @tparam string name of the command that gave it
-- @tparam string dump as the command line names it
-- @tparam[opt] {string,...} words of a command line that asks more of what was found
-- @tparam[opt] string what what it tells
-- @usage next_steps.tell("leaks", "app.dump", { "why", "app.dump", "shop.Entry" }, "for all ways to them")
function M.tell(name, dump, words, what)
  if dump == "-" then
    return -- which was read
  end
  local texts = { words and ("%s %s"):format(line_of(words), what) }
  for _, look in ipairs(LOOKS) do
    texts[#texts + 1] = ("%s %s"):format(line_of { look[1], dump }, look[2])
  end
  for i, text in ipairs(texts) do
    texts[i] = (i == 1 and "next: " or "      ") .. format.printable(text)
  end
  local remark = guidance.once(name, table.concat(texts, "\n"))
  if remark then
    output.say("\n" .. remark)
  end
end

return M
