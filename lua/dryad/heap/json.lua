-- SPDX-License-Identifier: MIT
--- The part of core.json that is in Lua: the order of keys, and JSON lines.
-- @module dryad.heap.json

local core = require "dryad.core"

local json = core.json

--- The string keys of a table in the order of writing: those in its metatable's `__jsonorder`, then the others, sorted.
-- @tparam table value
-- @treturn {string,...}
-- @usage require("dryad.heap.json").keys { b = 1, a = 2 } --> { "a", "b" }
function json.keys(value)
  local meta = getmetatable(value)
  local keys, others, known = {}, {}, {}
  for _, key in ipairs(meta and meta.__jsonorder or {}) do
    known[key] = true
    if rawget(value, key) ~= nil then
      keys[#keys + 1] = key
    end
  end
  for key in next, value do
    if type(key) == "string" and not known[key] then
      others[#others + 1] = key
    end
  end
  table.sort(others)
  return table.move(others, 1, #others, #keys + 1, keys)
end

--- Gives `write` the items of an array as JSON lines.
-- @tparam table array from @{dryad.text.json_value}
-- @tparam function write
-- @usage core.json.write_lines(json_value(heap("Thread")), function(text) io.write(text) end)
function json.write_lines(array, write)
  local convert = getmetatable(array).__jsonitem
  for i = 1, #array do
    write(json.encode(convert(array[i])) .. "\n")
  end
end

return json
