-- SPDX-License-Identifier: MIT
--- Parses the options on a command line according to their declarations.
--
-- An option is `{name, value, help, short = letter, many = boolean, optional = boolean, type =, choices =}`: `value`
-- names what follows it, or is false; an optional one only follows `=`. `type` is one of
-- @{dryad.program.option_types}, `choices` lists the permitted values.
-- @module dryad.program.options

local core = require "dryad.core"
local nearest = require "dryad.text.did_you_mean"
local option_types = require "dryad.program.option_types"

local M = {}

-- Every command has these.
local HELP = { "help", false, "print this text", short = "h" }
local VERBOSE = { "verbose", false, "report stages, their times and decisions on stderr" }

--- All options of a declaration: its own, then those that every command has.
-- @tparam table declaration
-- @treturn {table,...}
-- @usage for _, option in ipairs(options.all(command)) do print(option[1]) end
function M.all(declaration)
  local all = table.move(declaration.options, 1, #declaration.options, 1, {})
  all[#all + 1] = VERBOSE
  all[#all + 1] = HELP
  return all
end

local function find(declaration, word)
  local names = {}
  for _, option in ipairs(M.all(declaration)) do
    if word == "--" .. option[1] or (option.short and word == "-" .. option.short) then
      return option
    end
    names[#names + 1] = "--" .. option[1]
  end
  local is_file = core.file_facts(word) ~= nil
  return nil, ("no option '%s'%s"):format(word, is_file and ("; ./%s is the file of that name"):format(word)
    or nearest.hint(word, names))
end

--- The value of the option at words[i], and the place of the next word; or nil and a message.
local function read_value(option, words, i)
  local name, value = words[i]:match("^(%-%-[^=]+)=(.*)$")
  if not option[2] then
    if value then
      return nil, ("%s takes no value"):format(name)
    end
    return true, i + 1
  elseif value then
    return value, i + 1
  elseif option.optional then
    return true, i + 1
  elseif not words[i + 1] then
    return nil, ("%s needs %s"):format(words[i], option[2])
  end
  return words[i + 1], i + 2
end

local function keep(given, option, value)
  if option.many then
    given[option[1]] = given[option[1]] or {}
    table.insert(given[option[1]], value)
  else
    given[option[1]] = value
  end
end

--- Separates the options from the other words; nothing after `--` is an option.
-- @tparam table declaration
-- @tparam {string,...} words
-- @tparam[opt] function is_last called with each word that is not an option; true ends the options there
-- @treturn table|nil the options by name: true, or their text, or an array of texts where `many` is set; nil when a
-- word is wrong
-- @treturn {string,...}|string the other words; or a message
-- @usage local given, rest = options.parse({ options = { { "json", false, "as JSON" } } }, { "--json", "x" })
function M.parse(declaration, words, is_last)
  local given, rest, i = {}, {}, 1
  while i <= #words do
    local word = words[i]
    local is_option = word:find("^%-.") ~= nil
    if word == "--" or (is_last and not is_option and is_last(word)) then
      local from = word == "--" and i + 1 or i
      return given, table.move(words, from, #words, #rest + 1, rest)
    elseif is_option then
      local option, message = find(declaration, word:match("^%-%-[^=]+") or word)
      if not option then
        return nil, message
      end
      local value, after = read_value(option, words, i)
      if value == nil then
        return nil, after
      end
      keep(given, option, value)
      i = after
    else
      rest[#rest + 1] = word
      i = i + 1
    end
  end
  return given, rest
end

--- Joins words for use in a sentence: `full, hash or none`.
local function alternatives(words)
  if #words == 1 then
    return words[1]
  end
  return table.concat(words, ", ", 1, #words - 1) .. " or " .. words[#words]
end

local function check_choice(option, text)
  for _, choice in ipairs(option.choices) do
    if choice == text then
      return text
    end
  end
  error(("--%s is %s, not '%s'"):format(option[1], alternatives(option.choices), text), 0)
end

--- Converts the texts of typed options into values; raises a message if one is invalid.
-- @tparam table declaration
-- @tparam table given as @{parse} returns them; changed in place
-- @usage options.convert(declaration, given)
function M.convert(declaration, given)
  for _, option in ipairs(declaration.options) do
    local text, read = given[option[1]], option_types[option.type]
    if text and text ~= true and option.choices then
      check_choice(option, text)
    elseif text and read then
      local value, wanted = read(text, option)
      if not value then
        error(("--%s takes %s, not '%s'"):format(option[1], wanted, text), 0)
      end
      given[option[1]] = value
    end
  end
end

return M
