-- SPDX-License-Identifier: MIT
--- The arguments of a recipe: their declarations, and the conversion of words to values.
--
-- A declaration is an array of `{name=, type=, summary=, default=, optional=}`. Types: `string`,
-- `integer`, `number`, `size` (bytes; `50M`, `1.5G`), `boolean`, `type` (a type or class of the heap),
-- `address` (of an object of the heap), `objects` (an address, a type, or several of those with commas; the
-- recipe gets a list), `module` (the name of one; the recipe gets the object) and `heap` (another dump). A
-- string may have `choices`. An argument without a default that is not optional is required. Functions here
-- return nil and a message for user errors.
-- @module dryad.recipes.arguments

local core = require "dryad.core"
local did_you_mean = require "dryad.text.did_you_mean"
local interruption = require "dryad.text.interruption"
local kind_names = require "dryad.heap.kind_names"
local units = require "dryad.text.units"

local M = {}

local BOOLEANS = { ["true"] = true, yes = true, on = true, ["1"] = true,
                   ["false"] = false, no = false, off = false, ["0"] = false }

-- The conversions return a value, or nil and the problem. `context` is {heap=, load=}.
local convert = {}

function convert.string(value, _, choices)
  if type(value) ~= "string" and type(value) ~= "number" then
    return nil, "is not a text"
  end
  for _, choice in ipairs(choices or { tostring(value) }) do
    if choice == tostring(value) then
      return choice
    end
  end
  return nil, "is not one of " .. table.concat(choices, ", ")
end

function convert.integer(value)
  local number = math.tointeger(tonumber(value))
  if not number then
    return nil, "is not a whole number"
  end
  return number
end

function convert.number(value)
  local number = tonumber(value)
  if not number then
    return nil, "is not a number"
  end
  return number
end

function convert.size(value)
  local bytes
  if type(value) == "string" then
    bytes = units.parse_size(value)
  else
    bytes = math.tointeger(value)
  end
  if not bytes or bytes < 0 then
    return nil, "is not a size, such as 300, 50K, 50M or 1.5G"
  end
  return bytes
end

function convert.boolean(value)
  if type(value) == "boolean" then
    return value
  end
  local boolean = BOOLEANS[tostring(value):lower()]
  if boolean == nil then
    return nil, "is neither true nor false"
  end
  return boolean
end

function convert.type(value, context)
  if type(value) ~= "string" then
    return nil, "is not the name of a type"
  end
  local found, problem = kind_names.find(context.heap, value)
  if #found > 0 then
    return value
  end
  return nil, problem or "is not a type of this heap" .. did_you_mean.hint(value, kind_names.all(context.heap))
end

function convert.address(value, context)
  local is_object = rawequal(getmetatable(value), core.object.meta)
  local is_address, object = interruption.attempt(context.heap.get, context.heap, is_object and value.address or value)
  if not is_address then
    return nil, "is not an address"
  elseif not object then
    return nil, "is not the address of an object of this heap"
  end
  return object.address
end

local function is_number(text)
  return text:find "^%-?%d+$" or text:find "^0[xX]%x+$"
end

--- The object at an address, or the objects of a type.
local function member(value, context)
  if type(value) ~= "string" or is_number(value) then
    local address, problem = convert.address(value, context)
    return address and context.heap:get(address), problem
  elseif convert.type(value, context) then
    return context.heap:get_all(value)
  end
  return nil, "is neither an address nor a type of this heap" .. did_you_mean.hint(value, kind_names.all(context.heap))
end

