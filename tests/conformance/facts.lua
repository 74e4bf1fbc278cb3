-- SPDX-License-Identifier: MIT
-- Writes what Dryad says about a dump as lines of text, for conformance.py to compare.
-- usage: facts.lua DUMP QUESTIONS FACTS RAW_JSON COLLAPSED_JSON [SPILL_FOLDER [INDEX_FOLDER]]
-- With the last, heaps are asked when they are opened from an index in it.
local dryad = require "dryad"

local dump, questions_path, facts_path, raw_path, collapsed_path, spill, index_folder = table.unpack(arg)
spill = spill ~= "" and spill or nil
local facts = assert(io.open(facts_path, "w"))

local function fact(...)
  local words = table.pack(...)
  for i = 1, words.n do words[i] = tostring(words[i]) end
  facts:write(table.concat(words, " "), "\n")
end

local function shown(value)
  local kind = math.type(value) or type(value)
  if kind == "integer" then return "integer:" .. value end
  if kind == "float" then return ("float:%.17g"):format(value) end
  if kind == "string" then return "text:" .. value:gsub(".", function(c) return ("%02x"):format(c:byte()) end) end
  return tostring(value)
end

local function unsigned(addresses)
  local words = {}
  for i, address in ipairs(addresses) do words[i] = ("%u"):format(address) end
  return table.concat(words, ",")
end

local function summary(name, heap)
  local s = heap:summarize()
  fact(name, "objects", #heap, s.total_count)
  fact(name, "refs", heap.num_refs)
  fact(name, "size", heap.total_size, s.total_size)
  fact(name, "types", #s, #heap.types)
  fact(name, "dangling", heap.report.dangling_refs)
  local last = math.huge
  for i = 1, #s do
    local row = s[i]
    assert(row.total_size <= last, "the summary is not sorted by size")
    last = row.total_size
    fact(name, "row", row.type_str, row.count, row.total_size, row.max_size, heap[row.max_address].size)
  end
end

local function write_json(heap, path)
  local out = assert(io.open(path, "w"))
  for object in heap:objects() do out:write(object:to_json(), "\n") end
  out:close()
end

local answer = {}

function answer.object(heap, address)
  local o = heap[address]
  fact("object", address, o.type_str, o.size, o.num_refs, #o, o.num_parents)
end

function answer.graph(heap, address)
  local o = heap[address]
  local children, parents = o.children, o.parents
  fact("graph", address, "children", unsigned(children), "parents", unsigned(parents))
  assert(#o.c == #children and #o.p == #parents, "c and p are not as long as children and parents")
  for i, parent in ipairs(o.p) do assert(parent.address == parents[i]) end
  for i = -#children, #children do
    local child = i ~= 0 and o[i]
    if child then assert(child.address == children[i > 0 and i or #children + 1 + i]) end
  end
end

function answer.value(heap, address) fact("value", address, shown(heap[address].value)) end

local excluded

function answer.total(heap, address)
  local o = heap[address]
  local reached = 0
  for _ in o:iter_recursive_refs() do reached = reached + 1 end
  local total = o:compute_total_size()
  assert(o.total_size == total, "total_size is not what was computed")
  fact("total", address, reached, total, heap:summarize(o, excluded).total_count, o:compute_total_size(excluded))
end

function answer.retained(heap, address)
  local o = heap[address]
  local dominator = o.dominator
  fact("retained", address, o.retained_size, dominator and dominator.address or "none")
end

--- The number of references that a path leads along, each checked; -1 for no path.
local function steps_of(path, from, to, reversed)
  if not path then return -1 end
  assert(path[1] == from and path[#path] == to, "a path has other ends than were asked for")
  for i = 1, #path - 1 do
    local parent, child = path[i], path[i + 1]
    if reversed then parent, child = child, parent end
    local found = false
    for _, address in ipairs(parent.children) do found = found or address == child.address end
    assert(found, "a step of a path is no reference")
    assert(path:label(i) ~= "", "a step of a path has no label")
  end
  return #path - 1
end

function answer.path(heap, start, finish)
  local from, to = heap[start], heap[finish]
  fact("path", start, finish, steps_of(heap:path(from, to), from, to),
    steps_of(heap:path(to, from, { reversed = true }), to, from, true))
end

local function liveness(heap)
  local reasons = {}
  for _, root in ipairs(heap:roots()) do
    local reason = heap:root_reason(root)
    reasons[reason] = (reasons[reason] or 0) + 1
  end
  for reason, count in pairs(reasons) do fact("roots", reason, count) end
  local tree, retained = heap:dominators(), 0
  for i = 1, #tree do retained = retained + tree[i].retained_size end
  assert(retained == tree.reachable_size, "what the top objects retain is not all that is reachable")
  fact("reachable", #heap - #heap:unreachable(), tree.reachable_size)
end

local function duplicates(heap)
  local found = dryad.duplicates(heap)
  local extra = 0
  for _, group in ipairs(found) do extra = extra + group.count - 1 end
  fact("duplicates", #found, extra)
end

--- The dump, by way of an index where a folder for one was given.
local function load(name, collapse)
  local loaded = dryad.load(dump, { progress = false, collapse = collapse, index = false, spill = spill })
  if not index_folder then return loaded end
  local path = ("%s/%s.dryad"):format(index_folder, name)
  loaded:dominators()
  loaded:save(path)
  loaded:close()
  return dryad.load(path, { progress = false, collapse = collapse })
end

local raw <close> = load("raw", false)
summary("raw", raw)
write_json(raw, raw_path)
local folded = raw:collapse_instance_dicts()
summary("folded", raw)
assert(raw:undo(), "a collapse can be taken back")
summary("undone", raw)

local heap <close> = load("loaded", true)
fact("collapsed", heap.report.collapsed, folded)
summary("loaded", heap)
write_json(heap, collapsed_path)

local again <close> = dryad.load(collapsed_path, { progress = false, collapse = false, spill = spill })
local different = 0
for object in heap:objects() do
  local other = again[object.address]
  if not other or other:to_json() ~= object:to_json() then different = different + 1 end
end
fact("roundtrip", #again, again.num_refs, again.total_size, different)

excluded = heap:get_all("module") + heap:get_all("type") + heap:get_all("frame")
for line in io.lines(questions_path) do
  local question, address, other = line:match("^(%a+) (-?%d+) ?(-?%d*)$")
  answer[question](heap, math.tointeger(address), math.tointeger(other))
end
liveness(heap)
duplicates(heap)
facts:close()
