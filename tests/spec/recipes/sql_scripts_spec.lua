-- SPDX-License-Identifier: MIT
-- Compares the recipes in SQL with plain loops over the objects of a dump; recipes that select few objects also on a
-- dump of Python 3.
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"

local small, shop = dumps.sample "threads-small.dump.gz", dumps.sample "shop.dump.zst"

local TEXTS = { str = true, unicode = true, bytes = true, bytearray = true }
local NO_CONTAINERS = { int = true, long = true, type = true, code = true }
for name in pairs(TEXTS) do NO_CONTAINERS[name] = true end

--- The result of a recipe: its columns, and each row as one text.
local function answers(name, heap, args)
  local result, rows = dryad.recipe(name)(heap, args), {}
  for i = 1, #result do
    local cells = {}
    for c = 1, #result.columns do cells[c] = tostring(result[i][c]) end
    rows[i] = table.concat(cells, " | ")
  end
  return rows, table.concat(result.columns, " | ")
end

--- The first rows of an array of arrays, sorted by its `by`: an array of functions of a row, negative for descending.
local function first(rows, count, less)
  table.sort(rows, less)
  local texts = {}
  for i = 1, math.min(count, #rows) do
    local cells = {}
    for c = 1, rows.n do cells[c] = tostring(rows[i][c]) end
    texts[i] = table.concat(cells, " | ")
  end
  return texts
end

--- Less for rows: the cells of these columns in turn, those with a negative number largest first.
local function by(...)
  local columns = { ... }
  return function(a, b)
    for _, column in ipairs(columns) do
      local x, y = a[math.abs(column)], b[math.abs(column)]
      if x ~= y then
        if column < 0 then return x > y end
        return x < y
      end
    end
    return false
  end
end

--- Groups: an array of rows made by `new(key parts)`, found by a key.
local function grouped()
  local rows, known = {}, {}
  return rows, function(key, new)
    if not known[key] then
      known[key] = new
      rows[#rows + 1] = new
    end
    return known[key]
  end
end

local function is_container(o)
  return o.len and not NO_CONTAINERS[o.type]
end

--- Bytes in SQL's form.
local function latin1(text)
  return (text:gsub("[\x80-\xff]", function(c) return utf8.char(c:byte()) end))
end

local function each_heap(check)
  for _, heap in ipairs { small, shop } do check(heap) end
end

describe("fan_in", function()
  local USUAL = { type = true, classobj = true, module = true, NoneType = true, bool = true }

  it("returns the objects with the most referrers, without types and the like", function()
    local rows = { n = 5 }
    for o in small:objects() do
      if not USUAL[o.type] then rows[#rows + 1] = { o.address, o.type, o.num_parents, o.size, o.retained_size } end
    end
    local expected = first(rows, 20, by(-3, 1))
    for i, row in ipairs(answers("fan_in", small)) do
      assert.equal(expected[i], row:match "^(.- | .- | .- | .- | .-) | ")
    end
  end)

  it("returns those of one type", function()
    local rows = answers("fan_in", small, { "module", 3 })
    assert.equal(3, #rows)
    for _, row in ipairs(rows) do assert.matches("^%d+ | module | ", row) end
  end)
end)

describe("long_containers", function()
  it("returns the containers with the most items", function()
    local rows = { n = 5 }
    for o in small:objects() do
      if is_container(o) and o.len > 0 then
        rows[#rows + 1] = { o.address, o.type, o.len, o.size, o.retained_size }
      end
    end
    local expected = first(rows, 20, by(-3, 1))
    local given = answers("long_containers", small)
    assert.equal(#expected, #given)
    for i, row in ipairs(given) do assert.equal(expected[i], row:match "^(.- | .- | .- | .- | .-) | ") end
  end)

  it("shows what holds one", function()
    local row = dryad.recipe "long_containers"(small, { "dict", 1 })[1]
    assert.same({ 140558122273392, 2000, "__main__.big" }, { row.address, row.len, row.held_as })
  end)
end)

describe("container_lengths", function()
  it("counts containers of one type and length", function()
    local rows, group = grouped()
    rows.n = 5
    for o in small:objects() do
      if is_container(o) then
        local row = group(o.type .. o.len, { o.type, o.len, 0, 0, o.address })
        row[3], row[4] = row[3] + 1, row[4] + o.size
      end
    end
    local given, columns = answers("container_lengths", small)
    assert.equal("type | len | count | size | example", columns)
    assert.same(first(rows, 20, by(-4, 1, 2)), given)
  end)
end)

describe("sparse_containers", function()
  it("returns containers with many bytes per item", function()
    local heap = dumps.heap {
      '{"address": 1, "type": "dict", "size": 98304, "len": 3, "refs": []}',
      '{"address": 2, "type": "dict", "size": 98304, "len": 900, "refs": []}',
      '{"address": 3, "type": "set", "size": 2000, "len": 0, "refs": [1]}',
      '{"address": 4, "type": "list", "size": 2000, "len": 10, "refs": [3, 3]}',
      '{"address": 5, "type": "list", "size": 1000, "len": 0, "refs": []}',
      '{"address": 6, "type": "str", "size": 9000, "len": 1, "value": "x", "refs": []}',
    }
    local given, columns = answers("sparse_containers", heap)
    assert.equal("address | type | len | size | per_item | num_parents", columns)
    local dict = "1 | dict | 3 | 98304 | 32768 | 1"
    assert.same({ dict, "3 | set | 0 | 2000 | 2000 | 1", "4 | list | 10 | 2000 | 200 | 0" }, given)
    assert.same({ dict }, (answers("sparse_containers", heap, { least = "2K" })))
  end)
end)

describe("dict_keys", function()
  it("counts the dicts that have a key", function()
    each_heap(function(heap)
      local rows, group = grouped()
      rows.n = 4
      for o in heap:objects "dict" do
        if o.len and #o == 2 * o.len then
          for i = 1, #o, 2 do
            local key = o[i]
            if key.type == "str" or key.type == "unicode" then
              local row = group(key.value, { latin1(key.value), 0, 0, o.address })
              row[2], row[3] = row[2] + 1, row[3] + o.size
            end
          end
        end
      end
      assert.same(first(rows, 20, by(-2, 1)), (answers("dict_keys", heap)))
    end)
  end)
end)

describe("size_classes", function()
  it("counts objects and bytes by size", function()
    local rows, group = grouped()
    rows.n = 3
    for o in small:objects() do
      local up_to = 1048576
      for _, bound in ipairs { 131072, 4096, 512, 64 } do up_to = o.size <= bound and bound or up_to end
      local row = group(up_to, { up_to, 0, 0 })
      row[2], row[3] = row[2] + 1, row[3] + o.size
    end
    local expected = first(rows, 10, by(1))
    local given = answers("size_classes", small)
    assert.equal(#expected, #given)
    for i, row in ipairs(given) do assert.equal(expected[i], row:match "^(.- | .- | .-) | ") end
  end)

  it("has shares, and those above a mebibyte last", function()
    local heap = dumps.heap {
      '{"address": 1, "type": "bytes", "size": 3000000, "refs": []}',
      '{"address": 2, "type": "bytes", "size": 1000000, "refs": []}',
      '{"address": 3, "type": "int", "size": 28, "refs": []}',
    }
    local given, columns = answers("size_classes", heap)
    assert.equal("up_to | count | size | percent | largest", columns)
    assert.same({
      "64 | 1 | 28 | 0.0 | 28", "1048576 | 1 | 1000000 | 25.0 | 1000000", "nil | 1 | 3000000 | 75.0 | 3000000",
    }, given)
    assert.same({ "64 | 1 | 28 | 100.0 | 28" }, (answers("size_classes", heap, { "int" })))
  end)
end)

describe("outliers", function()
  it("returns objects that keep much more alive than others of their type", function()
    local totals = {}
    for o in small:objects() do
      local total = totals[o.type] or { 0, 0 }
      total[1], total[2] = total[1] + 1, total[2] + o.retained_size
      totals[o.type] = total
    end
    local rows = { n = 5 }
    for o in small:objects() do
      local count, sum = totals[o.type][1], totals[o.type][2] - o.retained_size
      local is_usual = o.type == "module" or o.type == "type" or o.type == "classobj"
      if count > 1 and not is_usual and o.retained_size >= 10240 and o.retained_size > 20 * sum / (count - 1) then
        rows[#rows + 1] = { o.address, o.type, o.retained_size, sum // (count - 1), count }
      end
    end
    local expected = first(rows, 20, by(-3, 1))
    local given = answers("outliers", small)
    assert.is_true(#given > 0)
    assert.equal(#expected, #given)
    for i, row in ipairs(given) do assert.equal(expected[i], row:match "^(.- | .- | .- | .- | .-) | ") end
  end)
end)

describe("text_prefixes", function()
  it("counts strings that begin alike", function()
    local rows, group = grouped()
    rows.n = 5
    for o in small:objects() do
      if TEXTS[o.type] and o.value then
        local text = (utf8.len(o.value) and o.value or latin1(o.value)):match "^[^\0]*" -- substr ends at a NUL
        local begins = text:sub(1, (utf8.offset(text, 7) or #text + 1) - 1)
        local row = group(o.type .. begins, { o.type, begins, 0, 0, 0 })
        row[3], row[4], row[5] = row[3] + 1, row[4] + o.size, math.max(row[5], o.size)
      end
    end
    local several = { n = 5 }
    for _, row in ipairs(rows) do
      if row[3] > 1 then several[#several + 1] = row end
    end
    assert.same(first(several, 8, by(-4, 1, 2)), (answers("text_prefixes", small, { chars = 6, count = 8 })))
  end)
end)

describe("globals", function()
  it("returns the values of modules that keep the most alive", function()
    each_heap(function(heap)
      local rows = { n = 6 }
      for m in heap:objects "module" do
        for i = 1, #m do
          local c = heap[m.children[i]]
          if c and c.type ~= "module" and c.retained_size >= 1024 then
            rows[#rows + 1] = { m.name, m:label(i), c.type, c.len, c.retained_size, c.address, i }
          end
        end
      end
      assert.same(first(rows, 20, by(-5, 6, 1, 7)), (answers("globals", heap)))
    end)
  end)

  it("names them", function()
    local r = dryad.recipe "globals"(small, { least = "100K" })
    local names = {}
    for _, row in ipairs(r) do names[row.module .. row.name] = row.address end
    assert.equal(140558122273392, names["__main__.big"])
  end)
end)

describe("dangling", function()
  it("counts dangling references, by the type of the referrer", function()
    local heap = dumps.heap {
      '{"address": 1, "type": "list", "size": 1, "refs": [2, 9, 9, 8]}',
      '{"address": 2, "type": "dict", "size": 1, "refs": [7, 1]}',
      '{"address": 3, "type": "list", "size": 1, "refs": [9]}',
    }
    local given, columns = answers("dangling", heap)
    assert.equal("type | refs | addresses | example", columns)
    assert.same({ "list | 4 | 2 | 1", "dict | 1 | 1 | 2" }, given)
    assert.equal(1, #answers("dangling", small))
    assert.equal(0, #answers("dangling", shop))
  end)
end)
