-- SPDX-License-Identifier: MIT
--- The options of running a recipe: whether to trust it, and the limits of its sandbox.
-- @module dryad.recipes.run_options

local check = require "dryad.text.argument_errors"
local units = require "dryad.text.units"

local M = {}

local LONGEST = 1000000 -- seconds
local LARGEST = 1 << 50 -- bytes

local function within(value, most)
  return math.type(value) == "integer" and value >= 1 and value <= most
end

--- Checks the options that a script gives; raises an error that names the argument.
-- @tparam string method for messages
-- @tparam table|nil options `{trust = boolean, memory = bytes, time = seconds}`
-- @treturn table
-- @usage local options = run_options.check("recipe", { time = 60 })
function M.check(method, options)
  options = options or {}
  check.argument(type(options) == "table", method, "options", "a table such as { trust = true }", options)
  local trust, memory, time = options.trust, options.memory, options.time
  check.argument(trust == nil or type(trust) == "boolean", method, "trust", "true or false", trust)
  check.argument(memory == nil or within(memory, LARGEST), method, "memory", "bytes", memory)
  check.argument(time == nil or within(time, LONGEST), method, "time", "whole seconds", time)
  return { trust = trust, memory = memory, time = time }
end

-- By name: the option that a word's text gives, or nil and what it takes.
local readers = {
  ["recipe-memory"] = function(text)
    local bytes = units.parse_size(text)
    return within(bytes, LARGEST) and { "memory", bytes }, "a size, such as 512M or 2G"
  end,
  ["recipe-time"] = function(text)
    local seconds = math.tointeger(tonumber(text))
    return within(seconds, LONGEST) and { "time", seconds }, "whole seconds, such as 60"
  end,
}

--- The options among those of a command line, as texts by name; raises an error for a wrong one.
-- @tparam table given such as `{trust = true, ["recipe-memory"] = "2G"}`
-- @treturn table
-- @usage local options = run_options.read { ["recipe-time"] = "60" }
function M.read(given)
  local options = { trust = given.trust }
  for name, reader in pairs(readers) do
    if given[name] then
      local option, wanted = reader(given[name])
      if not option then
        error(("--%s takes %s, not '%s'"):format(name, wanted, given[name]), 0)
      end
      options[option[1]] = option[2]
    end
  end
  return options
end

--- Takes the options in front of the words of a command of the prompt.
-- @tparam {string,...} words changed in place
-- @treturn table
-- @usage local options = run_options.take { "--trust", "holders", "Thread" }
function M.take(words)
  local given = {}
  while words[1] and words[1]:find "^%-%-" do
    local name, text = table.remove(words, 1):match "^%-%-([^=]*)=?(.*)$"
    if readers[name] then
      given[name] = text ~= "" and text or table.remove(words, 1) or ""
    elseif name == "trust" then
      given.trust = true
    else
      error(("run has no option '--%s'; it has --trust, --recipe-memory and --recipe-time"):format(name), 0)
    end
  end
  return M.read(given)
end

return M
