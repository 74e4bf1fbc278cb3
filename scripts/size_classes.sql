-- objects and bytes by size: many small objects, or a few large ones
--
--   dryad run size_classes DUMP
--   dryad run size_classes DUMP str
--
-- Python's own allocator serves up to 512 bytes from its arenas, which it rarely releases; larger blocks come from the
-- system, and blocks of more than 128K are returned to it at once.
--
-- :type type optional   only objects of this type

with classes as (
  select case
           when size <= 64 then 64
           when size <= 512 then 512
           when size <= 4096 then 4096
           when size <= 131072 then 131072
           when size <= 1048576 then 1048576
         end as up_to,
         count(*) as count, sum(size) as size, max(size) as largest
  from obj
  where :type is null or type = :type
  group by up_to
)
select up_to, count, size, round(100.0 * size / sum(size) over (), 1) as percent, largest
from classes
order by up_to is null, up_to
-- SPDX-License-Identifier: MIT
