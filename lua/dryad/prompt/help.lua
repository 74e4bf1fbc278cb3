-- SPDX-License-Identifier: MIT
--- Help: an entry for every public name, from the files in prompt/help, and the chapters of the manual.
--
-- A help file returns `{title=, text=, entries = {{name, signature, text, example}, ...}}`; texts are Markdown. The
-- name of an entry for a type is written with the type's usual variable: `heap:get_all`, `o.size`, `l:filter`, `s:top`.
-- A topic whose members have help elsewhere has `rows`, a function that returns `{name, title}` of each.
-- @module dryad.prompt.help

local check = require "dryad.text.argument_errors"
local command_line = require "dryad.text.command_line"
local core = require "dryad.core"
local declarations = require "dryad.prompt.declarations"
local format = require "dryad.text.format"
local kinds = require "dryad.prompt.value_types"
local layout = require "dryad.text.layout"
local manual = require "dryad.prompt.manual"
local rendering = require "dryad.prompt.markdown_rendering"
local nearest = require "dryad.text.did_you_mean"
local screen = require "dryad.text.screen"
require "dryad.workspace.workspace"

local M = {}

local topics = declarations.folder("dryad.prompt.help", {
  "prompt", "commands", "dryad", "heap", "object", "list", "column", "summary", "dict", "path", "dominators", "result",
  "workspace", "recipes", "manual",
})

local PREFIXES = { om = "heap", obj = "o", dict = "d" }
for _, kind in ipairs(kinds) do
  PREFIXES[kind.name] = kind.variable
end

local by_name, names
local by_ending, heads -- of names such as `heap:why`: entries by `why`; the set of `heap` and the like

