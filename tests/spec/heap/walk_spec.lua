-- SPDX-License-Identifier: MIT
local program = require "tests.spec.support.program"
local workspaces = require "tests.spec.support.workspaces"
local dryad = require "dryad"

local FIRST, SECOND = "tests/data/threads-small-gc.dump.gz", "tests/data/threads-small.dump.gz"

--- Plays lines through a separate session; returns the output of each line.
local function play(lines, words)
  local input = {}
  for i, line in ipairs(lines) do
    input[2 * i - 1], input[2 * i] = line, ("print '=== %d'"):format(i)
  end
  local out, err = program.prompt(input, words)
  local parts = {}
  for i = 1, #lines do
    local mark = ("=== %d\n"):format(i)
    local at = out:find(mark, 1, true) or assert(lines[i] == "quit" and 1, err)
    parts[i] = out:sub(1, at - 1)
    out = out:sub(at + #mark)
  end
  return parts, err
end

--- The values under a column of a printed result, in the order of its rows.
local function addresses(text)
  local found = {}
  for address in text:gmatch "#%d+%.%d+ +(%d+)" do
    found[#found + 1] = math.tointeger(tonumber(address))
  end
  return found
end

describe("the walk of memsee's article", function()
  after_each(workspaces.clean)

  it("works end to end, and the next day too", function()
    local path = workspaces.path()
    local heap <close> = dryad.load(FIRST, { progress = false })
    local later <close> = dryad.load(SECOND, { progress = false })
    local tally = "%d objects and %d references totalling %d bytes ("

    local said, err = play {
      "create " .. path,                                                     -- 1
      "read " .. FIRST,                                                      -- 2
      "stats",                                                               -- 3
      "select * from obj where type = 'dict' order by size desc limit 10",   -- 4
      "select * from obj where address in #0.3& order by address",           -- 5
      "select * from obj where address in #0.03^ order by address",          -- 6
      "set big #0.3",                                                        -- 7
      "parents $big",                                                        -- 8
      "set",                                                                 -- 9
      'path from "address = $big" to "address in 0&" reversed',              -- 10
      "read " .. SECOND,                                                     -- 11
      "gen",                                                                 -- 12
      "select count(*) from obj2 b left join obj1 a using (address) where a.address is null", -- 13
      "gen 1",                                                               -- 14
      "pin type = 'Thread'",                                                 -- 15
      "delete from ref where child = $big",                                  -- 16
      "gc",                                                                  -- 17
      "select count(*) from obj where address = $big",                       -- 18
      "backup",                                                              -- 19
      "undo",                                                                -- 20
      "stats",                                                               -- 21
      "restore",                                                             -- 22
      "stats",                                                               -- 23
      "quit",
    }
    assert.equal("", err)
    assert.equal(("created %s\n"):format(path), said[1])
    assert.truthy(said[2]:find(tally:format(#heap, heap.num_refs, heap.total_size), 1, true))
    assert.equal(("%d objects, %d references, %d total bytes\n"):format(#heap, heap.num_refs, heap.total_size), said[3])

    local sizes = {}
    for o in heap:objects "dict" do
      sizes[#sizes + 1] = o.size
    end
    table.sort(sizes, function(a, b) return a > b end)
    local dicts = addresses(said[4])
    assert.equal(10, #dicts)
    for i, address in ipairs(dicts) do
      assert.equal("dict", heap[address].type_str)
      assert.equal(sizes[i], heap[address].size)
    end

    local big = heap[dicts[4]]
    local function ascending(list)
      local found, seen = {}, {}
      for _, address in ipairs(list) do
        if heap[address] and not seen[address] then
          found[#found + 1], seen[address] = address, true
        end
      end
      table.sort(found)
      return found
    end
    assert.same(ascending(big.children), addresses(said[5]))
    assert.same(big.parents, addresses(said[6]))
    assert.equal("", said[7])
    local parents = addresses(said[8])
    table.sort(parents)
    assert.same(big.parents, parents)
    assert.matches(("big +%d"):format(big.address), said[9])

    local way = addresses((said[10]:gsub("%$big", tostring(big.address))))
    assert.equal(big.address, way[1])
    for i = 2, #way do
      local refers = false
      for _, child in ipairs(heap[way[i]].children) do
        refers = refers or child == way[i - 1]
      end
      assert.is_true(refers)
    end
    assert.equal(0, heap[way[#way]].num_parents)
    assert.matches("^Found %d+ objects? at step 1\n", said[10])

    assert.truthy(said[11]:find(tally:format(#later, later.num_refs, later.total_size), 1, true))
    assert.equal("2 generations, current is 2", said[12]:match "^[^\n]+")
    local new = 0
    for o in later:objects() do
      new = new + (heap[o.address] and 0 or 1)
    end
    assert.same({ new }, addresses(said[13]))
    assert.equal("Using generation 1 of 2\n", said[14])
    assert.equal(("%d rows pinned\n"):format(#heap "Thread"), said[15])

    local referring = 0
    for _, parent in ipairs(big.parents) do
      for _, child in ipairs(heap[parent].children) do
        referring = referring + (child == big.address and 1 or 0)
      end
    end
    assert.equal(("%d row%s deleted\n"):format(referring, referring == 1 and "" or "s"), said[16])

    -- What remains is reachable from the roots and the threads without passing the big dict.
    heap:remove_references(big.p, big)
    local alive = heap:summarize(heap:roots() + heap "Thread")
    local deleted = #heap - alive.total_count
    assert.matches(("\nMarking complete\nDeleted %d objects?; undo brings them back\n"):format(deleted), said[17])
    local left = ("%d objects, "):format(alive.total_count)
    assert.truthy(said[17]:find("\n" .. left, 1, true))
    assert.same({ 0 }, addresses(said[18]))
    assert.equal(("backed up to %s.bak\n"):format(path), said[19])
    assert.matches("^undone: the garbage collection", said[20])
    assert.equal(("%d objects, "):format(#heap), said[21]:match "^%d+ objects, ")
    assert.equal(left, said[23]:match "^%d+ objects, ")

    local again = play({ "gen", "stats", "echo $big", "undo", "undo", "undo", "undo", "stats" }, { path })
    assert.matches("\n2 generations, current is 1\n", "\n" .. again[1])
    assert.equal(left, again[2]:match "^%d+ objects, ")
    assert.equal(("%d\n"):format(big.address), again[3])
    assert.matches("^undone: the garbage collection", again[4])
    assert.matches("^undone: the edit", again[5])
    assert.matches("^undone: the pinning", again[6])
    assert.equal("nothing to undo\n", again[7])
    assert.equal(said[3], again[8])
  end)
end)
