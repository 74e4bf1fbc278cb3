-- SPDX-License-Identifier: MIT
--- The commands of the prompt: lines that are not Lua, recognised by their first word.
--
-- Each is a file of prompt/commands that returns `{summary =, arguments =, example =, text =, method =, run =}`:
-- `arguments` as in @{dryad.prompt.usage}, `text` (optional) is Markdown that follows the summary, `method` (optional)
-- is the help of the workspace's method of that name, `{signature =, text =, example =}`. `run(repl, words)` gets the
-- text after the name; what it returns is printed, a text with its styles only if `is_styled`.
-- @module dryad.prompt.commands

local declarations = require "dryad.prompt.declarations"

local M = {}

local folder = declarations.folder "dryad.prompt.commands"

--- All names, sorted.
-- @treturn {string,...}
-- @usage for _, name in ipairs(require("dryad.prompt.commands").names()) do print(name) end
function M.names()
  return folder:names()
end

--- The command with this name, or nil.
-- @tparam string name
-- @treturn table|nil
-- @usage print(require("dryad.prompt.commands").get("run").summary)
function M.get(name)
  return folder:get(name)
end

--- Whether a command takes SQL, which may continue over several lines.
-- @tparam table command
-- @treturn boolean
-- @usage print(commands.takes_sql(commands.get "pin"))
function M.takes_sql(command)
  for _, argument in ipairs(command.arguments) do
    if argument.type == "sql" then
      return true
    end
  end
  return false
end

--- Replaces a command that takes no arguments if a line gives it some.
local function refusal(command)
  return {
    name = command.name,
    arguments = {},
    run = function()
      error(("%s takes no words"):format(command.name), 0)
    end,
  }
end

--- The command that a word calls; it may be all in capitals, as in SQL.
-- @tparam string|nil word
-- @treturn table|nil
-- @usage print(commands.called("SELECT").name) --> select
function M.called(word)
  return word and (folder:get(word) or word == word:upper() and folder:get(word:lower())) or nil
end

--- The command that a line calls, and the rest of the line; nil if its first word is not a command.
-- `?NAME` is `help NAME`, and `!SQL` is `shell SQL`; `SELECT` is `select`.
-- @tparam string line
-- @treturn table|nil
-- @treturn string
-- @usage local command, rest = require("dryad.prompt.commands").parse("run overview")
function M.parse(line)
  local sign, after = line:match("^%s*([?!])%s*(.-)%s*$")
  if sign then
    return folder:get(sign == "?" and "help" or "shell"), after
  end
  local name, rest = line:match("^%s*([%a_][%w_]*)%s*(.-)%s*$")
  local command = M.called(name)
  rest = rest == "()" and "" or rest
  if command and not M.takes_sql(command) then
    rest = select(2, rest:match "^%(%s*([\"'])(.*)%1%s*%)$") or rest -- written as a call
  end
  if command then
    return #command.arguments == 0 and rest ~= "" and refusal(command) or command, rest
  end
end

return M
