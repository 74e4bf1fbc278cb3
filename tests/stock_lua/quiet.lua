-- SPDX-License-Identifier: MIT
-- A session with the module, after which this Lua and this process are as they were: the globals, the libraries and the
-- metatable of strings, the paths of `require`, the locale, the files that io reads and writes, and the signals that
-- the process catches. `run` checks that nothing was printed.
local directory = ...

--- What is in a table and in those below it, by the way to it: `string.format`, `<string>.__index`.
local function add_fields(found, table, name, seen)
  for key, value in next, table do
    local path = name .. "." .. tostring(key)
    found[path] = value
    if type(value) == "table" and not seen[value] then
      seen[value] = true
      add_fields(found, value, path, seen)
    end
  end
end

--- The signals that are blocked, ignored and caught, but for those that threads of the C library use themselves.
local function signals()
  local file <close> = assert(io.open "/proc/self/status")
  local sets = {}
  for name, digits in file:read("a"):gmatch "(Sig%a+):%s*(%x+)" do
    if name ~= "SigQ" and name ~= "SigPnd" then
      sets[#sets + 1] = ("%s %x"):format(name, tonumber(digits, 16) & 0x7fffffff)
    end
  end
  assert(#sets == 3)
  return table.concat(sets, ", ")
end

local function snapshot()
  -- What is loaded, and how modules are found, is what `require` changes.
  local found = { locale = os.setlocale(nil), output = io.output(), input = io.input(), signals = signals() }
  add_fields(found, _G, "_G", { [package.loaded] = true, [package.searchers] = true, [_G] = true })
  add_fields(found, getmetatable "", "<string>", {})
  for _, value in ipairs { 1, true, print, coroutine.running() } do
    found[type(value)] = debug.getmetatable(value)
  end
  return found
end

local function check_unchanged(before, when)
  local after = snapshot()
  for path, value in pairs(before) do
    assert(rawequal(after[path], value), ("%s is another %s"):format(path, when))
  end
  for path in pairs(after) do
    assert(before[path] ~= nil, ("%s is new %s"):format(path, when))
  end
end

local before = snapshot()
local modules = {}
for name in pairs(package.loaded) do
  modules[name] = true
end

local dryad = require "dryad"
check_unchanged(before, "after require")
for name in pairs(package.loaded) do
  assert(modules[name] or name == "dryad" or name:find "^dryad%.", name)
end
for _, name in ipairs { "dump", "prompt", "program" } do
  for loaded in pairs(package.loaded) do
    assert(not loaded:find("^dryad%." .. name .. "%f[.\0]"), loaded .. " belongs to the program")
  end
end
local called, message = pcall(function() return ("text")() end)
assert(not called and message:find "attempt to call a string value")

-- A session: heaps, analyses, SQL, recipes, a workspace in a file, an index, and errors.
local SMALL = "tests/data/threads-small.dump.gz"
local heap = dryad.load(SMALL)
assert(heap.file == SMALL and #heap == 60413)
for _, value in ipairs {
  heap, heap "Thread", heap "Thread"[1].d, heap:summarize(), heap:dominators(), heap:why "Thread", heap:memory(),
  heap:path("module", heap "Thread"[1]), dryad.leak_suspects(heap), dryad.duplicates(heap), dryad.diff(heap, heap),
  heap:sql "select type, count(*) from obj group by type", dryad.recipes(), dryad.recipe "overview" (heap),
} do
  assert(#tostring(value) > 0)
end
local damaged = dryad.load { '{"address": 1, "type": "dict", "size": 1, "refs": [2]}', "nonsense" }
assert(damaged.report.bad_lines == 1)
damaged:close()

local copy = directory .. "/small.dump.gz"
local from, to = io.open(SMALL, "rb"), io.open(copy, "wb")
to:write(from:read "a")
to:close()
from:close()
dryad.load(copy, { index = true }):close()
dryad.load(copy):close() -- opened from the index
heap:save(directory .. "/small.dryad")

local ws = dryad.workspace(directory .. "/my.db")
ws:read(copy)
ws:select "count(*) from obj"
ws:set "big size > 1e6"
ws:delete "from ref where child = 1"
ws:undo()
assert(tostring(ws:gc()):find "Marking complete")
ws:export(directory .. "/plain.db")
ws:close()

for wanted, f in pairs {
  ["no such file"] = function() dryad.load "no such file" end,
  ["has no field 'fil'"] = function() return heap.fil end,
  ["dump: dumping a process needs the program: run `dryad dump PID`"] = function() dryad.dump(1234) end,
  ["help needs the program"] = function() dryad.workspace():help() end,
} do
  local ok, problem = pcall(f)
  assert(not ok and problem:find(wanted, 1, true), tostring(problem))
end
heap:close()
collectgarbage()
check_unchanged(before, "after a session")
