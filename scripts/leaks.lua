-- the leak suspects: what retains much of the heap, where it piles up, and who holds it
--
--   dryad run leaks DUMP
--   dryad run leaks DUMP 0.02      what retains 2 % of the heap or more
--
-- :fraction number optional   the least share of the heap; a tenth

local dryad = require "dryad"

return {
  run = function(heap, args)
    return dryad.leak_suspects(heap, args.fraction)
  end,
}
-- SPDX-License-Identifier: MIT