local function parts_of(value, context)
  if type(value) == "table" then
    return value
  end
  local parts = {}
  if type(value) == "string" and not convert.type(value, context) then
    for part in value:gmatch "[^,]+" do
      parts[#parts + 1] = part:match "^%s*(.-)%s*$"
    end
  end
  return #parts > 1 and parts or { value }
end

function convert.objects(value, context)
  if rawequal(getmetatable(value), core.list.meta) then
    return value
  end
  local list, parts = core.list_of(context.heap, {}), parts_of(value, context)
  for _, part in ipairs(parts) do
    local found, problem = member(part, context)
    if not found then
      return nil, #parts == 1 and problem or ("has '%s', which %s"):format(tostring(part), problem)
    end
    list = #list == 0 and rawequal(getmetatable(found), core.list.meta) and found or list + found
  end
  return list
end

function convert.module(value, context)
  local names = {}
  for i, module in ipairs(context.heap:get_all "module") do
    if module.name == value or module == value then
      return module
    end
    names[i] = tostring(module.name)
  end
  return nil, "is not a module of this heap" .. did_you_mean.hint(tostring(value), names)
end

function convert.heap(value, context)
  if type(value) == "string" then
    return context.load(value)
  end
  return value
end

local TYPES = "string, integer, number, size, boolean, type, address, objects, module, heap"

local function names_of(declared)
  local names = {}
  for i, argument in ipairs(declared) do
    names[i] = argument.name
  end
  return names
end

local function is_required(argument)
  return argument.default == nil and not argument.optional
end

--- The problem of a declaration, or nil.
-- @tparam table declared
-- @treturn string|nil
-- @usage assert(not require("dryad.recipes.arguments").problem { { name = "count", type = "integer" } })
function M.problem(declared)
  if type(declared) ~= "table" then
    return "args is not an array"
  end
  local seen = {}
  for i, argument in ipairs(declared) do
    local where = ("args[%d]"):format(i)
    if type(argument) ~= "table" or type(argument.name) ~= "string" or not argument.name:match("^[%a_][%w_]*$") then
      return where .. " has no name"
    elseif seen[argument.name] then
      return ("%s: a second argument '%s'"):format(where, argument.name)
    elseif not convert[argument.type] then
      return ("%s: '%s' has an unknown type (known: %s)"):format(where, argument.name, TYPES)
    end
    seen[argument.name] = true
  end
  return nil
end

--- The arguments as written on a command line: `TYPE [count=10]`.
-- @tparam table declared
-- @treturn string
-- @usage print(require("dryad.recipes.arguments").usage(recipe.args))
function M.usage(declared)
  local words = {}
  for i, argument in ipairs(declared) do
    if is_required(argument) then
      words[i] = argument.name:upper()
    else
      local default = argument.default == nil and argument.type:upper() or tostring(argument.default)
      words[i] = ("[%s=%s]"):format(argument.name, default)
    end
  end
  return table.concat(words, " ")
end

--- Assigns words to arguments: `name=word`, and words without a name in the order of declaration.
-- @tparam table declared
-- @tparam {string,...} words
-- @treturn {[string]=string}|nil
-- @treturn string what is wrong
-- @usage require("dryad.recipes.arguments").assign(recipe.args, { "Thread", "count=5" })
function M.assign(declared, words)
  local names, given, positional = names_of(declared), {}, {}
  for _, word in ipairs(words) do
    local name, text = word:match("^([%a_][%w_]*)=(.*)$")
    if name then
      given[name] = text
    else
      positional[#positional + 1] = word
    end
  end
  local free = 1
  for _, word in ipairs(positional) do
    while names[free] and given[names[free]] ~= nil do
      free = free + 1
    end
    if not names[free] then
      return nil, ("one argument too many: '%s'"):format(word)
    end
    given[names[free]] = word
  end
  return M.check_names(declared, given)
end

--- Returns `given` if every name in it is declared and no required one is missing.
-- @tparam table declared
-- @tparam table given by name
-- @treturn table|nil
-- @treturn string what is wrong
-- @usage local given, message = require("dryad.recipes.arguments").check_names(recipe.args, { typ = "Thread" })
function M.check_names(declared, given)
  local known = {}
  for _, argument in ipairs(declared) do
    known[argument.name] = true
  end
  for name in pairs(given) do
    if not known[name] then
      local names = names_of(declared)
      local hint = did_you_mean.hint(tostring(name), names)
      if hint == "" then
        hint = #names == 0 and "; it takes none" or "; it takes " .. table.concat(names, ", ")
      end
      return nil, ("no argument '%s'%s"):format(name, hint)
    end
  end
  for _, argument in ipairs(declared) do
    if given[argument.name] == nil and is_required(argument) then
      return nil, ("argument '%s' is missing (%s)"):format(argument.name, argument.summary or argument.type)
    end
  end
  return given
end

--- The values of all declared arguments, with defaults filled in.
-- @tparam table declared
-- @tparam table given words or values by name
-- @tparam table context `{heap = the heap in question, load = function(path) -> another heap}`
-- @treturn table|nil
-- @treturn string what is wrong
-- @usage local args = require("dryad.recipes.arguments").values(recipe.args, { count = "5" }, { heap = heap })
function M.values(declared, given, context)
  local values = {}
  for _, argument in ipairs(declared) do
    local value = given[argument.name]
    if value == nil then
      value = argument.default
    end
    if value ~= nil then
      local converted, problem = convert[argument.type](value, context, argument.choices)
      if problem then
        return nil, ("argument '%s': '%s' %s"):format(argument.name, tostring(value), problem)
      end
      values[argument.name] = converted
    end
  end
  return values
end

return M
