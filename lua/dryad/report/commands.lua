-- SPDX-License-Identifier: MIT
--- Lines for the shell that show more of what a report shows.
-- @module dryad.report.commands

local command_line = require "dryad.text.command_line"
local format = require "dryad.text.format"

local M = {}

local LONGEST = 400 -- bytes of a dump's name: a longer one would fill the page
local COMPARED = 10 -- dumps named in one line; of more, only the first and the last
local UNNAMED = "DUMP" -- stands for a dump that came from standard input

--- The dumps as words of a command line.
-- @tparam {string,...} names of dumps, or process ids
-- @treturn string
-- @usage commands.dumps { "my app.dump" } --> 'my app.dump'
function M.dumps(names)
  local words = {}
  for i, name in ipairs(names) do
    local word = command_line.quoted(name:find "^%-." and "./" .. name or name)
    words[i] = (name == "-" or #word > LONGEST) and UNNAMED or word
  end
  return table.concat(words, " ")
end

--- A line for the shell.
-- @tparam string before what precedes the dump, such as `dryad why`
-- @tparam string dumps as from @{dumps}
-- @tparam[opt] string argument a word that follows
-- @treturn string|nil nil if it would be too long
-- @usage commands.line("dryad why", "app.dump", "shop.Session") --> dryad why app.dump shop.Session
function M.line(before, dumps, argument)
  local word = argument and " " .. command_line.quoted(argument) or ""
  return #word <= LONGEST and format.printable(("%s %s%s"):format(before, dumps, word)) or nil
end

-- By section: what a line shows, and its beginning.
local SHOWN = {
  process = { { "totals, types and where to look next", "dryad run overview" } },
  findings = { { "smaller suspects, too", "dryad leaks --fraction 1%" } },
  retained = { { "the whole tree", "dryad -e '=heap:dominators()'" } },
  shares = { { "what each module leads to", "dryad run modules" } },
  types = { { "all types", "dryad summary --json" }, { "all classes", "dryad -e '=heap:classes()'" } },
  stacks = { { "all stacks", "dryad stacks" } },
  garbage = { { "garbage by class", "dryad run garbage" } },
  waste = { { "what could be saved", "dryad run waste" }, { "equal strings", "dryad run duplicates" } },
  problems = { { "what loading reports", "dryad -e '=heap.report'" } },
}

--- The lines of every section.
-- @tparam {string,...} names of dumps: the last is the one that the report shows, all are compared
-- @treturn table by section, an array of `{words =, command =}`
-- @usage print(commands.of({ "app.dump" }).findings[1].command)
function M.of(names)
  local found, last = {}, M.dumps { names[#names] }
  for section, lines in pairs(SHOWN) do
    found[section] = {}
    for i, line in ipairs(lines) do
      found[section][i] = { words = line[1], command = M.line(line[2], last) }
    end
  end
  if #names > 1 then
    local compared = #names <= COMPARED and names or { names[1], names[#names] }
    found.growth = { { words = "what grew", command = M.line("dryad diff", M.dumps(compared)) } }
  end
  return found
end

return M
