-- containers by type and number of items: many of one length may be records of one shape
--
--   dryad run container_lengths DUMP
--   dryad run container_lengths DUMP dict
--
-- `example` is the address of one of them.
--
-- :type type optional   only containers of this type
-- :count integer = 20   rows in the table

select type, len, count(*) as count, sum(size) as size, min(address) as example
from obj
where len is not null
  and (type = :type
       or :type is null and type not in ('str', 'unicode', 'bytes', 'bytearray', 'int', 'long', 'type', 'code'))
group by type, len
order by size desc, type, len
limit :count
-- SPDX-License-Identifier: MIT
