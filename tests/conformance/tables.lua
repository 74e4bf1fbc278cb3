-- SPDX-License-Identifier: MIT
-- For tables.py: runs each query of a file, and writes its result in every form, each after a line with its length.
local dryad = require "dryad"

local heap <close> = dryad.load(arg[1], { progress = false })
for query in io.lines(arg[2]) do
  local r = heap:sql((query:gsub("%%(%x%x)", function(digits)
    return string.char(tonumber(digits, 16))
  end)))
  for _, text in ipairs { (r:csv()), (r:csv(nil, { excel = true })), r:json(), r:jsonl() } do
    io.write(#text, "\n", text)
  end
end
