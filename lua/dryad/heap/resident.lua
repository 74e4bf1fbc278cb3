-- SPDX-License-Identifier: MIT
--- What the resident memory of a process consists of, apart from its Python objects.
--
-- The kernel's figures are by kind of mapping, those of malloc and of Python's arenas by use; which part of what they
-- call free is resident is unknown. So the parts below are estimates, cut so that they fit into their mappings.
-- @module dryad.heap.resident

local units = require "dryad.text.units"

local M = {}

local MEBI = 1 << 20
local LARGEST_IN_ARENA = 512 -- bytes: larger blocks are malloc's

local UNEXPLAINED, SHARE = 20 * MEBI, 0.5 -- bytes, and share of the resident memory: up to that is usual
local LEAST, LEAST_FILES = 8 * MEBI, 64 * MEBI -- smaller parts are usual too: libraries are mapped files
local OWN = 0.5 -- of a part: if mmap objects map that much, they are named
local MOST_MAPPED = 10000 -- objects looked at
local LEAST_SHARE = 0.2 -- of what is unexplained: smaller parts are left out
local MANY_THREADS, PAGE = 16, 4096
local STACKS = 0.5 -- of what is unexplained: stacks are that much of it only in a process with many threads

--- A fact as a number of bytes; 0 if it is missing or makes no sense.
local function fact(facts, ...)
  for _, name in ipairs { ... } do
    facts = type(facts) == "table" and facts[name] or nil
  end
  return math.type(facts) and facts > 0 and facts or 0
end

--- Of the objects' bytes, those that are blocks of malloc: with arenas, what does not fit into these; else the large
-- objects, and the small ones as far as there are no anonymous mappings for arenas.
local function bytes_in_malloc(facts, objects)
  local arenas = fact(facts, "allocator", "arenas", "in_use")
  if arenas > 0 then
    return math.max(0, objects.bytes - arenas)
  end
  return objects.bytes - math.min(objects.bytes - objects.large(), fact(facts, "maps", "anonymous"))
end

local ADVICE = {
  native = "memray --native or heaptrack shows whose",
  kept = "after a peak: malloc_trim(0) returns it, MALLOC_ARENA_MAX=2 keeps less",
  arenas = "fragmentation after a peak: what stayed keeps them",
  files = "/proc/PID/smaps names them",
  stacks = "dryad stacks shows what they do",
  other = "memray --native shows who maps; see /proc/PID/smaps",
}

