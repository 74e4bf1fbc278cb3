-- SPDX-License-Identifier: MIT
-- how full containers are: spare room by type, the worst, empty ones, those of one object repeated
--
--   dryad run collections DUMP
--   dryad run collections DUMP least=64K      single containers of 64 KiB or more alone
--
-- A container needs as much as the smallest of its type in this dump that has as many items or more; the rest is spare:
-- room to grow, or left over from items that are gone. Collisions of hashes cannot be seen in a dump.
--
-- :least size = 1024    single containers: leave out smaller ones
-- :count integer = 15   lines in each table

local top = require "dryad.text.top"
local units = require "dryad.text.units"

local CONTAINERS = { "list", "dict", "set", "frozenset", "collections.deque", "collections.OrderedDict",
                     "collections.defaultdict", "bytearray", "array.array" }
local SEQUENCES = { "list", "tuple" }
local FEWEST = 8 -- items of a container that may be constant
local MOST = 1000 -- of the largest sequences are looked at

-- By number of items, the fewest bytes that a container of the type has with so many or more.
local function needs(lens, sizes)
  local smallest, numbers, least = {}, {}, math.huge
  for i, len in pairs(lens) do
    if len then
      if not smallest[len] then
        numbers[#numbers + 1] = len
      end
      smallest[len] = math.min(smallest[len] or math.huge, sizes[i])
    end
  end
  table.sort(numbers, function(a, b) return a > b end)
  for _, len in ipairs(numbers) do
    least = math.min(least, smallest[len])
    smallest[len] = least
  end
  return smallest
end

local function measure(list, type_str, at_least, worst)
  local lens, sizes = list:column "len", list:column "size"
  local needed = needs(lens, sizes)
  local row = { type = type_str, count = #list, items = 0, size = 0, empty = 0, empty_size = 0, spare = 0 }
  for i, len in pairs(lens) do
    if len then
      local size = sizes[i]
      local spare = size - needed[len]
      row.items, row.size = units.add(row.items, len), units.add(row.size, size)
      row.spare = units.add(row.spare, spare)
      if len == 0 then
        row.empty, row.empty_size = row.empty + 1, units.add(row.empty_size, size)
      end
      if spare > 0 and size >= at_least then
        worst[#worst + 1] = { object = list[i], items = len, size = size, spare = spare }
      end
    end
  end
  return row
end

local function is_constant(o)
  local first, children = o.num_refs >= FEWEST and o.children[1], o.children
  if not first then
    return false
  end
  for i = 2, #children do
    if children[i] ~= first then
      return false
    end
  end
  return true
end

local function constant(heap, count)
  local rows = {
    columns = {
      { "size", "bytes" }, { "items", "count" }, { "item", "object", "all of them" }, { "object", "object" },
    },
    empty = "none",
  }
  for _, type_str in ipairs(SEQUENCES) do
    for _, o in ipairs(heap:get_all(type_str):head(MOST)) do
      if is_constant(o) then
        rows[#rows + 1] = { object = o, size = o.size, items = o.num_refs, item = o[1] }
      end
    end
  end
  return top(rows, "size", count)
end

return {
  run = function(heap, args)
    local types, worst, spare = {
      columns = {
        { "type" }, { "count", "count" }, { "items", "count" }, { "size", "bytes" }, { "spare", "bytes" },
        { "empty", "count" }, { "empty_size", "bytes", "they take" },
      },
      empty = "this dump has no containers",
    }, {
      columns = { { "spare", "bytes" }, { "size", "bytes" }, { "items", "count" }, { "object", "object" } },
      empty = "none of that size has more room than it needs",
    }, 0
    for _, type_str in ipairs(CONTAINERS) do
      local list = heap:get_all(type_str)
      if #list > 0 then
        types[#types + 1] = measure(list, type_str, args.least, worst)
        spare = spare + types[#types].spare
        top(worst, "spare", args.count)
      end
    end
    return {
      title = ("Containers: %s of %s is spare"):format(units.bytes(spare), units.bytes(heap.total_size)),
      sections = {
        { title = "By type", rows = top(types, "size") },
        { title = "With the most spare room", rows = worst },
        { title = "With one object in every place", rows = constant(heap, args.count) },
      },
    }
  end,
}
