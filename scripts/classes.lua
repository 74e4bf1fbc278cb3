-- How many instances does each class of the program have, and how many bytes do they take?
--
--   dryad run classes DUMP
--   dryad run classes DUMP sort=count

local top = require "dryad.text.top"
local units = require "dryad.text.units"

-- An instance refers to its class last. Instances of built-in types do not, so those types are not listed.
local function class_of(o)
  local class = #o > 0 and o[-1] or nil
  return class and class.name == o.type and class or nil
end

return {
  summary = "instances and bytes for each class of the program, and the size of the classes themselves",
  args = {
    {
      name = "sort", type = "string", default = "size", choices = { "size", "count", "average", "class_size" },
      summary = "largest first by size, count, average or class_size",
    },
    { name = "count", type = "integer", default = 20, summary = "lines in the table" },
  },
  run = function(heap, args)
    local rows = {
      columns = {
        { "class" }, { "count", "count", "instances" }, { "size", "bytes" }, { "average", "bytes", "each" },
        { "largest", "object" }, { "class_size", "bytes", "class itself" },
      },
      empty = "no object in this dump refers to its class",
    }
    for _, row in ipairs(heap:summarize()) do
      local class = class_of(row.max)
      if class then
        rows[#rows + 1] = {
          class = row.type_str, count = row.count, size = row.total_size, average = row.avg, largest = row.max,
          class_size = class.size,
        }
      end
    end
    local found = #rows
    local classes = heap:get_all "type"
    return {
      title = ("%s classes with instances"):format(units.count(found)),
      text = ("The dump has %s objects of type 'type' (classes, built-in ones too), which take %s themselves."):format(
        units.count(#classes), units.bytes(classes:sum "size")),
      rows = top(rows, args.sort, args.count),
    }
  end,
}
-- SPDX-License-Identifier: MIT
