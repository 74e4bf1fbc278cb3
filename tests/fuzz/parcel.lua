-- SPDX-License-Identifier: MIT
--- Any bytes as the result of a recipe in the sandbox.

local dryad = require "dryad"
local format = require "dryad.text.format"
local parcel = require "dryad.recipes.parcel"
local printer = require "dryad.text.printer"

local heap = dryad.load({
  '{"address": 16, "type": "module", "size": 100, "name": "m", "refs": [32, 48]}',
  '{"address": 32, "type": "dict", "size": 64, "len": 1, "refs": [48, 7]}',
  '{"address": 48, "type": "str", "size": 50, "value": "x", "refs": []}',
}, { progress = false })

local MOST = 1 << 26 -- bytes that a value may take

return function(bytes)
  local good, value = pcall(parcel.unpack, bytes, { heap }, MOST)
  if not good then
    if type(value) ~= "string" then
      error "a refusal that is no text"
    end
    return
  end
  local text = printer.text(value)
  if format.printable_lines(text) ~= text then
    error "what is printed of it acts on a terminal"
  end
  local packed, again = pcall(parcel.pack, value, { heap }, 4 * MOST)
  if packed then -- a table may have become too deep
    parcel.unpack(again, { heap }, 4 * MOST)
  end
end
