-- the containers with the most items: what they keep alive, and what holds them
--
--   dryad run long_containers DUMP
--   dryad run long_containers DUMP list
--
-- :type type optional   only containers of this type
-- :count integer = 20   rows in the table

with longest as (
  select address, type, len, size, retained
  from obj
  where len > 0
    and (type = :type
         or :type is null and type not in ('str', 'unicode', 'bytes', 'bytearray', 'int', 'long', 'type', 'code'))
  order by len desc, address
  limit :count
)
select address, type, len, size, retained,
       (select coalesce(p.name, p.type) || coalesce(r.label, '')
        from ref r join obj p on p.address = r.parent
        where r.child = longest.address
        order by r.parent, r.position
        limit 1) as held_as
from longest
order by len desc, address
-- SPDX-License-Identifier: MIT
