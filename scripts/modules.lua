-- bytes reachable from each module's namespace, and those that it alone keeps alive
--
--   dryad run modules DUMP
--   dryad run modules DUMP count=50
--
-- :count integer = 20   lines in the table

local top = require "dryad.text.top"
local units = require "dryad.text.units"

return {
  run = function(heap, args)
    local rows = {
      columns = {
        { "module" }, { "size", "bytes", "namespace" }, { "names", "count" }, { "objects", "count", "leads to" },
        { "total", "bytes" }, { "percent", "percent" }, { "retained", "bytes", "alone" },
      },
      empty = "this dump has no modules",
    }
    local modules = heap:get_all "module"
    for i, module in ipairs(modules) do
      local reached = heap:summarize(module.c, modules)
      local total = units.add(module.size, reached.total_size)
      rows[i] = {
        module = module.name, size = module.size, names = module.num_refs // 2, objects = reached.total_count,
        total = total, percent = 100.0 * total / heap.total_size, retained = module.retained_size,
      }
    end
    return {
      title = ("%s modules"):format(units.count(#modules)),
      text = "Bytes reachable from two modules count for both, so the percentages need not add up to 100; bytes that"
        .. " one alone keeps alive count once. `dryad run dominated_by DUMP MODULE` shows what those are.",
      rows = top(rows, "total", args.count),
    }
  end,
}
-- SPDX-License-Identifier: MIT
