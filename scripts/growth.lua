-- what grew between two or three dumps: what was added, what holds it, and by type
--
--   dryad run growth BEFORE AFTER
--   dryad run growth BEFORE AFTER LATER         also what both later dumps have and the first has not
--   dryad run growth BEFORE AFTER least=1M      leave out what grew by less
--
-- :after heap            the later dump
-- :later heap optional   one later still
-- :least size optional   leave out what grew by less

local dryad = require "dryad"

return {
  run = function(before, args)
    return dryad.diff(before, args.after, args.later):report(args.least)
  end,
}
-- SPDX-License-Identifier: MIT
