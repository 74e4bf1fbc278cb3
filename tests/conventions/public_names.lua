-- SPDX-License-Identifier: MIT
-- Prints what a script can reach, a line each, as anchors of the manual: dryad.load, heap:get, o.size.
local core = require "dryad.core"

local VARIABLES = {
  heap = "heap", object = "o", list = "l", column = "c", summary = "s", dict = "d", path = "p", result = "r",
  workspace = "ws", dominators = "tree",
}
local INTERNAL = { database = true } -- a workspace's own

for class, members in pairs(core) do
  if type(members) == "table" and members.methods and not INTERNAL[class] then
    local variable = VARIABLES[class] or class
    for name in pairs(members.getters or {}) do
      print(variable .. "." .. name)
    end
    for name in pairs(members.methods) do
      if not (members.getters and members.getters[name]) and name:sub(1, 1) ~= "_" then
        print(variable .. ":" .. name)
      end
    end
  end
end
for name in pairs(require "dryad") do
  print("dryad." .. name)
end
