-- SPDX-License-Identifier: MIT
--- The commands of the prompt: lines that are no Lua, known by their first word.
--
-- A command is `{name=, usage=, summary=, run = function(repl, rest) ... end}`; `rest` is the text after the
-- name. What `run` returns is printed. `bare_only` marks one that takes no words, `is_sql` one that takes SQL. The
-- families of commands are in prompt/commands, each file an array.
-- @module dryad.prompt.commands

local M = {}

local by_name, names = {}, {}

--- Adds a command.
-- @tparam table command
-- @usage commands.add { name = "stats", usage = "stats", summary = "counts", run = function() return "..." end }
function M.add(command)
  by_name[command.name] = command
  names[#names + 1] = command.name
  table.sort(names)
end

for _, family in ipairs { "prompt", "workspace" } do
  for _, command in ipairs(require("dryad.prompt.commands." .. family)) do
    M.add(command)
  end
end

--- All names, sorted.
-- @treturn {string,...}
-- @usage for _, name in ipairs(require("dryad.prompt.commands").names()) do print(name) end
function M.names()
  return table.move(names, 1, #names, 1, {})
end

--- The command of a name, or nil.
-- @tparam string name
-- @usage print(require("dryad.prompt.commands").get("run").usage)
function M.get(name)
  return by_name[name]
end

--- What stands for a command that takes no words where it is given some.
local function refusal(command)
  return {
    name = command.name,
    run = function()
      error(("%s takes no words"):format(command.name), 0)
    end,
  }
end

local function named(word)
  return by_name[word] or word and word == word:upper() and by_name[word:lower()] or nil
end

--- The command that a line calls, and the rest of the line; nil when its first word is none.
-- `?NAME` is `help NAME`, and `!SQL` is `shell SQL`; `SELECT` is `select`.
-- @tparam string line
-- @treturn table|nil
-- @treturn string
-- @usage local command, rest = require("dryad.prompt.commands").parse("run overview")
function M.parse(line)
  local sign, after = line:match("^%s*([?!])%s*(.-)%s*$")
  if sign then
    return by_name[sign == "?" and "help" or "shell"], after
  end
  local name, rest = line:match("^%s*([%a_][%w_]*)%s*(.-)%s*$")
  local command = named(name)
  rest = rest == "()" and "" or rest
  if command then
    return command.bare_only and rest ~= "" and refusal(command) or command, rest
  end
end

return M
