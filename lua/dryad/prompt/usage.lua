-- SPDX-License-Identifier: MIT
--- Usage lines, generated from declarations.
--
-- `arguments` of a declaration is an array of `{NAME, type =, optional =, many =, before =, choices =, help =}`: `type`
-- selects its completion (@{dryad.prompt.argument_values}), `before` is a word that comes before it, `choices` are
-- words that may replace it, `help` describes it.
-- @module dryad.prompt.usage

local M = {}

local function argument_text(argument)
  local choices = table.concat(argument.choices or {}, "|")
  local name = argument[1] or ""
  local text = name .. (name ~= "" and choices ~= "" and "|" or "") .. choices
  if argument.many then
    text = text .. " ..."
  end
  if argument.before then
    text = argument.before .. " " .. text
  end
  return argument.optional and "[" .. text .. "]" or text
end

--- The arguments of a declaration.
-- @tparam table declaration
-- @treturn string such as `FILE [raw]`; empty if it takes none
-- @usage usage.arguments { arguments = { { "FILE" }, { "raw", optional = true } } }
function M.arguments(declaration)
  local words = {}
  for i, argument in ipairs(declaration.arguments) do
    words[i] = argument_text(argument)
  end
  return table.concat(words, " ")
end

--- The whole line: the name and its arguments.
-- @tparam table declaration
-- @treturn string
-- @usage print(usage.line(commands.get "read")) --> read FILE [raw]
function M.line(declaration)
  local arguments = M.arguments(declaration)
  return arguments == "" and declaration.name or declaration.name .. " " .. arguments
end

return M
