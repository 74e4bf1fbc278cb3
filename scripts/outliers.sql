-- objects that keep much more alive than others of their type
--
--   dryad run outliers DUMP
--   dryad run outliers DUMP times=100 least=1M
--
-- `usual` is the average of the other objects of the type, `count` the number of its objects.
--
-- :times number = 20    how much more than usual
-- :least size = 10K     bytes kept alive, at least
-- :count integer = 20   rows in the table

with usual as (
  select type, count(*) as count, sum(retained) as total from obj group by type having count(*) > 1
)
select o.address, o.type, o.retained, (u.total - o.retained) / (u.count - 1) as usual, u.count, o.repr
from obj o
join usual u on u.type = o.type
where o.retained >= :least
  and o.retained > 1.0 * :times * (u.total - o.retained) / (u.count - 1)
  and o.type not in ('module', 'type', 'classobj')
order by o.retained desc, o.address
limit :count
-- SPDX-License-Identifier: MIT
