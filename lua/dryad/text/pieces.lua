-- SPDX-License-Identifier: MIT
--- Text that is produced in pieces: as one text, or in a new file, so that memory does not grow with its length.
-- @module dryad.text.pieces

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local format = require "dryad.text.format"
local units = require "dryad.text.units"

local M = {}

--- Says that lone surrogates were escaped.
-- @tparam integer count
-- @treturn string
-- @usage io.stderr:write(pieces.escaped(2), "\n") --> 2 lone surrogates written as \udc80, since UTF-8 has none
function M.escaped(count)
  return ("%s written as \\udc80, since UTF-8 has none"):format(units.quantity(count, "lone surrogate"))
end

--- Where a text goes, from the arguments of a method.
-- @tparam string method for messages
-- @tparam string|nil file
-- @tparam table|nil options `{force = true}` replaces an existing file
-- @tparam string|nil input a file that is being read, and so never replaced
-- @treturn table `{file =, options =, input =}`
-- @usage local target = pieces.target("csv", file, options, heap.file)
function M.target(method, file, options, input)
  check.argument(file == nil or type(file) == "string" and file ~= "", method, "file", "the name of a file", file)
  check.argument(options == nil or type(options) == "table", method, "options", "a table such as { force = true }",
    options)
  return { file = file, options = options or {}, input = input }
end

--- Collects a text, or writes it to a new file, compressed according to its name.
-- @tparam table target from @{target}
-- @tparam string what was written, such as `2 rows`
-- @tparam function produce called with a function that takes each piece, and how many lone surrogates it has
-- @treturn string the text, or what was written where
-- @treturn integer|nil of a text: how many lone surrogates it has, if any
-- @usage return pieces.deliver(target, "2 rows", function(write) write "a\n1\n2\n" end)
function M.deliver(target, what, produce)
  local escapes = 0
  if not target.file then
    local parts = {}
    produce(function(text, more)
      parts[#parts + 1] = text
      escapes = escapes + (more or 0)
    end)
    if escapes > 0 then
      return table.concat(parts), escapes
    end
    return table.concat(parts)
  end
  local sink <close> = core.sink(target.file, { force = target.options.force, inputs = { target.input } })
  produce(function(text, more)
    sink:write(text)
    escapes = escapes + (more or 0)
  end)
  local said = ("%s written to %s"):format(what, format.printable((sink:finish())))
  return escapes > 0 and said .. "; " .. M.escaped(escapes) or said
end

return M
