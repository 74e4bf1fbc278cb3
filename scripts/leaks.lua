-- Is there a leak? What retains a large part of the heap, where it piles up, and who holds it.
--
--   dryad run leaks DUMP
--   dryad run leaks DUMP 0.02      what retains 2 % of the heap or more

local dryad = require "dryad"

return {
  summary = "the leak suspects: what retains much of the heap, where it piles up, and who holds it",
  args = {
    { name = "fraction", type = "number", optional = true, summary = "the least share of the heap; a tenth" },
  },
  run = function(heap, args)
    return dryad.leak_suspects(heap, args.fraction)
  end,
}
-- SPDX-License-Identifier: MIT
