-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
assert(package.loaded.dryad == dryad)
assert(type(dryad.version) == "string")

local heap <close> = dryad.load("tests/data/threads-small.dump.gz", { progress = false })
assert(#heap == 60413 and heap.total_size == 11803076)
local threads = heap "Thread"
assert(#threads > 0 and threads[1].type_str == "Thread")
assert(tostring(threads[1]):match "^Thread%(%d+ 1112B %d+refs %d+par%)$", tostring(threads[1]))
assert(tostring(heap:summarize()):match "^Total 60413 objects, 88 types, Total size = 11.3MiB")

local ok, message = pcall(dryad.load, "no such file", { progress = false })
assert(not ok and message:find("no such file", 1, true))
-- Loaded anew, the module finds its files by the searcher that is already there.
local searchers = #package.searchers
for name in pairs(package.loaded) do
  if name == "dryad" or name:find "^dryad%." then
    package.loaded[name] = nil
  end
end
local anew = require "dryad"
assert(anew ~= dryad and require "dryad.text.units" and #package.searchers == searchers)

print("dryad " .. dryad.version .. " in " .. _VERSION)
