-- global variables that keep the most alive: caches, registries, singletons
--
--   dryad run globals DUMP
--   dryad run globals DUMP least=1M
--
-- A value that several modules share is listed once for each; `retained` is that of the value itself.
--
-- :least size = 1K      bytes kept alive, at least
-- :count integer = 20   rows in the table

select m.name as module, r.label as name, c.type, c.len, c.retained, c.address
from obj m
join ref r on r.parent = m.address
join obj c on c.address = r.child
where m.type = 'module'
  and c.type != 'module'
  and c.retained >= :least
order by c.retained desc, c.address, module, r.position
limit :count
-- SPDX-License-Identifier: MIT