local function read_entry(topic, entry)
  local name = entry[1]
  by_name[name] = { topic = topic, name = name, signature = entry[2], text = entry[3], example = entry[4] }
  names[#names + 1] = name
  local head, ending = name:match "^([%a_][%w_]*)[.:]([%w_]+)$"
  if ending then
    heads[head] = true
    by_ending[ending] = by_ending[ending] or {}
    table.insert(by_ending[ending], by_name[name])
  end
end

local function read()
  if by_name then
    return
  end
  by_name, names, by_ending, heads = {}, {}, {}, {}
  for _, name in ipairs(topics:names()) do
    local topic = topics:get(name)
    for _, entry in ipairs(topic.entries) do
      read_entry(topic, entry)
    end
  end
end

--- Every name that has help: entries, topics and chapters.
-- @treturn {string,...}
-- @usage for _, name in ipairs(require("dryad.prompt.help").names()) do print(name) end
function M.names()
  read()
  local all = table.move(names, 1, #names, 1, {})
  for _, more in ipairs { topics:names(), manual.names() } do
    for _, name in ipairs(more) do
      all[#all + 1] = not by_name[name] and name or nil
    end
  end
  return all
end

--- The entry of a name in a help file, or nil.
-- @tparam string name
-- @treturn table|nil `{topic=, name=, signature=, text=, example=}`
-- @usage print(require("dryad.prompt.help").entry("heap:get_all").example)
function M.entry(name)
  read()
  return by_name[name]
end

--- The name of the first parameter in the signature of a function or method; if several share the name, of the first.
-- @tparam string name without the part before a dot or colon
-- @treturn string|nil
-- @usage print(require("dryad.prompt.help").first_parameter("get_all")) --> type
function M.first_parameter(name)
  read()
  local entries = by_ending[name] or { by_name[name] }
  return entries[1] and entries[1].signature:match "%(%[?([%a_]+)"
end

local function indented(text)
  return (text:gsub("[^\n]+", "  %0"))
end

local EXAMPLE = "Thread" -- the type in the examples

--- The type for examples: the usual one unless the heap in use has others only, then the largest whose instances have
-- attributes. An instance refers to its class last.
local function example_type()
  local heap = rawget(_G, "heap")
  if not rawequal(getmetatable(heap), core.heap.meta) or not heap:is_open() or #heap:get_all(EXAMPLE) > 0 then
    return EXAMPLE
  end
  for _, row in ipairs(heap:summarize()) do
    local o, name = row.max, row.type_str
    if name:find "^[%a_][%w_.]*$" and #o > 0 and o[-1].name == name and not core.dict.refusal(o) then
      return name
    end
  end
  return EXAMPLE
end

local ADDRESS = "140203053926864" -- in the examples

--- An example with a type and an address of the heap in use.
local function with_example_type(text)
  local type_str = example_type()
  local heap = rawget(_G, "heap")
  if text:find(ADDRESS, 1, true) and rawequal(getmetatable(heap), core.heap.meta) and heap:is_open() then
    local o = heap:get_all(type_str)[1]
    text = o and text:gsub(ADDRESS, ("%u"):format(o.address)) or text
  end
  return (text:gsub("%f[%w_]" .. EXAMPLE .. "%f[^%w_]", type_str))
end

local function example_text(example)
  return (indented(with_example_type(example)):gsub("[^\n]+", function(line)
    return screen.style("cyan", line)
  end))
end

local function entry_text(entry)
  local width = layout.width()
  local signature = layout.fill(entry.signature, width, "    ", "")
  local head = signature:gsub("[^\n]+", function(line)
    return screen.style("bold", line)
  end)
  return head .. "\n" .. indented(rendering.render(entry.text, width - 2)) .. "\n\n" .. example_text(entry.example)
end

local function first_sentence(text)
  return text:match("^(.-)[.;:]%s") or text:match("^(.-)%.?$")
end

local function topic_text(topic)
  local rows = topic.rows and topic.rows() or {}
  for i, entry in ipairs(topic.entries) do
    rows[i] = { entry[1], first_sentence(entry[3]) }
  end
  local lines = layout.definitions(rows, layout.width())
  local head = screen.style("bold", topic.title) .. "\n" .. rendering.render(topic.text)
  return #lines > 0 and head .. "\n\n" .. table.concat(lines, "\n") or head
end

--- The entries that a name may mean, in any spelling: with arguments, with a dot or a colon, after the name of a type
-- or its variable, or without.
local function entries_of(name)
  local plain = not by_name[name] and name:match "^([%w_.:]+)%(" or name
  local head, separator, ending = plain:match "^([%a_][%w_]*)([.:])([%w_]+)$"
  head = PREFIXES[head] or head
  local entry = by_name[plain]
  if not entry and head then
    entry = by_name[head .. separator .. ending] or by_name[head .. (separator == "." and ":" or ".") .. ending]
  end
  if entry then
    return { entry }
  end
  return (heads[head] or not head) and by_ending[ending or plain] or {}
end

local function suggestion(name, others)
  local known = M.names()
  table.move(others or {}, 1, #(others or {}), #known + 1, known)
  for ending in pairs(by_ending) do
    known[#known + 1] = ending
  end
  return ("no help for '%s'%s"):format(name, nearest.hint(name, known))
end

--- The help for a name: of an entry, of all entries that end with it, of a topic, a chapter or a recipe.
-- @tparam string name
-- @tparam[opt] {string,...} others further names to suggest
-- @treturn string
-- @treturn boolean whether help was found
-- @usage print((require("dryad.prompt.help").text("get_all")))
function M.text(name, others)
  read()
  local parts, topic = {}, topics:get(name)
  if not topic or by_name[name] then
    for i, entry in ipairs(entries_of(name)) do
      parts[i] = entry_text(entry)
    end
  end
  parts[#parts + 1] = topic and topic_text(topic)
  if #parts > 0 then
    return table.concat(parts, "\n\n"), true
  end
  local text = manual.text(name)
  if not text then
    local recipe = require("dryad.recipes.recipes").find(name)
    text = recipe and format.printable_lines(tostring(recipe))
  end
  return text or suggestion(name, others), text ~= nil
end

--- The overview of all topics, on one screen.
-- @treturn string
-- @usage print(require("dryad.prompt.help").overview())
function M.overview()
  local rows = {}
  for i, name in ipairs(topics:names()) do
    rows[i] = { "help " .. name, topics:get(name).title }
  end
  local start, width = topics:get("prompt").start, layout.width()
  local examples = {}
  for i = 2, #start - 1 do
    examples[i - 1] = { with_example_type(start[i][1]), with_example_type(start[i][2]) }
  end
  local ways = layout.definitions(examples, width)
  local lines = layout.definitions(rows, width)
  return ("%s\n%s\n%s\n%s"):format(start[1], table.concat(ways, "\n"), start[#start],
    table.concat(lines, "\n"))
end

--- The name of the help for a value, or nil.
local function name_of(value)
  local dryad = require "dryad"
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

--- `help` at the prompt: printed, it is the overview; called, it explains a name, a function or a value.
-- @usage help "heap:get_all"
M.help = setmetatable({}, {
  __name = "dryad.help",
  __tostring = M.overview,
  __call = function(_, what)
    local name = type(what) == "string" and what or what ~= nil and name_of(what)
    local text = what == nil and screen.styled(M.overview) or name and screen.styled(M.text, name)
    require("dryad.text.pager").show(text or "no help for a " .. type(what))
  end,
})

--- `help` as a method of workspaces, like every command.
function core.workspace.methods.help(ws, name)
  check.self(ws, "workspace", "help")
  name = command_line.unquoted(command_line.given("help", name))
  return name ~= "" and (M.text(name)) or M.overview()
end

return M
