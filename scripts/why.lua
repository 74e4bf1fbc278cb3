-- why an object, or all objects of a type, are alive: the ways to them as Python would write them
--
--   dryad run why DUMP 140558134395408       the ways to it from the roots
--   dryad run why DUMP Thread                the ways to all of a type, merged into one tree
--
-- :what objects    an address or a type
-- :n integer = 3   the most ways to a single object

return {
  run = function(heap, args)
    local what = args.what
    return heap:why(#what == 1 and what[1] or what, args.n)
  end,
}
-- SPDX-License-Identifier: MIT
