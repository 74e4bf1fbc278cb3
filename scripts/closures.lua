-- functions that share their code: callbacks and closures that pile up, and what they keep
--
--   dryad run closures DUMP
--
-- Each time a `lambda` or inner `def` runs, it creates a function object. Callbacks that pile up show here, with what
-- they keep alive.
--
-- :count integer = 10   lines in the table

local BEYOND = { "module", "type", "frame", "code" }

return {
  run = function(heap, args)
    local rows = {
      columns = {
        { "functions", "count" }, { "size", "bytes" }, { "kept", "bytes", "closed over" },
        { "example", "object" }, { "held_by", "object", "held by" },
      },
      empty = "no two functions share their code",
    }
    for _, code in ipairs(heap:get_all("code"):sort("num_parents"):head(args.count)) do
      local functions = code.p:of "function"
      if #functions > 1 then
        local example = functions[1]
        rows[#rows + 1] = {
          functions = #functions, size = functions:sum "size", example = example,
          kept = heap:summarize(functions.c:of "tuple", BEYOND).total_size, held_by = example.p[1],
        }
      end
    end
    return {
      title = "Functions that share their code",
      text = "Closed over: bytes reachable from their closures without passing modules, classes and frames.",
      rows = rows,
    }
  end,
}
-- SPDX-License-Identifier: MIT
