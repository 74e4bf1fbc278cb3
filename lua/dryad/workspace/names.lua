-- SPDX-License-Identifier: MIT
--- Names of a workspace: each stands for any text, in queries and commands.
-- @module dryad.workspace.names

local command_line = require "dryad.text.command_line"
local render = require "dryad.text.render"
local substitute = require "dryad.sql.substitute"

local public, internal = {}, {}

local MOST_TEXT = 65536 -- bytes that a name stands for; @{dryad.workspace.schema} refuses more in a file

local function check_name(name)
  if type(name) ~= "string" or not name:find "^[%w_.:]+$" then
    error(("a name has only letters, digits and the characters _ . :, not '%s'"):format(tostring(name)), 0)
  end
end

--- Gives a name to a text, without expanding it.
-- @tparam string name
-- @tparam string|nil text nil: forgets the name
-- @usage workspace:set_name("cache", "140203053926864")
function internal:set_name(name, text)
  check_name(name)
  text = text ~= nil and tostring(text) or nil
  if text and #text > MOST_TEXT then
    error("a name stands for at most 64 KiB of text", 0)
  end
  self.store:set_name(name, text)
  self.names[name] = text
end

local function sorted_names(self)
  local names = {}
  for name in pairs(self.names) do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

--- The meaning of shorthands here, for @{dryad.sql.substitute}.
-- @treturn table
-- @usage substitute.expand("$big", workspace:scope())
function internal:scope()
  return {
    name = function(name)
      return self.names[name]
    end,
    names = function()
      return sorted_names(self)
    end,
    result = function(r)
      return self.results[r]
    end,
    results = self.result_count,
  }
end

--- A text with all its shorthands expanded.
-- @tparam string text
-- @treturn string
-- @usage workspace:expand("address in #0.3&")
function internal:expand(text)
  return substitute.expand(text, self:scope())
end

--- Gives a name to a text, expanded now; or lists all names.
-- @tparam[opt] string text `NAME TEXT`
-- @treturn table|nil the names
-- @usage ws:set("cache #0.3"); print(ws:set())
function public:set(text)
  text = command_line.given("set", text)
  if text == "" then
    local rows = { columns = { { "name" }, { "value" } }, empty = "no names are set" }
    for i, name in ipairs(sorted_names(self)) do
      rows[i] = { name = name, value = self.names[name] }
    end
    return render.present(rows)
  end
  local name, value = text:match "^(%S+)%s+(.+)$"
  if not name then
    error("set takes a name and the text that it stands for: set big size > 1e6", 0)
  end
  check_name(name)
  self:set_name(name, self:expand(value))
end

--- A text with its shorthands expanded.
-- @tparam string text
-- @treturn string
-- @usage print(ws:echo("address in 1234&"))
function public:echo(text)
  return self:expand(command_line.given("echo", text))
end

return { public = public, internal = internal }
