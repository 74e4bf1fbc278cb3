-- types whose objects refer to addresses that the dump does not hold
--
--   dryad run dangling DUMP
--
-- A few are normal: objects created or freed while the dump was written, or skipped by the dumper. Many mean that the
-- dump is incomplete. `example` is one of the objects.
--
-- :count integer = 20   rows in the table

select type, sum(refs) as refs, count(*) as addresses, min(example) as example
from (
  select p.type as type, count(*) as refs, min(p.address) as example
  from ref r
  join obj p on p.address = r.parent
  left join obj c on c.address = r.child
  where c.address is null
  group by p.type, r.child
)
group by type
order by refs desc, type
limit :count
-- SPDX-License-Identifier: MIT
