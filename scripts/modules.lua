-- Which modules brought the bytes: what can be reached from each one's namespace, and what does it alone keep alive?
--
--   dryad run modules DUMP
--   dryad run modules DUMP count=50

local top = require "dryad.text.top"
local units = require "dryad.text.units"

return {
  summary = "bytes that each module's namespace leads to, and those that it alone keeps alive",
  args = { { name = "count", type = "integer", default = 20, summary = "lines in the table" } },
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
      local reached = heap:summarize(module.c, "module")
      local total = module.size + reached.total_size
      rows[i] = {
        module = module.name, size = module.size, names = module.num_refs // 2, objects = reached.total_count,
        total = total, percent = 100.0 * total / heap.total_size, retained = module.retained_size,
      }
    end
    return {
      title = ("%s modules"):format(units.count(#modules)),
      text = "What two modules lead to counts at both, so the percentages need not add up to 100; what one alone keeps"
        .. " alive does not. `dryad run dominated_by DUMP MODULE` tells what that is.",
      rows = top(rows, "total", args.count),
    }
  end,
}
-- SPDX-License-Identifier: MIT
