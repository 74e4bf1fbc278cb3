-- SPDX-License-Identifier: MIT
--- Help: an entry for every name that a user meets, from the files in prompt/help.
--
-- A help file returns `{title=, text=, entries = {{name, signature, text, example}, ...}}`. An entry of a type is
-- named as it is written for a variable of that type: `heap:get_all`, `o.size`, `l:filter`, `s:top`.
-- @module dryad.prompt.help

local check = require "dryad.text.argument_errors"
local command_line = require "dryad.text.command_line"
local core = require "dryad.core"
local kinds = require "dryad.heap.value_types"
local nearest = require "dryad.text.did_you_mean"
local screen = require "dryad.text.screen"
require "dryad.workspace.workspace"

local M = {}

local TOPICS = {
  "prompt", "commands", "dryad", "heap", "object", "list", "column", "summary", "dict", "path", "dominators", "result",
  "workspace", "recipes",
}
local PREFIXES = { om = "heap", obj = "o", dict = "d" }
for _, kind in ipairs(kinds) do
  PREFIXES[kind.name] = kind.variable
end

local topics, by_name, names, by_ending

local function read_entry(topic, entry)
  local name = entry[1]
  by_name[name] = { topic = topic, name = name, signature = entry[2], text = entry[3], example = entry[4] }
  names[#names + 1] = name
  local ending = name:match("[.:]([%w_]+)$")
  if ending then
    by_ending[ending] = by_ending[ending] or {}
    table.insert(by_ending[ending], by_name[name])
  end
end

local function read()
  if topics then
    return
  end
  topics, by_name, names, by_ending = {}, {}, {}, {}
  for i, name in ipairs(TOPICS) do
    local topic = require("dryad.prompt.help." .. name)
    topic.name, topics[i], topics[name] = name, topic, topic
    for _, entry in ipairs(topic.entries) do
      read_entry(topic, entry)
    end
  end
end

--- Every name there is help for, topics too.
-- @treturn {string,...}
-- @usage for _, name in ipairs(require("dryad.prompt.help").names()) do print(name) end
function M.names()
  read()
  local all = table.move(names, 1, #names, 1, {})
  for _, name in ipairs(TOPICS) do
    if not by_name[name] then
      all[#all + 1] = name
    end
  end
  return all
end

--- The entry of a name as it stands in a help file, or nil.
-- @tparam string name
-- @treturn table|nil `{topic=, name=, signature=, text=, example=}`
-- @usage print(require("dryad.prompt.help").entry("heap:get_all").example)
function M.entry(name)
  read()
  return by_name[name]
end

local function indented(text, style)
  return (text:gsub("[^\n]+", function(line)
    return "  " .. (style and screen.style(style, line) or line)
  end))
end

local function entry_text(entry)
  local head = screen.style("bold", entry.signature) .. "\n" .. indented(entry.text)
  return head .. "\n\n" .. indented(entry.example, "cyan")
end

local function topic_text(topic)
  local lines = { screen.style("bold", topic.title), topic.text, "" }
  local width = 0
  for _, entry in ipairs(topic.entries) do
    width = math.max(width, #entry[1])
  end
  for _, entry in ipairs(topic.entries) do
    local first = entry[3]:match("^(.-)[.;:]%s") or entry[3]:match("^(.-)%.?$")
    lines[#lines + 1] = ("  %-" .. width .. "s  %s"):format(entry[1], (first:gsub("\n", " ")))
  end
  return table.concat(lines, "\n")
end

local function found(name)
  local plain = name:gsub("%(.*$", "")
  local head, rest = plain:match("^([%a_][%w_]*)([.:].*)$")
  plain = head and PREFIXES[head] and PREFIXES[head] .. rest or plain
  local entry = by_name[plain] or by_name[(plain:gsub("%.", ":"))] or by_name[(plain:gsub(":", "."))]
  if entry then
    return { entry }
  end
  return by_ending[plain:match("[%w_]+$")]
end

--- The help of a name: of an entry, of all entries that end so, or of a topic.
-- @tparam string name
-- @treturn string
-- @treturn boolean whether there was any
-- @usage print((require("dryad.prompt.help").text("get_all")))
function M.text(name)
  read()
  local parts = {}
  if topics[name] and not by_name[name] then
    return topic_text(topics[name]), true
  end
  for i, entry in ipairs(found(name) or {}) do
    parts[i] = entry_text(entry)
  end
  if topics[name] then
    parts[#parts + 1] = topic_text(topics[name])
  end
  if #parts > 0 then
    return table.concat(parts, "\n\n"), true
  end
  local recipe = require("dryad.recipes.recipes").find(name)
  if recipe then
    return tostring(recipe), true
  end
  local endings = M.names()
  for ending in pairs(by_ending) do
    endings[#endings + 1] = ending
  end
  return ("no help for '%s'%s"):format(name, nearest.hint(name, endings)), false
end

--- What there is, in a screen.
-- @treturn string
-- @usage print(require("dryad.prompt.help").overview())
function M.overview()
  read()
  local lines = { topics.prompt.start }
  for _, name in ipairs(TOPICS) do
    lines[#lines + 1] = ("  help %-10s %s"):format(name, topics[name].title)
  end
  return table.concat(lines, "\n")
end

--- The name under which a value is described, or nil.
local function name_of(value)
  local dryad = require("dryad")
  for name, member in pairs(dryad) do
    if rawequal(member, value) then
      return "dryad." .. name
    end
  end
  for _, kind in ipairs(kinds) do
    if getmetatable(value) == core[kind.name].meta then
      return kind.name
    end
    for name, method in pairs(core[kind.name].methods) do
      if rawequal(method, value) then
        return kind.variable .. ":" .. name
      end
    end
  end
  return rawequal(value, dryad) and "dryad" or nil
end

--- `help` at the prompt: prints itself as the overview; called, it explains a name, a function or a value.
-- @usage help "heap:get_all"
M.help = setmetatable({}, {
  __name = "dryad.help",
  __tostring = M.overview,
  __call = function(_, what)
    local name = type(what) == "string" and what or what ~= nil and name_of(what)
    local text = what == nil and M.overview() or name and M.text(name) or "no help for a " .. type(what)
    require("dryad.text.pager").show(text)
  end,
})

--- `help` as a method of workspaces, as every command is one.
function core.workspace.methods.help(ws, name)
  check.self(ws, "workspace", "help")
  name = command_line.unquoted(command_line.given("help", name))
  return name ~= "" and (M.text(name)) or M.overview()
end

return M
