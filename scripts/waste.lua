-- SPDX-License-Identifier: MIT
-- bytes that could be saved: empty containers, instances without __slots__, equal strings
--
--   dryad run waste DUMP
--   dryad run waste DUMP few=5
--
-- Empty and nearly empty containers, instances with a `__dict__` that `__slots__` would avoid, strings that occur many
-- times over.
--
-- :few integer = 2      the most items in a nearly empty container
-- :count integer = 10   lines in each table

local dryad = require "dryad"

return {
  run = function(heap, args)
    return dryad.waste(heap, args)
  end,
}
