-- SPDX-License-Identifier: MIT
--- The commands of the program: `dryad NAME ...`.
--
-- Each is a file of program/commands that returns `{summary =, arguments =, options =, takes =, text =, examples =,
-- json =, run =}`. `arguments` are as in @{dryad.prompt.usage}, `options` as in @{dryad.program.options}; with an
-- option --keep, arguments of type `dump` may be process ids (@{dryad.program.processes}). `takes` ends the error
-- "NAME takes ..." for too few or too many words; `text` is Markdown that follows the summary;
-- `examples` is an array of `{line, what it does}`; `json` is the shape of what `--json` prints.
-- `run(given, words)` gets the options by name and the words; it returns the exit status, or nil for 0. It reports user
-- errors by raising a string without a position.
--
-- Help, messages and the manual page are generated from these files.
-- @module dryad.program.commands

local declarations = require "dryad.prompt.declarations"

local M = {}

local folder = declarations.folder("dryad.program.commands", {
  "dump", "leaks", "why", "summary", "stacks", "browse", "diff", "watch", "report", "sql", "run", "recipes", "index",
  "convert", "help", "version",
})

--- All names, in the order in which help lists them.
-- @treturn {string,...}
-- @usage for _, name in ipairs(require("dryad.program.commands").names()) do print(name) end
function M.names()
  return folder:names()
end

--- The command with this name, or nil.
-- @tparam string name
-- @treturn table|nil
-- @usage print(require("dryad.program.commands").get("leaks").summary)
function M.get(name)
  return folder:get(name)
end

return M