--- The parts of the resident memory that are not objects, largest first.
-- @tparam table facts of the process
-- @tparam table objects `{bytes =, large =, mapped =}`: the bytes of its objects; and functions, called if need be,
--   that return the bytes of those too large for Python's arenas, and the bytes that mmap objects map
-- @treturn {part,...} `{kind =, bytes =}`; `kind` is "native" (malloc in use), "kept" (by malloc, though free),
--   "arenas" (free in Python's), "files", "stacks", or "other": anonymous mappings
-- @usage for _, part in ipairs(resident.parts(facts, objects)) do print(part.kind, part.bytes) end
function M.parts(facts, objects)
  local room = fact(facts, "maps", "heap") + fact(facts, "maps", "anonymous")
  room = math.max(0, room - objects.bytes)
  local parts = {}
  local function add(kind, size)
    size = math.min(size, room)
    room = room - size
    parts[#parts + 1] = { kind = kind, bytes = size }
  end
  local in_use = fact(facts, "allocator", "malloc", "in_use")
  add("native", in_use > 0 and math.max(0, in_use - bytes_in_malloc(facts, objects)) or 0)
  add("kept", fact(facts, "allocator", "malloc", "free"))
  add("arenas", fact(facts, "allocator", "arenas", "free"))
  add("other", room)
  for _, kind in ipairs { "files", "stacks" } do
    parts[#parts + 1] = { kind = kind, bytes = fact(facts, "maps", kind) }
  end
  table.sort(parts, function(a, b)
    if a.bytes ~= b.bytes then
      return a.bytes > b.bytes
    end
    return a.kind < b.kind
  end)
  return parts
end

--- Of the parts, those that make the resident memory remarkable; none if the objects explain most of it, or if what
-- they do not explain is what every Python has.
-- @tparam table facts of the process
-- @tparam table objects as for @{parts}
-- @treturn {part,...} of mapped memory, also `mapped`: the bytes that mmap objects map
-- @usage print(#resident.unexplained(facts, objects))
function M.unexplained(facts, objects)
  local left = fact(facts, "rss") - objects.bytes
  local is_usual = left <= UNEXPLAINED and fact(facts, "maps", "stacks") < math.max(LEAST, STACKS * left)
  if is_usual or objects.bytes >= SHARE * fact(facts, "rss") then
    return {}
  end
  local mapped, found = objects.mapped(), {}
  for _, part in ipairs(M.parts(facts, objects)) do
    local is_mapped = part.kind == "files" or part.kind == "other"
    local least = part.kind == "files" and mapped < LEAST and LEAST_FILES or LEAST
    part.mapped = is_mapped and mapped or nil
    found[#found + 1] = part.bytes >= math.max(least, LEAST_SHARE * left) and part or nil
  end
  return found
end

local WORDS = {
  native = "are native code's, allocated with malloc", kept = "are free, but kept by malloc",
  arenas = "are free in Python's arenas", files = "are mapped files or shared memory",
  stacks = "are stacks of threads", other = "are other anonymous mappings",
}

--- Whether stacks are counted among the other anonymous mappings: glibc 2.43 no longer sets them apart by mappings of
-- their own, and each thread has touched at least a page.
local function has_hidden_stacks(facts)
  return math.type(facts.threads) == "integer" and facts.threads >= MANY_THREADS
    and fact(facts, "maps", "stacks") < facts.threads * PAGE
end

--- What a part is, in words that follow its size: `are free, but kept by malloc`.
-- @tparam part part
-- @tparam table facts of the process
-- @treturn string
-- @usage print(resident.words(part, heap.process))
function M.words(part, facts)
  if part.kind == "other" and has_hidden_stacks(facts) then
    return ("are other anonymous mappings, the stacks of %d threads among them"):format(facts.threads)
  elseif part.kind == "stacks" and math.type(facts.threads) == "integer" then
    return facts.threads == 1 and "are the stack of one thread" or ("are stacks of %d threads"):format(facts.threads)
  elseif part.kind == "other" and fact(facts, "allocator", "arenas", "in_use") == 0 then
    return "are free in Python's arenas, or mapped by native code"
  elseif part.kind == "native" and type(facts.tracemalloc) == "table" then
    return "are native code's or tracemalloc's, allocated with malloc"
  end
  return WORDS[part.kind]
end

--- Says what holds the memory when it is not Python objects, and which tool goes on from there.
-- @tparam {part,...} parts as from @{unexplained}
-- @tparam table facts of the process
-- @treturn string|nil
-- @usage print(resident.sentence(resident.unexplained(facts, objects), facts))
function M.sentence(parts, facts)
  local texts = {}
  for i, part in ipairs(parts) do
    local is_own = part.mapped and part.mapped >= OWN * part.bytes
    texts[i] = ("%s %s (%s)"):format(units.bytes(part.bytes), M.words(part, facts),
      is_own and "mmap objects own " .. units.bytes(part.mapped) or ADVICE[part.kind])
  end
  return #texts > 0 and ("Not Python objects: %s."):format(table.concat(texts, "; ")) or nil
end

--- The bytes of the objects of a heap that are too large for Python's arenas.
-- @tparam heap heap
-- @treturn integer
-- @usage print(resident.large_objects(heap))
function M.large_objects(heap)
  return heap:where(("size > %d"):format(LARGEST_IN_ARENA)):sum "size"
end

--- The bytes that the mmap objects of a heap map.
-- @tparam heap heap
-- @treturn integer
-- @usage print(resident.mapped(heap))
function M.mapped(heap)
  local bytes = 0
  for _, o in ipairs(heap:get_all "mmap.mmap":head(MOST_MAPPED)) do
    bytes = bytes + (o.mapped or 0)
  end
  return bytes
end

return M
