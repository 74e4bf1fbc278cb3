-- SPDX-License-Identifier: MIT
--- Options on a command line, declared as data, from which the help is made too.
--
-- A declaration has `usage` (an array of lines), `summary`, `options` (an array of
-- `{name, value, help, short = letter, many = boolean}`; `value` names what follows the option, or is false).
-- @module dryad.program.options

local nearest = require "dryad.text.did_you_mean"

local M = {}

local HELP = { "help", false, "this text", short = "h" }

local function all_options(declaration)
  local all = table.move(declaration.options or {}, 1, #(declaration.options or {}), 1, {})
  all[#all + 1] = HELP
  return all
end

local function find(declaration, word)
  local names = {}
  for _, option in ipairs(all_options(declaration)) do
    if word == "--" .. option[1] or (option.short and word == "-" .. option.short) then
      return option
    end
    names[#names + 1] = "--" .. option[1]
  end
  return nil, ("no option '%s'%s"):format(word, nearest.hint(word, names))
end

--- The value of the option at words[i], and where the next word is; or nil and what is wrong.
local function read_value(option, words, i)
  local name, value = words[i]:match("^(%-%-[^=]+)=(.*)$")
  if not option[2] then
    if value then
      return nil, ("%s takes no value"):format(name)
    end
    return true, i + 1
  elseif value then
    return value, i + 1
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

--- Sorts words into options and the rest; what follows `--` is no option.
-- @tparam table declaration
-- @tparam {string,...} words
-- @tparam[opt] function is_last whether options end at this word, which is no option
-- @treturn table|nil the options by name: true, or their text, or an array of texts where `many` is set; nil when a
-- word is wrong
-- @treturn {string,...}|string the other words; or what is wrong
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

--- The help of a declaration.
-- @tparam table declaration
-- @treturn string
-- @usage print(options.help(declaration))
function M.help(declaration)
  local lines = {}
  for i, usage in ipairs(declaration.usage) do
    lines[i] = (i == 1 and "usage: " or "       ") .. usage
  end
  table.move({ "", declaration.summary, "" }, 1, 3, #lines + 1, lines)
  local left, width = {}, 0
  for i, option in ipairs(all_options(declaration)) do
    local name = #option[1] > 1 and "--" .. option[1] or "-" .. option[1]
    if option.short and option.short ~= option[1] then
      name = "-" .. option.short .. ", " .. name
    end
    left[i] = option[2] and name .. " " .. option[2] or name
    width = math.max(width, #left[i])
  end
  for i, option in ipairs(all_options(declaration)) do
    lines[#lines + 1] = ("  %-" .. width .. "s  %s"):format(left[i], option[3])
  end
  return table.concat(lines, "\n")
end

return M
