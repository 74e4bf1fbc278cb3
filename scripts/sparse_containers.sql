-- containers much larger than their items need: a dict or set that shrank keeps its table
--
--   dryad run sparse_containers DUMP
--   dryad run sparse_containers DUMP per_item=500 least=64K
--
-- A dict needs up to 150 bytes per item, a set 70, a list 10. Copy the container to free the rest.
--
-- :least size = 1K          bytes of a container, at least
-- :per_item integer = 200   bytes for each item, at least
-- :count integer = 20       rows in the table

select address, type, len, size, size / max(len, 1) as per_item, num_parents
from obj
where size >= :least
  and len is not null
  and size >= :per_item * len
  and type not in ('str', 'unicode', 'bytes', 'bytearray', 'int', 'long', 'type', 'code')
order by size desc, address
limit :count
-- SPDX-License-Identifier: MIT
