-- What grew between two or three dumps, and what holds it? With a third dump: what appeared and stayed?
--
--   dryad run growth BEFORE AFTER
--   dryad run growth BEFORE AFTER LATER         also what both later dumps have and the first has not
--   dryad run growth BEFORE AFTER least=1M      leave out what grew by less

local dryad = require "dryad"

return {
  summary = "what grew between two or three dumps: what was added, what holds it, and by type",
  args = {
    { name = "after", type = "heap", summary = "the later dump" },
    { name = "later", type = "heap", optional = true, summary = "one later still" },
    { name = "least", type = "size", optional = true, summary = "leave out what grew by less" },
  },
  run = function(before, args)
    return dryad.diff(before, args.after, args.later):report(args.least)
  end,
}
-- SPDX-License-Identifier: MIT
