-- what one module alone keeps alive: its bytes, the objects that hold most of them, and by type
--
--   dryad run dominated_by DUMP __main__
--   dryad run dominated_by DUMP decimal count=50
--
-- :module module        its name, such as __main__
-- :count integer = 20   the most types to list

local units = require "dryad.text.units"

local function by_type(heap, retained, count)
  local rows = {
    columns = { { "type" }, { "count", "count" }, { "size", "bytes" }, { "percent", "bar", "of the heap" } },
  }
  for _, row in ipairs(retained:summarize():top(count)) do
    rows[#rows + 1] = {
      type = row.type_str, count = row.count, size = row.total_size, percent = 100.0 * row.total_size / heap.total_size,
    }
  end
  return rows
end

return {
  run = function(heap, args)
    local module = args.module
    local retained = heap:retained(module)
    return {
      title = ("%s keeps %s alive, %.1f%% of the heap"):format(
        module.name, units.bytes(module.retained_size), 100.0 * module.retained_size / heap.total_size),
      text = ("%s objects would be freed with it. Objects that something else also holds are not among them."):format(
        units.count(#retained)),
      sections = {
        { title = "What holds most of it", rows = heap:dominators(module) },
        { title = "By type", rows = by_type(heap, retained, args.count) },
      },
    }
  end,
}
-- SPDX-License-Identifier: MIT
